//! The content of a report that differs from part to part: sentences, and the result of 2015.

use std::time::Duration;

/// The sentences of a part for its report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The question of the run.
    pub question: String,
    /// The answer of the run.
    pub answer: String,
    /// Lines to print below the timeline.
    pub details: Vec<String>,
    /// A sentence on the times of the lab of 2015.
    pub history: String,
    /// The same times as numbers, for charts.
    pub published: Published,
    /// The meaning of the numbers.
    pub meaning: String,
    /// Whether workers share the work. Otherwise speedups are chance, and only the JSON has them.
    pub shares_work: bool,
}

/// A result of the Python lab of 2015, whose job is the default one of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// The time of the sequential way.
    pub sequential: Duration,
    /// The time of the fastest way.
    pub concurrent: Duration,
    /// The name of the fastest way.
    pub way: &'static str,
}
