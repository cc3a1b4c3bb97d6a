//! An item as it is sent, with its 13 fields.

use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;

use super::{
    generated,
    post::{Content, ItemId, Kind, Post},
    recorded,
};

/// An item; all fields are present, and null where they have no meaning.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Item {
    id: ItemId,
    created_at: String,
    created_at_i: u64,
    #[serde(rename = "type")]
    kind: Kind,
    author: Option<String>,
    title: Option<String>,
    url: Option<String>,
    text: Option<String>,
    points: Option<u32>,
    parent_id: Option<ItemId>,
    story_id: ItemId,
    children: Vec<Self>,
    /// The options of a poll; there are no polls here.
    options: [(); 0],
}

impl Item {
    /// Finds the item of this id, unless it is deleted.
    pub(super) fn find(id: ItemId) -> Option<Self> {
        let post = Post::find(id);
        let root = post.root();
        post.content.is_some().then(|| Self::new(post, root))
    }

    /// An item of a post; a deleted one has no content, but keeps its children.
    fn new(post: Post, root: ItemId) -> Self {
        let children = post.children().into_iter().map(|child| Self::new(child, root)).collect();
        let created_at = UNIX_EPOCH + Duration::from_secs(post.created_at_i);
        let (author, content) = match post.content {
            Some(Content { author, title, url, text, points }) => {
                (Some(author), (title, url, text, points))
            }
            None => Default::default(),
        };
        let (title, url, text, points) = content;
        Self {
            id: post.id,
            created_at: humantime::format_rfc3339_millis(created_at).to_string(),
            created_at_i: post.created_at_i,
            kind: post.kind,
            author,
            title,
            url,
            text,
            points,
            parent_id: post.parent_id,
            story_id: root,
            children,
            options: [],
        }
    }
}

impl Post {
    fn find(id: ItemId) -> Self {
        recorded::post(id).unwrap_or_else(|| generated::post(id))
    }

    /// The direct children, oldest first.
    fn children(&self) -> Vec<Self> {
        if recorded::post(self.id).is_some() {
            recorded::children(self.id)
        } else {
            generated::children(self.id)
        }
    }

    /// The story above this post, or itself if it is one.
    fn root(&self) -> ItemId {
        let mut root = self.clone();
        while let Some(parent) = root.parent_id {
            root = Self::find(parent);
        }
        root.id
    }
}
