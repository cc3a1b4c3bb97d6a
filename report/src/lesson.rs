//! What only a part can say about its report: its sentences, and the result that came before it.

use std::time::Duration;

/// The sentences that only a part can say about its report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// What was asked.
    pub question: String,
    /// What was found.
    pub answer: String,
    /// Lines that belong below the drawing.
    pub details: Vec<String>,
    /// What the lab measured in 2015.
    pub history: String,
    /// The same in numbers, to draw.
    pub published: Published,
    /// What the numbers mean.
    pub meaning: String,
}

/// A result of the Python lab of 2015, whose job is the default one of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// How long it took, one after another.
    pub sequential: Duration,
    /// How long the fastest way took.
    pub concurrent: Duration,
    /// What that way was.
    pub way: &'static str,
}
