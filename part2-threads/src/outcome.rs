//! What becomes of a request: an item, the news that there is none, or a failure with its story.

use serde::Serialize;

use crate::{Item, ItemId};

/// What became of the request for one item.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Here it is.
    Fetched(Item),
    /// There is no such item: 404 is an answer, not a failure.
    Missing(ItemId),
    /// It could not be had.
    Failed(Failure),
    /// A signal came first: it was not tried, or not to the end.
    Unfinished(ItemId),
}

impl Outcome {
    /// Which item it is about.
    pub fn id(&self) -> ItemId {
        match self {
            Self::Fetched(item) => item.id,
            Self::Missing(id) | Self::Unfinished(id) => *id,
            Self::Failed(failure) => failure.id,
        }
    }
}

/// Why an item could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Which item.
    pub id: ItemId,
    /// Where it was asked for.
    pub url: String,
    /// How often.
    pub attempts: u32,
    /// What went wrong the last time.
    pub cause: String,
}
