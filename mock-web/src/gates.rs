//! Gates at endpoints, which prove how many requests were in flight at once, and from which
//! processes.

mod attestation;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::{sync::watch, time};

use crate::Endpoint;

/// The report of a gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateReport {
    /// The number of requests that open it together.
    pub needed: NonZeroUsize,
    /// The most requests that were held at once.
    pub peak: usize,
    /// Whether enough requests opened it, and not a timeout.
    pub was_opened: bool,
    /// The processes of these requests, according to the kernel; empty if there are none, or no
    /// `/proc`.
    pub peers: Vec<GatedProcess>,
}

/// A process with requests at a gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatedProcess {
    /// Its process id.
    pub pid: u32,
    /// The names of all its threads at that moment, sorted; Linux keeps the first 15 bytes.
    pub threads: Vec<String>,
}

/// The gates of a local web, at most one for each endpoint.
#[derive(Debug)]
pub(crate) struct Gates {
    /// The server's address, by which the kernel's table is searched.
    server: SocketAddr,
    gates: Mutex<BTreeMap<Endpoint, Arc<Gate>>>,
}

impl Gates {
    pub(crate) fn new(server: SocketAddr) -> Self {
        Self { server, gates: Mutex::default() }
    }

    /// Sets a gate, and releases the requests at the former one.
    pub(crate) fn set(&self, endpoint: Endpoint, needed: NonZeroUsize, timeout: Duration) {
        let gate = Arc::new(Gate::new(needed, timeout));
        if let Some(former) = self.lock().insert(endpoint, gate) {
            former.open(&former.lock());
        }
    }

    pub(crate) fn report(&self, endpoint: Endpoint) -> Option<GateReport> {
        self.gate(endpoint).map(|gate| gate.report())
    }

    /// The reports of all gates, by the names of their endpoints.
    pub(crate) fn reports(&self) -> BTreeMap<&'static str, GateReport> {
        let report = |endpoint: Endpoint| Some((endpoint.name(), self.report(endpoint)?));
        Endpoint::ALL.into_iter().filter_map(report).collect()
    }

    /// Holds a client's request until the gate of this endpoint is open, if there is a gate.
    pub(crate) async fn pass(&self, endpoint: Endpoint, client: SocketAddr) {
        if let Some(gate) = self.gate(endpoint) {
            gate.pass(client, self.server).await;
        }
    }

    fn gate(&self, endpoint: Endpoint) -> Option<Arc<Gate>> {
        self.lock().get(&endpoint).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Endpoint, Arc<Gate>>> {
        self.gates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A gate as `gate::Gate`, for requests of one thread instead of threads.
#[derive(Debug)]
struct Gate {
    needed: NonZeroUsize,
    timeout: Duration,
    held_requests: Mutex<HeldRequests>,
    /// Set by the request that completes the number, or by the first timeout.
    is_open: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct HeldRequests {
    /// The clients' addresses of the held requests; a connection has one request at a time.
    held: BTreeSet<SocketAddr>,
    peak: usize,
    peers: Vec<GatedProcess>,
}

impl Gate {
    fn new(needed: NonZeroUsize, timeout: Duration) -> Self {
        let is_open = watch::Sender::new(false);
        Self { needed, timeout, held_requests: Mutex::default(), is_open }
    }

    async fn pass(&self, client: SocketAddr, server: SocketAddr) {
        let mut is_open = self.is_open.subscribe();
        let Some(_held) = self.enter(client, server) else { return };
        // After its opening or a timeout, the gate is open from now on.
        let _ = time::timeout(self.timeout, is_open.wait_for(|is_open| *is_open)).await;
        self.open(&self.lock());
    }

    /// Holds a request, unless the gate is open already.
    fn enter(&self, client: SocketAddr, server: SocketAddr) -> Option<HeldRequest<'_>> {
        let mut held_requests = self.lock();
        if *self.is_open.borrow() {
            return None;
        }
        held_requests.held.insert(client);
        held_requests.peak = held_requests.peak.max(held_requests.held.len());
        if held_requests.held.len() >= self.needed.get() {
            // All of them are provably there, and stay while this takes place.
            held_requests.peers = attestation::peers(&held_requests.held, server);
            self.open(&held_requests);
        }
        Some(HeldRequest { gate: self, client })
    }

    /// Opens the gate; the caller has the lock, so that no request comes meanwhile.
    fn open(&self, _held: &MutexGuard<'_, HeldRequests>) {
        self.is_open.send_replace(true);
    }

    fn report(&self) -> GateReport {
        let held_requests = self.lock();
        GateReport {
            needed: self.needed,
            peak: held_requests.peak,
            was_opened: held_requests.peak >= self.needed.get(),
            peers: held_requests.peers.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HeldRequests> {
        // The value is whole after each statement, so a panic elsewhere cannot have broken it.
        self.held_requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is held until this is dropped.
#[derive(Debug)]
struct HeldRequest<'gate> {
    gate: &'gate Gate,
    client: SocketAddr,
}

impl Drop for HeldRequest<'_> {
    fn drop(&mut self) {
        self.gate.lock().held.remove(&self.client);
    }
}
