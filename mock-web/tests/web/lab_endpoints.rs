//! Tests of the lab's own endpoints.

use mock_web::{Endpoint, Observed};
use serde_json::json;

use crate::{
    raw_client::{Client, get},
    start, swift,
};

#[test]
fn the_front_page_explains_and_stands_alone() {
    let web = start(swift());
    let page = get(&web.url(), "/");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    for endpoint in ["/api/v1/items/1", "/lab/observed", "/lab/gates/hacker-news-items"] {
        assert!(page.text().contains(endpoint), "{endpoint}");
    }
    assert!(!page.text().contains("http://") && !page.text().contains("https://"));
}

#[test]
fn the_observer_is_asked_and_reset() {
    let web = start(swift());
    let mut client = Client::connect(&web.url());
    client.get("/api/v1/items/1");
    let observed: Observed = serde_json::from_value(client.get("/lab/observed").json()).unwrap();
    assert_eq!(observed, web.observed());
    assert_eq!(observed.requests, 1);
    let reset = client.request("DELETE", "/lab/observed");
    assert_eq!((reset.status, &reset.json()["requests"]), (200, &json!(0)));
    assert_eq!(web.observed(), Observed::default());
}

#[test]
fn a_gate_is_set_and_asked() {
    let web = start(swift());
    let mut client = Client::connect(&web.url());
    assert_eq!(client.get("/lab/gates").json(), json!({}));
    let set = client.request("PUT", "/lab/gates/hacker-news-items?needed=2&patience_ms=1");
    assert_eq!(set.status, 200);
    client.get("/api/v1/items/1");
    let expected = json!({"needed": 2, "peak": 1, "was_opened": false, "peers": []});
    assert_eq!(client.get("/lab/gates").json(), json!({ "hacker-news-items": expected }));
    let report = web.gate(Endpoint::HackerNewsItems);
    assert_eq!(serde_json::to_value(report).unwrap(), expected);
}

#[test]
fn a_slash_at_the_end_changes_nothing_and_head_has_no_body() {
    let web = start(swift());
    let mut client = Client::connect(&web.url());
    for path in ["/", "/lab/observed", "/lab/gates"] {
        let get = client.get(path);
        assert_eq!(
            client.get(&format!("{}/", path.trim_end_matches('/'))).body,
            get.body,
            "{path}"
        );
        client.send("HEAD", path);
        let head = client.receive_head().unwrap();
        assert_eq!((head.status, head.content_length()), (200, get.body.len()), "{path}");
    }
}

#[test]
fn errors_say_what_would_be_right() {
    let web = start(swift());
    let mut client = Client::connect(&web.url());
    let mut check = |method, path, status, advice| {
        let response = client.request(method, path);
        assert_eq!(response.status, status, "{method} {path}");
        assert!(response.text().contains(advice), "{method} {path}: {}", response.text());
    };
    check("PUT", "/lab/gates/hacker-news-items", 400, "needed=20");
    check("PUT", "/lab/gates/hacker-news-items?needed=0", 400, "at least 1");
    check("PUT", "/lab/gates/yelp?needed=1", 404, "hacker-news-items");
    check("GET", "/lab/gates/hacker-news-items", 405, "Method Not Allowed");
    check("POST", "/lab/observed", 405, "Method Not Allowed");
    check("POST", "/", 405, "Method Not Allowed");
    check("GET", "/lab/nothing", 404, "see / for what there is");
    assert_eq!(web.observed().requests, 0);
}
