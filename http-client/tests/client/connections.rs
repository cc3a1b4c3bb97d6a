//! Tests of connections that the server closes between two requests.

use std::{
    sync::{Arc, Barrier},
    thread,
};

use crate::{
    client, fetch,
    raw_server::{
        After::{self, Close, Keep, Reset},
        RawServer, ReceivedRequest, Reply,
    },
};

fn whole() -> Reply {
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec(), Keep)
}

fn nothing(after: After) -> Reply {
    (Vec::new(), after)
}

/// Answers the first request of each connection, and closes it when there is another one.
fn once_each(after: After) -> impl Fn(&ReceivedRequest) -> Reply {
    move |asked| if asked.request_of_connection == 1 { whole() } else { nothing(after) }
}

#[test]
fn a_request_that_was_never_answered_is_made_anew() {
    for after in [Close, Reset] {
        let server = RawServer::start(once_each(after));
        let client = client(0);
        for number in 1..=20 {
            let (body, requests) = fetch(&client, &server.url("/"));
            assert_eq!(body.as_deref(), Ok("ok"), "{after:?}");
            // The first one has no connection to find; and a client may see the end in time.
            assert!(requests <= 2 && (number > 1 || requests == 1), "{after:?}: {requests}");
        }
    }
}

#[test]
fn a_server_that_closes_after_each_answer_loses_nothing() {
    let server = RawServer::start(|_| (whole().0, Close));
    let client = client(0);
    for _ in 0..100 {
        assert_eq!(fetch(&client, &server.url("/")).0.as_deref(), Ok("ok"));
    }
}

#[test]
fn an_unanswered_request_is_sent_again_on_a_new_connection_although_others_are_kept() {
    const KEPT: usize = 3;
    let together = Arc::new(Barrier::new(KEPT));
    let server = RawServer::start({
        let together = Arc::clone(&together);
        move |asked| {
            if asked.path == "/together" {
                together.wait();
            }
            once_each(Reset)(asked)
        }
    });
    let client = client(0);
    thread::scope(|scope| {
        for _ in 0..KEPT {
            scope.spawn(|| assert_eq!(fetch(&client, &server.url("/together")).1, 1));
        }
    });
    let (body, requests) = fetch(&client, &server.url("/alone"));
    assert_eq!((body.as_deref(), requests), (Ok("ok"), 2));
}

#[test]
fn an_unanswered_request_is_sent_again_only_once() {
    let server =
        RawServer::start(|asked| if asked.path == "/first" { whole() } else { nothing(Close) });
    let client = client(0);
    assert_eq!(fetch(&client, &server.url("/first")).1, 1);
    let (body, requests) = fetch(&client, &server.url("/never"));
    assert_eq!((body.unwrap_err().attempts, requests), (1, 2));
}

#[test]
fn a_first_request_is_not_made_anew() {
    for after in [Close, Reset] {
        let server = RawServer::start(move |_| nothing(after));
        let (body, requests) = fetch(&client(0), &server.url("/"));
        assert_eq!((body.unwrap_err().attempts, requests), (1, 1), "{after:?}");
    }
}

#[test]
fn a_request_whose_answer_has_begun_is_not_made_anew() {
    for after in [Close, Reset] {
        let server =
            RawServer::start(
                move |asked| {
                    if asked.path == "/whole" { whole() } else { (b"H".to_vec(), after) }
                },
            );
        let client = client(0);
        assert_eq!(fetch(&client, &server.url("/whole")).1, 1);
        let (body, requests) = fetch(&client, &server.url("/begun"));
        assert_eq!((body.unwrap_err().attempts, requests), (1, 1), "{after:?}");
    }
}
