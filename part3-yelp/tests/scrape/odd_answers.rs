//! Tests of unusual answers: a business that can be stored is stored unchanged. One that cannot is
//! named, and affects no other business.

use mock_web::{
    Config,
    faults::{Fault, Faults},
};
use part3_yelp::{Answer, BusinessId, Settings, Stop, Variant};

use crate::fixture::{Fixture, documents, ids_of_the_first_city, one_city, path, run};

const SEARCH: &str = "/v2/search";

fn ids() -> Vec<BusinessId> {
    ids_of_the_first_city(&one_city(&Fixture::new()))
}

fn answering(path: &str, status: u16, body: &[u8]) -> Fixture {
    let fault = Fault::Answer { status, body: body.to_owned() };
    Fixture::with(Config { faults: Faults::default().always(path, fault), ..Config::default() })
}

/// What comes of it if the third business is answered so, and its id.
fn third_answered(
    status: u16,
    body: impl Fn(&str) -> Vec<u8>,
) -> (Answer, Settings, BusinessId, Fixture) {
    let id = ids().swap_remove(2);
    let path = path(&id);
    let fixture = answering(&path, status, &body(id.as_str()));
    let settings = one_city(&fixture);
    (run(&settings), settings, id, fixture)
}

#[test]
fn an_odd_business_is_kept_as_it_came() {
    let deep = format!("{}{}", "[".repeat(900), "]".repeat(900));
    for odd in [
        r#""snippet_text":"great food \ud83d...""#,
        r#""snippet_text":"\udc00""#,
        r#""\ud83d":1"#,
        r#""a\u0000b":"\u0000""#,
        r#""name":1,"name":2"#,
        r#""id":7,"id":"other""#,
        r#""n":[1e999,-1e999,18446744073709551616,123456789012345678901234567890.5]"#,
        &format!(r#""deep":{deep}"#),
    ] {
        let body = |id: &str| format!(r#" {{{odd},"id":"{id}"}} "#);
        let (answer, settings, id, _scene) = third_answered(200, |id| body(id).into_bytes());
        assert!(answer.is_complete() && answer.documents == 20, "{odd}: {answer:?}");
        let kept = documents(&settings);
        let kept = kept.iter().find(|document| document.id == id.as_str()).unwrap();
        assert_eq!(kept.body, body(id.as_str()));
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_business() {
    let (answer, settings, id, _scene) =
        third_answered(200, |id| format!("\u{feff}{{\"id\":\"{id}\"}}").into_bytes());
    assert!(answer.is_complete(), "{answer:?}");
    let is_it = |body: String| body == format!("{{\"id\":\"{id}\"}}");
    assert!(documents(&settings).into_iter().any(|document| is_it(document.body)));
}

#[test]
fn a_business_that_cannot_be_kept_costs_itself_alone() {
    let too_deep = format!("{}{}", "[".repeat(1500), "]".repeat(1500));
    for (body, cause) in [
        ("{\"id\":\"ID\"} {}", "not a business: trailing characters"),
        ("{\"id\":\"ID\",\"a\":}", "not a business: expected value"),
        ("{\"name\":\"a\"}", "it has no id"),
        ("[]", "not a business"),
        ("", "not a business"),
        (&format!("{{\"id\":\"ID\",\"deep\":{too_deep}}}"), "it may nest too deep"),
        ("\u{ff}", "not text"),
    ] {
        let bytes = |id: &str| match body {
            "\u{ff}" => format!("{{\"id\":\"{id}\",\"a\":\"").bytes().chain(*b"\xff\"}").collect(),
            body => body.replace("ID", id).into_bytes(),
        };
        let (answer, _, id, _scene) = third_answered(200, bytes);
        let city = &answer.cities[0];
        assert_eq!(
            (answer.documents, city.found, city.stored),
            (19, Some(20), 19),
            "{body}: {city:?}"
        );
        assert_eq!(city.failed[0].id, Some(id));
        assert!(city.failed[0].cause.contains(cause), "{:?}", city.failed);
    }
}

#[test]
fn an_odd_entry_of_a_search_costs_itself_alone() {
    let ids = ids();
    let long = format!(r#"{{"id":"{}"}}"#, "x".repeat(5000));
    for (odd, shown) in [
        (r#"{"id":null}"#, "null"),
        (r#"{"id":7}"#, "7"),
        (r#"{"id":""}"#, "\"\""),
        (r#"{"id":{"a":1}}"#, "{\"a\":1}"),
        (r#"{"name":"no id"}"#, "business"),
        ("null", "null"),
        (&long, "xxx"),
    ] {
        let (first, second) = (&ids[0], &ids[1]);
        let body = format!(
            r#"{{"businesses":[{{"id":"{first}"}},{odd},{{"id":"{second}","a":"\ud83d"}},
            {{"id":"{first}"}}],"total":"4"}}"#
        );
        let fixture = answering(SEARCH, 200, body.as_bytes());
        let answer = run(&one_city(&fixture));
        let city = &answer.cities[0];
        assert_eq!((answer.documents, city.found, city.stored), (2, Some(3), 2), "{odd}: {city:?}");
        let [failure] = &city.failed[..] else { panic!("{odd}: {city:?}") };
        assert!(failure.id.as_ref().unwrap().as_str().starts_with(shown), "{failure:?}");
        assert!(failure.cause.contains(SEARCH) && failure.cause.len() < 500, "{failure:?}");
    }
}

#[test]
fn a_business_that_has_moved_is_named_with_its_new_id() {
    let body = br#"{"error":{"code":"BUSINESS_MIGRATED","description":"merged",
        "new_business_id":"the-new-one"}}"#;
    for status in [301, 400] {
        let (answer, ..) = third_answered(status, |_| body.to_vec());
        assert_eq!((answer.documents, &answer.stopped), (19, &None), "{answer:?}");
        let cause = &answer.cities[0].failed[0].cause;
        assert!(cause.contains("BUSINESS_MIGRATED") && cause.contains("the-new-one"), "{cause}");
    }
}

#[test]
fn a_business_that_is_out_of_bounds_costs_itself_alone() {
    let body = br#"{"error":{"code":"BUSINESS_UNAVAILABLE","description":"not shown"}}"#;
    let (answer, ..) = third_answered(403, |_| body.to_vec());
    assert_eq!((answer.documents, &answer.stopped), (19, &None), "{answer:?}");
    assert!(answer.cities[0].failed[0].cause.contains("BUSINESS_UNAVAILABLE"), "{answer:?}");
}

#[test]
fn a_refusal_of_credentials_ends_the_run_at_once() {
    for (status, body) in [
        (401, "<html>Unauthorized</html>"),
        (401, r#"{"error":{"code":"TOKEN_REVOKED","description":"ask for another"}}"#),
        (403, "<html>Forbidden</html>"),
        (403, r#"{"error":{"code":"UNAUTHORIZED_ACCESS_TOKEN","description":"not able"}}"#),
        (403, r#"{"error":{"code":"AUTHORIZATION_ERROR","description":"no access"}}"#),
        (
            400,
            r#"{"error":{"code":"VALIDATION_ERROR","description":"no match",
            "field":"Authorization","instance":"Bearer"}}"#,
        ),
        (400, r#"{"error":{"id":"INVALID_PARAMETER","text":"no","field":"oauth_token"}}"#),
        (400, r#"{"error":{"id":"INVALID_SIGNATURE","text":"no"}}"#),
    ] {
        let first = path(&ids()[0]);
        for path in [SEARCH, &first] {
            let fixture = answering(path, status, body.as_bytes());
            let answer = run(&fixture.settings(&[Variant::Sequential]));
            let Some(Stop::CredentialsRefused { message }) = &answer.stopped else {
                panic!("{status} {body}: {answer:?}");
            };
            assert!(message.starts_with(&status.to_string()), "{message}");
            let requests = if path == SEARCH { 1 } else { 2 };
            assert_eq!(fixture.web.observed().requests, requests, "{status} {body}");
        }
    }
}
