//! Shards store together what one machine stores.

use std::{fs, num::NonZeroUsize, process::Command, time::Duration};

use mock_web::{Endpoint, faults::Faults};
use serde_json::Value;

use super::folder::{PlanFolder, answer_of};
use crate::{
    session::{Session, text, web},
    signals_to_programs::start,
};

const CITIES: [&str; 7] =
    ["Seattle", "Austin", "Chicago", "Boston", "São Paulo", "St. Louis", "St Louis"];

#[test]
fn three_shards_store_what_one_machine_stores() {
    let test = "three_shards_store_what_one_machine_stores";
    for variant in ["parallel", "threads"] {
        let arguments = ["--shards", "3", "--latency", "0ms", "--variant", variant];
        let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
        folder.run_all(3);
        let mut of_one_machine = folder.program("one");
        of_one_machine.args(["--cities", "cities", "--limit", "5", "--store", "mongodb"]);
        of_one_machine.args(["--latency", "0ms", "--variant", variant, "--format", "json"]);
        let report = of_one_machine.output().unwrap();
        assert!(report.status.success(), "{report:?}");

        let answer = folder.answer();
        assert_eq!(answer, answer_of(&report.stdout));
        assert_eq!(answer["documents"], 30, "St Louis is St. Louis");
        assert_eq!(folder.documents("yelp"), folder.documents("one"));
        assert_eq!(folder.documents("yelp").len(), 30);
        assert_eq!(folder.missing(), "");
        let merged = folder.merge(&[]);
        assert!(
            text(&merged.stdout).contains("\n30 documents in mongodb\n3 of 3 shards are valid;")
        );
    }
}

#[test]
fn each_city_is_in_one_shard_in_the_order_of_the_plan() {
    let test = "each_city_is_in_one_shard_in_the_order_of_the_plan";
    let arguments = ["--shards", "9", "--latency", "0ms"];
    let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
    folder.run_all(9);
    let cities = (0..9).flat_map(|shard| {
        let result = folder.result(shard);
        let cities = result["answer"]["cities"].as_array().unwrap().clone();
        cities.into_iter().map(|city| {
            assert_eq!(city["complete"], true);
            assert_eq!(city["ids"].as_array().unwrap().len(), 5);
            city["city"].as_str().unwrap().to_owned()
        })
    });
    assert_eq!(cities.collect::<Vec<_>>(), CITIES, "two of the shards are empty");
}

#[test]
fn elements_at_once_do_not_empty_each_others_collection() {
    let test = "elements_at_once_do_not_empty_each_others_collection";
    let yelp = web(Duration::ZERO, Faults::default());
    let arguments = ["--shards", "2", "--base-url", &yelp.url()];
    let Some(folder) = PlanFolder::plan(test, &CITIES[..4], &arguments) else { return };
    // Both have opened the store, and none has stored anything, when all four searches are answered.
    yelp.set_gate(Endpoint::YelpV2Search, NonZeroUsize::new(4).unwrap(), Duration::from_mins(4));
    let elements = [0, 1].map(|index| start(&mut folder.element(index)));
    for element in elements {
        let output = element.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(yelp.gate(Endpoint::YelpV2Search).unwrap().peak, 4);
    assert_eq!(folder.answer()["documents"], 20);
}

#[test]
fn a_shard_that_is_done_is_not_done_again() {
    let test = "a_shard_that_is_done_is_not_done_again";
    let yelp = web(Duration::ZERO, Faults::default());
    let arguments = ["--shards", "2", "--base-url", &yelp.url()];
    let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
    assert!(folder.element(1).output().unwrap().status.success());
    let requests = yelp.observed().requests;
    let result = fs::read(folder.file("shards/00001.json")).unwrap();
    let again = folder.element(1).output().unwrap();
    assert!(text(&again.stdout).contains("its result and its documents are there already"));
    assert_eq!(yelp.observed().requests, requests);
    assert_eq!(fs::read(folder.file("shards/00001.json")).unwrap(), result);
    assert_eq!(folder.missing(), "0");
}

#[test]
fn the_job_script_does_a_shard() {
    let test = "the_job_script_does_a_shard";
    let arguments = ["--shards", "2", "--latency", "0ms", "--cores", "3"];
    let Some(folder) = PlanFolder::plan(test, &CITIES, &arguments) else { return };
    let script = fs::read_to_string(folder.file("job.sh")).unwrap();
    assert_eq!(script.lines().filter(|line| !line.starts_with('#')).count(), 1, "{script}");
    let mut job = Command::new("sh");
    let program = folder.program("yelp");
    job.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    job.arg(folder.file("job.sh")).env("SLURM_ARRAY_TASK_ID", "1").env("SLURM_ARRAY_JOB_ID", "77");
    let output = job.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(folder.result(1)["origin"]["job"], "77_1");
}

#[test]
fn elements_share_the_rate() {
    let session = Session::new();
    let rate = ["--rate", "100", "--at-once", "10", "--shards", "40", "--latency", "0ms"];
    let arguments = [&["plan", "plan", "--store", "mongodb", "--limit", "3"][..], &rate].concat();
    let planned = session.run(&arguments);
    assert!(planned.status.success(), "{planned:?}");
    let planned = text(&planned.stdout);
    assert!(planned.contains("\nsbatch --array=0-39%10 "), "{planned}");
    let plan: Value =
        serde_json::from_slice(&fs::read(session.path("plan/plan.json")).unwrap()).unwrap();
    let rate = &plan["arguments"]["fetching"]["rate"];
    assert_eq!((&rate["per_second"], &rate["processes"]), (&100.into(), &10.into()));
}

#[test]
fn a_plan_has_enough_shards_for_the_whole_rate() {
    let session = Session::new();
    let rate = ["--rate", "4", "--at-once", "3", "--latency", "0ms"];
    let planned = session.run(&[&["plan", "plan", "--store", "mongodb"][..], &rate].concat());
    let planned = text(&planned.stdout);
    assert!(planned.contains("\nsbatch --array=0-2%3 "), "{planned}");
}

#[test]
fn an_element_keeps_to_its_part_of_the_rate() {
    let test = "an_element_keeps_to_its_part_of_the_rate";
    for variant in ["parallel", "threads"] {
        let rate = ["--rate", "100", "--at-once", "10", "--shards", "2", "--latency", "0ms"];
        let arguments = [&rate[..], &["--variant", variant]].concat();
        let Some(folder) = PlanFolder::plan(test, &CITIES[..2], &arguments) else { return };
        folder.run_all(1);
        // Six requests, 100 ms from each to the next.
        let wall_ms = folder.result(0)["origin"]["wall_ms"].as_u64().unwrap();
        assert!(wall_ms >= 490, "{variant}: {wall_ms}");
    }
}
