//! The faults of requests, and the script that assigns them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::pseudo_random;

/// A fault of one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The object does not exist: 404, or 400 where Yelp has that.
    NotFound,
    /// The business is unavailable: 400 of Yelp v2, else 403.
    BusinessUnavailable,
    /// 429, with the time to wait.
    TooManyRequests {
        /// The pause in the header `Retry-After`, rounded up to whole seconds.
        retry_after: Duration,
    },
    /// 429, without the time to wait: so Yelp v3 limits the requests of a second.
    TooManyRequestsPerSecond,
    /// The daily limit is exceeded: 400 of Yelp v2, else 429.
    DailyLimitReached,
    /// 500, as JSON in the shape of the site.
    InternalError,
    /// 502, as HTML: proxies in front of an API do not speak its format.
    BadGateway,
    /// The connection is reset (TCP RST) instead of an answer.
    Reset,
    /// The connection is closed (TCP FIN) instead of an answer, as servers close those that were
    /// idle for long.
    HangUp,
    /// The connection is closed after half of the promised body.
    CutBody,
    /// The right answer, one byte at a time.
    SlowDrip {
        /// The pause before each byte.
        pause: Duration,
    },
    /// There is no answer, and the connection stays open.
    Stall,
    /// 200 with JSON that is not of the promised shape.
    WrongJson,
    /// An answer that the script gives.
    Verbatim {
        /// Its status, from 200 to 599.
        status: u16,
        /// Its body, sent as JSON.
        body: String,
    },
    /// 302 to another address.
    Redirect {
        /// The address, as the header `Location` has it.
        to: String,
    },
    /// This answer, with any bytes as its body, sent as JSON.
    Answer {
        /// The status, from 100 to 999.
        status: u16,
        /// Any bytes.
        body: Vec<u8>,
    },
    /// 200 with a very long string in its JSON.
    HugeBody {
        /// The length of the whole body.
        bytes: u64,
    },
    /// 200 with well-formed items nested in each other, deeper than is sensible.
    DeepNesting {
        /// The depth.
        levels: u32,
    },
}

impl Fault {
    /// The name in the journal.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::BusinessUnavailable => "business-unavailable",
            Self::TooManyRequests { .. } => "too-many-requests",
            Self::TooManyRequestsPerSecond => "too-many-requests-per-second",
            Self::DailyLimitReached => "daily-limit-reached",
            Self::InternalError => "internal-error",
            Self::BadGateway => "bad-gateway",
            Self::Reset => "reset",
            Self::HangUp => "hang-up",
            Self::CutBody => "cut-body",
            Self::SlowDrip { .. } => "slow-drip",
            Self::Stall => "stall",
            Self::WrongJson => "wrong-json",
            Self::Verbatim { .. } => "verbatim",
            Self::Redirect { .. } => "redirect",
            Self::Answer { .. } => "answer",
            Self::HugeBody { .. } => "huge-body",
            Self::DeepNesting { .. } => "deep-nesting",
        }
    }
}

/// The faults of all requests: those in a script, and a random share of all others.
///
/// A script names a path, or a path with its query; both as they are sent, percent signs and all,
/// but without credentials, just as the journal of the observer shows them. With a query, the
/// requests with this very query are counted, and such a name goes before one that is just a path.
///
/// ```
/// use mock_web::faults::{Fault, Faults};
///
/// let faults = Faults::default()
///     .on("/api/v1/items/7", 1, Fault::Reset)
///     .on("/v2/search?location=S%C3%A3o%20Paulo&limit=20", 1, Fault::Stall)
///     .always("/api/v1/items/8", Fault::InternalError);
/// assert_eq!(faults.of("/api/v1/items/7", 1), Some(Fault::Reset));
/// assert_eq!(faults.of("/api/v1/items/7", 2), None);
/// assert_eq!(faults.of("/api/v1/items/8", 9), Some(Fault::InternalError));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    scripted: Vec<Scripted>,
    /// The pseudo-random faults.
    pub seeded: Option<Seeded>,
}

/// A scripted fault for one request of a target, or for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Scripted {
    /// The target: a path, with or without a query.
    target: String,
    /// The number of the request, from 1; all if none.
    request: Option<u64>,
    fault: Fault,
}

/// Pseudo-random faults for a share of all requests, of kinds that a retry may survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seeded {
    /// The seed, which determines the faults.
    pub seed: u64,
    /// The number of faults in 1 000 requests.
    pub per_mille: u16,
}

impl Faults {
    /// Adds a fault for this request of this target, counted from 1.
    #[must_use]
    pub fn on(self, target: &str, request: u64, fault: Fault) -> Self {
        self.with(Scripted { target: target.to_owned(), request: Some(request), fault })
    }

    /// Adds a fault for all requests of this target, except those that [`on`](Self::on) names.
    #[must_use]
    pub fn always(self, target: &str, fault: Fault) -> Self {
        self.with(Scripted { target: target.to_owned(), request: None, fault })
    }

    /// The fault of this request of this target, if any.
    pub fn of(&self, target: &str, request: u64) -> Option<Fault> {
        self.scripted(target, request).or_else(|| self.by_chance(target, request))
    }

    /// The fault of a request with a query, by its path with and without the query.
    ///
    /// Chance looks at the whole: which search goes wrong must not depend on which came first.
    pub(crate) fn of_query(&self, whole: (&str, u64), path: (&str, u64)) -> Option<Fault> {
        self.scripted(whole.0, whole.1)
            .or_else(|| self.scripted(path.0, path.1))
            .or_else(|| self.by_chance(whole.0, whole.1))
    }

    fn scripted(&self, target: &str, request: u64) -> Option<Fault> {
        let entry = |wanted: Option<u64>| {
            self.scripted.iter().find(|entry| entry.target == target && entry.request == wanted)
        };
        entry(Some(request)).or_else(|| entry(None)).map(|entry| entry.fault.clone())
    }

    fn by_chance(&self, target: &str, request: u64) -> Option<Fault> {
        self.seeded.and_then(|seeded| seeded.draw(target, request))
    }

    fn with(mut self, entry: Scripted) -> Self {
        self.scripted.push(entry);
        self
    }
}

impl Seeded {
    fn draw(self, target: &str, request: u64) -> Option<Fault> {
        let chance = pseudo_random::of_text(self.seed.wrapping_add(request), target);
        if chance % 1_000 >= u64::from(self.per_mille) {
            return None;
        }
        Some(match pseudo_random::mix(chance) % 5 {
            0 => Fault::TooManyRequests { retry_after: Duration::from_secs(1) },
            1 => Fault::InternalError,
            2 => Fault::BadGateway,
            3 => Fault::Reset,
            _ => Fault::CutBody,
        })
    }
}
