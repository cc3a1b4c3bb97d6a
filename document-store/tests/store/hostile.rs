//! Tests of unusual documents and ids, which must come back unchanged.

use document_store::StoreError;
use serde_json::Value;

use crate::{
    contract::{document, ids},
    test_store::{Kind, TestStore},
};

/// Bodies, each with the reason of MongoDB's refusal if there is one; SQLite takes all.
fn bodies() -> Vec<(String, Option<&'static str>)> {
    let fine = [
        r#"{"a.b": {"c.d": 1}, ".": 2, "..": 3}"#,
        r#"{"": {"": {"": null}}}"#,
        r#"{"$set": {"document": 1}, "$where": "sleep(9)", "$": 1, "$$ROOT": 2}"#,
        r#"{"a": {"$inc": 1, "$": {"$or": []}}}"#,
        r#"{"a": {"$date": "2026-01-31T23:59:59Z"}, "b": {"$date": "yesterday"}}"#,
        r#"{"a": {"$oid": "507f1f77bcf86cd799439011"}, "b": {"$oid": "short"}}"#,
        r#"{"a": {"$numberLong": "5"}, "b": {"$numberDouble": "NaN"}, "c": {"$minKey": 1}}"#,
        r#"{"$date": {"$numberLong": "0"}}"#,
        r#"{"$oid": "507f1f77bcf86cd799439011"}"#,
        r#"{"$binary": {"base64": "AAAA", "subType": "00"}}"#,
        r#"{"a": {"$ref": "business", "$id": 1, "$db": "yelp"}, "$id": 1, "$ref": {}, "$db": []}"#,
        r#"{"_id": "another", "city": 1, "fetched_at": [], "expires_at": 0, "document": {}}"#,
        r#"{"a": "\u0000", "b": "x\u0000y", "c": "\u001f\"\\\/é🦀"}"#,
        r#"{"integers": [0, -1, 2147483648, -9223372036854775808, 9223372036854775807]}"#,
        r#"{"floats": [1.0, -0.0, 1e308, -1e308, 5e-324, 0.1, 37.786882649999995, 1E2]}"#,
        r#"{"floats": [123456789012345678901234567890, 2.2250738585072014e-308]}"#,
        r#"{"nothing": null, "yes": true, "no": false, "list": [[], [[]], {}, [null]]}"#,
        r#"{"length": 1, "__proto__": {"toString": 1}, "constructor": []}"#,
        r#"{"zebra": 1, "apple": 2, "10": 3, "9": 4}"#,
        " \n{ \"a\" : 1 }\t",
        "{}",
    ];
    let mut bodies: Vec<_> = fine.map(|body| (body.to_owned(), None)).into();
    let nested = |open: &str, close: &str, depth: usize| {
        format!(r#"{{"a": {}1{}}}"#, open.repeat(depth), close.repeat(depth))
    };
    bodies.push((nested("[", "]", 120), None));
    bodies.push((nested(r#"{"a": "#, "}", 120), None));
    bodies.push((format!(r#"{{"{}": 1}}"#, "key".repeat(100_000)), None));
    bodies.push((r#"{"a": {"b\u0000c": 1}}"#.to_owned(), Some(r#"the key "b\0c" holds NUL"#)));
    bodies.push((r#"{"a": [18446744073709551615]}"#.to_owned(), Some("18446744073709551615")));
    bodies.push((r#"{"a": 9223372036854775808}"#.to_owned(), Some("9223372036854775808")));
    bodies.push((format!(r#"{{"a": "{}"}}"#, "x".repeat(17 << 20)), Some("are the most")));
    bodies
}

pub(crate) fn bodies_come_back_or_are_refused_by_name(test_store: &TestStore) {
    let mut store = test_store.open("hostile");
    for (body, reason) in bodies() {
        let shown: String = body.chars().take(100).collect();
        let result = store.put(&[document("a", &body)]);
        match reason.filter(|_| test_store.kind == Kind::Mongodb) {
            None => {
                result.unwrap_or_else(|error| panic!("{shown}: {error}"));
                let back = store.get("a").unwrap().unwrap().body;
                assert_eq!(value(&back), value(&body), "{shown}");
                if test_store.kind == Kind::Sqlite {
                    assert_eq!(back, body, "byte by byte");
                }
            }
            Some(expected) => {
                let error = result.unwrap_err().to_string();
                assert!(error.starts_with("not stored: \"a\" ("), "{error}");
                assert!(error.contains(expected), "{error}");
            }
        }
    }
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

pub(crate) fn ids_are_any_text(test_store: &TestStore) {
    let mut store = test_store.open("ids");
    let long = "long".repeat(1000);
    let hostile = [
        "",
        " ",
        "/",
        "?a=1&b=2",
        "#",
        "%2F",
        "%",
        "..",
        "a.b",
        "$set",
        "'; DROP TABLE business",
        "\"",
        "\0",
        "a\0b",
        "\u{feff}",
        "é",
        "e\u{301}",
        "日本語",
        "🦀",
        "null",
        "1",
        &long,
    ];
    let documents = hostile.map(|id| document(id, "{}"));
    store.put(&documents).unwrap();
    assert_eq!(store.count().unwrap(), hostile.len() as u64);
    for (id, document) in hostile.iter().zip(documents) {
        assert_eq!(store.get(id).unwrap(), Some(document), "{id:?}");
    }
    let asked = hostile.map(str::to_owned);
    let kept = store.kept_since(&asked, std::time::Duration::ZERO).unwrap();
    assert_eq!(kept.len(), hostile.len());
}

pub(crate) fn refused_documents_do_not_keep_others_out(test_store: &TestStore) {
    let mut store = test_store.open("refused");
    let no_objects = ["[1]", "1", "\"text\"", "null", "", "{", "{\"a\": 1} {}", "{'a': 1}"];
    let mut documents: Vec<_> =
        (0..).zip(no_objects).map(|(n, body)| document(&format!("bad-{n}"), body)).collect();
    documents.insert(0, document("first", "{}"));
    documents.insert(4, document("middle", "{}"));
    documents.push(document("last", "{}"));
    let StoreError::Refused { refused } = store.put(&documents).unwrap_err() else {
        panic!("refusals are reported as such")
    };
    let names: Vec<String> = refused.iter().map(|refusal| refusal.id.clone()).collect();
    assert_eq!(names, (0..no_objects.len()).map(|n| format!("bad-{n}")).collect::<Vec<_>>());
    for refusal in &refused {
        assert!(refusal.reason.starts_with("not a JSON object"), "{refusal}");
    }
    assert_eq!(ids(&mut *store), ["first", "last", "middle"]);
}
