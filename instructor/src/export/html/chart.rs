//! A chart of a check: which pieces of work overlapped, and which workers did them, without a time
//! scale.

use std::time::Duration;

use lab::verdict::Span;
use report::page::{self, Stop, WIDTH};

/// The most pieces of a chart: the gate holds the first ones back, and later ones look alike.
const PIECES_MAX: usize = 12;

/// The name of a thread that the kernel did not name.
const NAMELESS: &str = "unknown";

/// Renders a row for each worker, in the order of their first pieces; nothing if there are no
/// spans.
///
/// The axis is the order in which pieces began and ended: in time, one that was held back for long
/// would leave no room for the others.
pub(super) fn chart(seen: &[Span]) -> String {
    if seen.is_empty() {
        return String::new();
    }
    let mut spans: Vec<&Span> = seen.iter().collect();
    spans.sort_by_key(|span| span.start_us);
    spans.truncate(PIECES_MAX);
    let events = events(&spans);
    let place = |event: Event| {
        let before = events.iter().position(|&other| other == event).unwrap_or_default();
        before as u128 * WIDTH / (events.len() - 1) as u128
    };
    let mut rows: Vec<(&Span, String, usize)> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        let micros = Duration::from_micros;
        let title = page::span_title(&span.label, micros(span.start_us), micros(span.end_us));
        let stripe = page::stripe(
            &(place(Event::Begin(index))..place(Event::End(index))),
            &title,
            Stop::Never,
        );
        match rows.iter_mut().find(|(first, ..)| worker(first) == worker(span)) {
            Some((_, stripes, pieces)) => {
                *stripes += &stripe;
                *pieces += 1;
            }
            None => rows.push((span, stripe, 1)),
        }
    }
    let rows: String = rows
        .iter()
        .map(|(first, stripes, pieces)| page::row(&name(first), stripes, &format!("×{pieces}")))
        .collect();
    let (shown, all) = (spans.len(), seen.len());
    let caption = if shown < all {
        format!("<p>The first {shown} of {all} pieces.</p>\n")
    } else {
        String::new()
    };
    format!("<div class=\"run c1\">\n<ol class=\"lanes\">\n{rows}</ol>\n{caption}</div>\n")
}

/// The begin or the end of a piece, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Begin(usize),
    End(usize),
}

/// All events of the pieces, in order. What ends in the microsecond in which another begins has
/// ended before, unless it is that very piece.
fn events(spans: &[&Span]) -> Vec<Event> {
    let mut events: Vec<(u64, u8, Event)> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        let end_us = span.end_us.max(span.start_us);
        let is_short = end_us == span.start_us;
        events.push((span.start_us, 1, Event::Begin(index)));
        events.push((end_us, if is_short { 2 } else { 0 }, Event::End(index)));
    }
    events.sort_by_key(|&(at_us, turn, _)| (at_us, turn));
    events.into_iter().map(|(.., event)| event).collect()
}

/// The identity of a worker: its process, and its thread if known.
fn worker(span: &Span) -> (u32, Option<u32>) {
    (span.pid, span.tid)
}

fn name(span: &Span) -> String {
    let thread = if span.thread.is_empty() { NAMELESS } else { &span.thread };
    format!("{} {thread}", span.pid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(tid: u32, start_us: u64, end_us: u64) -> Span {
        let (thread, label) = ("same".to_owned(), "piece".to_owned());
        Span { pid: 7, thread, tid: Some(tid), label, start_us, end_us }
    }

    /// The begin and the width of each stripe of a chart, in steps.
    fn places(chart: &str, pieces: u128) -> Vec<(u128, u128)> {
        let number = |text: &str| text.split('"').next().unwrap().parse::<u128>().unwrap();
        let step = WIDTH / (2 * pieces - 1);
        let stripes = chart.split(" x=\"").skip(1);
        stripes
            .map(|stripe| {
                let (x, width) = stripe.split_once(" width=\"").unwrap();
                (number(x) / step, (number(width) + step / 2) / step)
            })
            .collect()
    }

    #[test]
    fn consecutive_pieces_never_overlap() {
        let chart = chart(&[
            span(1, 0, 2_000_000),
            span(2, 2_000_000, 2_000_001),
            span(3, 2_000_300, 2_000_300),
        ]);
        assert_eq!(places(&chart, 3), [(0, 1), (2, 1), (4, 1)]);
    }

    #[test]
    fn simultaneous_pieces_overlap() {
        let chart = chart(&[span(2, 5, 90), span(1, 0, 100)]);
        assert_eq!(places(&chart, 2), [(0, 3), (1, 1)]);
    }

    #[test]
    fn threads_of_one_name_have_a_row_each() {
        let chart = chart(&[span(1, 0, 3), span(2, 1, 4), span(1, 5, 6)]);
        assert_eq!(chart.matches("7 same</span>").count(), 2);
        assert!(chart.contains("×2") && chart.contains("×1"), "{chart}");
    }

    #[test]
    fn only_the_first_pieces_are_shown_and_a_note_says_so() {
        let many: Vec<Span> = (0..40).map(|piece| span(1, piece * 10, piece * 10 + 5)).collect();
        let chart = chart(&many);
        assert_eq!(chart.matches("<rect").count(), PIECES_MAX);
        assert!(chart.contains("The first 12 of 40 pieces."), "{chart}");
    }
}
