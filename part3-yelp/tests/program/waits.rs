//! Tests of SIGINT and SIGTERM during each kind of wait: the program still reports before it ends.

use std::{
    fs,
    net::TcpListener,
    num::NonZeroUsize,
    process::{Child, Command},
    time::Duration,
};

use mock_web::{
    Endpoint, FullBacklog, MockWeb,
    faults::{Fault, Faults},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use rusqlite::Connection;
use serde_json::Value;

use crate::{
    own_server::OwnServer,
    session::{Session, demo_environment, web},
    signals_to_programs::{end_by, start, wait_until},
};

const ALL: &[&str] = &["sequential", "threads", "processes", "parallel"];

/// Those whose stores are opened by the process that gets the signal.
const IN_ONE_PROCESS: &[&str] = &["sequential", "threads"];

const LONG: Duration = Duration::from_mins(4);

/// The program on its way to a wait.
struct Wait {
    program: Command,
    /// Whether it waits there; holds what it waits for.
    is_reached: Box<dyn FnMut(&Child) -> bool>,
}

/// Checks that each signal ends the wait in each variant, with a report.
fn check(variants: &[&str], wait: impl Fn(&Session) -> Wait) {
    for variant in variants {
        for signal in interrupt::ending_signals() {
            let session = Session::new();
            let Wait { mut program, mut is_reached } = wait(&session);
            program.args(["--variant", variant, "--format", "json", "--timeout", "10m"]);
            program.args(["--limit", "1", "--cities"]);
            program.arg(session.file("cities", b"Seattle"));
            let mut child = start(&mut program);
            wait_until(&mut child, &mut is_reached);
            let output = end_by(signal, child);
            let report: Result<Value, _> = serde_json::from_slice(&output.stdout);
            let runs = &report.unwrap_or_else(|_| panic!("{variant}: no report"))["runs"];
            for run in runs.as_array().unwrap() {
                assert_eq!(run["answer"]["stopped"], Value::Null, "{variant}");
                assert_eq!(run["answer"]["cities"][0]["failed"], Value::Array(vec![]), "{variant}");
            }
        }
    }
}

fn connecting_to(session: &Session, arguments: &[String], proxy: &str, host: FullBacklog) -> Wait {
    let mut program = session.program();
    program.envs(demo_environment()).args(arguments).env("ALL_PROXY", proxy);
    Wait { program, is_reached: Box::new(move |_| host.is_being_asked()) }
}

#[test]
fn for_a_host_that_takes_no_connection() {
    check(ALL, |session| {
        let host = FullBacklog::start().unwrap();
        let arguments = ["--base-url".to_owned(), format!("http://{}", host.host())];
        connecting_to(session, &arguments, "", host)
    });
}

#[test]
fn for_a_proxy_that_takes_no_connection() {
    for scheme in ["http", "socks5h"] {
        check(ALL, |session| {
            let host = FullBacklog::start().unwrap();
            let proxy = format!("{scheme}://{}", host.host());
            connecting_to(session, &["--live".to_owned()], &proxy, host)
        });
    }
}

#[test]
fn for_a_host_that_takes_connections_and_says_nothing() {
    for scheme in ["http", "https"] {
        check(ALL, |session| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            let mut program = session.program();
            let url = format!("{scheme}://{}", listener.local_addr().unwrap());
            program.envs(demo_environment()).args(["--base-url", &url]);
            let mut accepted = Vec::new();
            let is_reached = Box::new(move |_: &Child| {
                accepted.extend(listener.accept());
                !accepted.is_empty()
            });
            Wait { program, is_reached }
        });
    }
}

#[test]
fn for_a_turn_and_for_a_time_that_the_server_names() {
    let waits = [
        (Faults::default(), &["--rate", "1"][..]),
        (Faults::default().always("/v2/search", Fault::TooManyRequests { retry_after: LONG }), &[]),
    ];
    for (faults, arguments) in waits {
        check(ALL, |session| {
            let yelp = web(Duration::ZERO, faults.clone());
            let mut program = session.client_of(&yelp);
            program.args(arguments);
            Wait { program, is_reached: Box::new(move |_| is_answered(&yelp)) }
        });
    }
}

/// Whether there were requests, and all have got their answers.
fn is_answered(yelp: &MockWeb) -> bool {
    let journal = yelp.observed().journal;
    !journal.is_empty() && journal.iter().all(|entry| entry.status.is_some())
}

/// The lock that another program would hold, for as long as this is there.
fn lock(session: &Session) -> Connection {
    let connection = Connection::open(session.path("yelp.db")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

/// A run that asks for one business, and meets this as soon as it has been asked for.
fn meeting(
    mut program: Command,
    yelp: MockWeb,
    obstruct: impl FnOnce() -> Option<Connection> + 'static,
) -> Wait {
    let never_at_once = NonZeroUsize::new(2).unwrap();
    yelp.set_gate(Endpoint::YelpV2Business, never_at_once, LONG);
    program.args(["--base-url", &yelp.url()]);
    let (mut obstruct, mut held) = (Some(obstruct), Vec::new());
    let is_reached = Box::new(move |_: &Child| {
        let is_asked = yelp.gate(Endpoint::YelpV2Business).is_some_and(|gate| gate.peak > 0);
        if let Some(obstruct) = obstruct.take_if(|_| is_asked) {
            held.extend(obstruct());
            yelp.set_gate(Endpoint::YelpV2Business, NonZeroUsize::MIN, Duration::ZERO);
        }
        obstruct.is_none() && is_answered(&yelp)
    });
    Wait { program, is_reached }
}

#[test]
fn for_the_lock_of_another_program_at_the_beginning() {
    check(ALL, |session| {
        let (lock, yelp) = (lock(session), web(Duration::ZERO, Faults::default()));
        let mut program = session.client_of(&yelp);
        program.args(["--store", "sqlite:yelp.db"]);
        let is_reached = Box::new(move |child: &Child| {
            let (_, _) = (&lock, &yelp);
            has_opened(child, "yelp.db")
        });
        Wait { program, is_reached }
    });
}

/// Whether a process has opened a file with this name.
fn has_opened(child: &Child, name: &str) -> bool {
    let files = fs::read_dir(format!("/proc/{}/fd", child.id())).unwrap();
    let paths = files.flatten().filter_map(|file| fs::read_link(file.path()).ok());
    paths.into_iter().any(|path| path.ends_with(name))
}

#[test]
fn for_the_lock_of_another_program_to_store_documents() {
    check(IN_ONE_PROCESS, |session| {
        let yelp = web(Duration::ZERO, Faults::default());
        let mut program = session.program();
        program.envs(demo_environment()).args(["--store", "sqlite:yelp.db"]);
        let path = session.path("yelp.db");
        meeting(program, yelp, move || {
            let connection = Connection::open(path).unwrap();
            connection.execute_batch("BEGIN IMMEDIATE").unwrap();
            Some(connection)
        })
    });
}

#[test]
fn for_a_server_of_mongodb_that_is_stopped() {
    let test = "for_a_server_of_mongodb_that_is_stopped";
    let Some(server) = OwnServer::start(test) else { return };
    let pid: i32 = fs::read_to_string(server.file("pid")).unwrap().trim().parse().unwrap();
    let mongod = Pid::from_raw(pid);
    check(IN_ONE_PROCESS, |session| {
        kill(mongod, Signal::SIGCONT).unwrap();
        let yelp = web(Duration::ZERO, Faults::default());
        let mut program = session.program();
        program.envs(demo_environment()).args(["--store", "mongodb"]);
        program.env("MONGODB_URI", server.uri());
        meeting(program, yelp, move || {
            kill(mongod, Signal::SIGSTOP).unwrap();
            None
        })
    });
}
