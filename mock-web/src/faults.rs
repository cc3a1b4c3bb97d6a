//! What can go wrong with a request, and for which requests it does.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::pseudo_random;

/// Something that goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// 404, as for an item that does not exist.
    NotFound,
    /// 429, the client is told to wait.
    TooManyRequests {
        /// How long, in the header `Retry-After`, which has whole seconds only: rounded up.
        retry_after: Duration,
    },
    /// 500, as JSON.
    InternalError,
    /// 502, as HTML: proxies in front of an API do not speak its format.
    BadGateway,
    /// The connection is reset (TCP RST) instead of an answer.
    Reset,
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
    /// 302 to another address.
    Redirect {
        /// The address, as the header `Location` has it.
        to: String,
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
            Self::TooManyRequests { .. } => "too-many-requests",
            Self::InternalError => "internal-error",
            Self::BadGateway => "bad-gateway",
            Self::Reset => "reset",
            Self::CutBody => "cut-body",
            Self::SlowDrip { .. } => "slow-drip",
            Self::Stall => "stall",
            Self::WrongJson => "wrong-json",
            Self::Redirect { .. } => "redirect",
            Self::HugeBody { .. } => "huge-body",
            Self::DeepNesting { .. } => "deep-nesting",
        }
    }
}

/// Which requests go wrong: those that a script names, and a share of all others.
///
/// ```
/// use mock_web::faults::{Fault, Faults};
///
/// let faults = Faults::default()
///     .on("/api/v1/items/7", 1, Fault::Reset)
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

/// A fault for one request of a path, or for each of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Scripted {
    path: String,
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
    /// And this request of this path, counted from 1, goes wrong.
    #[must_use]
    pub fn on(self, path: &str, request: u64, fault: Fault) -> Self {
        self.with(Scripted { path: path.to_owned(), request: Some(request), fault })
    }

    /// And each request of this path goes wrong, but for those that [`on`](Self::on) names.
    #[must_use]
    pub fn always(self, path: &str, fault: Fault) -> Self {
        self.with(Scripted { path: path.to_owned(), request: None, fault })
    }

    /// What goes wrong with this request of this path, if anything.
    pub fn of(&self, path: &str, request: u64) -> Option<Fault> {
        let scripted = |wanted: Option<u64>| {
            self.scripted.iter().find(|entry| entry.path == path && entry.request == wanted)
        };
        scripted(Some(request))
            .or_else(|| scripted(None))
            .map(|entry| entry.fault.clone())
            .or_else(|| self.seeded.and_then(|seeded| seeded.draw(path, request)))
    }

    fn with(mut self, entry: Scripted) -> Self {
        self.scripted.push(entry);
        self
    }
}

impl Seeded {
    fn draw(self, path: &str, request: u64) -> Option<Fault> {
        let chance = pseudo_random::of_text(self.seed.wrapping_add(request), path);
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
