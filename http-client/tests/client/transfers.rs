//! Tests that each way to break a transfer is a transient error, in each coding that we accept.

use std::{io::Write, thread};

use flate2::{Compression, write::GzEncoder};
use http_client::{Answer, Request};

use crate::{
    client, fetch,
    raw_server::{
        After::{self, Close, Keep, Reset},
        RawServer, ReceivedRequest,
    },
};

const TEXT: &str = "item 7: a text that is long enough, long enough, long enough";

/// The number of concurrent clients, so that their pauses do not add up.
const AT_ONCE: usize = 64;

fn gzip(text: &str) -> Vec<u8> {
    gzip_bytes(text.as_bytes())
}

fn gzip_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes(), body].concat()
}

fn with_length(headers: &str, body: &[u8]) -> Vec<u8> {
    answer(&format!("{headers}Content-Length: {}\r\n", body.len()), body)
}

fn chunked(headers: &str, body: &[u8]) -> Vec<u8> {
    chunked_as("chunked", headers, body)
}

/// A body in chunks, whatever its transfer coding is called.
fn chunked_as(coding: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let chunks: Vec<Vec<u8>> = body
        .chunks(25)
        .map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat())
        .collect();
    let body = [chunks.concat(), b"0\r\n\r\n".to_vec()].concat();
    answer(&format!("{headers}Transfer-Encoding: {coding}\r\n"), &body)
}

const GZIP: &str = "Content-Encoding: gzip\r\n";

/// Sends each bad reply to the first request of its path and a good one to the second; checks that
/// all arrive. Returns how many needed it.
fn survive(bad: Vec<Vec<u8>>, after: After, good: Vec<u8>) -> usize {
    let paths: Vec<String> = (0..bad.len()).map(|index| format!("/{index}")).collect();
    let server = RawServer::start(move |ReceivedRequest { path, request_of_path, .. }| {
        if *request_of_path == 1 {
            (bad[path[1..].parse::<usize>().unwrap()].clone(), after)
        } else {
            (good.clone(), Close)
        }
    });
    let ask = |path: &String| {
        let (body, requests) = fetch(&client(1), &server.url(path));
        assert_eq!(body.as_deref(), Ok(TEXT), "{path}");
        requests
    };
    let ask_at_once = |paths: &[String]| {
        thread::scope(|scope| {
            let asking: Vec<_> = paths.iter().map(|path| scope.spawn(|| ask(path))).collect();
            asking.into_iter().map(|asking| asking.join().unwrap()).collect::<Vec<usize>>()
        })
    };
    let requests: Vec<usize> = paths.chunks(AT_ONCE).flat_map(ask_at_once).collect();
    requests.into_iter().filter(|&requests| requests == 2).count()
}

fn cuts(whole: &[u8]) -> Vec<Vec<u8>> {
    (0..whole.len()).map(|bytes| whole[..bytes].to_vec()).collect()
}

/// Checks each cut of a reply; cuts within the last `unnoticed_max` bytes may go unnoticed.
fn check_cuts(whole: &[u8], after: After, unnoticed_max: usize) {
    let noticed = survive(cuts(whole), after, whole.to_vec());
    assert!(noticed + unnoticed_max >= whole.len(), "{noticed} of {}", whole.len());
}

#[test]
fn a_cut_at_any_byte_is_a_transient_error() {
    check_cuts(&with_length("", TEXT.as_bytes()), Close, 0);
    check_cuts(&with_length(GZIP, &gzip(TEXT)), Close, 0);
    check_cuts(&chunked("", TEXT.as_bytes()), Close, 2);
    check_cuts(&chunked(GZIP, &gzip(TEXT)), Close, 2);
    check_cuts(&answer(GZIP, &gzip(TEXT)), Close, 0);
}

#[test]
fn a_reset_at_any_byte_is_a_transient_error() {
    check_cuts(&with_length(GZIP, &gzip(TEXT)), Reset, 0);
    check_cuts(&answer("", TEXT.as_bytes()), Reset, 0);
}

#[test]
fn damage_at_any_byte_is_a_transient_error() {
    let gzip = gzip(TEXT);
    let damaged = (0..gzip.len()).map(|index| {
        let mut damaged = gzip.clone();
        damaged[index] ^= 0xff;
        with_length(GZIP, &damaged)
    });
    let noticed = survive(damaged.collect(), Close, with_length(GZIP, &gzip));
    // Six bytes say when and where it was made.
    assert_eq!(noticed, gzip.len() - 6);
}

#[test]
fn malformed_answers_are_transient_errors() {
    let bad = [
        "",
        "\r\n\r\n",
        "garbage\r\n\r\n",
        "HTTP/1.1 \r\n\r\n",
        "HTTP/1.1200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nitem 7",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n",
        "\u{0}\u{0}\u{0}",
    ];
    let bad: Vec<Vec<u8>> = bad.map(|text| text.as_bytes().to_vec()).into();
    let count = bad.len();
    assert_eq!(survive(bad, Close, with_length("", TEXT.as_bytes())), count);
}

#[test]
fn a_cut_of_json_without_a_length_is_a_transient_error_at_any_byte() {
    const JSON: &str = r#"{"id": 7, "text": "caf\u00e9"}"#;
    let server = RawServer::start(|ReceivedRequest { path, request_of_path, .. }| {
        let cut = if *request_of_path == 1 { path[1..].parse().unwrap() } else { JSON.len() };
        (answer("", &JSON.as_bytes()[..cut]), Close)
    });
    let ask = |cut: usize| {
        let url = server.url(&format!("/{cut}"));
        client(1).ask(|| Ok(Request::anonymous(url.clone())), Answer::into_json)
    };
    thread::scope(|scope| {
        let asking: Vec<_> = (0..=JSON.len()).map(|cut| scope.spawn(move || ask(cut))).collect();
        for asking in asking {
            assert_eq!(asking.join().unwrap().as_deref(), Ok(JSON.as_bytes()));
        }
    });
}

/// The number of attempts at a status that never changes.
fn attempts_at(status: &'static str) -> u32 {
    let server = RawServer::start(move |_| {
        (format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").into_bytes(), Keep)
    });
    let (body, _) = fetch(&client(1), &server.url("/"));
    let gave_up = body.unwrap_err();
    assert!(gave_up.cause.contains(status), "{gave_up:?}");
    gave_up.attempts
}

#[test]
fn statuses_that_may_pass_are_asked_for_again() {
    for status in [
        "408 Request Timeout",
        "425 Too Early",
        "429 Too Many Requests",
        "500 Internal Server Error",
        "503 Service Unavailable",
    ] {
        assert_eq!(attempts_at(status), 2, "{status}");
    }
    for status in ["400 Bad Request", "401 Unauthorized", "404 Not Found", "410 Gone"] {
        assert_eq!(attempts_at(status), 1, "{status}");
    }
}

#[test]
fn codings_are_known_by_any_of_their_names() {
    let check = |headers: &'static str, body: Vec<u8>| {
        let server = RawServer::start(move |_| (with_length(headers, &body), Keep));
        fetch(&client(1), &server.url("/")).0
    };
    for headers in [
        "Content-Encoding: GZIP\r\n",
        "Content-Encoding:  gzip \r\n",
        "Content-Encoding: x-gzip\r\n",
        "content-encoding: X-GZip\r\n",
        "Content-Encoding: identity, gzip\r\n",
        "Content-Encoding: gzip,\r\n",
        "Content-Encoding: \r\nContent-Encoding: gzip\r\n",
    ] {
        assert_eq!(check(headers, gzip(TEXT)).as_deref(), Ok(TEXT), "{headers}");
    }
    for headers in [
        "",
        "Content-Encoding: \r\n",
        "Content-Encoding: Identity\r\n",
        "Content-Encoding: identity, identity\r\n",
    ] {
        assert_eq!(check(headers, TEXT.into()).as_deref(), Ok(TEXT), "{headers}");
    }
    for (headers, name) in [
        ("Content-Encoding: br\r\n", "\"br\""),
        ("Content-Encoding: Deflate\r\n", "\"deflate\""),
        ("Content-Encoding: gzip, br\r\n", "\"gzip, br\""),
        ("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n", "\"gzip, gzip\""),
        ("Content-Encoding: gzip2\r\n", "\"gzip2\""),
    ] {
        let gave_up = check(headers, TEXT.into()).unwrap_err();
        assert_eq!(gave_up.attempts, 1, "{gave_up:?}");
        assert!(gave_up.cause.contains(name), "{gave_up:?}");
    }
}

#[test]
fn gzip_may_have_several_members_and_padding() {
    let (begin, end) = TEXT.split_at(20);
    let check = |body: Vec<u8>| {
        let server = RawServer::start(move |_| (with_length(GZIP, &body), Keep));
        let (body, requests) = fetch(&client(1), &server.url("/"));
        assert_eq!((body.as_deref(), requests), (Ok(TEXT), 1));
    };
    check([gzip(begin), gzip(""), gzip(end)].concat());
    for zeros in [1, 8, 511, 100_000] {
        check([gzip(TEXT), vec![0; zeros]].concat());
        check([gzip(begin), gzip(end), vec![0; zeros]].concat());
    }
}

#[test]
fn bytes_after_gzip_other_than_padding_are_damage() {
    for rest in [&b"garbage"[..], b"\0\0garbage", b"\x1f\x8b", &gzip(TEXT)[..20]] {
        let bad = with_length(GZIP, &[&gzip(TEXT), rest].concat());
        assert_eq!(survive(vec![bad], Close, with_length(GZIP, &gzip(TEXT))), 1, "{rest:?}");
    }
}

#[test]
fn transfer_codings_are_undone_or_named() {
    let check = |coding: &str, headers: &str, body: &[u8]| {
        let bytes = chunked_as(coding, headers, body);
        let server = RawServer::start(move |_| (bytes.clone(), Close));
        fetch(&client(1), &server.url("/")).0
    };
    for coding in ["gzip, chunked", "GZip,Chunked", "x-gzip , chunked", "identity, gzip, chunked"] {
        assert_eq!(check(coding, "", &gzip(TEXT)).as_deref(), Ok(TEXT), "{coding}");
        let twice = gzip_bytes(&gzip(TEXT));
        assert_eq!(check(coding, GZIP, &twice).as_deref(), Ok(TEXT), "{coding}");
    }
    for coding in ["deflate, chunked", "br, chunked", "gzip, gzip, chunked", "chunked, gzip", "x"] {
        let gave_up = check(coding, "", TEXT.as_bytes()).unwrap_err();
        assert_eq!(gave_up.attempts, 1, "{gave_up:?}");
        assert!(gave_up.cause.contains(&format!("{coding:?}")), "{gave_up:?}");
    }
    let whole = answer("Transfer-Encoding: gzip\r\n", &gzip(TEXT));
    check_cuts(&whole, Close, 0);
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_body() {
    let body = format!("\u{feff}{TEXT}");
    for whole in [
        with_length("", body.as_bytes()),
        with_length(GZIP, &gzip(&body)),
        chunked("", body.as_bytes()),
    ] {
        let server = RawServer::start(move |_| (whole.clone(), Close));
        assert_eq!(fetch(&client(0), &server.url("/")).0.as_deref(), Ok(TEXT));
    }
    let server = RawServer::start(|asked| {
        let cut = if asked.request_of_path == 1 { 8 } else { 12 };
        (answer("", &"\u{feff}{\"id\": 7}".as_bytes()[..cut]), Close)
    });
    let request = || Ok(Request::anonymous(server.url("/")));
    assert_eq!(client(1).ask(request, Answer::into_json).as_deref(), Ok(&b"{\"id\": 7}"[..]));
}

#[test]
fn little_gzip_that_is_a_huge_body_is_refused() {
    let body = gzip(&" ".repeat(17 << 20));
    let server = RawServer::start(move |_| (with_length(GZIP, &body), Keep));
    let gave_up = fetch(&client(1), &server.url("/")).0.unwrap_err();
    assert_eq!(gave_up.attempts, 1, "{gave_up:?}");
    assert!(gave_up.cause.contains("limit"), "{gave_up:?}");
}
