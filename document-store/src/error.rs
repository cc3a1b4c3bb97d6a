//! What can keep documents from being stored or found, and what to do about it.

use std::{fmt, io};

use crate::location::WITHOUT_MONGODB;

/// Why a store does not do what it was asked for.
///
/// Places are named without user and password.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no connection string to go by.
    #[error(
        "MONGODB_URI is not set: set it to where MongoDB is, such as mongodb://127.0.0.1:27017"
    )]
    NoUri,
    /// This build has no driver of MongoDB.
    #[error("{WITHOUT_MONGODB}")]
    WithoutMongodb,
    /// The connection string is none.
    #[error(
        "MONGODB_URI is not a connection string: {reason} \
         (write mongodb://USER:PASSWORD@HOST:PORT, special characters of the password as %XX)"
    )]
    BadUri {
        /// What is wrong with it.
        reason: String,
    },
    /// The file of SQLite cannot be used.
    #[error(
        "cannot open {location}: {reason} (choose a file on a local disk that you may write to: \
         --store sqlite:PATH)"
    )]
    CannotOpen {
        /// Which file.
        location: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is nothing to look at.
    #[error("there is no store at {location}: run the program first, or choose another --store")]
    Missing {
        /// Which file.
        location: String,
    },
    /// There is no answer from the server, or none any more.
    #[error("cannot reach {location} (is mongod running? is MONGODB_URI right?): {reason}")]
    CannotReach {
        /// Which server.
        location: String,
        /// What the driver saw.
        reason: String,
    },
    /// The server knows no such user with such a password, or does not let it do this.
    #[error(
        "{location} does not let us in (are user, password and authSource of MONGODB_URI right?): {reason}"
    )]
    NotAllowed {
        /// Which server.
        location: String,
        /// What the server said.
        reason: String,
    },
    /// Others write, and do not let us.
    #[error("{location} is locked by another program: end that program, or try again ({reason})")]
    Locked {
        /// Which database.
        location: String,
        /// For how long we waited, or what the database said.
        reason: String,
    },
    /// There is no space left.
    #[error("the disk of {location} is full: make room, then try again ({reason})")]
    DiskFull {
        /// Which database.
        location: String,
        /// What the database said.
        reason: String,
    },
    /// The database may be read, and not written to.
    #[error(
        "{location} is read-only: give us the right to write, or choose another place ({reason})"
    )]
    ReadOnly {
        /// Which database.
        location: String,
        /// What the database said.
        reason: String,
    },
    /// A signal came before the database had finished: it is not known whether it did.
    #[error("interrupted before the store had finished")]
    Interrupted,
    /// The documents were stored, and might not outlive a crash.
    #[error("{location} does not confirm that documents are on its disk: {reason}")]
    NotDurable {
        /// Which server.
        location: String,
        /// What the server said.
        reason: String,
    },
    /// These documents cannot be stored as they are; the rest of the batch was.
    #[error("not stored: {}", listed(.refused))]
    Refused {
        /// Which, and why.
        refused: Vec<Refusal>,
    },
    /// Another program changed a document, so that it is not one of ours any more.
    #[error("{location} holds something that is no business under the id {id:?}: {reason}")]
    Unreadable {
        /// Which collection.
        location: String,
        /// The id of the document.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Another program changed several documents; all that are businesses were shown.
    #[error("{location} holds something that is no business: {}", listed(.left_out))]
    LeftOut {
        /// Which collection.
        location: String,
        /// Which documents, and what is wrong with them.
        left_out: Vec<Refusal>,
    },
    /// The function that visits the documents failed.
    #[error("cannot pass on a document")]
    Visit(#[source] io::Error),
    /// Anything else that a database can say.
    #[error("cannot {attempt} {location}: {reason}")]
    Failed {
        /// What was tried, as in "cannot read".
        attempt: &'static str,
        /// Which database.
        location: String,
        /// What the database said.
        reason: String,
    },
}

/// A document that cannot be stored as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The id of the document.
    pub id: String,
    /// Why not.
    pub reason: String,
}

impl Refusal {
    /// An error if there is any refusal.
    pub(crate) fn none_of(refused: Vec<Self>) -> Result<(), StoreError> {
        if refused.is_empty() { Ok(()) } else { Err(StoreError::Refused { refused }) }
    }
}

impl StoreError {
    /// An error if a visit left anything out.
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
