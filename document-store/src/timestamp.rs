//! Timestamps as databases store them: in milliseconds, comparable as texts.

use std::time::{Duration, UNIX_EPOCH};

use crate::Document;

/// The first timestamp that is too late: the year 10000, whose texts would sort wrongly.
const END: Duration = Duration::from_hours(70_389_528);

/// A timestamp: whole milliseconds since 1970 in UTC, before the year 10000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(Duration);

impl Timestamp {
    /// Rounds down to milliseconds; none if the timestamp is too late.
    pub(crate) fn new(since_1970: Duration) -> Option<Self> {
        let below_milli = Duration::from_nanos(u64::from(since_1970.subsec_nanos() % 1_000_000));
        (since_1970 < END).then(|| Self(since_1970.saturating_sub(below_milli)))
    }

    /// Parses `2026-01-31T23:59:59.999Z`; none for other texts.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let time = humantime::parse_rfc3339(text).ok()?;
        Self::new(time.duration_since(UNIX_EPOCH).ok()?)
    }

    /// The text, as in `2026-01-31T23:59:59.999Z` (RFC 3339), which sorts as time does.
    pub(crate) fn to_text(self) -> String {
        humantime::format_rfc3339_millis(UNIX_EPOCH + self.0).to_string()
    }

    /// The time since 1970.
    pub(crate) fn since_1970(self) -> Duration {
        self.0
    }
}

#[cfg(feature = "mongodb")]
impl Timestamp {
    /// A timestamp from milliseconds since 1970; none if it is before that or too late.
    pub(crate) fn from_millis(millis: i64) -> Option<Self> {
        Self::new(Duration::from_millis(u64::try_from(millis).ok()?))
    }

    /// The milliseconds since 1970.
    pub(crate) fn to_millis(self) -> i64 {
        i64::try_from(self.0.as_millis()).expect("a timestamp before the year 10000")
    }
}

/// The timestamps at which a document was fetched and expires; the error says which is too late.
pub(crate) fn timestamps_of(document: &Document) -> Result<(Timestamp, Option<Timestamp>), String> {
    let timestamp = |name: &str, time: Duration| {
        Timestamp::new(time).ok_or_else(|| format!("{name} is after the year 9999"))
    };
    let expires_at = document.expires_at.map(|time| timestamp("expires_at", time)).transpose()?;
    Ok((timestamp("fetched_at", document.fetched_at)?, expires_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_come_back_from_their_text() {
        let check = |since_1970, text: &str| {
            let timestamp = Timestamp::new(since_1970).unwrap();
            assert_eq!(timestamp.to_text(), text);
            assert_eq!(Timestamp::parse(text), Some(timestamp));
            assert_eq!(Timestamp::from_millis(timestamp.to_millis()), Some(timestamp));
        };
        check(Duration::ZERO, "1970-01-01T00:00:00.000Z");
        check(Duration::new(1_700_000_000, 123_999_999), "2023-11-14T22:13:20.123Z");
        check(END.saturating_sub(Duration::from_nanos(1)), "9999-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::new(END), None);
        assert_eq!(Timestamp::new(Duration::MAX), None);
        assert_eq!(Timestamp::parse("yesterday"), None);
        assert_eq!(Timestamp::from_millis(-1), None);
    }
}
