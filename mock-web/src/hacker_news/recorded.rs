//! The first items, from a file; `data/README.md` says which data are real.

use std::sync::LazyLock;

use super::post::{ItemId, Post};

const ITEMS: &str = include_str!("../../../data/hacker-news/items.json");

static POSTS: LazyLock<Vec<Post>> =
    LazyLock::new(|| serde_json::from_str(ITEMS).expect("items in the data folder"));

pub(super) fn post(id: ItemId) -> Option<Post> {
    POSTS.iter().find(|post| post.id == id).cloned()
}

pub(super) fn children(id: ItemId) -> Vec<Post> {
    POSTS.iter().filter(|post| post.parent_id == Some(id)).cloned().collect()
}

/// The id of the last recorded item.
pub(super) fn last() -> u32 {
    POSTS.iter().map(|post| post.id.number()).max().unwrap_or(0)
}
