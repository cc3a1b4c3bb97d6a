//! Tests of the class page.

use expect_test::expect_file;
use instructor::export::html;
use message::printable;

use crate::class;

fn page() -> String {
    html::class_page(&class::results())
}

#[test]
fn the_page_has_all_that_is_known() {
    let page = page();
    let body = page.find("<body>").unwrap();
    expect_file!["class.html"].assert_eq(&page[body..]);
}

#[test]
fn text_from_outside_is_never_markup() {
    let page = page();
    for markup in ["<script", "<img", "<b>main", "onerror=y>"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)&amp;"));
}

#[test]
fn the_page_asks_for_nothing_and_runs_nothing() {
    let page = html::class_page(&[class::proven()]);
    for asking in
        ["<script", "<link", " src=", "url(", "@import", "http://", "https://", "javascript:"]
    {
        assert!(!page.contains(asking), "{asking}");
    }
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
}

#[test]
fn each_span_is_a_stripe_in_the_row_of_its_worker() {
    let page = page();
    assert_eq!(page.matches("<rect role=\"img\"").count(), 8 + 4 + 6);
    assert_eq!(page.matches("<li><span class=\"name\"").count(), 4 + 2 + 6);
    assert!(!page.contains("tabindex=\"-1\""), "there is no script to step on");
}

#[test]
fn an_empty_class_has_a_page_too() {
    let page = html::class_page(&[]);
    assert!(page.contains("<p>0 handed in") && !page.contains("NaN"), "{page}");
}

#[test]
fn text_from_outside_cannot_hide_or_reorder_letters() {
    let hostile = "a\u{202e}b\u{9b}c\u{2067}d\u{1b}e\u{0}f";
    let mut result = class::proven();
    result.student = hostile.to_owned();
    for graded in &mut result.checks {
        graded.verdict.evidence = format!("{hostile}\r\n{hostile}");
        for span in &mut graded.verdict.timeline {
            (span.thread, span.label) = (hostile.to_owned(), hostile.to_owned());
        }
    }
    let page = html::class_page(&[result]);
    assert_eq!(printable::lines(&page), page);
    assert!(page.contains(r"<bdi>a\u{202e}b\u{9b}c\u{2067}d\u{1b}e\u{0}f</bdi>"), "{page}");
}
