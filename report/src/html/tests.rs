//! Tests of the page: what it shows, what it folds, and that text from outside is never markup.

use std::time::Duration;

use common::stopwatch::Cost;
use message::printable;

use super::*;
use crate::{
    Published,
    timeline::{Lane, Span},
};

/// A run of `wall_ms` with this many lanes, and this many spans in each.
fn run(variant: &'static str, lanes: usize, spans: usize, wall_ms: u64) -> Run<()> {
    let wall = Duration::from_millis(wall_ms);
    let count = u32::try_from(spans.max(1)).unwrap();
    let of_lane = |lane| {
        (0..spans).map(move |index| Span {
            lane,
            label: format!("<b>chunk</b> {index}"),
            start: wall / count * u32::try_from(index).unwrap(),
            end: wall / count * u32::try_from(index + 1).unwrap(),
        })
    };
    Run {
        variant,
        workers: lanes,
        answer: (),
        cost: Cost { wall, cpu: wall },
        floor: Some(wall / 2),
        timeline: Timeline {
            lanes: (0..lanes).map(|lane| Lane::of_thread(&format!("東京 & <i>{lane}"))).collect(),
            spans: (0..lanes).flat_map(of_lane).collect(),
            losses: Vec::new(),
        },
    }
}

fn page_of(runs: Vec<Run<()>>) -> String {
    page_with(runs, true)
}

fn page_with(runs: Vec<Run<()>>, shares_work: bool) -> String {
    let lesson = Lesson {
        question: "<script>alert(1)</script>:".to_owned(),
        answer: "\"that\"".to_owned(),
        details: vec!["<img onerror=x>".to_owned()],
        history: "In 2015 it was <slower>.".to_owned(),
        published: Published {
            sequential: Duration::from_secs(22),
            concurrent: Duration::from_secs(11),
            way: "2 processes",
        },
        meaning: "What it means: A & B.".to_owned(),
        shares_work,
    };
    to_html(&Report { cores: 2, ..Report::new("part0", (), runs) }, &lesson)
}

fn count(page: &str, wanted: &str) -> usize {
    page.matches(wanted).count()
}

#[test]
fn each_lane_is_a_row_and_each_span_a_stripe() {
    let page = page_of(vec![run("sequential", 1, 6, 100), run("threads", 3, 2, 50)]);
    assert_eq!(count(&page, "<li><span class=\"name\""), 4);
    assert_eq!(count(&page, "<rect role=\"img\""), 12);
    assert_eq!(count(&page, "<rect role=\"img\" tabindex=\"0\""), 2, "a stop of Tab for each run");
    assert_eq!(count(&page, "Folded: "), 0);
    assert!(page.contains("chunk&lt;/b&gt; 1: 25.0 ms to 50.0 ms, took 25.0 ms"), "{page}");
    assert!(page.contains("Its 3 workers had work under way for 100 % of the time"), "{page}");
}

#[test]
fn names_that_repeat_are_followed_by_ids() {
    let mut twins = run("threads", 3, 1, 50);
    for (lane, tid) in twins.timeline.lanes.iter_mut().zip([7, 8]) {
        *lane = Lane { tid: Some(tid), ..Lane::of_thread("twin") };
    }
    let page = page_of(vec![run("sequential", 1, 1, 100), twins]);
    for name in ["twin TID 7", "twin TID 8", "東京 &amp; &lt;i&gt;2"] {
        assert_eq!(count(&page, &format!(">{name}</span>")), 1, "{name}: {page}");
    }
    assert_eq!(count(&page, "class=\"run c1 with-ids\""), 1, "{page}");
    assert_eq!(count(&page, "with-ids\""), 1, "only where it is needed");
}

#[test]
fn spans_too_small_to_distinguish_are_folded_with_a_note() {
    let page = page_of(vec![run("sequential", 1, 2_001, 100), run("threads", 101, 1, 50)]);
    assert_eq!(count(&page, "<rect role=\"img\""), 0);
    assert_eq!(count(&page, "Folded: "), 2);
    assert!(page.contains("Folded: 2 001 spans of 1 lane, "), "{page}");
    assert!(page.contains("Folded: 101 spans of 101 lanes, "), "{page}");
    assert!(page.contains("5 lanes, at work for 100 % of the run"), "{page}");
}

#[test]
fn the_page_is_bounded_however_many_spans_there_are() {
    let page = page_of(vec![run("sequential", 1, 1, 100), run("threads", 4_000, 20, 50)]);
    assert!(page.len() < 1 << 20, "{} bytes", page.len());
}

#[test]
fn text_from_outside_is_never_markup() {
    let page = page_of(vec![run("sequential", 1, 1, 100)]);
    for markup in ["<script>alert", "<b>chunk", "<i>", "<img", "<slower>"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;: <strong>&quot;that&quot;"));
}

#[test]
fn text_from_outside_cannot_hide_or_reorder_letters() {
    let hostile = "a\u{202e}b\u{9b}c\u{2067}d\u{1b}e\0f";
    let mut run = run("sequential", 1, 1, 100);
    run.timeline.lanes = vec![Lane::of_thread(hostile)];
    run.timeline.spans[0].label = hostile.to_owned();
    let report = Report { cores: 2, ..Report::new("part0\u{202e}", (), vec![run]) };
    let lesson = Lesson {
        question: hostile.to_owned(),
        answer: hostile.to_owned(),
        details: vec![hostile.to_owned()],
        history: hostile.to_owned(),
        published: Published {
            sequential: Duration::from_secs(22),
            concurrent: Duration::from_secs(11),
            way: "\u{202e}way",
        },
        meaning: hostile.to_owned(),
        shares_work: true,
    };
    let page = to_html(&report, &lesson);
    assert_eq!(printable::lines(&page), page);
    let shown = r"a\u{202e}b\u{9b}c\u{2067}d\u{1b}e\u{0}f";
    assert!(page.contains(&format!("<title>{shown}: ")), "the tooltip of a span");
    assert!(page.contains(&format!("title=\"{shown}")), "the tooltip of a lane");
    assert!(page.contains(r"<title>part0\u{202e}: "), "the title of the page");
}

#[test]
fn the_page_asks_for_nothing() {
    let page = page_of(vec![run("sequential", 1, 1, 100), run("threads", 2, 1, 50)]);
    for asking in ["<link", " src=", "url(", "@import", "fetch(", "http://", "XMLHttpRequest"] {
        assert!(!page.contains(asking), "{asking}");
    }
    assert_eq!(count(&page, "https://"), 1, "a link to follow");
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_run_without_time_or_work_has_a_page_too() {
    let idle = run("threads", 2, 0, 10);
    for runs in [vec![], vec![idle], vec![run("sequential", 1, 1, 0), run("threads", 2, 1, 0)]] {
        let page = page_of(runs);
        assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
    }
}

#[test]
fn the_result_of_2015_is_paired_with_ours_if_there_is_one() {
    let page = page_of(vec![run("sequential", 1, 1, 1_000), run("threads", 4, 1, 400)]);
    assert!(page.contains("2015, 2 processes") && page.contains("here, threads"), "{page}");
    let page = page_of(vec![run("sequential", 1, 1, 1_000)]);
    assert!(page.contains("2015, 2 processes") && !page.contains("here, "), "{page}");
}

#[test]
fn work_that_is_not_shared_has_no_speedup() {
    let runs = || vec![run("sequential", 1, 1, 1_000), run("threads", 4, 1, 400)];
    let speedup = ["<h3>Speedup</h3>", "<h3>Efficiency</h3>", "2.50×", "here, threads"];
    let (shared, unshared) = (page_with(runs(), true), page_with(runs(), false));
    for part in speedup {
        assert!(shared.contains(part) && !unshared.contains(part), "{part}: {unshared}");
    }
    assert!(unshared.contains("<h3>Wall time</h3>"), "{unshared}");
}

#[test]
fn the_curve_goes_through_the_fastest_run() {
    let page = page_of(vec![run("sequential", 1, 1, 1_000), run("threads", 4, 1, 400)]);
    assert!(page.contains("threads is 2.50 times as fast"), "{page}");
    assert!(page.contains("a serial fraction of 20.0 % would cost"), "{page}");
    assert!(page.contains("end below 5, however"), "{page}");
    let page = page_of(vec![run("sequential", 1, 1, 400), run("threads", 4, 1, 400)]);
    assert!(page.contains("threads gained nothing, so there is no curve to draw"), "{page}");
    let page = page_of(vec![run("sequential", 1, 1, 400), run("threads", 4, 1, 90)]);
    assert!(page.contains("threads came up to the ideal line (4.44 times as fast)"), "{page}");
}
