//! Tests of the JUnit XML, with a parser that did not write it.

use expect_test::expect_file;
use instructor::export::junit;
use roxmltree::{Document, Node};

use crate::class::{self, HOSTILE_READABLE};

fn number(node: Node<'_, '_>, attribute: &str) -> usize {
    node.attribute(attribute).unwrap().parse().unwrap()
}

fn count(node: Node<'_, '_>, tag: &str) -> usize {
    node.descendants().filter(|below| below.has_tag_name(tag)).count()
}

#[test]
fn each_student_is_a_suite_and_each_check_a_case() {
    expect_file!["junit.xml"].assert_eq(&junit::report(&class::results()));
}

#[test]
fn hostile_texts_are_well_formed_xml() {
    let text = junit::report(&class::results());
    let document = Document::parse(&text).unwrap();
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert_eq!(failure.attribute("type"), Some("refused"));
    let text = failure.text().unwrap();
    let next_step = "Next: remove what the grader refuses; the exercise does not need it.";
    assert_eq!(text, format!("{HOSTILE_READABLE}\n\n{next_step}"));
}

#[test]
fn counts_and_times_add_up() {
    let text = junit::report(&class::results());
    let document = Document::parse(&text).unwrap();
    let whole = document.root_element();
    let suites = || whole.children().filter(|node| node.has_tag_name("testsuite"));
    for node in suites().chain([whole]) {
        assert_eq!(number(node, "tests"), count(node, "testcase"));
        assert_eq!(number(node, "failures"), count(node, "failure"));
        assert_eq!(number(node, "skipped"), count(node, "skipped"));
        assert_eq!(number(node, "errors"), 0);
    }
    assert_eq!((count(whole, "failure"), count(whole, "skipped")), (4, 3));
    assert_eq!(whole.attribute("time"), Some("24.690"));
    assert!(suites().all(|suite| suite.attribute("time") == Some("12.345")));
}
