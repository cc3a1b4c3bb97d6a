//! Pseudo-random choices about posts, the same in each run.

use super::post::ItemId;
use crate::pseudo_random;

/// A property that is chosen pseudo-randomly.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice {
    Kind,
    Parent,
    Deletion,
    Second,
    Author,
    Points,
    Title,
    Host,
    Length,
    /// A sentence of the text, by its index.
    Sentence(u32),
}

/// Draws a number below `bound` for a post.
pub(super) fn draw(id: ItemId, choice: Choice, bound: u32) -> u32 {
    let choice = match choice {
        Choice::Kind => 1,
        Choice::Parent => 2,
        Choice::Deletion => 3,
        Choice::Second => 4,
        Choice::Author => 5,
        Choice::Points => 6,
        Choice::Title => 7,
        Choice::Host => 8,
        Choice::Length => 9,
        Choice::Sentence(place) => 10 + u64::from(place),
    };
    let chance = pseudo_random::mix(pseudo_random::mix(u64::from(id.number())) ^ choice);
    u32::try_from(chance % u64::from(bound)).expect("less than the bound")
}
