//! Observes clients: counters, and a journal of the last requests.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use common::stopwatch::WallClock;
use serde::{Deserialize, Serialize};

/// The most requests in the journal.
const JOURNAL_MAX: usize = 10_000;

/// The most targets that are counted; beyond that, all counts start again.
const PATHS_MAX: usize = 1_000_000;

/// The observations since the start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// The number of requests.
    pub requests: u64,
    /// The number of connections with requests.
    pub connections: u64,
    /// The most requests that were ever under way at once.
    pub in_flight_peak: usize,
    /// The last 10 000 requests, in the order of their arrival.
    pub journal: Vec<Entry>,
}

/// A request in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The number among all requests, from 1.
    pub number: u64,
    /// The time of arrival, in microseconds since the start of the web.
    pub at_us: u64,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The query as it was sent, without credentials; none if nothing else is in it.
    pub query: Option<String>,
    /// The number among the requests for this path, from 1.
    pub request_of_path: u64,
    /// The number among the requests for this path with this query, from 1.
    pub request_of_query: u64,
    /// The status of the answer; none if there was no answer (reset, stalled, still waiting).
    pub status: Option<u16>,
    /// The name of the fault, or `rate-limit`.
    pub fault: Option<String>,
    /// The number of the connection, from 1, never reused.
    pub connection: u64,
    /// The port at the client's end.
    pub peer_port: u16,
}

/// Counts and records requests.
#[derive(Debug)]
pub(crate) struct Observer {
    clock: WallClock,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The number of requests before the last reset.
    forgotten: u64,
    /// The number of requests ever.
    requests: u64,
    connections_ever: u64,
    connections: u64,
    in_flight: usize,
    in_flight_peak: usize,
    /// The journal, without gaps up to the last request.
    journal: VecDeque<Entry>,
    /// The number of requests by target: paths with and without queries.
    requests_of: HashMap<String, u64>,
}

/// A connection, shared by its requests.
#[derive(Debug)]
pub(crate) struct Connection {
    number: u64,
    pub(crate) client: SocketAddr,
    progress: Mutex<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    /// The last request on it, by its number among requests ever.
    last_request: u64,
}

/// Whether a request opened its connection or reused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionUse {
    New,
    KeptAlive,
}

/// A request under way, until this is dropped.
#[derive(Debug)]
pub(crate) struct Arrival {
    observer: Arc<Observer>,
    /// The number among all requests ever, from 1.
    request: u64,
    pub(crate) request_of_path: u64,
    pub(crate) request_of_query: u64,
    pub(crate) connection: ConnectionUse,
}

impl Observer {
    pub(crate) fn start() -> Self {
        Self { clock: WallClock::start(), seen: Mutex::default() }
    }

    /// The time since the start.
    pub(crate) fn now(&self) -> Duration {
        self.clock.elapsed()
    }

    pub(crate) fn observed(&self) -> Observed {
        let seen = self.lock();
        Observed {
            requests: seen.requests - seen.forgotten,
            connections: seen.connections,
            in_flight_peak: seen.in_flight_peak,
            journal: seen.journal.iter().cloned().collect(),
        }
    }

    /// Resets the observations, except for requests under way.
    pub(crate) fn reset(&self) {
        let mut seen = self.lock();
        *seen = Seen {
            forgotten: seen.requests,
            requests: seen.requests,
            connections_ever: seen.connections_ever,
            in_flight: seen.in_flight,
            in_flight_peak: seen.in_flight,
            ..Seen::default()
        };
    }

    pub(crate) fn connect(&self, client: SocketAddr) -> Connection {
        let mut seen = self.lock();
        seen.connections_ever += 1;
        Connection { number: seen.connections_ever, client, progress: Mutex::default() }
    }

    pub(crate) fn arrive(
        self: &Arc<Self>,
        path: &str,
        query: Option<&str>,
        connection: &Connection,
    ) -> Arrival {
        let at = self.now();
        let mut seen = self.lock();
        let mut progress = connection.progress.lock().unwrap_or_else(PoisonError::into_inner);
        seen.requests += 1;
        let request = seen.requests;
        if progress.last_request <= seen.forgotten {
            seen.connections += 1;
        }
        let standing =
            if progress.last_request == 0 { ConnectionUse::New } else { ConnectionUse::KeptAlive };
        progress.last_request = request;
        let request_of_path = seen.count(path);
        let request_of_query =
            query.map_or(request_of_path, |query| seen.count(&format!("{path}?{query}")));
        seen.in_flight += 1;
        seen.in_flight_peak = seen.in_flight_peak.max(seen.in_flight);
        let entry = Entry {
            number: request - seen.forgotten,
            at_us: u64::try_from(at.as_micros()).unwrap_or(u64::MAX),
            path: path.to_owned(),
            query: query.map(str::to_owned),
            request_of_path,
            request_of_query,
            status: None,
            fault: None,
            connection: connection.number,
            peer_port: connection.client.port(),
        };
        seen.remember(entry);
        let observer = Arc::clone(self);
        Arrival { observer, request, request_of_path, request_of_query, connection: standing }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        // The counters are valid after each statement, whatever panicked elsewhere.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn count(&mut self, target: &str) -> u64 {
        if let Some(count) = self.requests_of.get_mut(target) {
            *count += 1;
            return *count;
        }
        if self.requests_of.len() == PATHS_MAX {
            self.requests_of.clear();
        }
        self.requests_of.insert(target.to_owned(), 1);
        1
    }

    fn remember(&mut self, entry: Entry) {
        if self.journal.len() == JOURNAL_MAX {
            self.journal.pop_front();
        }
        self.journal.push_back(entry);
    }

    /// The entry of a request, if it is not forgotten.
    fn entry(&mut self, request: u64) -> Option<&mut Entry> {
        let later = usize::try_from(self.requests - request).ok()?;
        let index = self.journal.len().checked_sub(later + 1)?;
        self.journal.get_mut(index)
    }
}

impl Arrival {
    /// Notes the fault of the request.
    pub(crate) fn note_fault(&self, name: &str) {
        if let Some(entry) = self.observer.lock().entry(self.request) {
            entry.fault = Some(name.to_owned());
        }
    }

    /// Notes the status of the answer, before it is sent.
    pub(crate) fn note_status(&self, status: u16) {
        if let Some(entry) = self.observer.lock().entry(self.request) {
            entry.status = Some(status);
        }
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        self.observer.lock().in_flight -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_new_once() {
        let observer = Arc::new(Observer::start());
        let client = SocketAddr::from(([127, 0, 0, 1], 50_000));
        for _ in 0..2 {
            let connection = observer.connect(client);
            let arrive = |path| observer.arrive(path, None, &connection).connection;
            assert_eq!(
                [arrive("/a"), arrive("/b")],
                [ConnectionUse::New, ConnectionUse::KeptAlive]
            );
            observer.reset();
            assert_eq!(arrive("/a"), ConnectionUse::KeptAlive);
        }
    }

    #[test]
    fn a_request_that_ends_after_a_reset_is_not_mistaken_for_a_later_one() {
        let observer = Arc::new(Observer::start());
        let connection = observer.connect(SocketAddr::from(([127, 0, 0, 1], 50_000)));
        let early = observer.arrive("/early", None, &connection);
        observer.reset();
        let late = observer.arrive("/late", None, &connection);
        early.note_status(200);
        early.note_fault("reset");
        late.note_status(404);
        let Observed { in_flight_peak, journal, .. } = observer.observed();
        assert_eq!((in_flight_peak, journal.len()), (2, 1));
        assert_eq!((journal[0].status, &journal[0].fault), (Some(404), &None));
    }
}
