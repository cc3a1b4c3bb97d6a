//! Tests of Yelp: v3 with its key, and v2 unsigned. (Signed requests are tested where they are
//! made, in part 3, and by the vectors of the standards.)

use std::{collections::BTreeSet, num::NonZeroUsize, time::Duration};

use mock_web::{
    Config, Endpoint, MockWeb, YelpLimits, demo,
    faults::{Fault, Faults},
};
use serde_json::{Value, json};

use crate::{
    raw_client::{Client, Response},
    start, swift,
};

const SEATTLE: &str = "/v3/businesses/search?location=Seattle";

fn get(web: &MockWeb, path: &str) -> Response {
    Client::connect(&web.url()).get_as(&format!("Bearer {}", demo::API_KEY), path)
}

fn ids(search: &Response) -> Vec<String> {
    let businesses = search.json()["businesses"].as_array().unwrap().clone();
    businesses.iter().map(|business| business["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_search_finds_businesses_that_can_be_asked_for() {
    let web = start(swift());
    for city in ["Seattle", "S%C3%A3o%20Paulo", "%E6%9D%B1%E4%BA%AC"] {
        let search = get(&web, &format!("/v3/businesses/search?location={city}"));
        assert_eq!(search.status, 200);
        assert!(search.json()["total"].as_u64().unwrap() >= 40);
        let ids = ids(&search);
        assert_eq!(ids.len(), 20);
        for listed in search.json()["businesses"].as_array().unwrap() {
            let id = listed["id"].as_str().unwrap();
            let business = get(&web, &format!("/v3/businesses/{id}"));
            assert_eq!((business.status, &business.json()["id"]), (200, &listed["id"]));
            assert_eq!(business.json()["name"], listed["name"]);
            assert!(business.json()["hours"].is_array(), "more than the search tells");
        }
    }
}

#[test]
fn businesses_are_the_same_each_time() {
    let [one, other] = [start(swift()), start(swift())].map(|web| get(&web, SEATTLE).body);
    assert_eq!(one, other);
}

#[test]
fn pages_follow_each_other() {
    let web = start(swift());
    let page = |offset: u32| ids(&get(&web, &format!("{SEATTLE}&limit=10&offset={offset}")));
    let pages: Vec<String> = [page(0), page(10), page(20)].concat();
    assert_eq!(pages.iter().collect::<BTreeSet<_>>().len(), 30);
    assert_eq!(pages, ids(&get(&web, &format!("{SEATTLE}&limit=30"))));
    assert_eq!(ids(&get(&web, &format!("{SEATTLE}&limit=0"))).len(), 0);
}

fn check_error(response: &Response, status: u16, code: &str) {
    assert_eq!((response.status, &response.json()["error"]["code"]), (status, &json!(code)));
}

#[test]
fn errors_of_version_3_have_its_codes() {
    let web = start(swift());
    let mut client = Client::connect(&web.url());
    check_error(&client.get(SEATTLE), 401, "TOKEN_MISSING");
    check_error(&client.get_as("Bearer nobody", SEATTLE), 401, "TOKEN_INVALID");
    check_error(&client.get_as("Basic x", SEATTLE), 401, "TOKEN_INVALID");
    let check = |path, status, code| check_error(&get(&web, path), status, code);
    check("/v3/businesses/search", 400, "VALIDATION_ERROR");
    check("/v3/businesses/search?location=Seattle&limit=51", 400, "VALIDATION_ERROR");
    check("/v3/businesses/search?location=Seattle&offset=-1", 400, "VALIDATION_ERROR");
    check("/v3/businesses/search?location=Seattle&limit=50&offset=200", 400, "VALIDATION_ERROR");
    check("/v3/businesses/search?location=Nowhereville", 400, "LOCATION_NOT_FOUND");
    check("/v3/businesses/search?location=%3F%21", 400, "LOCATION_NOT_FOUND");
    check("/v3/businesses/no-such-business", 404, "BUSINESS_NOT_FOUND");
    check("/v3/businesses/%ff", 404, "BUSINESS_NOT_FOUND");
    check("/v3/elsewhere", 404, "NOT_FOUND");
}

#[test]
fn version_2_refuses_requests_without_a_signature() {
    let web = start(swift());
    for path in ["/v2/search?location=Seattle", "/v2/business/any"] {
        let answer = Client::connect(&web.url()).get(path);
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["error"]["id"], "MISSING_PARAMETER");
        assert_eq!(answer.json()["error"]["field"], "oauth_consumer_key");
    }
}

/// A path of each endpoint, and its query.
fn requests(web: &MockWeb) -> Vec<(String, &'static str)> {
    let business = format!("/v3/businesses/{}", ids(&get(web, SEATTLE))[0]);
    let paths = [
        ("/v3/businesses/search".to_owned(), "?location=Seattle"),
        (business, ""),
        ("/v3/businesses/no-such-business".to_owned(), ""),
        ("/v2/search".to_owned(), "?location=Seattle"),
        ("/v2/business/any".to_owned(), ""),
        ("/api/v1/items/7".to_owned(), ""),
    ];
    paths.into()
}

#[test]
fn a_slash_at_the_end_of_a_path_changes_nothing() {
    let web = start(swift());
    for (path, query) in requests(&web) {
        let without = get(&web, &format!("{path}{query}"));
        let with = get(&web, &format!("{path}/{query}"));
        assert_eq!((with.status, with.text()), (without.status, without.text()), "{path}");
    }
}

#[test]
fn letters_may_be_percent_encoded_anywhere() {
    let web = start(swift());
    let encoded = |path: &str| {
        let encode = |letter: char| match letter {
            '/' | '%' => letter.to_string(),
            _ => format!("%{:02x}", u32::from(letter)),
        };
        path.chars().map(encode).collect::<String>()
    };
    for (path, query) in requests(&web) {
        let plain = get(&web, &format!("{path}{query}"));
        let encoded = get(&web, &format!("{}{query}", encoded(&path)));
        assert_eq!((encoded.status, encoded.text()), (plain.status, plain.text()), "{path}");
    }
    for path in ["/api/v1/items/%31", "/api/v1/items/1%30/", "/%6cab/observed"] {
        assert_eq!(get(&web, path).status, 200, "{path}");
    }
}

#[test]
fn head_is_answered_as_get_is_without_a_body() {
    let web = start(swift());
    let key = format!("Bearer {}", demo::API_KEY);
    let mut client = Client::connect(&web.url());
    for (path, query) in requests(&web) {
        for path in [format!("{path}{query}"), format!("{path}/{query}")] {
            let get = client.get_as(&key, &path);
            // What came as a body would be taken for the answer to the next request.
            let head = client.head_as(&key, &path);
            assert_eq!(head.status, get.status, "{path}");
            for name in ["content-length", "content-type"] {
                assert!(head.header(name).is_some(), "{path}: {name}");
                assert_eq!(head.header(name), get.header(name), "{path}: {name}");
            }
        }
    }
}

#[test]
fn a_signature_is_checked_over_the_sent_request() {
    let web = start(swift());
    let timestamp = common::stopwatch::unix_time().as_secs();
    let authorization = format!(
        "OAuth oauth_consumer_key=\"{}\", oauth_token=\"{}\", oauth_nonce=\"n\", \
         oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"{timestamp}\", \
         oauth_signature=\"wrong\"",
        demo::CONSUMER_KEY,
        demo::TOKEN,
    );
    for (path, signed) in [
        ("/v2/search?location=Seattle", "GET&http%3A%2F%2Flocalhost%2Fv2%2Fsearch&"),
        ("/v2/search/?location=Seattle", "GET&http%3A%2F%2Flocalhost%2Fv2%2Fsearch%2F&"),
        ("/v2/business/any/", "GET&http%3A%2F%2Flocalhost%2Fv2%2Fbusiness%2Fany%2F&"),
    ] {
        let refused = Client::connect(&web.url()).get_as(&authorization, path);
        assert_eq!(refused.json()["error"]["id"], "INVALID_SIGNATURE", "{path}");
        let description = refused.json()["error"]["description"].as_str().unwrap().to_owned();
        assert!(description.contains(&format!("string: {signed}")), "{description}");
        // The description of a HEAD request is in its length alone: a letter more.
        let head = Client::connect(&web.url()).head_as(&authorization, path);
        assert_eq!((head.status, head.content_length()), (400, refused.content_length() + 1));
    }
}

#[test]
fn calls_are_counted_and_come_to_an_end() {
    let yelp = YelpLimits { per_second: None, daily: 2 };
    let web = start(Config { yelp, ..swift() });
    let left = |response: &Response| {
        assert!(response.header("ratelimit-resettime").unwrap().ends_with("T00:00:00+00:00"));
        assert_eq!(response.header("ratelimit-dailylimit"), Some("2"));
        response.header("ratelimit-remaining").unwrap().to_owned()
    };
    assert_eq!(left(&get(&web, SEATTLE)), "1");
    assert_eq!(left(&get(&web, "/v3/businesses/no-such-business")), "0");
    let refused = get(&web, SEATTLE);
    assert_eq!(left(&refused), "0");
    check_error(&refused, 429, "ACCESS_LIMIT_REACHED");
}

#[test]
fn faults_speak_the_language_of_their_site() {
    let second_page = format!("{SEATTLE}&offset=20");
    let web = start(Config {
        faults: Faults::default()
            .on(SEATTLE, 1, Fault::InternalError)
            .on(&second_page, 1, Fault::TooManyRequestsPerSecond)
            .on("/v3/businesses/x", 1, Fault::BusinessUnavailable)
            .on("/v3/businesses/x", 2, Fault::DailyLimitReached),
        ..swift()
    });
    check_error(&get(&web, SEATTLE), 500, "INTERNAL_ERROR");
    check_error(&get(&web, &second_page), 429, "TOO_MANY_REQUESTS_PER_SECOND");
    check_error(&get(&web, "/v3/businesses/x"), 403, "BUSINESS_UNAVAILABLE");
    check_error(&get(&web, "/v3/businesses/x"), 429, "ACCESS_LIMIT_REACHED");
    assert_eq!(get(&web, &second_page).status, 200);
    let journal = web.observed().journal;
    let queries: Vec<Option<&str>> = journal.iter().map(|entry| entry.query.as_deref()).collect();
    assert_eq!(queries[..3], [Some("location=Seattle"), Some("location=Seattle&offset=20"), None]);
}

#[test]
fn businesses_have_a_gate_of_their_own() {
    let web = start(swift());
    let two = NonZeroUsize::new(2).unwrap();
    web.set_gate(Endpoint::YelpV3Business, two, Duration::from_mins(1));
    assert_eq!(get(&web, SEATTLE).status, 200, "a search is not held");
    let path = "/v3/businesses/no-such-business";
    let answers = std::thread::scope(|scope| {
        let asking = [(); 2].map(|()| scope.spawn(|| get(&web, path).status));
        asking.map(|asking| asking.join().unwrap())
    });
    assert_eq!(answers, [404, 404]);
    assert!(web.gate(Endpoint::YelpV3Business).unwrap().was_opened);
    assert_eq!(web.gate(Endpoint::YelpV3Search), None);
    let _: Value = get(&web, SEATTLE).json();
}
