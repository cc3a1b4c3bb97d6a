//! Reads the kernel's table of TCP sockets, `/proc/net/tcp` (proc(5), Linux only; empty elsewhere).

use std::{
    fs,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use common::stopwatch::WallClock;

/// `TCP_ESTABLISHED` and `TCP_SYN_SENT`, as the table writes them.
const ESTABLISHED: &str = "01";
const SYN_SENT: &str = "02";

/// One end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Socket {
    pub(crate) own_port: u16,
    pub(crate) other_port: u16,
    pub(crate) state: State,
    /// The inode; 0 if no process has the socket open.
    pub(crate) inode: u64,
}

/// The state of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Neither end has been shut down.
    Established,
    /// The connection was requested, and not accepted yet.
    AskedFor,
    Other,
}

/// A time, measured from the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(Duration);

impl Timestamp {
    pub(crate) fn now() -> Self {
        static CLOCK: LazyLock<WallClock> = LazyLock::new(WallClock::start);
        Self(CLOCK.elapsed())
    }
}

/// Whether such a socket existed at `asked_at` or later. The kernel takes milliseconds to write the
/// table, so all callers with an earlier `asked_at` share one copy.
pub(crate) fn any_since(asked_at: Timestamp, is_wanted: impl FnMut(&Socket) -> bool) -> bool {
    static LAST: Mutex<Option<(Timestamp, Vec<Socket>)>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let known = last.take_if(|(looked, _)| *looked >= asked_at);
    let (looked, sockets) = known.unwrap_or_else(|| (Timestamp::now(), sockets()));
    let is_there = sockets.iter().any(is_wanted);
    *last = Some((looked, sockets));
    is_there
}

/// All sockets of this machine.
pub(crate) fn sockets() -> Vec<Socket> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].into_iter();
    tables
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| parse(&table))
        .collect()
}

fn parse(table: &str) -> Vec<Socket> {
    let socket_of = |line: &str| {
        // Slot, own address, other address, state, and after five more columns the inode.
        let mut columns = line.split_whitespace().skip(1);
        Some(Socket {
            own_port: port_of(columns.next()?)?,
            other_port: port_of(columns.next()?)?,
            state: match columns.next()? {
                ESTABLISHED => State::Established,
                SYN_SENT => State::AskedFor,
                _ => State::Other,
            },
            inode: columns.nth(5)?.parse().ok()?,
        })
    };
    table.lines().filter_map(socket_of).collect()
}

/// The port of an address such as `0100007F:1F90`, in hexadecimal digits.
fn port_of(address: &str) -> Option<u16> {
    let (_, port) = address.rsplit_once(':')?;
    u16::from_str_radix(port, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_read() {
        let table = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   1: 0100007F:C001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 101 1
   2: 0100007F:C002 0100007F:1F90 02 00000000:00000000 00:00000000 00000000  1000        0 102 1
   5: 0000000000000000FFFF00000100007F:C003 0000000000000000FFFF00000100007F:1F90 01 0:0 0:0 0 1000 0 105 1
   6: 0100007F:C001 0100007F:1F90 06 00000000:00000000 03:000007D0 00000000     0        0 0 3
";
        let socket = |own_port, state, inode| Socket { own_port, other_port: 0x1F90, state, inode };
        let expected = [
            socket(0xC001, State::Established, 101),
            socket(0xC002, State::AskedFor, 102),
            socket(0xC003, State::Established, 105),
            socket(0xC001, State::Other, 0),
        ];
        assert_eq!(parse(table), expected);
    }
}
