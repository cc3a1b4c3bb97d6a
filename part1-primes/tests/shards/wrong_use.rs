//! Wrong use ends with code 2 before any work, so that a batch system need not try again.

use std::fs;

use super::folder::{Folder, SMALL, program};
use crate::{command_line::text, refused::check_refused};

#[test]
fn an_element_without_a_number_in_the_plan_is_refused() {
    let folder = Folder::plan(&[&SMALL[..], &["--shards", "3", "--count"]].concat());
    let path = folder.file("");
    let path = path.to_str().unwrap();
    let check = |index: &str, variable: Option<(&str, &str)>, reason: &str| {
        let mut program = program();
        program.envs(variable);
        check_refused(program, &["shard", path, "--index", index], reason);
    };
    check("auto", None, "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set");
    check("auto", Some(("SLURM_ARRAY_TASK_ID", "")), "which is no number");
    check("auto", Some(("JOB_COMPLETION_INDEX", "x")), "which is no number");
    check("auto", Some(("SLURM_ARRAY_TASK_ID", "3")), "is not below 3");
    check("auto+2", Some(("SLURM_ARRAY_TASK_ID", "1")), "is not below 3");
    check("3", None, "is not below 3");
    check("first", None, "is no index");
    check("0", Some(("SLURM_CPUS_PER_TASK", "all")), "SLURM_CPUS_PER_TASK is \"all\"");
    assert!(folder.names().is_empty());
}

#[test]
fn another_plan_does_not_take_the_folder() {
    let arguments = [&SMALL[..], &["--shards", "3", "--count"]].concat();
    let folder = Folder::plan(&arguments);
    folder.run_all(3);
    let plan = fs::read(folder.file("plan.json")).unwrap();
    assert!(folder.plan_again(&arguments).status.success(), "the same plan is no other");
    for other in [
        &[&SMALL[..], &["--shards", "4", "--count"]].concat(),
        &[&SMALL[..], &["--shards", "3"]].concat(),
        &["--from", "0", "--to", "9999", "--shards", "3", "--count"][..].to_vec(),
    ] {
        let output = folder.plan_again(other);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(text(&output.stderr).contains("is another plan, and stays"), "{output:?}");
    }
    assert_eq!(fs::read(folder.file("plan.json")).unwrap(), plan);
    assert_eq!(folder.missing(), "");
}

#[test]
fn what_cannot_be_planned_or_read_is_refused() {
    let folder = Folder::new();
    let path = folder.file("");
    let path = path.to_str().unwrap();
    let check = |arguments: &[&str], reason| check_refused(program(), arguments, reason);
    check(&["plan", path, "--from", "2", "--to", "1"], "is above --to 1");
    check(&["plan", path, "--from", "2", "--to", "3", "--shards", "0"], "at least 1 shard");
    check(
        &["plan", path, "--from", "2", "--to", "3", "--shards", "1e7"],
        "at most 1 000 000 shards",
    );
    let counting = ["plan", path, "--from", "0", "--to", "3", "--method", "count"];
    check(&counting, "so there is nothing to hand out (run it on one machine");
    check(&[&counting[..], &["--count"]].concat(), "cannot divide the work of --method count");
    check(&["plan", path, "--to", "3"], "--from");
    check(&["shard", path, "--index", "0"], "plan.json as a plan");
    check(&["merge", path], "plan.json as a plan");
    fs::write(folder.file("plan.json"), "{}").unwrap();
    check(&["merge", path], "plan.json as a plan");
    for (from, to, reason) in [
        ("\"from\": 0", "\"from\": 20000", "is above"),
        ("\"sieve\"", "\"count\"", "cannot divide the work of --method count"),
        ("\"shards\": 1,", "\"shards\": 18446744073709551615,", "at most 1 000 000 shards"),
    ] {
        let changed =
            Folder::plan(&["--from", "0", "--to", "1e4", "--method", "sieve", "--shards", "1"]);
        let path = changed.file("plan.json");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(&path, text.replace(from, to)).unwrap();
        check(&["shard", changed.file("").to_str().unwrap(), "--index", "0"], reason);
        check(&["merge", changed.file("").to_str().unwrap()], reason);
    }
    let counted = Folder::plan(&[&SMALL[..], &["--count"]].concat());
    let path = counted.file("");
    check(&["merge", path.to_str().unwrap(), "--print"], "this plan keeps no lists");
}
