//! Errors of stores, each with advice.

use std::{fmt, io};

use crate::location::WITHOUT_MONGODB;

/// An error of a store.
///
/// Places are named without user and password.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The connection string is missing.
    #[error(
        "MONGODB_URI is not set: set it to the address of MongoDB, such as mongodb://127.0.0.1:27017"
    )]
    NoUri,
    /// This build has no MongoDB driver.
    #[error("{WITHOUT_MONGODB}")]
    WithoutMongodb,
    /// The connection string is malformed.
    #[error(
        "MONGODB_URI is not a connection string: {reason} \
         (write mongodb://USER:PASSWORD@HOST:PORT, special characters of the password as %XX)"
    )]
    BadUri {
        /// The reason.
        reason: String,
    },
    /// The SQLite file cannot be used.
    #[error(
        "cannot open {location}: {reason} (choose a file on a local disk that you may write to: \
         --store sqlite:PATH)"
    )]
    CannotOpen {
        /// The file.
        location: String,
        /// The reason.
        reason: String,
    },
    /// The file does not exist.
    #[error("there is no store at {location}: run the program first, or choose another --store")]
    Missing {
        /// The file.
        location: String,
    },
    /// The server cannot be reached.
    #[error("cannot reach {location} (is mongod running? is MONGODB_URI right?): {reason}")]
    CannotReach {
        /// The server.
        location: String,
        /// The driver's error.
        reason: String,
    },
    /// The server refuses the user.
    #[error(
        "{location} refuses the login: check user, password and authSource in MONGODB_URI ({reason})"
    )]
    NotAllowed {
        /// The server.
        location: String,
        /// The server's message.
        reason: String,
    },
    /// Another program locks the database.
    #[error("{location} is locked by another program: end that program, or try again ({reason})")]
    Locked {
        /// The database.
        location: String,
        /// The time of the wait, or the database's message.
        reason: String,
    },
    /// The disk is full.
    #[error("the disk of {location} is full: make room, then try again ({reason})")]
    DiskFull {
        /// The database.
        location: String,
        /// The database's message.
        reason: String,
    },
    /// The database is read-only.
    #[error(
        "{location} is read-only: allow this program to write, or choose another place ({reason})"
    )]
    ReadOnly {
        /// The database.
        location: String,
        /// The database's message.
        reason: String,
    },
    /// A signal came before the database had finished: the outcome is unknown.
    #[error("interrupted before the store had finished")]
    Interrupted,
    /// The documents were stored, but a crash may lose them.
    #[error("{location} does not confirm that documents are on its disk, try again: {reason}")]
    NotDurable {
        /// The server.
        location: String,
        /// The server's message.
        reason: String,
    },
    /// Some documents cannot be stored; the rest of the batch was.
    #[error("not stored: {}", listed(.refused))]
    Refused {
        /// The refused documents.
        refused: Vec<Refusal>,
    },
    /// Another program made a document invalid.
    #[error(
        "{location} has an invalid document under the id {id:?}: {reason} (another program changed \
         it: fetch it again)"
    )]
    Unreadable {
        /// The collection.
        location: String,
        /// The id of the document.
        id: String,
        /// The reason.
        reason: String,
    },
    /// Several documents were changed by another program; all others were shown.
    #[error(
        "{location} has invalid documents: {} (another program changed them: fetch them again)",
        listed(.left_out)
    )]
    LeftOut {
        /// The collection.
        location: String,
        /// The documents, with the reasons.
        left_out: Vec<Refusal>,
    },
    /// The function that visits the documents failed.
    #[error("cannot output a document")]
    Visit(#[source] io::Error),
    /// Any other error of a database.
    #[error("cannot {attempt} {location}: {reason}")]
    Failed {
        /// The attempt, as in "cannot read".
        attempt: &'static str,
        /// The database.
        location: String,
        /// The database's message.
        reason: String,
    },
}

/// A document that cannot be stored as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The id of the document.
    pub id: String,
    /// The reason.
    pub reason: String,
}

impl Refusal {
    /// An error if any document was refused.
    pub(crate) fn none_of(refused: Vec<Self>) -> Result<(), StoreError> {
        if refused.is_empty() { Ok(()) } else { Err(StoreError::Refused { refused }) }
    }
}

impl StoreError {
    /// An error if a visit left documents out.
    pub(crate) fn if_left_out(location: &str, mut left_out: Vec<Refusal>) -> Result<(), Self> {
        let location = location.to_owned();
        match left_out.len() {
            0 => Ok(()),
            1 => {
                let Refusal { id, reason } = left_out.remove(0);
                Err(Self::Unreadable { location, id, reason })
            }
            _ => Err(Self::LeftOut { location, left_out }),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} ({})", self.id, self.reason)
    }
}

fn listed(refused: &[Refusal]) -> String {
    refused.iter().map(Refusal::to_string).collect::<Vec<_>>().join(", ")
}
