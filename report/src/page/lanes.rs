//! Rows of a chart: one for each worker, with a stripe for each piece of its work.

use std::{ops::Range, time::Duration};

use super::Escaped;
use crate::human_time;

/// The width of a row, in units of the drawing.
pub const WIDTH: u128 = 100_000;

/// The least visible width.
const WIDTH_MIN: u128 = 150;

/// How the keyboard selects a stripe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// By the Tab key.
    Tab,
    /// By the script only.
    Script,
    /// Not at all.
    Never,
}

impl Stop {
    /// The HTML attribute for this.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Tab => " tabindex=\"0\"",
            Self::Script => " tabindex=\"-1\"",
            Self::Never => "",
        }
    }
}

/// A stripe between two positions of a row, in units of [`WIDTH`], with a label as text.
pub fn stripe(place: &Range<u128>, title: &str, stop: Stop) -> String {
    let (x, width) = (place.start, width(place));
    format!(
        "<rect role=\"img\"{} x=\"{x}\" width=\"{width}\" height=\"10\"><title>{}</title></rect>\n",
        stop.attribute(),
        Escaped(title)
    )
}

/// A piece of work in words: its label and its times.
pub fn span_title(label: &str, start: Duration, end: Duration) -> String {
    let took = end.saturating_sub(start);
    format!("{label}: {} to {}, took {}", human_time(start), human_time(end), human_time(took))
}

/// The row of a worker, as an item of a list of the class `lanes`: its name as text, its stripes as
/// HTML, and a short note as text.
pub fn row(name: &str, stripes: &str, note: &str) -> String {
    let (name, note) = (Escaped(name), Escaped(note));
    format!(
        "<li><span class=\"name\" title=\"{name}\">{name}</span>\
         <div class=\"track\"><svg viewBox=\"0 0 {WIDTH} 10\" preserveAspectRatio=\"none\" \
         role=\"group\" aria-label=\"{name}\">\n{stripes}</svg></div>\
         <span class=\"busy\">{note}</span></li>\n"
    )
}

/// The width of a stripe, so that it is visible.
pub(crate) fn width(place: &Range<u128>) -> u128 {
    place.end.saturating_sub(place.start).max(WIDTH_MIN)
}
