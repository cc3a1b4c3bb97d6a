//! Tests of answers with long heads.

use crate::{
    client, fetch,
    raw_server::{After::Keep, RawServer},
};

/// An answer with a head of `policy_bytes` and a few more.
fn answer(policy_bytes: usize, framing: &str, body: &str) -> Vec<u8> {
    let policies = format!("X-Policy: {}\r\n", "a".repeat(8_000)).repeat(policy_bytes / 8_000);
    let rest = "a".repeat(policy_bytes % 8_000);
    format!("HTTP/1.1 200 OK\r\n{policies}X-Rest: {rest}\r\n{framing}\r\n\r\n{body}").into_bytes()
}

#[test]
fn long_heads_are_read_and_their_connections_kept() {
    // Around the size of the buffer, and well above it.
    let sizes = (16_200..16_500).step_by(7).chain([17_000, 33_000, 65_000, 200_000]);
    let server = RawServer::start(|asked| {
        assert_eq!(asked.connection, 1);
        let bytes = asked.path[1..].parse().unwrap();
        let (framing, body) = if bytes % 2 == 0 {
            (format!("Content-Length: {}", 40_000), "b".repeat(40_000))
        } else {
            (
                "Transfer-Encoding: chunked".to_owned(),
                format!("9c40\r\n{}\r\n0\r\n\r\n", "b".repeat(40_000)),
            )
        };
        (answer(bytes, &framing, &body), Keep)
    });
    let client = client(0);
    for bytes in sizes {
        let (body, requests) = fetch(&client, &server.url(&format!("/{bytes}")));
        assert_eq!((body.map(|body| body.len()), requests), (Ok(40_000), 1), "{bytes}");
    }
}

#[test]
fn endless_heads_are_refused() {
    let server = RawServer::start(|_| (answer(300_000, "Content-Length: 1", "b"), Keep));
    let gave_up = fetch(&client(1), &server.url("/")).0.unwrap_err();
    assert_eq!(gave_up.attempts, 1, "{gave_up:?}");
    assert!(gave_up.cause.contains("header is too big"), "{gave_up:?}");
}

#[test]
fn more_headers_than_can_be_read_are_refused_by_their_number() {
    let server = RawServer::start(|asked| {
        let count: usize = asked.path[1..].parse().unwrap();
        let headers = "X-Tag: a\r\n".repeat(count - 1);
        let head = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: 1\r\n\r\nb");
        (head.into_bytes(), Keep)
    });
    let (body, requests) = fetch(&client(1), &server.url("/128"));
    assert_eq!((body.as_deref(), requests), (Ok("b"), 1));
    for count in [129, 1_000, 10_000] {
        let gave_up = fetch(&client(1), &server.url(&format!("/{count}"))).0.unwrap_err();
        assert_eq!(gave_up.attempts, 1, "{gave_up:?}");
        assert!(gave_up.cause.contains("more than 128 headers"), "{gave_up:?}");
    }
}
