//! What is left to chance about a post, but to the same chance each time.

use super::post::ItemId;
use crate::pseudo_random;

/// What is decided by chance, each by a draw of its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question {
    Kind,
    Parent,
    Deletion,
    Second,
    Author,
    Points,
    Title,
    Host,
    Length,
    /// A sentence of the text, by its place.
    Sentence(u32),
}

/// Draws a number below `bound` for a post.
pub(super) fn draw(id: ItemId, question: Question, bound: u32) -> u32 {
    let question = match question {
        Question::Kind => 1,
        Question::Parent => 2,
        Question::Deletion => 3,
        Question::Second => 4,
        Question::Author => 5,
        Question::Points => 6,
        Question::Title => 7,
        Question::Host => 8,
        Question::Length => 9,
        Question::Sentence(place) => 10 + u64::from(place),
    };
    let chance = pseudo_random::mix(pseudo_random::mix(u64::from(id.number())) ^ question);
    u32::try_from(chance % u64::from(bound)).expect("less than the bound")
}
