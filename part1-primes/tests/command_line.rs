//! Tests of the program: arguments, streams, exit codes.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

#[path = "../../program/tests/shared/command_line.rs"]
mod command_line;
#[path = "../../program/tests/shared/refused.rs"]
mod refused;
mod shards {
    mod faults;
    mod folder;
    mod together;
    mod wrong_use;
}

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use self::{
    command_line::{check_page_and_trace, text},
    refused::check_refused,
};

/// A range that any method is done with at once.
const SMALL: [&str; 4] = ["--from", "0", "--to", "1000"];

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_part1-primes"));
    command.stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

fn run_small(arguments: &[&str]) -> Output {
    program().args(SMALL).args(arguments).output().unwrap()
}

#[test]
fn the_default_is_the_labs_job() {
    let output = run(&[]);
    let report = text(&output.stdout);
    assert!(output.status.success());
    assert!(report.contains("54 208 primes, sum 5 447 899 551 826 (4 variants, one answer)"));
    for expected in ["sequential", "parallel", "work-queue", "processes", "worker-0", "PID "] {
        assert!(report.contains(expected), "{expected}: {report}");
    }
    assert!(report.contains("22.6 s") && report.contains("What it means: "), "{report}");
    assert!(report.lines().all(|line| line.chars().count() <= 80), "{report}");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn json_is_one_object_with_all_runs() {
    let output = run_small(&["--format", "json", "--workers", "2", "--method", "strong"]);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout).lines().count(), 1);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();

    assert_eq!(report["schema"], 1);
    assert_eq!(report["part"], "part1-primes");
    assert!(report["machine"]["cores"].as_u64().unwrap() >= 1);
    assert_eq!(report["input"]["from"], 0);
    assert_eq!(report["input"]["to"], 1000);
    assert_eq!(report["input"]["method"], "strong");
    let runs = report["runs"].as_array().unwrap();
    let variants: Vec<&str> = runs.iter().map(|run| run["variant"].as_str().unwrap()).collect();
    assert_eq!(variants, ["sequential", "parallel", "work-queue", "processes"]);
    for run in runs {
        let is_sequential = run["variant"] == "sequential";
        assert_eq!(run["workers"], if is_sequential { 1 } else { 2 });
        assert_eq!(run["answer"]["count"], 168);
        assert_eq!(run["answer"]["sum"], 76_127);
        assert!(run["wall_ms"].as_f64().unwrap() > 0.0);
        assert!(run["cpu_ms"].as_f64().unwrap() >= 0.0);
        assert!(run["speedup"].as_f64().unwrap() > 0.0);
        assert!(run["efficiency"].as_f64().unwrap() > 0.0);
        assert_eq!(run["floor_ms"], Value::Null);
        let lanes = run["lanes"].as_array().unwrap();
        assert_eq!(lanes.len(), if is_sequential { 1 } else { 2 });
        assert!(lanes.iter().all(|lane| lane["pid"].is_u64() && lane["thread"].is_string()));
        let tids: BTreeSet<u64> = lanes.iter().filter_map(|lane| lane["tid"].as_u64()).collect();
        let idle = lanes.iter().filter(|lane| lane["tid"].is_null()).count();
        assert_eq!(tids.len() + idle, lanes.len(), "{lanes:?}");
        for span in run["spans"].as_array().unwrap() {
            assert!(span["lane"].as_u64().unwrap() < lanes.len() as u64);
            assert!(span["label"].as_str().unwrap().starts_with("chunk "));
            assert!(span["start_us"].as_u64().unwrap() <= span["end_us"].as_u64().unwrap());
        }
    }
}

#[test]
fn json_repeats_the_method_and_its_chunk() {
    for (method, chunk) in [("trial", 31), ("strong", 31), ("simd", 31), ("sieve", 248)] {
        let output = run_small(&["--format", "json", "--workers", "2", "--method", method]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["input"]["method"], method);
        assert_eq!(report["input"]["chunk"], chunk);
        for run in report["runs"].as_array().unwrap() {
            assert_eq!(
                (&run["answer"]["count"], &run["answer"]["sum"]),
                (&168.into(), &76_127.into())
            );
        }
    }
}

#[test]
fn a_single_variant_has_no_speedup() {
    let output = run_small(&["--variant", "parallel", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["runs"].as_array().unwrap().len(), 1);
    assert_eq!(report["runs"][0]["speedup"], Value::Null);
}

#[test]
fn counting_leaves_the_sum_null() {
    let output = run_small(&["--count", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    for run in report["runs"].as_array().unwrap() {
        assert_eq!((&run["answer"]["count"], &run["answer"]["sum"]), (&168.into(), &Value::Null));
    }
}

#[test]
fn a_method_that_visits_no_number_is_one_piece_whatever_the_chunk() {
    let arguments = ["--method", "count", "--count", "--chunk", "10", "--workers", "2"];
    let output = run_small(&[&arguments[..], &["--format", "json"]].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["input"]["method"], "count");
    assert_eq!(report["input"]["chunk"], 1000);
    let runs = report["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 4);
    for run in runs {
        assert_eq!((&run["answer"]["count"], &run["answer"]["sum"]), (&168.into(), &Value::Null));
        assert_eq!(run["spans"].as_array().unwrap().len(), 1, "{run}");
    }

    let output = run_small(&arguments);
    let report = text(&output.stdout);
    assert!(report.contains("168 primes (4 variants, one answer)"), "{report}");
    assert!(!report.contains('×'), "no speedup: {report}");
    let note = text(&output.stderr);
    assert!(note.starts_with("--chunk has no effect on --method count"), "{note}");
    assert_eq!(note.lines().count(), 1, "{note}");
    assert_eq!(text(&run_small(&[&arguments[..], &["--quiet"]].concat()).stderr), "");
    assert!(report.contains("there is nothing to hand out"), "{report}");
}

#[test]
fn a_sum_beyond_64_bits_is_a_json_number() {
    let arguments = ["--from", "18446744073709551000", "--to", "18446744073709551615"];
    let output =
        program().args(arguments).args(["--method", "strong", "--format", "json"]).output();
    let output = output.unwrap();
    let report = text(&output.stdout);
    let (_, sum) = report.split_once("\"sum\":").unwrap();
    let digits: String = sum.chars().take_while(char::is_ascii_digit).collect();
    assert!(digits.parse::<u128>().unwrap() > u128::from(u64::MAX), "{report}");
}

#[test]
fn print_puts_the_primes_on_stdout_and_the_report_on_stderr() {
    let output = run(&["--from", "90", "--to", "110", "--print"]);
    assert_eq!(text(&output.stdout), "97\n101\n103\n107\n109\n");
    assert!(text(&output.stderr).contains("5 primes"));
    assert!(text(&output.stderr).contains("\n work-queue "));
    assert!(!text(&output.stderr).contains("\n sequential "));
    assert!(text(&output.stderr).contains("Run all variants, without"), "{output:?}");

    let output = run(&["--from", "90", "--to", "110", "--print", "--quiet"]);
    assert_eq!(text(&output.stdout), "97\n101\n103\n107\n109\n");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_page_and_a_trace_hold_every_span_of_the_report() {
    let mut program = program();
    program.args(SMALL);
    check_page_and_trace(program, tempfile::tempdir().unwrap().path());
}

#[test]
fn a_closed_pipe_ends_quietly() {
    // The work would take years.
    let arguments = ["--from", "0", "--to", "1e18", "--method", "strong", "--print"];
    for variant in ["sequential", "parallel", "work-queue", "processes"] {
        let mut child = program()
            .args(arguments)
            .args(["--variant", variant])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(first, "2\n");
        assert_eq!(text(&output.stderr), "", "{variant}");
        assert!(output.status.success());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_failed_print_is_an_error() {
    for arguments in [&["--help"][..], &["--version"], &SMALL, &[&SMALL[..], &["--print"]].concat()]
    {
        command_line::check_full_disk(program(), arguments);
    }
}

#[test]
fn empty_ranges_work() {
    let output = run(&["--from", "1e6", "--to", "1_000_000"]);
    assert!(output.status.success());
    assert!(text(&output.stdout).contains("0 primes, sum 0"));
}

#[test]
fn wrong_use_is_explained_with_code_2() {
    let check_refused = |arguments: &[&str], reason| check_refused(program(), arguments, reason);
    let same = ["--report", "run.html", "--trace", "./run.html"];
    check_refused(&same, "give each a file of its own");
    check_refused(&["--from", "10", "--to", "9"], "--from 10 is above --to 9");
    check_refused(&["--workers", "0"], "at least 1 worker");
    check_refused(&["--workers", "1e6"], "at most 4096 workers");
    check_refused(&["--chunk", "0"], "at least 1 number");
    check_refused(&["--to", "2e19"], "largest number of 64 bits");
    check_refused(&["--to", "many"], "not a number");
    check_refused(&["--to", "100.000"], "a dot needs an exponent");
    check_refused(&["--to", "100,000"], "not a number");
    check_refused(&["--to", "1\u{1b}[2J\nerror: fake"], r"1\u{1b}[2J");
    check_refused(&["--variant", "fastest"], "possible values: sequential, parallel");
    check_refused(&["--hold=-1"], "number of seconds");
    check_refused(&["--wokers", "2"], "'--workers'");
    check_refused(&["--count", "--print"], "cannot be used with");
    let two = ["--variant", "sequential", "--variant", "parallel"];
    check_refused(&[&["--print"], &two[..]].concat(), "--print runs one variant");
    check_refused(&["--method", "guess"], "possible values: trial, strong, simd, sieve, count");
    let only_counts = "--method count, which visits no number (add --count";
    check_refused(&["--method", "count"], only_counts);
    check_refused(&["--method", "count", "--print"], only_counts);
    let beyond_the_count = ["--from", "0", "--to", "1000000000000002", "--count"];
    let beyond_the_count = [&beyond_the_count[..], &["--method", "count"]].concat();
    check_refused(
        &beyond_the_count,
        "--method count ends at 1 000 000 000 000 000 (use --method sieve)",
    );
}

#[test]
fn the_help_names_the_worker_and_the_largest_count() {
    let output = run(&["--help"]);
    let help = text(&output.stdout);
    assert!(help.contains("\n  worker  ") && !help.contains("--gate"), "{help}");
    assert!(help.contains("up to 1e15"), "{help}");
    assert_eq!(message::number::parse("1e15"), Ok(sieve::PRIME_COUNT_MAX));
}

#[test]
fn the_sieve_goes_up_to_the_largest_number() {
    let numbers = ["--from", "18446744073709551000", "--to", "18446744073709551615"];
    let output = run(&[&numbers[..], &["--method", "sieve", "--count"]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("13 primes"), "{}", text(&output.stdout));
}

/// Runs the program under a limit that the shell sets, since its children inherit it.
fn run_limited(limit: &str, arguments: &str) -> Output {
    let script = format!("{limit} && exec \"$0\" {arguments}");
    let program = env!("CARGO_BIN_EXE_part1-primes");
    // A thread that starts asks for a little more than its stack: large stacks make the limit
    // meet the stack, whose want is reported, and not the rest, whose want is not.
    let mut command = Command::new("sh");
    command.args(["-c", &script, program]).env("RUST_MIN_STACK", "67108864");
    command.output().unwrap()
}

#[test]
fn more_workers_than_can_be_started_is_wrong_use() {
    let check = |limit, variant, reason| {
        let output = run_limited(limit, &format!("--workers 200 --variant {variant} --to 1e9"));
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{variant}: {message}");
        assert_eq!(message.lines().count(), 1, "{variant}: {message}");
        assert!(message.contains(reason), "{variant}: {message}");
        assert_eq!(message.matches("os error").count(), 1, "the cause is there once: {message}");
    };
    check("ulimit -n 64", "processes", "cannot start worker process ");
    if cfg!(target_os = "linux") {
        check("ulimit -v 300000", "parallel", "cannot start 200 worker threads");
        check("ulimit -v 300000", "work-queue", "cannot start 200 worker threads");
    }
}

#[test]
fn quiet_silences_the_notice_of_hold() {
    let hold = ["--hold", "0", "--variant", "parallel"];
    assert!(text(&run_small(&hold).stderr).contains("Its workers stay"));
    assert_eq!(text(&run_small(&[&hold[..], &["--quiet"]].concat()).stderr), "");
}

#[test]
#[cfg(target_os = "linux")]
fn the_cores_are_those_that_the_program_may_use() {
    let program = env!("CARGO_BIN_EXE_part1-primes");
    // Core 0 may be another container's.
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let (_, allowed) = status.split_once("Cpus_allowed_list:").unwrap();
    let core = allowed.trim_start().split([',', '-', '\n']).next().unwrap();
    let mut pinned = Command::new("taskset");
    pinned.args(["--cpu-list", core, program]).args(SMALL).args(["--format", "json"]);
    let report: Value = serde_json::from_slice(&pinned.output().unwrap().stdout).unwrap();
    assert_eq!(report["machine"]["cores"], 1);
    assert!(report["runs"].as_array().unwrap().iter().all(|run| run["workers"] == 1));
}

#[test]
fn memory_does_not_grow_with_the_range() {
    if !cfg!(target_os = "linux") {
        return;
    }
    // A quarter of a million chunks: each must leave nothing behind, be it a result, a span or a label.
    // The program itself takes 6 MiB, so that 17 bytes a chunk would show.
    let mut child = program()
        .args(["--from", "0", "--to", "250_000", "--chunk", "1", "--count", "--method", "strong"])
        .args(["--variant", "work-queue", "--workers", "2", "--hold", "600"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let (_, peak) = status.split_once("VmHWM:").unwrap();
    let kibibytes: u64 = peak.split_whitespace().next().unwrap().parse().unwrap();
    assert!(kibibytes < 10 << 10, "{kibibytes} KiB");
}

/// Runs a worker with these lines as its stdin.
fn serve(lines: &str) -> Output {
    let script = r#"printf '%s\n' "$1" | "$0" worker"#;
    let program = env!("CARGO_BIN_EXE_part1-primes");
    Command::new("sh").args(["-c", script, program, lines]).output().unwrap()
}

#[test]
fn a_worker_serves_any_client_of_its_protocol() {
    for method in ["trial", "strong", "simd", "sieve"] {
        let input = format!(r#"{{"from":0,"to":10,"method":"{method}","keep":"list"}}"#);
        let output = serve(&format!(r#"{{"task":3,"input":{input}}}"#));
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["task"], 3);
        assert_eq!(answer["outcome"]["output"]["primes"], serde_json::json!([2, 3, 5, 7]));
    }

    let output = serve("hello");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("line 1 of stdin is not a task"));
}

#[test]
fn a_worker_that_cannot_search_backwards_says_so_and_goes_on() {
    let largest =
        r#"{"from":18446744073709551556,"to":18446744073709551615,"method":"sieve","keep":"list"}"#;
    let backwards = r#"{"from":10,"to":5,"method":"sieve","keep":"count"}"#;
    let forwards = r#"{"from":5,"to":10,"method":"sieve","keep":"count"}"#;
    let list = r#"{"from":5,"to":10,"method":"count","keep":"list"}"#;
    let count = r#"{"from":5,"to":10,"method":"count","keep":"count"}"#;
    let beyond = r#"{"from":0,"to":1000000000000002,"method":"count","keep":"count"}"#;
    let line = |(task, input)| format!(r#"{{"task":{task},"input":{input}}}"#);
    let lines: Vec<String> =
        (0..).zip([largest, backwards, forwards, list, count, beyond]).map(line).collect();
    let output = serve(&lines.join("\n"));
    assert_eq!(text(&output.stderr), "");
    assert!(output.status.success());
    let answers: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["outcome"]["output"]["primes"][0], 18_446_744_073_709_551_557_u64);
    let message = answers[1]["outcome"]["error"].as_str().unwrap();
    assert!(message.contains("from 10 up to 5"), "{message}");
    assert_eq!(answers[2]["outcome"]["output"]["count"], 2);
    let message = answers[3]["outcome"]["error"].as_str().unwrap();
    assert!(message.contains(r#"give "keep":"count""#), "{message}");
    assert_eq!(answers[4]["outcome"]["output"]["count"], 2);
    let message = answers[5]["outcome"]["error"].as_str().unwrap();
    assert!(message.contains(r#""to" is at most"#), "{message}");
    assert!(!text(&output.stdout).contains("--"), "a task has no options");
}
