//! Every way to lose a result, to count it twice, or to believe a wrong one.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

use std::{
    collections::BTreeMap,
    fs,
    num::NonZeroU64,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::Barrier,
    thread,
    time::{Duration, SystemTime},
};

use job_array::{Defect, JobArrayError, Origin, Plan, Publication, Work, tile};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

/// Adds up a range of numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Adding {
    to: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sum {
    from: u64,
    to: u64,
    total: u64,
}

impl Work for Adding {
    type Answer = Sum;

    const PROGRAM: &'static str = "adding";

    fn validate(&self, _shards: NonZeroU64) -> Result<(), String> {
        if self.to > 0 { Ok(()) } else { Err("there is nothing to add".to_owned()) }
    }

    fn check(plan: &Plan<Self>, shard: u64, answer: &Sum) -> Result<(), String> {
        let range = tile(&(0..plan.work.to), plan.shards.get(), shard);
        let is_right = range == (answer.from..answer.to);
        if is_right { Ok(()) } else { Err(format!("its range is not {range:?}")) }
    }
}

const TO: u64 = 100;

fn plan() -> (TempDir, Plan<Adding>) {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan::write(folder.path(), shards(4), Adding { to: TO }).unwrap();
    (folder, plan)
}

fn shards(number: u64) -> NonZeroU64 {
    NonZeroU64::new(number).unwrap()
}

fn answer(plan: &Plan<Adding>, shard: u64) -> Sum {
    let range = tile(&(0..plan.work.to), plan.shards.get(), shard);
    Sum { from: range.start, to: range.end, total: range.sum() }
}

/// A run on another host each time, as a batch system starts it.
fn origin(host: &str) -> Origin {
    Origin::new("1.0", 2, (Duration::from_secs(2), Duration::from_secs(3)), |name| {
        (name == "SLURMD_NODENAME").then(|| host.into())
    })
}

fn run(plan: &Plan<Adding>, shard: u64) -> Result<Publication, JobArrayError> {
    plan.publish(shard, answer(plan, shard), origin("n1"), || ())
}

fn missing(plan: &Plan<Adding>) -> Vec<u64> {
    plan.union().missing.iter().map(|(shard, _)| *shard).collect()
}

/// All files with their contents and times.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut tree = BTreeMap::new();
    for folder in [folder.to_owned(), folder.join("shards")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let content = if path.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            let modified = path.metadata().unwrap().modified().unwrap();
            tree.insert(path, (content, modified));
        }
    }
    tree
}

#[test]
fn a_plan_is_complete_when_each_shard_is_there_once() {
    let (folder, plan) = plan();
    assert_eq!(missing(&plan), [0, 1, 2, 3]);
    for shard in [2, 0, 3] {
        assert_eq!(run(&plan, shard).unwrap(), Publication::New);
    }
    assert_eq!(missing(&plan), [1]);
    assert_eq!(plan.union().missing[0].1, Defect::Absent);
    run(&plan, 1).unwrap();
    let union = plan.union();
    assert!(union.missing.is_empty());
    let sum: u64 = union.complete.iter().map(|result| result.answer.total).sum();
    assert_eq!(sum, (0..TO).sum::<u64>());
    assert!(folder.path().join("shards/00003.json").is_file());
}

#[test]
fn reading_the_results_changes_nothing() {
    let (folder, plan) = plan();
    run(&plan, 0).unwrap();
    fs::write(plan.path_of(1, "json"), "{").unwrap();
    fs::write(folder.path().join("shards/.00002.json.1-0"), "draft").unwrap();
    let before = tree(folder.path());
    assert_eq!(missing(&plan), [1, 2, 3]);
    assert_eq!(tree(folder.path()), before);
}

#[test]
fn another_plan_never_takes_the_folder() {
    let (folder, first) = plan();
    run(&first, 0).unwrap();
    let before = tree(folder.path());
    let again = Plan::write(folder.path(), shards(4), Adding { to: TO }).unwrap();
    assert_eq!(again.sha256(), first.sha256());
    for (number, to) in [(5, TO), (4, TO + 1)] {
        let error = Plan::write(folder.path(), shards(number), Adding { to }).unwrap_err();
        assert!(matches!(error, JobArrayError::OtherPlan { .. }), "{error}");
    }
    let mut after = tree(folder.path());
    let mut expected = before;
    // Drafts come and go in the folder.
    expected.remove(&folder.path().join("shards"));
    after.remove(&folder.path().join("shards"));
    assert_eq!(after, expected);
}

#[test]
fn a_plan_of_another_program_or_version_is_refused() {
    let (folder, _) = plan();
    let path = folder.path().join("plan.json");
    let text = fs::read_to_string(&path).unwrap();
    for (from, to) in [
        ("adding", "dividing"),
        ("\"schema\": 1", "\"schema\": 2"),
        ("\"shards\": 4", "\"shards\": 0"),
        ("\"shards\"", "\"more\": 1, \"shards\""),
        ("\"to\": 100", "\"to\": 0"),
        (text.as_str(), ""),
    ] {
        fs::write(&path, text.replace(from, to)).unwrap();
        let error = Plan::<Adding>::read(folder.path()).unwrap_err();
        assert!(matches!(error, JobArrayError::NoPlan { .. }), "{from}: {error}");
    }
    // Another program's arguments are not what is wrong with it.
    let others = r#"{ "schema": 1, "program": "dividing", "shards": 4, "arguments": { "by": 3 } }"#;
    fs::write(&path, others).unwrap();
    let error = Plan::<Adding>::read(folder.path()).unwrap_err();
    assert!(error.to_string().contains("it is for dividing, schema 1"), "{error}");
    let nowhere = Plan::<Adding>::read(&folder.path().join("nowhere")).unwrap_err();
    assert!(nowhere.to_string().contains("`adding plan`"), "{nowhere}");
}

#[test]
fn invalid_results_are_missing_and_replaced() {
    let (_folder, plan) = plan();
    let (_other_folder, other) = self::plan();
    let other = Plan::write(&other.folder().join("other"), shards(5), other.work.clone()).unwrap();
    run(&plan, 1).unwrap();
    let path = plan.path_of(1, "json");
    let valid = fs::read_to_string(&path).unwrap();
    run(&other, 1).unwrap();
    run(&plan, 2).unwrap();

    let foreign = fs::read_to_string(other.path_of(1, "json")).unwrap();
    let of_shard_2 = fs::read_to_string(plan.path_of(2, "json")).unwrap();
    let other_range = valid.replace("\"from\":25", "\"from\":26");
    assert_ne!(other_range, valid);
    // A disk that is full leaves an empty file, and a cut one; `jq` skips the empty one.
    let cut = &valid[..valid.len() / 2];
    for content in ["", cut, "null", "{}", &format!("{valid}{valid}"), &other_range] {
        fs::write(&path, content).unwrap();
        assert!(matches!(plan.result(1), Err(Defect::Damaged(_))), "{content:?}");
        assert_eq!(run(&plan, 1).unwrap(), Publication::New, "{content:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), valid);
    }
    for content in [foreign, of_shard_2, valid.replace("\"schema\":1", "\"schema\":2")] {
        fs::write(&path, &content).unwrap();
        assert_eq!(plan.result(1), Err(Defect::Foreign), "{content:?}");
        assert_eq!(run(&plan, 1).unwrap(), Publication::New);
    }
    assert_eq!(missing(&plan), [0, 3]);
    assert_eq!(fs::read_dir(plan.folder().join("shards")).unwrap().count(), 2, "nothing is left");
}

#[test]
fn a_number_that_changed_is_not_believed() {
    let (_folder, plan) = plan();
    run(&plan, 1).unwrap();
    let path = plan.path_of(1, "json");
    let valid = fs::read_to_string(&path).unwrap();
    let total = format!("\"total\":{}", answer(&plan, 1).total);
    let changed = valid.replace(&total, &format!("\"total\":{}", answer(&plan, 1).total + 1));
    assert_ne!(changed, valid);
    fs::write(&path, changed).unwrap();
    assert!(matches!(plan.result(1), Err(Defect::Damaged(_))));
    assert_eq!(missing(&plan), [0, 1, 2, 3]);
}

#[test]
fn a_result_that_cannot_be_read_is_left_alone() {
    let (_folder, plan) = plan();
    run(&plan, 0).unwrap();
    let path = plan.path_of(0, "json");
    let kept = path.with_extension("kept");
    fs::rename(&path, &kept).unwrap();
    // Not even root can read it.
    symlink(&path, &path).unwrap();
    assert!(matches!(plan.result(0), Err(Defect::Unreadable { .. })));
    plan.is_done(0).unwrap_err();
    let other = Sum { total: 1, ..answer(&plan, 0) };
    plan.publish(0, other, origin("n2"), || ()).unwrap_err();
    fs::rename(&kept, &path).unwrap();
    assert_eq!(plan.result(0).unwrap().answer, answer(&plan, 0));
}

#[test]
fn a_damaged_plan_is_called_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plan.json"), "{").unwrap();
    let error = Plan::write(folder.path(), shards(4), Adding { to: TO }).unwrap_err();
    assert!(error.to_string().contains("it is damaged"), "{error}");
}

#[test]
fn pipes_and_links_do_not_block() {
    let (_folder, plan) = plan();
    let path = plan.path_of(0, "json");
    make_pipe(&path);
    assert!(matches!(plan.result(0), Err(Defect::Damaged(_))));
    assert_eq!(run(&plan, 0).unwrap(), Publication::New);
    fs::remove_file(&path).unwrap();
    symlink("nowhere", &path).unwrap();
    assert!(matches!(plan.result(0), Err(Defect::Damaged(_))));
    assert_eq!(run(&plan, 0).unwrap(), Publication::New);
}

fn make_pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_valid_result_is_never_touched() {
    let (_folder, plan) = plan();
    run(&plan, 0).unwrap();
    let before = tree(plan.folder()).remove(&plan.path_of(0, "json"));
    let again = plan.publish(0, answer(&plan, 0), origin("n2"), || ()).unwrap();
    assert_eq!(again, Publication::WasThere);
    assert_eq!(tree(plan.folder()).remove(&plan.path_of(0, "json")), before);
}

#[test]
fn two_runs_that_disagree_are_an_error() {
    let (_folder, plan) = plan();
    run(&plan, 0).unwrap();
    let other = Sum { total: 1, ..answer(&plan, 0) };
    let error = plan.publish(0, other, origin("n2"), || ()).unwrap_err();
    assert!(error.to_string().starts_with("two runs disagree: "), "{error}");
    assert_eq!(plan.result(0).unwrap().answer, answer(&plan, 0));
}

#[test]
fn two_writers_at_once_publish_one_result() {
    for damaged in [false, true] {
        let (_folder, plan) = plan();
        if damaged {
            fs::write(plan.path_of(0, "json"), "{").unwrap();
        }
        // All of them have their draft before any has its name.
        let drafts = Barrier::new(8);
        let wait = || {
            drafts.wait();
        };
        let write = |host: String| plan.publish(0, answer(&plan, 0), origin(&host), wait).unwrap();
        let published: Vec<Publication> = thread::scope(|scope| {
            let write = &write;
            let writers: Vec<_> =
                (0..8).map(|n| scope.spawn(move || write(format!("n{n}")))).collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        let new = published.iter().filter(|published| **published == Publication::New).count();
        assert!(new >= 1, "{published:?}");
        if !damaged {
            assert_eq!(new, 1, "{published:?}");
        }
        assert_eq!(plan.result(0).unwrap().answer, answer(&plan, 0));
        assert_eq!(fs::read_dir(plan.folder().join("shards")).unwrap().count(), 1);
    }
}

#[test]
fn a_result_that_another_run_moves_for_a_moment_is_not_damaged() {
    let (_folder, plan) = plan();
    run(&plan, 0).unwrap();
    let other = Sum { total: 1, ..answer(&plan, 0) };
    thread::scope(|scope| {
        // Each withdrawal moves the result away, sees that it is another one, and puts it back.
        let moving = scope.spawn(|| (0..1_000).for_each(|_| plan.withdraw(0, &other).unwrap()));
        while !moving.is_finished() {
            let result = plan.result(0);
            assert!(matches!(result, Ok(_) | Err(Defect::Absent)), "{result:?}");
        }
    });
    assert_eq!(plan.result(0).unwrap().answer, answer(&plan, 0));
}

#[test]
fn of_two_writers_that_disagree_one_is_refused() {
    let (_folder, plan) = plan();
    let drafts = Barrier::new(2);
    let wait = || {
        drafts.wait();
    };
    let write = |total| {
        let answer = Sum { total, ..answer(&plan, 0) };
        plan.publish(0, answer, origin("n1"), wait).is_ok()
    };
    let ended = thread::scope(|scope| {
        let writers = [1, 2].map(|total| scope.spawn(move || write(total)));
        writers.map(|writer| writer.join().unwrap())
    });
    assert_eq!(ended.iter().filter(|ok| **ok).count(), 1, "{ended:?}");
}

#[test]
fn outputs_are_named_by_shards_and_not_by_jobs() {
    let (_folder, plan) = plan();
    for job in ["100", "101"] {
        let origin = Origin::new("1.0", 1, (Duration::ZERO, Duration::ZERO), |name| {
            ["SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID"].contains(&name).then(|| job.into())
        });
        assert_eq!(origin.job.as_deref(), Some(format!("{job}_{job}").as_str()));
        plan.publish(0, answer(&plan, 0), origin, || ()).unwrap();
    }
    assert_eq!(fs::read_dir(plan.folder().join("shards")).unwrap().count(), 1);
    assert_eq!(plan.union().complete.len(), 1);
}

#[test]
fn a_result_is_withdrawn_unless_another_one_has_come() {
    let (_folder, plan) = plan();
    run(&plan, 0).unwrap();
    let other = Sum { total: 1, ..answer(&plan, 0) };
    plan.withdraw(0, &other).unwrap();
    assert_eq!(missing(&plan), [1, 2, 3], "the answer that is there is another one");
    plan.withdraw(0, &answer(&plan, 0)).unwrap();
    assert_eq!(missing(&plan), [0, 1, 2, 3]);
    plan.withdraw(0, &answer(&plan, 0)).unwrap();
    assert_eq!(fs::read_dir(plan.folder().join("shards")).unwrap().count(), 0, "no draft is left");
}
