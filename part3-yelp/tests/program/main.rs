//! Tests of the program: arguments, streams, exit codes, and its documents after it was killed.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever its premises do not hold")]

mod broken_stores;
mod command_line;
#[path = "../../../document-store/tests/store/kill_rounds.rs"]
mod kill_rounds;
mod kills;
#[path = "../../../document-store/tests/store/own_server.rs"]
mod own_server;
mod real_database;
#[path = "../../../program/tests/shared/refused.rs"]
mod refused;
mod replica_set;
mod secrets;
mod session;
#[path = "../../../document-store/tests/store/setting.rs"]
mod setting;
mod shards;
#[path = "../../../program/tests/shared/command_line.rs"]
mod shared;
mod signals;
#[path = "../../../program/tests/shared/signals.rs"]
mod signals_to_programs;
mod stored;
mod terminal;
#[cfg(target_os = "linux")]
mod waits;
