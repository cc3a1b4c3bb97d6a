//! Tests of items: the recorded ones, and rules for all.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    raw_client::{Client, get},
    start, swift,
};

const FIELDS: [&str; 13] = [
    "author",
    "children",
    "created_at",
    "created_at_i",
    "id",
    "options",
    "parent_id",
    "points",
    "story_id",
    "text",
    "title",
    "type",
    "url",
];

/// A range of ids with each kind of item, including deleted ones.
const MANY: std::ops::RangeInclusive<u64> = 21..=1_500;

fn path(id: u64) -> String {
    format!("/api/v1/items/{id}")
}

/// Fetches items by their ids; those that are not found are left out.
fn fetch(ids: impl IntoIterator<Item = u64>) -> BTreeMap<u64, Value> {
    let web = start(swift());
    let mut client = Client::connect(&web.url());
    let mut items = BTreeMap::new();
    for id in ids {
        let response = client.get(&path(id));
        if response.status == 200 {
            items.insert(id, response.json());
        } else {
            assert_eq!(response.status, 404);
        }
    }
    items
}

/// This item and all below it.
fn family(item: &Value) -> Vec<&Value> {
    let children = item["children"].as_array().unwrap();
    [item].into_iter().chain(children.iter().flat_map(family)).collect()
}

fn is_deleted(item: &Value) -> bool {
    item["author"].is_null()
}

#[test]
fn the_first_items_are_as_recorded() {
    let items = fetch(1..=20);
    assert_eq!(items.len(), 20, "none is missing");
    let check = |id: u64, field: &str, expected: Value| {
        assert_eq!(items[&id][field], expected, "{field} of {id}");
    };
    check(1, "author", json!("pg"));
    check(1, "title", json!("Y Combinator"));
    check(1, "points", json!(57));
    check(1, "created_at", json!("2006-10-09T18:21:51.000Z"));
    check(3, "url", json!("http://www.foundersatwork.com/stevewozniak.html"));
    check(15, "parent_id", json!(1));
    check(17, "parent_id", json!(15));
    check(17, "story_id", json!(1));
    check(20, "created_at_i", json!(1_160_424_038));
    assert_eq!(items[&1]["children"][0]["id"], 15);
    assert_eq!(items[&1]["children"][0]["children"][0], items[&17]);
}

#[test]
fn an_item_is_the_same_each_time() {
    let ids = [1, 15, 22, 4_711, 44_999_999, 45_000_000];
    assert_eq!(fetch(ids), fetch(ids));
}

#[test]
fn all_fields_are_always_there() {
    let items = fetch((1..=20).chain(MANY));
    for item in items.values().flat_map(family) {
        let fields: Vec<&String> = item.as_object().unwrap().keys().collect();
        assert_eq!(fields, FIELDS, "{item}");
        let created_at = item["created_at"].as_str().unwrap();
        assert!(created_at.strip_suffix(".000Z").is_some(), "{created_at}");
        assert_eq!(item["options"], json!([]));
        if item["type"] == "comment" {
            assert!(item["points"].is_null() && item["title"].is_null() && item["url"].is_null());
            assert!(item["text"].is_string() || is_deleted(item), "{item}");
        } else {
            assert!(item["parent_id"].is_null());
            assert!(item["title"].is_string() || is_deleted(item), "{item}");
        }
    }
}

#[test]
fn children_name_their_parents_and_parents_their_children() {
    let items = fetch((1..=20).chain(MANY));
    let mut comments = 0;
    for (id, item) in &items {
        for child in item["children"].as_array().unwrap() {
            assert_eq!(child["parent_id"], *id);
            assert_eq!(child["story_id"], item["story_id"]);
            assert!(child["created_at_i"].as_u64() > item["created_at_i"].as_u64());
            let child_id = child["id"].as_u64().unwrap();
            if let Some(same) = items.get(&child_id) {
                assert_eq!(child, same, "as fetched by itself");
            } else {
                assert!(is_deleted(child) || !MANY.contains(&child_id));
            }
        }
        let Some(parent) = item["parent_id"].as_u64() else {
            assert_eq!(item["story_id"], *id);
            continue;
        };
        comments += 1;
        if let Some(parent) = items.get(&parent) {
            let children = parent["children"].as_array().unwrap();
            assert_eq!(children.iter().filter(|child| child["id"] == *id).count(), 1);
            assert_ne!(parent["type"], "job");
        }
    }
    assert!((700..1_000).contains(&comments), "about 60 of 100 are comments: {comments}");
}

#[test]
fn a_deleted_item_is_missing_by_itself_and_empty_below_another() {
    let items = fetch(MANY);
    let deleted: Vec<&Value> =
        items.values().flat_map(family).filter(|item| is_deleted(item)).collect();
    assert!(!deleted.is_empty());
    assert!(deleted.iter().any(|item| !item["children"].as_array().unwrap().is_empty()));
    for item in deleted {
        assert_eq!(item["type"], "comment");
        assert!(item["text"].is_null(), "{item}");
        assert!(!items.contains_key(&item["id"].as_u64().unwrap()));
    }
    let missing = MANY.count() - items.len();
    assert!((10..60).contains(&missing), "about 2 of 100: {missing}");
}

#[test]
fn texts_have_all_that_makes_texts_hard() {
    let items = fetch(MANY);
    let texts: Vec<&str> = items.values().filter_map(|item| item["text"].as_str()).collect();
    for rarity in
        ["<p>", "&#x27;", "&quot;", "&amp;", "&lt;", "<i>", "<a href=\"https:", "並行", "👏"]
    {
        assert!(texts.iter().any(|text| text.contains(rarity)), "{rarity}");
    }
    for kind in ["story", "comment", "job"] {
        assert!(items.values().any(|item| item["type"] == kind), "{kind}");
    }
}

#[test]
fn a_missing_item_has_the_error_of_the_real_site() {
    let web = start(swift());
    for id in
        ["0", "45000001", "4294967297", "99999999999999999999", "-1", "+1", "x", "1x", "", "1//"]
    {
        let response = get(&web.url(), &format!("/api/v1/items/{id}"));
        assert_eq!(response.status, 404, "{id}");
        assert_eq!(response.text(), r#"{"status":404,"error":"Not Found"}"#, "{id}");
    }
}

#[test]
fn other_paths_are_missing_and_other_methods_refused() {
    let web = start(swift());
    let mut client = Client::connect(&web.url());
    assert_eq!(client.get("/api/v1/users/pg").status, 404);
    assert_eq!(client.get("/api/v1/items").status, 404);
    let refused = client.request("POST", &path(1));
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")));
    assert_eq!(client.get(&path(1)).status, 200, "on the same connection");
}
