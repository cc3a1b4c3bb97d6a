//! Bar charts: a number for each variant, and a reference line.

use crate::page::{Escaped, percent};

/// A number, as a bar and as text.
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) colour: usize,
    pub(super) value: f64,
    /// The number as text.
    pub(super) text: String,
    /// The position of the reference line.
    pub(super) mark: Option<f64>,
}

/// A chart of bars on one scale; empty if there are none.
pub(super) fn figure(title: &str, caption: &str, bars: &[Bar]) -> String {
    if bars.is_empty() {
        return String::new();
    }
    let reach = |bar: &Bar| bar.value.max(bar.mark.unwrap_or_default());
    let scale = bars.iter().map(reach).fold(0.0, f64::max);
    let rows: String = bars.iter().map(|bar| row(bar, scale)).collect();
    let caption = match caption {
        "" => String::new(),
        some => format!("<p>{}</p>", Escaped(some)),
    };
    format!(
        "<figure>\n<figcaption><h3>{}</h3>{caption}</figcaption>\n<dl class=\"bars\">\n{rows}</dl>\n\
         </figure>\n",
        Escaped(title)
    )
}

fn row(bar: &Bar, scale: f64) -> String {
    let mark = bar.mark.map_or_else(String::new, |mark| {
        format!("<span class=\"mark\" style=\"left:{}\"></span>", percent(mark, scale))
    });
    format!(
        "<div class=\"c{}\"><dt>{}</dt><dd><b>{}</b><span class=\"scale\"><span class=\"bar\" \
         style=\"width:{}\"></span>{mark}</span></dd></div>\n",
        bar.colour,
        Escaped(&bar.label),
        Escaped(&bar.text),
        percent(bar.value, scale)
    )
}
