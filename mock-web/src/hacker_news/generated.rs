//! Generates posts from their ids alone, the same in each run.
//!
//! A comment answers one of the 20 posts before it. So the answers to a post are among the 20 posts
//! after it. Each post has 0.6 answers on average: threads end, and most are short.

use super::{
    post::{Content, ItemId, Kind, Post},
    prose, recorded,
    seeded_choice::{Choice, draw},
};

/// The greatest distance of ids between a comment and its parent.
const REACH: u32 = 20;

/// The id and the time of a known item, from which the times of later ones are computed.
const EPOCH: (u32, u64) = (20, 1_160_424_038);
const SECONDS_APART: u64 = 13;

pub(super) fn post(id: ItemId) -> Post {
    let parent_id = parent(id);
    let kind = if parent_id.is_some() { Kind::Comment } else { kind_without_parent(id) };
    let is_deleted = draw(id, Choice::Deletion, 100) < 2;
    Post {
        id,
        kind,
        created_at_i: created_at(id),
        content: (!is_deleted).then(|| content(id, kind)),
        parent_id,
    }
}

pub(super) fn children(id: ItemId) -> Vec<Post> {
    id.following(REACH).filter(|later| parent(*later) == Some(id)).map(post).collect()
}

/// The parent of a post; jobs and the first items have none.
fn parent(id: ItemId) -> Option<ItemId> {
    if draw(id, Choice::Kind, 100) >= 60 {
        return None;
    }
    let first = (recorded::last() + 1).max(id.number().saturating_sub(REACH));
    let candidates = id.number().saturating_sub(first);
    if candidates == 0 {
        return None;
    }
    let parent = ItemId::new(first + draw(id, Choice::Parent, candidates))?;
    (!is_job(parent)).then_some(parent)
}

fn kind_without_parent(id: ItemId) -> Kind {
    if is_job(id) { Kind::Job } else { Kind::Story }
}

fn is_job(id: ItemId) -> bool {
    draw(id, Choice::Kind, 100) >= 97
}

/// The time of a post; later items are younger.
fn created_at(id: ItemId) -> u64 {
    let (epoch_id, epoch) = EPOCH;
    let apart = u64::from(id.number() - epoch_id) * SECONDS_APART;
    epoch + apart + u64::from(draw(id, Choice::Second, 13))
}

fn content(id: ItemId, kind: Kind) -> Content {
    let author = prose::author(id).to_owned();
    match kind {
        Kind::Comment => {
            Content { author, title: None, url: None, text: Some(prose::comment(id)), points: None }
        }
        Kind::Job => Content {
            author,
            title: Some(prose::job_title(id)),
            url: Some(prose::url(id)),
            text: None,
            points: Some(1),
        },
        Kind::Story => {
            let is_question = draw(id, Choice::Host, 10) == 0;
            Content {
                author,
                title: Some(if is_question { prose::question(id) } else { prose::title(id) }),
                url: (!is_question).then(|| prose::url(id)),
                text: is_question.then(|| prose::comment(id)),
                points: Some(1 + draw(id, Choice::Points, 20) * draw(id, Choice::Second, 13)),
            }
        }
    }
}
