//! What can go wrong with a request, and for which requests it does.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::pseudo_random;

/// Something that goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// As for an item, a business or a city that does not exist: 404, or 400 where Yelp has that.
    NotFound,
    /// As for a business that must not be shown: 400 of Yelp v2, else 403.
    BusinessUnavailable,
    /// 429, with the time to wait.
    TooManyRequests {
        /// How long, in the header `Retry-After`, which has whole seconds only: rounded up.
        retry_after: Duration,
    },
    /// 429, without the time to wait: so Yelp v3 limits the requests of a second.
    TooManyRequestsPerSecond,
    /// As when the requests of a day are used up: 400 of Yelp v2, else 429.
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
    /// The answer promises its whole length, and the connection is closed after half of its body.
    CutBody,
    /// The right answer, its body a byte at a time.
    SlowDrip {
        /// How long each byte is waited for.
        pause: Duration,
    },
    /// No answer ever; the connection stays open for as long as the client likes.
    Stall,
    /// 200 with JSON that is not of the promised shape.
    WrongJson,
    /// An answer of the script's own.
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
    /// This answer, whatever its body is; its type is that of JSON.
    Answer {
        /// From 100 to 999.
        status: u16,
        /// Any bytes.
        body: Vec<u8>,
    },
    /// 200 with a very long string in its JSON.
    HugeBody {
        /// How long the whole body is.
        bytes: u64,
    },
    /// 200 with well-formed items nested in each other, deeper than is sensible.
    DeepNesting {
        /// How many items deep.
        levels: u32,
    },
}

impl Fault {
    /// What the journal calls it.
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

/// Which requests go wrong: those that a script names, and a share of all others.
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
    /// Faults that come by chance, but by the same chance each time.
    pub seeded: Option<Seeded>,
}

/// A fault for one request of a target, or for each of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Scripted {
    /// A path, or a path with its query.
    target: String,
    /// From 1; each one if none.
    request: Option<u64>,
    fault: Fault,
}

/// Faults for a share of all requests, drawn among those that a second attempt may survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seeded {
    /// The same seed brings the same faults for the same requests.
    pub seed: u64,
    /// How many of 1 000 requests go wrong.
    pub per_mille: u16,
}

impl Faults {
    /// And this request of this target, counted from 1, goes wrong.
    #[must_use]
    pub fn on(self, target: &str, request: u64, fault: Fault) -> Self {
        self.with(Scripted { target: target.to_owned(), request: Some(request), fault })
    }

    /// And each request of this target goes wrong, but for those that [`on`](Self::on) names.
    #[must_use]
    pub fn always(self, target: &str, fault: Fault) -> Self {
        self.with(Scripted { target: target.to_owned(), request: None, fault })
    }

    /// What goes wrong with this request of this target, if anything.
    pub fn of(&self, target: &str, request: u64) -> Option<Fault> {
        self.scripted(target, request).or_else(|| self.by_chance(target, request))
    }

    /// What goes wrong with a request that has a query, by each of its targets and the number that
    /// it has there.
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
