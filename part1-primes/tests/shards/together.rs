//! Shards find together what one machine finds, or say what is missing.

use std::{fs, process::Command};

use serde_json::Value;

use super::folder::{Folder, SMALL, program};
use crate::command_line::{check_full_disk, text};

fn answer_of(report: &[u8]) -> Value {
    let report: Value = serde_json::from_slice(report).unwrap();
    report["runs"][0]["answer"].clone()
}

#[test]
fn shards_find_what_one_machine_finds() {
    for method in ["trial", "strong", "simd", "sieve"] {
        for wanted in [&[][..], &["--count"], &["--print"]] {
            let arguments = [&SMALL[..], &["--method", method], wanted].concat();
            let folder = Folder::plan(&[&arguments[..], &["--shards", "7"]].concat());
            folder.run_all(7);
            let merged = folder.merge(&["--format", "json"]);
            assert!(merged.status.success(), "{merged:?}");

            let of_one_machine = [&arguments[..], &["--variant", "sequential"]].concat();
            let json = program().args(&of_one_machine).args(["--format", "json"]).output().unwrap();
            if wanted == ["--print"] {
                let printed = folder.merge(&["--print"]);
                assert_eq!(printed.stdout, json.stdout, "{method}");
                assert!(text(&printed.stderr).contains("1 229 primes"), "{printed:?}");
                assert_eq!(answer_of(&merged.stdout), answer_of(&json.stderr));
            } else {
                assert_eq!(answer_of(&merged.stdout), answer_of(&json.stdout), "{method}");
            }
        }
    }
}

#[test]
fn a_merge_says_what_is_missing_and_then_gives_the_answer() {
    let folder = Folder::plan(&[&SMALL[..], &["--shards", "12", "--count"]].concat());
    for index in [0, 1, 2, 4, 5, 6, 10] {
        assert!(folder.shard(&index.to_string()).status.success());
    }
    let before = folder.contents();
    let missing = folder.merge(&["--missing"]);
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(text(&missing.stdout), "3,7-9,11\n");
    let merged = folder.merge(&[]);
    assert_eq!(merged.status.code(), Some(1));
    assert!(
        text(&merged.stdout)
            .contains("no answer: 5 of 12 shards are missing, or not done yet: 3,7-9,11\n")
    );
    let submission = format!("sbatch --array=3,7-9,11 {}\n", folder.file("job.sh").display());
    assert!(text(&merged.stdout).ends_with(&submission), "{merged:?}");
    let json: Value = serde_json::from_slice(&folder.merge(&["--format", "json"]).stdout).unwrap();
    assert_eq!(json["missing"], serde_json::json!([3, 7, 8, 9, 11]));
    assert_eq!(json["runs"], serde_json::json!([]));
    assert_eq!(folder.contents(), before, "a merge only reads");

    folder.run_all(12);
    let merged = folder.merge(&[]);
    assert!(merged.status.success());
    assert!(text(&merged.stdout).contains("\n1 229 primes\n12 of 12 shards are valid; "));
}

#[test]
fn an_empty_list_submits_nothing() {
    let arguments = [&SMALL[..], &["--shards", "2", "--count"]].concat();
    let folder = Folder::plan(&arguments);
    folder.run_all(2);
    let missing = folder.merge(&["--missing"]);
    assert!(missing.status.success());
    assert_eq!(text(&missing.stdout), "");
    let again = folder.plan_again(&arguments);
    assert!(again.status.success());
    assert!(text(&again.stdout).ends_with("all shards are done: merge them\n"), "{again:?}");
    assert!(!text(&again.stdout).contains("sbatch "), "{again:?}");
}

#[test]
fn a_plan_prints_what_to_submit_and_what_it_costs() {
    let folder = Folder::new();
    let planned =
        folder.plan_again(&["--from", "0", "--to", "1e16", "--method", "sieve", "--count"]);
    assert!(planned.status.success());
    let plan = text(&planned.stdout);
    assert!(
        plan.contains(" minutes each on 1 core; about ") && plan.contains(" core-hours in all")
    );
    let first = format!("sbatch --array=0-999 {}\n", folder.file("job.sh").display());
    assert!(plan.contains(&first), "{plan}");
    assert!(plan.contains("job.sh auto+1000\n"), "{plan}");
    let script = fs::read_to_string(folder.file("job.sh")).unwrap();
    assert!(plan.contains(&script), "{plan}");
    assert_eq!(script.lines().filter(|line| !line.starts_with('#')).count(), 1, "{script}");
}

#[test]
fn the_job_script_does_a_shard() {
    let folder = Folder::plan(&[&SMALL[..], &["--shards", "4", "--cores", "3"]].concat());
    let script = folder.file("job.sh");
    let mut job = Command::new("sh");
    // The number of shards comes from the plan, whatever Slurm calls the size of the array.
    job.arg(&script).env("SLURM_ARRAY_TASK_ID", "2").env("SLURM_ARRAY_TASK_COUNT", "1");
    job.env("SLURM_CPUS_PER_TASK", "3").env("SLURM_ARRAY_JOB_ID", "77");
    assert!(job.output().unwrap().status.success());
    let result = folder.result(2);
    assert_eq!(
        (&result["answer"]["from"], &result["answer"]["to"]),
        (&5_000.into(), &7_500.into())
    );
    assert_eq!(result["origin"]["workers"], 3);
    assert_eq!(result["origin"]["job"], "77_2");
    assert!(job.arg("3").output().unwrap().status.success());
    assert_eq!(folder.result(3)["answer"]["from"], 7_500);
}

#[test]
fn more_shards_than_numbers_are_no_harm() {
    let folder = Folder::plan(&["--from", "10", "--to", "13", "--print", "--shards", "5"]);
    folder.run_all(5);
    assert_eq!(text(&folder.merge(&["--print"]).stdout), "11\n");
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_printed_is_an_error() {
    let folder = Folder::plan(&[&SMALL[..], &["--print", "--shards", "2"]].concat());
    folder.run_all(2);
    let path = folder.file("");
    let path = path.to_str().unwrap();
    check_full_disk(program(), &["merge", path]);
    check_full_disk(program(), &["merge", path, "--print"]);
}
