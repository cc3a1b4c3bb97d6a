//! Every way in which a result could be lost, counted twice, or believed although it is wrong.

use std::{
    fs, io,
    num::NonZeroUsize,
    os::unix::fs::MetadataExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use common::threads;
use gate::GateServer;
use job_array::sha256;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::folder::{Folder, SMALL, program};
use crate::command_line::text;

const TIMEOUT: Duration = Duration::from_mins(1);

fn counting() -> Folder {
    Folder::plan(&[&SMALL[..], &["--shards", "3", "--count"]].concat())
}

fn listing() -> Folder {
    Folder::plan(&[&SMALL[..], &["--shards", "3", "--print"]].concat())
}

fn gate_in(folder: &Folder, needed: usize) -> GateServer {
    GateServer::bind(&folder.file("gate"), NonZeroUsize::new(needed).unwrap(), TIMEOUT).unwrap()
}

/// Starts a shard that the gate holds between its draft and its name.
fn held_shard(folder: &Folder, index: &str) -> Child {
    let mut command = folder.shard_command(index);
    command.arg("--gate").arg(folder.file("gate"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn wait_for_arrival(gate: &GateServer, shard: &mut Child) {
    while gate.arrivals().is_empty() {
        assert_eq!(shard.try_wait().unwrap(), None, "it ended before it was held");
        thread::yield_now();
    }
}

fn drafts(folder: &Folder) -> usize {
    folder.names().iter().filter(|name| name.starts_with('.')).count()
}

#[test]
fn an_incomplete_answer_has_its_exit_code_although_nobody_reads_it() {
    let folder = counting();
    for arguments in [&[][..], &["--missing"], &["--format", "json"]] {
        let (reader, stdout) = io::pipe().unwrap();
        drop(reader);
        let mut merge = program();
        merge.arg("merge").arg(folder.file("")).args(arguments).stdout(stdout);
        assert_eq!(merge.status().unwrap().code(), Some(1), "{arguments:?}");
    }
}

#[test]
fn a_run_that_is_killed_between_draft_and_name_leaves_no_result() {
    for folder in [counting(), listing()] {
        let gate = gate_in(&folder, 2);
        let mut shard = held_shard(&folder, "1");
        wait_for_arrival(&gate, &mut shard);
        shard.kill().unwrap();
        shard.wait().unwrap();
        assert_eq!(drafts(&folder), 1, "it had a draft");
        assert_eq!(folder.missing(), "0-2");
        folder.run_all(3);
        assert_eq!(folder.missing(), "");
    }
}

#[test]
fn a_signal_ends_a_run_with_its_code_and_without_a_result() {
    for signal in interrupt::ending_signals() {
        let folder = listing();
        let gate = gate_in(&folder, 2);
        let mut shard = held_shard(&folder, "1");
        wait_for_arrival(&gate, &mut shard);
        kill(Pid::from_raw(shard.id().cast_signed()), signal).unwrap();
        let output = shard.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(128 + signal as i32), "{output:?}");
        assert_eq!(folder.names(), ["00001.txt"], "no draft, and no result");
        assert_eq!(folder.missing(), "0-2");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_in_the_middle_of_the_work_leaves_nothing() {
    let folder = Folder::plan(&["--from", "1e12", "--to", "2e12", "--print", "--shards", "2"]);
    let mut shard = folder.shard_command("0").stdout(Stdio::piped()).spawn().unwrap();
    // The main thread, the one that waits for signals, and two workers.
    while threads::count(shard.id()) < 4 {
        assert_eq!(shard.try_wait().unwrap(), None, "it ended before the signal");
        thread::yield_now();
    }
    kill(Pid::from_raw(shard.id().cast_signed()), Signal::SIGTERM).unwrap();
    let output = shard.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(143), "{output:?}");
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

#[test]
fn two_runs_of_a_shard_at_once_make_one_result() {
    for folder in [counting(), listing()] {
        let gate = gate_in(&folder, 2);
        let runs = [held_shard(&folder, "1"), held_shard(&folder, "1")];
        for run in runs {
            let output = run.wait_with_output().unwrap();
            assert!(output.status.success(), "{output:?}");
        }
        assert!(gate.gate().was_opened(), "both had their draft at once");
        assert_eq!(drafts(&folder), 0);
        assert_eq!(folder.missing(), "0,2");
    }
}

/// The result of a machine that has counted wrongly: its hash is that of its answer.
fn with_count(result: &str, count: u64) -> String {
    let (head, rest) = result.split_once("\"answer\":").unwrap();
    let (answer, rest) = rest.split_once(",\"answer_sha256\":\"").unwrap();
    let (_, origin) = rest.split_once('"').unwrap();
    let (before, rest) = answer.split_once("\"count\":").unwrap();
    let (_, after) = rest.split_once(',').unwrap();
    let answer = format!("{before}\"count\":{count},{after}");
    let hash = sha256::of_bytes(answer.as_bytes());
    format!("{head}\"answer\":{answer},\"answer_sha256\":\"{hash}\"{origin}")
}

#[test]
fn two_runs_that_disagree_end_with_code_1() {
    let folder = counting();
    folder.run_all(2);
    let path = folder.file("shards/00001.json");
    let other = with_count(&fs::read_to_string(&path).unwrap(), 7);
    fs::remove_file(&path).unwrap();

    let gate = gate_in(&folder, 2);
    let mut shard = held_shard(&folder, "1");
    wait_for_arrival(&gate, &mut shard);
    fs::write(&path, other).unwrap();
    gate.gate().give_up();
    let output = shard.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stderr).contains("two runs disagree"), "{output:?}");
    assert_eq!(folder.result(1)["answer"]["count"], 7, "the first one stays");
}

#[test]
fn a_valid_result_is_not_done_again() {
    let folder = listing();
    folder.run_all(3);
    let inode = |name| folder.file(name).metadata().unwrap().ino();
    let before = [inode("shards/00001.json"), inode("shards/00001.txt")];
    let again = folder.shard("1");
    assert!(again.status.success());
    assert!(text(&again.stdout).contains("its result is there already, and valid"), "{again:?}");
    assert_eq!([inode("shards/00001.json"), inode("shards/00001.txt")], before);
}

#[test]
fn a_result_of_another_plan_is_missing_and_replaced() {
    let folder = counting();
    let other = Folder::plan(&["--from", "0", "--to", "10001", "--shards", "3", "--count"]);
    folder.run_all(3);
    other.run_all(3);
    fs::copy(other.file("shards/00000.json"), folder.file("shards/00000.json")).unwrap();
    assert_eq!(folder.missing(), "0");
    let merged = folder.merge(&[]);
    assert!(text(&merged.stdout).contains("shard 0: the result belongs to another plan"));
    folder.run_all(1);
    assert_eq!(folder.missing(), "");
}

#[test]
fn a_damaged_file_is_missing_and_replaced() {
    let check = |name: &str, damage: &dyn Fn(&[u8]) -> Vec<u8>| {
        let folder = listing();
        folder.run_all(3);
        let whole = folder.contents();
        let content = &whole[name];
        fs::write(folder.file("shards").join(name), damage(content)).unwrap();
        assert_eq!(folder.missing(), "1", "{name}");
        let printed = folder.merge(&["--print"]);
        assert_eq!(printed.status.code(), Some(1), "{name}");
        assert_eq!(text(&printed.stdout), "", "nothing is printed that is not proven");
        assert!(folder.shard("1").status.success());
        assert_eq!(folder.missing(), "", "{name}");
        assert_eq!(folder.contents()["00001.txt"], whole["00001.txt"], "{name}");
    };
    let first_line = |content: &[u8]| {
        let end = content.iter().position(|byte| *byte == b'\n').unwrap();
        content[..=end].to_vec()
    };
    // `merge` of a count, `jq` and `cat` would take each of these for whole.
    check("00001.txt", &first_line);
    check("00001.txt", &|_| Vec::new());
    check("00001.txt", &|content| {
        let mut content = content.to_vec();
        content[0] ^= 1;
        content
    });
    check("00001.json", &|content| content[..content.len() / 2].to_vec());
    check("00001.json", &|_| Vec::new());
    check("00001.json", &|content| [content, content].concat());
}

#[test]
fn a_list_without_its_result_is_no_result() {
    let folder = listing();
    folder.run_all(3);
    fs::remove_file(folder.file("shards/00001.json")).unwrap();
    assert_eq!(folder.missing(), "1");
    fs::remove_file(folder.file("shards/00002.txt")).unwrap();
    assert_eq!(folder.missing(), "1-2");
}

#[test]
fn a_write_beyond_a_limit_is_an_error_of_the_system() {
    let folder = counting();
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -f 0; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_part1-primes")]);
    let output = limited.arg("shard").arg(folder.file("")).args(["--index", "0"]).output().unwrap();
    // The message itself can be written: a pipe is no file.
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(text(&output.stderr).contains("cannot write"), "{output:?}");
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

/// Runs in a mount namespace of its own: the disk, and all on it, goes with the script.
const ON_A_SMALL_DISK: &str = r#"
    mount -t tmpfs -o size=256k tmpfs "$folder"
    "$program" plan "$folder" --from 0 --to 1e6 --method sieve --print --shards 4 >/dev/null
    for index in 0 1 2 3; do
        "$program" shard "$folder" --index $index >/dev/null 2>&1 || echo "element $index: $?"
    done
    "$program" merge "$folder" --missing || echo "merge: $?"
    ls -A "$folder/shards" | grep '^\.' || echo "no drafts"
    mount -o remount,size=4m "$folder"
    for index in 0 1 2 3; do "$program" shard "$folder" --index $index >/dev/null; done
    "$program" merge "$folder" --print | wc -l
"#;

#[test]
fn on_a_full_disk_nothing_is_taken_for_complete() {
    let folder = tempfile::tempdir().unwrap();
    let Some(output) = in_mount_namespace(ON_A_SMALL_DISK, folder.path()) else {
        eprintln!("SKIPPED: no mount namespace here (it takes root, or user namespaces)");
        return;
    };
    let lines: Vec<&str> = output.lines().collect();
    // One list fits.
    assert_eq!(
        lines,
        ["element 1: 3", "element 2: 3", "element 3: 3", "1-3", "merge: 1", "no drafts", "78498"],
        "{output}"
    );
}

fn in_mount_namespace(script: &str, folder: &Path) -> Option<String> {
    let kinds = [&["--mount"][..], &["--user", "--map-root-user", "--mount"]];
    let unshare = |kind: &[&str], script: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(kind).args(["sh", "-euc", script]);
        unshare.env("folder", folder).env("program", env!("CARGO_BIN_EXE_part1-primes"));
        unshare
    };
    let probe = "mount -t tmpfs tmpfs \"$folder\"";
    let allowed = kinds.into_iter().find(|kind| {
        unshare(kind, probe).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    })?;
    let output = unshare(allowed, script).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(text(&output.stdout).to_owned())
}
