//! Tests that no credential is in reports, errors, exports, arguments of processes, or the store.

use std::{
    ffi::OsStr,
    fs,
    num::NonZeroUsize,
    os::unix::ffi::OsStrExt,
    process::{Output, Stdio},
    time::Duration,
};

use mock_web::{Endpoint, demo, faults::Faults};

#[cfg(target_os = "linux")]
use crate::kills::children_of;
use crate::{
    session::{Session, demo_environment, text, web},
    signals_to_programs::wait_until,
};

fn assert_hidden(output: &Output) {
    for (name, secret) in demo_environment() {
        for stream in [&output.stdout, &output.stderr] {
            assert!(!text(stream).contains(secret), "{name}: {output:?}");
        }
    }
}

#[test]
fn no_output_of_a_run_holds_a_secret() {
    for arguments in [&["--format", "json"][..], &["--api", "v3"], &["--format", "text"]] {
        let session = Session::new();
        let web = web(Duration::ZERO, Faults::default());
        let output = session.client_of(&web).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_hidden(&output);
        assert_hidden(&session.run(&["export", "--variant", "parallel"]));
    }
}

#[test]
fn a_refusal_that_quotes_a_signature_is_redacted() {
    let web = web(Duration::ZERO, Faults::default());
    for (name, wrong) in [
        ("YELP_CONSUMER_KEY", "my own+key"),
        ("YELP_CONSUMER_SECRET", "my own+secret"),
        ("YELP_TOKEN", "my own+token"),
        ("YELP_TOKEN_SECRET", "my own+token secret"),
    ] {
        for variant in ["sequential", "parallel"] {
            let session = Session::new();
            let mut program = session.client_of(&web);
            let output = program.env(name, wrong).args(["--variant", variant]).output().unwrap();
            assert_eq!(output.status.code(), Some(3), "{output:?}");
            assert!(text(&output.stderr).contains("the credentials were refused"), "{output:?}");
            assert_hidden(&output);
            let all = format!("{output:?}");
            assert!(!all.contains("my own+") && !all.contains("my%20own"), "{all}");
        }
    }
}

#[test]
fn missing_credentials_are_named_in_one_line() {
    let web = web(Duration::ZERO, Faults::default());
    for (api, expected) in [("v2", "YELP_TOKEN_SECRET"), ("v3", "YELP_API_KEY")] {
        let arguments = ["--base-url", &web.url(), "--api", api];
        let output = Session::new().run(&arguments);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert_eq!(text(&output.stderr).lines().count(), 1);
        assert!(text(&output.stderr).contains(expected), "{output:?}");
    }
    assert_eq!(web.observed().requests, 0);
}

#[test]
fn a_credential_that_cannot_be_sent_is_named_before_the_run() {
    let web = web(Duration::ZERO, Faults::default());
    let check = |api: &str, name: &str, value: &[u8]| {
        let session = Session::new();
        let mut program = session.client_of(&web);
        program.env(name, OsStr::from_bytes(value)).args(["--api", api]);
        let output = program.output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        let message = text(&output.stderr);
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.contains(name) && !message.contains("s3cr"), "{message}");
        assert_eq!(text(&output.stdout), "");
    };
    for value in ["s3cr\net", "s3cr\r\net", "s3crét", "s3cr\u{200b}et", "s3cr\u{7f}et", "s3cr\tet"]
    {
        check("v3", "YELP_API_KEY", value.as_bytes());
    }
    for name in ["YELP_CONSUMER_KEY", "YELP_CONSUMER_SECRET", "YELP_TOKEN", "YELP_TOKEN_SECRET"] {
        check("v2", name, b"s3cr\net");
        check("v2", name, b"s3cr\x1bet");
        check("v2", name, b"s3cr\xffet");
    }
    assert_eq!(web.observed().requests, 0);
}

#[test]
fn a_run_that_lacks_a_credential_says_why_the_file_was_not_read() {
    let web = web(Duration::ZERO, Faults::default());
    let utf16: Vec<u8> =
        "\u{feff}YELP_API_KEY=s3cret\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let large = "# a comment\n".repeat(100_000) + "YELP_API_KEY=s3cret\n";
    for (content, reason) in [
        (&utf16[..], "save it as UTF-8"),
        (large.as_bytes(), "larger than 1 MiB"),
        (b"# mine\nYELP_API_KEY='s3cret\n", "line 2 gives YELP_API_KEY a quote that is not closed"),
    ] {
        let session = Session::new();
        session.file(".env", content);
        let output = session.run(&["--base-url", &web.url(), "--api", "v3"]);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        let message = text(&output.stderr);
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.contains("cannot read .env: ") && message.contains(reason), "{message}");
        assert!(message.contains("set YELP_API_KEY") && !message.contains("s3cret"), "{message}");

        let output = session.run(&["--variant", "threads", "--latency", "0ms"]);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(text(&output.stderr), "", "it needs no credential");
    }
    assert_eq!(web.observed().requests, 0);
}

#[test]
fn a_run_that_lacks_the_address_of_its_store_says_why_the_file_was_not_read() {
    let session = Session::new();
    session.file(".env", b"MONGODB_URI=\"mongodb://me:s3cret@127.0.0.1:1\n");
    for arguments in [&["--store", "mongodb"][..], &["count", "--store", "mongodb"]] {
        let output = session.run(arguments);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        let message = text(&output.stderr);
        let reason = "cannot read .env: line 1 gives MONGODB_URI a quote that is not closed";
        assert!(message.contains(reason), "{message}");
        assert!(
            message.contains("MONGODB_URI is not set") && !message.contains("s3cret"),
            "{message}"
        );
    }
}

#[test]
fn a_file_that_git_ignores_may_hold_them() {
    let session = Session::new();
    let lines = demo_environment().map(|(name, value)| format!("{name}=\"{value}\"\n"));
    session.file(".env", lines.concat().as_bytes());
    let web = web(Duration::ZERO, Faults::default());
    for variant in ["sequential", "parallel"] {
        let arguments = ["--base-url", &web.url(), "--variant", variant];
        let output = session.run(&arguments);
        assert!(output.status.success(), "{output:?}");
        assert_hidden(&output);
    }
}

#[test]
fn a_file_that_a_run_does_not_need_does_not_stop_it() {
    let web = web(Duration::ZERO, Faults::default());
    let foreign: [&[u8]; 6] = [
        b"NOTE=two words$",
        b"not a line\nX='unclosed\n",
        b"\xef\xbb\xbfCOST=$5\r\n",
        b"\xff\xfeN\0=\0x\0",
        b"YELP_TOKEN='unclosed",
        b"MONGODB_URI=$x\0",
    ];
    for content in foreign {
        let session = Session::new();
        session.file(".env", content);
        let output = session.run(&["--variant", "sequential", "--latency", "0ms"]);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(text(&output.stderr), "");
        let output = session.client_of(&web).args(["--variant", "parallel"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(session.count(), 80);
    }
    let session = Session::new();
    fs::create_dir(session.file("folder", b"").with_file_name(".env")).unwrap();
    assert!(session.run(&["--variant", "threads", "--latency", "0ms"]).status.success());
}

#[test]
fn values_in_the_file_are_literal() {
    let lines = demo_environment().map(|(name, value)| format!("export {name} = {value}\r\n"));
    let foreign = "\u{feff}NOTE=two words$\r\nCOST=\"$5\r\n";
    let session = Session::new();
    session.file(".env", format!("{foreign}{}", lines.concat()).as_bytes());
    let web = web(Duration::ZERO, Faults::default());
    for variant in ["sequential", "parallel"] {
        let output = session.run(&["--base-url", &web.url(), "--variant", variant]);
        assert!(output.status.success(), "{output:?}");
    }
}

#[test]
fn a_value_without_its_last_quote_is_missing() {
    let session = Session::new();
    session.file(".env", format!("YELP_API_KEY='{}", demo::API_KEY).as_bytes());
    let web = web(Duration::ZERO, Faults::default());
    let output = session.run(&["--base-url", &web.url(), "--api", "v3"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(text(&output.stderr).contains("YELP_API_KEY"), "{output:?}");
    assert_hidden(&output);
}

#[test]
fn a_password_in_mongodb_uri_is_not_shown() {
    let output = Session::new()
        .program()
        .env("MONGODB_URI", "mongodb://somebody:pass%40word@127.0.0.1:1/yelp")
        .args(["--store", "mongodb"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let message = text(&output.stderr);
    assert!(message.contains("is mongod running"), "{message}");
    for secret in ["somebody", "pass%40word", "pass@word"] {
        assert!(!message.contains(secret), "{message}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn no_process_shows_a_secret_in_its_arguments() {
    let session = Session::new();
    let web = web(Duration::ZERO, Faults::default());
    // Nobody gets past it, so that all processes are there to be looked at.
    let all_and_more = NonZeroUsize::new(81).unwrap();
    web.set_gate(Endpoint::YelpV2Business, all_and_more, Duration::from_mins(2));
    let mut child = session
        .client_of(&web)
        .args(["--variant", "parallel", "--timeout", "10m"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait_until(&mut child, |_| web.gate(Endpoint::YelpV2Business).unwrap().peak >= 80);
    let processes = [vec![child.id()], children_of(child.id())].concat();
    for pid in &processes {
        let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap();
        let arguments = String::from_utf8_lossy(&arguments);
        assert!(arguments.contains("part3-yelp"), "{arguments}");
        for (name, secret) in demo_environment() {
            assert!(!arguments.contains(secret), "{name}: {arguments}");
        }
    }
    assert_eq!(processes.len(), 5, "the program and its four workers");
    web.set_gate(Endpoint::YelpV2Business, NonZeroUsize::MIN, Duration::ZERO);
    assert!(child.wait().unwrap().success());
}
