//! The outcome of a request: an item, a missing item, or a failure.

use serde::Serialize;

use crate::{Item, ItemId};

/// The outcome of the request for one item.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The item.
    Fetched(Item),
    /// The item does not exist: 404 is an answer, not a failure.
    Missing(ItemId),
    /// The item could not be fetched.
    Failed(Failure),
    /// A signal ended the request, or came before it.
    Unfinished(ItemId),
}

impl Outcome {
    /// The id of the item.
    pub fn id(&self) -> ItemId {
        match self {
            Self::Fetched(item) => item.id,
            Self::Missing(id) | Self::Unfinished(id) => *id,
            Self::Failed(failure) => failure.id,
        }
    }
}

/// Why an item could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The id of the item.
    pub id: ItemId,
    /// The URL of the request.
    pub url: String,
    /// The number of attempts.
    pub attempts: u32,
    /// The error of the last attempt.
    pub cause: String,
}
