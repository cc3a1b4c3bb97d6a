//! Tests of the contract that every store has to keep.

use std::{collections::HashSet, io, time::Duration};

use document_store::{Document, Store, StoreError};

use crate::test_store::TestStore;

const DAY: Duration = Duration::from_hours(24);

/// Some day in 2023.
pub(crate) const THEN: Duration = Duration::from_millis(1_700_000_000_123);

pub(crate) fn document(id: &str, body: &str) -> Document {
    Document {
        id: id.to_owned(),
        cities: ["San Francisco".to_owned()].into(),
        fetched_at: THEN,
        expires_at: None,
        body: body.to_owned(),
    }
}

/// The ids of all documents, in the order in which they are shown.
pub(crate) fn ids(store: &mut dyn Store) -> Vec<String> {
    let mut ids = Vec::new();
    store
        .for_each(&mut |document| {
            ids.push(document.id);
            Ok(())
        })
        .unwrap();
    ids
}

fn businesses(count: usize) -> Vec<Document> {
    (0..count).map(|n| document(&format!("business-{n:05}"), &format!(r#"{{"n": {n}}}"#))).collect()
}

pub(crate) fn storing_twice_leaves_each_document_once(test_store: &TestStore) {
    let collection = test_store.collection("twice");
    for _ in 0..2 {
        let mut store = test_store.open_collection(&collection);
        store.put(&businesses(80)).unwrap();
        assert_eq!(store.count().unwrap(), 80);
    }
}

pub(crate) fn a_later_document_takes_the_place_of_the_earlier(test_store: &TestStore) {
    let mut store = test_store.open("later");
    let live = Some(THEN * 2);
    let earlier = Document { expires_at: live, ..document("a", r#"{"n": 1, "old": true}"#) };
    store.put(&[earlier]).unwrap();
    let later = Document {
        cities: ["Oakland".to_owned()].into(),
        fetched_at: THEN + DAY,
        ..document("a", r#"{"n":2}"#)
    };
    store.put(std::slice::from_ref(&later)).unwrap();
    let cities = ["Oakland", "San Francisco"].map(str::to_owned).into();
    assert_eq!(store.get("a").unwrap(), Some(Document { cities, ..later }), "of both cities");

    store.put(&[document("b", r#"{"n":1}"#), document("b", r#"{"n":2}"#)]).unwrap();
    assert_eq!(store.get("b").unwrap().unwrap().body, r#"{"n":2}"#, "also within a batch");
    assert_eq!(store.count().unwrap(), 2);
}

pub(crate) fn the_cities_of_a_document_are_a_set(test_store: &TestStore) {
    let mut store = test_store.open("cities");
    let of = |city: &str| Document { cities: [city.to_owned()].into(), ..document("a", "{}") };
    let a = ["a".to_owned(), "unknown".to_owned()];
    store.put(&[of("St. Louis"), of("St Louis"), of("St. Louis"), document("b", "{}")]).unwrap();
    for city in ["Zürich", "東京", "Zürich", "Atlanta"] {
        store.add_city(&a, city).unwrap();
    }
    store.add_city(&[], "Nowhere").unwrap();
    let found = store.get("a").unwrap().unwrap();
    let expected = ["Atlanta", "St Louis", "St. Louis", "Zürich", "東京"].map(str::to_owned);
    assert_eq!((found.city(), &found.cities), ("Atlanta", &expected.into()));
    assert_eq!(store.get("b").unwrap(), Some(document("b", "{}")));
    assert_eq!(store.count().unwrap(), 2);
}

pub(crate) fn an_empty_batch_is_no_error(test_store: &TestStore) {
    let mut store = test_store.open("empty");
    store.put(&[]).unwrap();
    assert_eq!(store.kept_since(&[], THEN).unwrap(), HashSet::new());
    assert_eq!((store.count().unwrap(), store.get("a").unwrap()), (0, None));
}

pub(crate) fn a_document_comes_back_with_its_city_and_times(test_store: &TestStore) {
    let mut store = test_store.open("back");
    let sent = Document {
        cities: ["Québec \"L'Ancienne\"".to_owned()].into(),
        fetched_at: Duration::new(4_102_444_800, 987_654_321),
        expires_at: Some(Duration::new(4_102_531_200, 1_999_999)),
        ..document("a", r#"{"z":1,"a":{"y":2,"b":[]}}"#)
    };
    store.put(std::slice::from_ref(&sent)).unwrap();
    let expected = Document {
        fetched_at: Duration::from_millis(4_102_444_800_987),
        expires_at: Some(Duration::from_millis(4_102_531_200_001)),
        ..sent
    };
    assert_eq!(store.get("a").unwrap(), Some(expected));
}

pub(crate) fn kept_since_lists_the_documents_that_are_recent_enough(test_store: &TestStore) {
    let mut store = test_store.open("recent");
    let milli = Duration::from_millis(1);
    let at = |id: &str, fetched_at| Document { fetched_at, ..document(id, "{}") };
    store
        .put(&[at("before", THEN.saturating_sub(milli)), at("at", THEN), at("after", THEN + milli)])
        .unwrap();
    let mut asked: Vec<String> = ["before", "at", "after"].map(str::to_owned).into();
    asked.extend((0..3000).map(|n| format!("unknown-{n}")));
    let mut check = |not_before, expected: &[&str]| {
        let expected = expected.iter().map(|&id| id.to_owned()).collect();
        assert_eq!(store.kept_since(&asked, not_before).unwrap(), expected, "{not_before:?}");
    };
    check(Duration::ZERO, &["before", "at", "after"]);
    check(THEN, &["at", "after"]);
    check(THEN + Duration::from_micros(999), &["at", "after"]);
    check(THEN + milli, &["after"]);
    check(THEN + DAY, &[]);
    check(Duration::MAX, &[]);
}

pub(crate) fn what_has_expired_is_gone(test_store: &TestStore) {
    let collection = test_store.collection("expired");
    let mut store = test_store.open_collection(&collection);
    let live = |id: &str, expires_at| Document { expires_at, ..document(id, "{}") };
    let in_the_future = Duration::from_hours(9_028_800);
    let documents =
        [live("old", Some(THEN + DAY)), live("new", Some(in_the_future)), live("for ever", None)];
    store.put(&documents).unwrap();
    let check = |store: &mut dyn Store| {
        assert_eq!(ids(store), ["for ever", "new"]);
        assert_eq!((store.count().unwrap(), store.get("old").unwrap()), (2, None));
        let asked = documents.each_ref().map(|document| document.id.clone());
        let kept = store.kept_since(&asked, Duration::ZERO).unwrap();
        assert_eq!(kept, ["new", "for ever"].map(str::to_owned).into());
    };
    check(&mut *store);
    check(&mut *test_store.open_collection(&collection));
}

pub(crate) fn documents_are_shown_in_the_order_of_their_ids(test_store: &TestStore) {
    let mut store = test_store.open("order");
    let mut expected = ["", "A", "B", "a", "a b", "a/b", "aa", "z", "~", "é", "日本", "🦀"];
    let documents = expected.map(|id| document(id, "{}"));
    store.put(&documents.iter().rev().cloned().collect::<Vec<_>>()).unwrap();
    expected.sort_unstable();
    assert_eq!(ids(&mut *store), expected);
}

pub(crate) fn a_visit_ends_with_the_visitor(test_store: &TestStore) {
    let mut store = test_store.open("visit");
    store.put(&businesses(3)).unwrap();
    let mut visits = 0;
    let result = store.for_each(&mut |_| {
        visits += 1;
        Err(io::ErrorKind::BrokenPipe.into())
    });
    let is_told = matches!(&result, Err(StoreError::Visit(error)) if error.kind() == io::ErrorKind::BrokenPipe);
    assert!(is_told, "{result:?}");
    assert_eq!((visits, store.count().unwrap()), (1, 3), "and the store goes on");
}

pub(crate) fn clear_empties_one_collection_alone(test_store: &TestStore) {
    let collection = test_store.collection("one");
    let (mut one, mut other) = (test_store.open_collection(&collection), test_store.open("other"));
    one.put(&businesses(3)).unwrap();
    other.put(&businesses(2)).unwrap();
    one.clear().unwrap();
    assert_eq!((one.count().unwrap(), other.count().unwrap()), (0, 2));
    one.put(&businesses(1)).unwrap();
    assert_eq!(test_store.open_collection(&collection).count().unwrap(), 1, "it can be used again");
}

pub(crate) fn many_and_large_documents_fit(test_store: &TestStore) {
    let mut store = test_store.open("many");
    store.put(&businesses(2500)).unwrap();
    let filler = "x".repeat(1 << 20);
    let large = (0..20).map(|n| document(&format!("large-{n}"), &format!(r#"{{"x":"{filler}"}}"#)));
    store.put(&large.collect::<Vec<_>>()).unwrap();
    assert_eq!(ids(&mut *store).len(), 2520);
    assert_eq!(store.get("large-19").unwrap().unwrap().body.len(), filler.len() + 8);
}

pub(crate) fn timestamps_after_the_year_9999_are_refused(test_store: &TestStore) {
    let mut store = test_store.open("late");
    let year_10000 = Duration::from_hours(70_389_528);
    let fetched = Document { fetched_at: year_10000, ..document("fetched", "{}") };
    let expires = Document { expires_at: Some(Duration::MAX), ..document("expires", "{}") };
    let error = store.put(&[fetched, expires, document("good", "{}")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not stored: \"fetched\" (fetched_at is after the year 9999), \
         \"expires\" (expires_at is after the year 9999)"
    );
    assert_eq!(ids(&mut *store), ["good"]);
}
