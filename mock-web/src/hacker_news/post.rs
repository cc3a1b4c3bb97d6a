//! A post: its content, and its place in the tree.

use serde::{Deserialize, Serialize};

/// The last item.
const LAST: u32 = 45_000_000;

/// The id of an item, from 1 to 45 000 000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct ItemId(u32);

impl ItemId {
    pub(super) fn new(number: u32) -> Option<Self> {
        (1..=LAST).contains(&number).then_some(Self(number))
    }

    /// Parses an id of digits only.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { Self::new(text.parse().ok()?) } else { None }
    }

    pub(super) fn number(self) -> u32 {
        self.0
    }

    /// The following ids, up to the last item.
    pub(super) fn following(self, count: u32) -> impl Iterator<Item = Self> {
        (self.0 + 1..=LAST.min(self.0 + count)).map(Self)
    }
}

/// The type of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Story,
    Comment,
    Job,
}

/// An item without its children.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Post {
    pub(super) id: ItemId,
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    /// The time in seconds since 1970.
    pub(super) created_at_i: u64,
    /// The content; none for a deleted post.
    #[serde(flatten)]
    pub(super) content: Option<Content>,
    pub(super) parent_id: Option<ItemId>,
}

/// The author and the text.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Content {
    pub(super) author: String,
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    /// The text as HTML, as Hacker News writes it.
    pub(super) text: Option<String>,
    pub(super) points: Option<u32>,
}
