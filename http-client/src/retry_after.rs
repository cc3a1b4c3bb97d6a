//! The header `Retry-After`: a number of seconds, or a date (RFC 9110, 10.2.3).

use std::time::{Duration, UNIX_EPOCH};

use common::stopwatch;

/// The pause from now on; none if the text is neither. A date that is over is no wait.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    parse_at(text, stopwatch::unix_time())
}

fn parse_at(text: &str, now: Duration) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(UNIX_EPOCH).ok()?.saturating_sub(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_waits() {
        let check = |text, expected: Option<u64>| {
            // Half a minute before the date below.
            let now = Duration::from_secs(784_111_747);
            assert_eq!(parse_at(text, now), expected.map(Duration::from_secs), "{text:?}");
        };
        check("120", Some(120));
        check(" 0 ", Some(0));
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(30));
        check("Sunday, 06-Nov-94 08:49:37 GMT", Some(30));
        check("Sun, 06 Nov 1994 08:49:00 GMT", Some(0));
        check("-1", None);
        check("soon", None);
        check("", None);
    }
}
