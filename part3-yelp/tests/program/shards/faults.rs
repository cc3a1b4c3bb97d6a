//! Faults of elements, hosts and the store: nothing is taken for complete that is not.

use std::{fs, num::NonZeroUsize, path::Path, time::Duration};

use mock_web::{
    Endpoint,
    faults::{Fault, Faults},
};

use super::folder::PlanFolder;
use crate::{
    session::{demo_environment, text, web},
    signals_to_programs::{end_by, start, wait_until},
};

const CITIES: [&str; 4] = ["Seattle", "Austin", "Chicago", "Boston"];

/// How many businesses the two cities of a shard have.
const TWO_CITIES: usize = 10;

#[test]
fn a_killed_element_leaves_no_result_and_is_done_again() {
    let test = "a_killed_element_leaves_no_result_and_is_done_again";
    for variant in ["parallel", "threads"] {
        let yelp = web(Duration::ZERO, Faults::default());
        let arguments = ["--shards", "2", "--variant", variant, "--base-url", &yelp.url()];
        let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
        let many = NonZeroUsize::new(TWO_CITIES + 1).unwrap();
        yelp.set_gate(Endpoint::YelpV2Business, many, Duration::from_mins(4));
        let mut child = start(&mut folder.element(0));
        wait_until(&mut child, |_| yelp.gate(Endpoint::YelpV2Business).unwrap().peak >= TWO_CITIES);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(folder.names().is_empty(), "{:?}", folder.names());
        assert_eq!(folder.missing(), "0-1");
        yelp.set_gate(Endpoint::YelpV2Business, NonZeroUsize::MIN, Duration::ZERO);
        folder.run_all(2);
        assert_eq!(folder.answer()["documents"], 20);
    }
}

#[test]
fn a_signal_keeps_what_was_stored_and_leaves_no_result() {
    let test = "a_signal_keeps_what_was_stored_and_leaves_no_result";
    for variant in ["parallel", "threads"] {
        for signal in interrupt::ending_signals() {
            let faults =
                Faults::default().always("/v2/search?location=Austin&limit=5", Fault::Stall);
            let yelp = web(Duration::ZERO, faults);
            let arguments = ["--shards", "2", "--variant", variant, "--base-url", &yelp.url()];
            let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
            // Seattle is stored before the search for Austin, which is never answered.
            let mut child = start(folder.element(0).args(["--workers", "1"]));
            wait_until(&mut child, |_| yelp.observed().requests >= 7);
            let output = end_by(signal, child);
            assert!(text(&output.stderr).contains("no result is written"), "{output:?}");
            assert!(folder.names().is_empty(), "{:?}", folder.names());
            assert_eq!(folder.documents("yelp").len(), 5, "{variant} {signal}");
        }
    }
}

#[test]
fn a_lost_document_is_named_and_its_shard_is_done_again() {
    let test = "a_lost_document_is_named_and_its_shard_is_done_again";
    let arguments = ["--shards", "4", "--latency", "0ms"];
    let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
    folder.run_all(4);
    let before = folder.answer();
    let result = folder.result(2);
    let id = result["answer"]["cities"][0]["ids"][3].as_str().unwrap();
    folder.lose(id);

    let names = folder.names();
    let merged = folder.merge(&[]);
    assert_eq!(merged.status.code(), Some(1), "{merged:?}");
    let lost = format!("shard 2: the business {id} of Chicago is not in the store any more\n");
    assert!(text(&merged.stdout).contains(&lost), "{merged:?}");
    assert!(text(&merged.stdout).contains("\nsbatch --array=2 "), "{merged:?}");
    assert_eq!(folder.missing(), "2");
    assert_eq!(folder.names(), names, "a merge only reads");

    let again = folder.element(2).output().unwrap();
    assert!(text(&again.stdout).contains("5 businesses of 1 city stored"), "{again:?}");
    assert_eq!(folder.missing(), "");
    assert_eq!(folder.answer(), before);
}

#[test]
fn an_incomplete_city_leaves_no_result() {
    let test = "an_incomplete_city_leaves_no_result";
    let faults = Faults::default().on("/v2/search?location=Austin&limit=5", 1, Fault::NotFound);
    let yelp = web(Duration::ZERO, faults);
    let arguments = ["--shards", "2", "--base-url", &yelp.url()];
    let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
    let output = folder.element(0).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stderr).contains("of Austin not stored"), "{output:?}");
    assert!(folder.names().is_empty());
    assert_eq!(folder.documents("yelp").len(), 5);
    folder.run_all(2);
    assert_eq!(folder.answer()["documents"], 20);
}

#[test]
fn a_host_that_fails_is_worth_a_retry() {
    let test = "a_host_that_fails_is_worth_a_retry";
    let yelp = web(Duration::ZERO, Faults::default().always("/v2/search", Fault::BadGateway));
    let arguments = ["--retries", "0", "--shards", "2", "--base-url", &yelp.url()];
    let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
    let output = folder.element(0).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(folder.names().is_empty());
}

#[test]
fn a_store_that_is_missing_is_worth_a_retry() {
    let test = "a_store_that_is_missing_is_worth_a_retry";
    let arguments = ["--shards", "2", "--latency", "0ms"];
    let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
    folder.run_all(2);
    for command in [&["shard", "plan", "--index", "0"][..], &["merge", "plan"]] {
        let unreachable = folder.file("unreachable.sock").to_str().unwrap().replace('/', "%2F");
        let mut program = folder.program("yelp");
        program.env("MONGODB_URI", format!("mongodb://{unreachable}")).args(command);
        let output = program.output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert_eq!(text(&output.stdout), "");
    }
    assert_eq!(folder.missing(), "", "the results stay");
}

#[test]
fn a_result_that_is_not_the_plans_counts_as_missing() {
    let test = "a_result_that_is_not_the_plans_counts_as_missing";
    let arguments = ["--shards", "2", "--latency", "0ms"];
    let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
    folder.run_all(2);
    let path = folder.file("shards/00001.json");
    let whole = fs::read_to_string(&path).unwrap();
    let plan = folder.result(1)["plan"].as_str().unwrap().to_owned();
    let other_plan = whole.replace(&plan, &plan.chars().rev().collect::<String>());
    let check = |content: &str| {
        fs::write(&path, content).unwrap();
        assert_eq!(folder.missing(), "1", "{content}");
        assert!(folder.element(1).output().unwrap().status.success(), "{content}");
        assert_eq!(folder.missing(), "");
    };
    check("");
    check(&whole[..100]);
    check(&other_plan);
    check(&fs::read_to_string(folder.file("shards/00000.json")).unwrap());
    check(&whole.replace("\"complete\":true", "\"complete\":false"));
    check(&whole.replace("\"city\":\"Boston\"", "\"city\":\"Oakland\""));
}

#[test]
fn no_file_holds_a_secret() {
    let test = "no_file_holds_a_secret";
    let yelp = web(Duration::ZERO, Faults::default());
    let arguments = ["--shards", "2", "--base-url", &yelp.url()];
    let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
    folder.create_user("ada", "s3cret");
    for index in ["0", "1"] {
        let mut program = folder.program_of_user("ada", "s3cret");
        let output = program.args(["shard", "plan", "--index", index]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert!(folder.plan_again(&arguments).status.success());
    check_folder(&folder.file(""));
}

fn check_folder(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            check_folder(&path);
            continue;
        }
        let content = fs::read_to_string(&path).unwrap();
        for secret in demo_environment().map(|(_, secret)| secret).iter().chain(&["s3cret", "ada:"])
        {
            assert!(!content.contains(secret), "{}: {secret}", path.display());
        }
    }
}
