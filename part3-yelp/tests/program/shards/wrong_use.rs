//! Wrong use ends with code 2 before any work, so that a batch system need not try again.

use std::fs;

use crate::{
    refused::check_refused,
    session::{Session, text},
};

const PLAN: [&str; 4] = ["plan", "plan", "--store", "mongodb"];

fn check_plan_refused(arguments: &[&str], reason: &str) {
    let session = Session::new();
    check_refused(session.program(), &[&PLAN[..], arguments].concat(), reason);
    assert!(!session.path("plan").exists(), "{arguments:?}");
}

#[test]
fn what_cannot_be_planned_is_refused() {
    for store in [&[][..], &["--store", "sqlite"], &["--store", "sqlite:yelp.db"]] {
        let arguments = [&["plan", "plan"][..], store].concat();
        let reason = "SQLite's file is on one machine, and the shards run on many";
        check_refused(Session::new().program(), &arguments, reason);
    }
    check_plan_refused(&["--rate", "8"], "add --at-once");
    check_plan_refused(&["--live"], "add --at-once");
    check_plan_refused(&["--rate", "8", "--at-once", "0"], "--at-once");
    check_plan_refused(&["--at-once", "8", "--shards", "1001"], "at most 1000 shards");
    check_plan_refused(&["--live", "--api", "v2", "--at-once", "1"], "ended version 2");
    check_plan_refused(&["--latency", "10s"], "ask for a longer --timeout");
    check_plan_refused(&["--shards", "0"], "at least 1 shard");
    check_plan_refused(&["--shards", "1e7"], "at most 1 000 000 shards");
    check_plan_refused(&["--variant", "sequential"], "possible values: parallel, threads");
    check_plan_refused(&["--cities", "/dev/null"], "it has no city");
    check_plan_refused(&["--cities", "/nowhere"], "cannot use /nowhere as a list of cities");
    check_plan_refused(&["--base-url", "http://user:secret@localhost"], "--base-url");
}

#[test]
fn a_city_that_is_listed_twice_is_planned_once() {
    let session = Session::new();
    session.file("cities", b"Seattle\nBoston\nseattle\n");
    let planned = session.run(&[&PLAN[..], &["--cities", "cities"]].concat());
    assert!(planned.status.success(), "{planned:?}");
    let notice = "These cities are listed twice, and scraped once: seattle\n";
    assert_eq!(text(&planned.stderr), notice);
    let plan = fs::read_to_string(session.path("plan/plan.json")).unwrap();
    assert_eq!(
        (plan.matches("Seattle").count(), plan.matches("seattle").count()),
        (1, 0),
        "{plan}"
    );
}

#[test]
fn another_plan_does_not_take_the_folder() {
    let session = Session::new();
    assert!(session.run(&PLAN).status.success());
    assert!(session.run(&PLAN).status.success(), "the same plan is no other");
    let plan = fs::read(session.path("plan/plan.json")).unwrap();
    for other in [["--limit", "19"], ["--shards", "2"], ["--variant", "threads"], ["--api", "v3"]] {
        let output = session.run(&[&PLAN[..], &other].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(text(&output.stderr).contains("is another plan, and stays"), "{output:?}");
    }
    assert_eq!(fs::read(session.path("plan/plan.json")).unwrap(), plan);
}

#[test]
fn a_plan_of_another_program_is_refused() {
    let session = Session::new();
    let check = |reason: &str| {
        for arguments in [&["shard", "plan", "--index", "0"][..], &["merge", "plan"]] {
            check_refused(session.program(), arguments, reason);
        }
    };
    check("plan.json as a plan");
    assert!(session.run(&PLAN).status.success());
    let path = session.path("plan/plan.json");
    let plan = fs::read_to_string(&path).unwrap();
    fs::write(&path, plan.replace("part3-yelp", "part1-primes")).unwrap();
    check("it is for part1-primes");
    fs::write(&path, plan.replace("\"schema\": 1", "\"schema\": 2")).unwrap();
    check("schema 2");
    fs::write(&path, plan.replace("Austin", "Seattle")).unwrap();
    check("it was changed, and cannot be done: a city is there twice");
    fs::write(&path, "{}").unwrap();
    check("plan.json as a plan");
}

#[test]
fn an_element_without_a_number_in_the_plan_is_refused() {
    let session = Session::new();
    assert!(session.run(&[&PLAN[..], &["--shards", "3"]].concat()).status.success());
    let check = |index: &str, variable: Option<(&str, &str)>, reason: &str| {
        let mut program = session.program();
        program.envs(variable);
        check_refused(program, &["shard", "plan", "--index", index], reason);
    };
    check("auto", None, "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set");
    check("auto", Some(("SLURM_ARRAY_TASK_ID", "3")), "is not below 3");
    check("3", None, "is not below 3");
    check("first", None, "is no index");
}
