//! The endpoints that the local web imitates, each a place where a gate may stand.

use serde::{Deserialize, Serialize};

use crate::{answer::Answer, hacker_news};

/// An endpoint of an imitated site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// `GET /api/v1/items/:id` of Hacker News.
    HackerNewsItems,
}

impl Endpoint {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::HackerNewsItems];

    /// What it is called in addresses and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::HackerNewsItems => "hacker-news-items",
        }
    }

    /// The one that a path belongs to, if any.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        path.starts_with(hacker_news::ITEMS).then_some(Self::HackerNewsItems)
    }

    /// What it answers when nothing goes wrong.
    pub(crate) fn answer(self, method: &str, path: &str) -> Answer {
        match (self, method) {
            (Self::HackerNewsItems, "GET") => hacker_news::item_at(path),
            (Self::HackerNewsItems, _) => Answer::method_not_allowed("GET"),
        }
    }
}
