//! Tests of the MongoDB store alone: the form of documents, and authentication.

use document_store::{Collection, Document, MongodbUri, Purpose, Store, StoreError, StoreLocation};
use mongodb::{
    IndexModel,
    bson::{Bson, DateTime, Document as BsonDocument, doc},
    options::IndexOptions,
};

use crate::{
    contract::{THEN, document},
    test_store::TestStore,
};

fn open(uri: &str) -> Result<Box<dyn Store>, StoreError> {
    let uri: MongodbUri = uri.parse()?;
    document_store::open(
        &StoreLocation::Mongodb,
        &Collection::business(),
        Some(&uri),
        Purpose::Begin,
    )
}

#[test]
fn documents_look_as_they_are_documented() {
    let Some(test_store) = TestStore::mongodb("documents_look_as_they_are_documented") else {
        return;
    };
    let collection = test_store.collection("looks");
    let expires_at = THEN * 2;
    let live = Document { expires_at: Some(expires_at), ..document("a", r#"{"n": 1, "x": 2.0}"#) };
    test_store.open_collection(&collection).put(&[live]).unwrap();

    let documents = test_store.database().collection::<BsonDocument>(collection.name());
    let date = |millis| Bson::DateTime(DateTime::from_millis(millis));
    let expected = doc! {
        "_id": "a",
        "city": "San Francisco",
        "cities": ["San Francisco"],
        "fetched_at": date(1_700_000_000_123),
        "expires_at": date(3_400_000_000_246),
        "document": { "n": 1_i32, "x": 2.0 },
    };
    assert_eq!(documents.find_one(doc! {}).run().unwrap(), Some(expected));
    let indexes: Vec<_> = documents.list_indexes().run().unwrap().map(Result::unwrap).collect();
    let ends = indexes.iter().find(|index| index.keys == doc! { "expires_at": 1 }).unwrap();
    assert!(ends.options.as_ref().unwrap().expire_after.unwrap().is_zero());
}

#[test]
fn a_document_just_below_the_limit_fits() {
    let Some(test_store) = TestStore::mongodb("a_document_just_below_the_limit_fits") else {
        return;
    };
    let body = format!(r#"{{"a": "{}"}}"#, "x".repeat((16 << 20) - (4 << 10) - 200));
    let mut store = test_store.open("limit");
    store.put(&[document("a", &body), document("b", &body)]).unwrap();
    assert_eq!(store.get("b").unwrap().unwrap().body.len(), body.len() - 1);
}

#[test]
fn a_document_that_another_program_spoiled_is_named() {
    let Some(test_store) = TestStore::mongodb("a_document_that_another_program_spoiled_is_named")
    else {
        return;
    };
    let collection = test_store.collection("spoiled");
    let mut store = test_store.open_collection(&collection);
    let documents = test_store.database().collection::<BsonDocument>(collection.name());
    for spoiled in [
        doc! { "_id": "a" },
        doc! { "_id": "a", "city": "b", "fetched_at": "yesterday", "document": {} },
        doc! { "_id": "a", "city": "b", "fetched_at": DateTime::MIN, "document": {} },
        doc! { "_id": "a", "city": "b", "fetched_at": DateTime::from_millis(1), "document": 1 },
        doc! { "_id": "a", "city": "b", "fetched_at": DateTime::from_millis(1),
        "document": { "a": [DateTime::from_millis(1)] } },
    ] {
        documents.replace_one(doc! { "_id": "a" }, spoiled).upsert(true).run().unwrap();
        let error = store.get("a").unwrap_err();
        assert!(matches!(&error, StoreError::Unreadable { id, .. } if id == "a"), "{error:?}");
    }
}

#[test]
fn a_document_that_the_server_refuses_is_named() {
    let Some(test_store) = TestStore::mongodb("a_document_that_the_server_refuses_is_named") else {
        return;
    };
    let collection = test_store.collection("picky");
    let mut store = test_store.open_collection(&collection);
    let validator = doc! { "document.n": { "$lt": 5 } };
    let command = doc! { "collMod": collection.name(), "validator": validator };
    test_store.database().run_command(command).run().unwrap();
    let documents: Vec<_> =
        (3..8).map(|n| document(&format!("a{n}"), &format!(r#"{{"n": {n}}}"#))).collect();
    let StoreError::Refused { refused } = store.put(&documents).unwrap_err() else {
        panic!("refusals are reported as such")
    };
    let names: Vec<_> = refused.iter().map(|refusal| refusal.id.as_str()).collect();
    assert_eq!(names, ["a5", "a6", "a7"]);
    assert!(refused[0].reason.contains("validation"), "{}", refused[0]);
    assert_eq!(store.count().unwrap(), 2);

    let unique = IndexOptions::builder().unique(true).build();
    let index = IndexModel::builder().keys(doc! { "document.n": 1 }).options(unique).build();
    let indexed = test_store.database().collection::<BsonDocument>(collection.name());
    indexed.create_index(index).run().unwrap();
    let result = store.put(&[document("same", r#"{"n": 4}"#), document("b", "{\"n\": 1}")]);
    let message = result.unwrap_err().to_string();
    assert!(message.starts_with("not stored: \"same\" (E11000 duplicate key"), "{message}");
    assert!(store.get("b").unwrap().is_some());
}

#[test]
fn a_wrong_password_is_reported_and_not_shown() {
    let Some(test_store) = TestStore::mongodb("a_wrong_password_is_reported_and_not_shown") else {
        return;
    };
    let uri = test_store.uri.clone().unwrap();
    let (scheme, rest) = uri.split_once("://").unwrap();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let error = open(&format!("{scheme}://nobody:open-sesame@{host}")).map(drop).unwrap_err();
    assert!(matches!(error, StoreError::NotAllowed { .. }), "{error:?}");
    let story = format!("{error} {error:?}");
    assert!(!story.contains("sesame") && !story.contains("nobody"), "{story}");
    assert!(story.contains("password") && story.contains("MONGODB_URI"), "{story}");
}

#[test]
fn a_missing_server_is_reported_with_advice() {
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let socket = folder.path().join("nobody.sock").to_str().unwrap().replace('/', "%2F");
    let error = open(&format!("mongodb://nobody:open-sesame@{socket}")).map(drop).unwrap_err();
    assert!(matches!(error, StoreError::CannotReach { .. }), "{error:?}");
    let story = format!("{error} {error:?}");
    assert!(!story.contains("sesame"), "{story}");
    assert!(story.contains("is mongod running? is MONGODB_URI right?"), "{story}");
    assert!(story.contains("nobody.sock"), "{story}");
}

#[test]
fn a_missing_or_wrong_connection_string_is_reported() {
    let missing = document_store::open(
        &StoreLocation::Mongodb,
        &Collection::business(),
        None,
        Purpose::Begin,
    )
    .map(drop);
    assert!(missing.unwrap_err().to_string().starts_with("MONGODB_URI is not set"));
    for uri in
        ["localhost", "http://localhost", "mongodb://", "mongodb://host/?w=x&socketTimeoutMS=1"]
    {
        let error = open(uri).map(drop).unwrap_err();
        assert!(matches!(error, StoreError::BadUri { .. }), "{uri}: {error:?}");
    }
}

#[test]
fn a_document_of_an_earlier_version_is_read_and_extended() {
    let Some(test_store) =
        TestStore::mongodb("a_document_of_an_earlier_version_is_read_and_extended")
    else {
        return;
    };
    let collection = test_store.collection("earlier");
    let documents = test_store.database().collection::<BsonDocument>(collection.name());
    let fetched_at = DateTime::from_millis(1_700_000_000_123);
    let old =
        doc! { "_id": "a", "city": "San Francisco", "fetched_at": fetched_at, "document": {} };
    documents.insert_one(old).run().unwrap();
    let mut store = test_store.open_collection(&collection);
    let one_city = document("a", "{}");
    assert_eq!(store.get("a").unwrap(), Some(one_city.clone()));
    store.put(&[Document { cities: ["Oakland".to_owned()].into(), ..one_city }]).unwrap();
    store.add_city(&["a".to_owned()], "Alameda").unwrap();
    let cities = store.get("a").unwrap().unwrap().cities;
    assert_eq!(cities, ["Alameda", "Oakland", "San Francisco"].map(str::to_owned).into());
}

#[test]
fn looking_creates_nothing() {
    let Some(test_store) = TestStore::mongodb("looking_creates_nothing") else { return };
    let collection = test_store.collection("look");
    let uri: MongodbUri = test_store.uri.as_ref().unwrap().parse().unwrap();
    let mut store =
        document_store::open(&StoreLocation::Mongodb, &collection, Some(&uri), Purpose::Read)
            .unwrap();
    assert_eq!((store.count().unwrap(), store.get("a").unwrap()), (0, None));
    let names = test_store.database().list_collection_names().run().unwrap();
    assert!(!names.contains(&collection.name().to_owned()), "{names:?}");
}

#[test]
fn half_a_surrogate_pair_costs_itself_alone() {
    let Some(test_store) = TestStore::mongodb("half_a_surrogate_pair_costs_itself_alone") else {
        return;
    };
    let mut store = test_store.open("surrogate");
    store
        .put(&[document("a", r#"{"text":"great food \ud83d...","\udc00":"\ud83e\udd80"}"#)])
        .unwrap();
    let body = store.get("a").unwrap().unwrap().body;
    assert_eq!(body, "{\"text\":\"great food \u{fffd}...\",\"\u{fffd}\":\"🦀\"}");
}
