//! Tests of what Gradescope shows to a student.

use expect_test::expect_file;
use instructor::export::gradescope;
use serde_json::Value;

use crate::class::{self, SECRET};

fn parsed() -> [Value; 2] {
    [class::proven(), class::hostile()]
        .map(|result| serde_json::from_str(&gradescope::result(&result)).unwrap())
}

/// A test by the name of its check.
fn test_of<'a>(result: &'a Value, check: &str) -> &'a Value {
    let tests = result["tests"].as_array().unwrap();
    tests.iter().find(|test| test["name"] == check).unwrap()
}

#[test]
fn proved_checks_have_all_points_and_the_bonus_its_half() {
    expect_file!["proven.json"].assert_eq(&gradescope::result(&class::proven()));
}

#[test]
fn hostile_submissions_get_only_visible_feedback() {
    expect_file!["hostile.json"].assert_eq(&gradescope::result(&class::hostile()));
}

#[test]
fn only_names_and_values_of_the_format_are_used() {
    let of_result =
        ["score", "execution_time", "output", "output_format", "stdout_visibility", "tests"];
    let of_test = [
        "score",
        "max_score",
        "status",
        "name",
        "name_format",
        "output",
        "output_format",
        "tags",
        "visibility",
    ];
    let visibilities = ["visible", "after_due_date", "after_published", "hidden"];
    let is_known = |object: &Value, names: &[&str]| {
        object.as_object().unwrap().keys().all(|key| names.contains(&key.as_str()))
    };
    for result in parsed() {
        assert!(is_known(&result, &of_result), "{result}");
        for test in result["tests"].as_array().unwrap() {
            assert!(is_known(test, &of_test), "{test}");
            assert!(visibilities.contains(&test["visibility"].as_str().unwrap()), "{test}");
            assert!(["passed", "failed"].contains(&test["status"].as_str().unwrap_or("passed")));
            assert_eq!(
                (&test["output_format"], &test["name_format"]),
                (&"text".into(), &"text".into())
            );
        }
    }
}

#[test]
fn the_score_is_the_sum() {
    for result in parsed() {
        let scores = result["tests"].as_array().unwrap().iter();
        let sum: u64 = scores.filter_map(|test| test["score"].as_u64()).sum();
        assert_eq!(result["score"], sum);
    }
}

#[test]
fn a_bonus_that_was_not_judged_costs_nothing() {
    let [_, hostile] = parsed();
    let speed = test_of(&hostile, "part1/parallel/speed");
    assert!(["score", "max_score", "status"].iter().all(|key| speed[key].is_null()), "{speed}");
}

#[test]
fn feedback_of_verdicts_only_has_no_evidence_and_no_next_step() {
    let [_, hostile] = parsed();
    let names = test_of(&hostile, "part2/concurrent/names");
    assert_eq!((&names["status"], &names["output"]), (&"failed".into(), &Value::Null));
}

#[test]
fn a_check_that_waits_for_a_hidden_one_does_not_give_it_away() {
    let [_, hostile] = parsed();
    assert!(test_of(&hostile, "part1/processes/overlap")["output"].is_null());
    let waits_for_a_visible_one = test_of(&hostile, "part1/parallel/overlap");
    assert_eq!(waits_for_a_visible_one["output"], "part1/parallel/answer has to pass first");
}

#[test]
fn the_text_above_all_tests_has_only_what_is_visible_at_once() {
    let [proven, hostile] = parsed();
    assert!(proven["output"].is_null());
    let text = hostile["output"].as_str().unwrap();
    assert!(
        text.contains("Next, for part1/parallel/answer: remove what the grader refuses"),
        "{text}"
    );
    let mut rest = class::hostile();
    rest.is_complete = true;
    rest.checks.remove(0);
    let rest: Value = serde_json::from_str(&gradescope::result(&rest)).unwrap();
    assert!(rest["output"].is_null(), "neither hidden, nor later, nor a bare verdict: {rest}");
    assert!(!text.contains(SECRET) && !text.contains("processes") && !text.contains("part2"));
}
