//! Tests of several processes with one database, and of processes that are killed.

use std::{num::NonZeroUsize, time::Duration};

use gate::GateServer;

use crate::{
    kill_rounds::kill_rounds,
    test_store::TestStore,
    writer::{Writer, assert_all_there, scramble},
};

const WRITERS: NonZeroUsize = NonZeroUsize::new(8).unwrap();
const BATCHES: u64 = 20;
const TIMEOUT: Duration = Duration::from_mins(1);
/// The first of them kill after many batches, after hardly any, and in between.
const ROUNDS: usize = 6;

pub(crate) fn several_processes_write_at_once(test_store: &TestStore) {
    let collection = test_store.collection("processes");
    // They all open at once as well, and nobody has made the database before.
    let socket = test_store.folder.path().join("gate");
    let gate = GateServer::bind(&socket, WRITERS, TIMEOUT).unwrap();
    let mut writers: Vec<Writer> = (0..WRITERS.get())
        .map(|n| Writer::start(test_store, &collection, &format!("w{n}"), BATCHES, Some(&socket)))
        .collect();
    let acknowledged: Vec<String> = writers.iter_mut().flat_map(Writer::rest).collect();
    writers.into_iter().for_each(Writer::join);
    assert!(gate.gate().was_opened(), "all were there at once");

    let mut store = test_store.open_collection(&collection);
    assert_all_there(&mut *store, &acknowledged, "8 writers");
    let written = WRITERS.get() as u64 * BATCHES * 10;
    assert_eq!(acknowledged.len() as u64, 2 * written);
    assert_eq!(store.count().unwrap(), written + 1, "and the one that all have written");
}

pub(crate) fn nothing_acknowledged_is_lost_when_a_writer_is_killed(test_store: &TestStore) {
    let collection = test_store.collection("killed");
    let mut acknowledged = Vec::new();
    for round in (0..).take(kill_rounds(ROUNDS)) {
        let writer_name = format!("round{round}");
        let mut writer = Writer::start(test_store, &collection, &writer_name, u64::MAX / 100, None);
        for _ in 0..=scramble(round) % 20 {
            acknowledged.extend(writer.next_batch().expect("a writer that writes"));
        }
        acknowledged.extend(writer.kill());
        assert_all_there(
            &mut *test_store.open_collection(&collection),
            &acknowledged,
            &writer_name,
        );
    }
}
