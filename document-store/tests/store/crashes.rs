//! Tests with servers that are killed, restarted, or silent.

use std::{fs, iter, thread};

use document_store::{Collection, MongodbUri, Purpose, StoreError, StoreLocation};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    contract::document,
    kill_rounds::kill_rounds,
    own_server::OwnServer,
    test_store::TestStore,
    writer::{Writer, assert_all_there, scramble},
};

/// The first of them kill after many batches, after hardly any, and in between.
const ROUNDS: usize = 4;

#[test]
fn nothing_acknowledged_is_lost_when_mongod_is_killed() {
    let test = "nothing_acknowledged_is_lost_when_mongod_is_killed";
    let Some(mut server) = OwnServer::start(test) else { return };
    let test_store = TestStore::on_server(&server.uri());
    let collection = test_store.collection("crash");
    let mut acknowledged = Vec::new();
    for round in (0..).take(kill_rounds(ROUNDS)) {
        let start = |n: u64| {
            Writer::start(
                &test_store,
                &collection,
                &format!("round{round}w{n}"),
                u64::MAX / 100,
                None,
            )
        };
        let mut writers = [start(0), start(1)];
        for n in 0..=scramble(round) % 30 {
            let writer = &mut writers[usize::from(n % 2 == 1)];
            acknowledged.extend(writer.next_batch().expect("a writer that writes"));
        }
        server.kill();
        acknowledged.extend(writers.into_iter().flat_map(Writer::kill));
        server.restart();
        let mut store = test_store.open_collection(&collection);
        assert_all_there(&mut *store, &acknowledged, &format!("round {round}"));
    }
}

#[test]
fn a_batch_outlives_the_restart_of_its_server() {
    let test = "a_batch_outlives_the_restart_of_its_server";
    let Some(mut server) = OwnServer::start(test) else { return };
    let test_store = TestStore::on_server(&server.uri());
    let mut store = test_store.open("restart");
    store.put(&[document("before", "{}")]).unwrap();
    server.kill();
    thread::scope(|scope| {
        let put = scope.spawn(|| store.put(&[document("meanwhile", "{}")]));
        server.restart();
        put.join().unwrap().unwrap();
    });
    assert_eq!(store.count().unwrap(), 2);
}

#[test]
fn every_wait_for_a_silent_server_ends() {
    let Some(server) = OwnServer::start("every_wait_for_a_silent_server_ends") else { return };
    // Short enough not to keep us waiting, long enough for a busy machine to open a store.
    let quick = "connectTimeoutMS=2000&heartbeatFrequencyMS=500&serverSelectionTimeoutMS=3000";
    let uri: MongodbUri = format!("{}/?{quick}", server.uri()).parse().unwrap();
    let collection = Collection::business();
    let mut store =
        document_store::open(&StoreLocation::Mongodb, &collection, Some(&uri), Purpose::Begin)
            .unwrap();
    store.put(&[document("a", "{}")]).unwrap();
    // From now on it does nothing, but for dying.
    let pid = fs::read_to_string(server.file("pid")).unwrap();
    let pid = Pid::from_raw(pid.trim().parse().unwrap());
    kill(pid, Signal::SIGSTOP).unwrap();
    // A request may slip through before the kernel has stopped all threads of the server.
    let error = iter::from_fn(|| Some(store.put(&[document("b", "{}")]))).find_map(Result::err);
    let error = error.unwrap();
    assert!(matches!(error, StoreError::CannotReach { .. }), "{error:?}");
    let error = store.count().unwrap_err();
    assert!(matches!(error, StoreError::CannotReach { .. }), "{error:?}");
}
