//! Halves of surrogate pairs in JSON: `"\ud83d"` is valid JSON (RFC 8259, section 8.2), but no valid text.
//!
//! Servers cut texts in the middle of a 🦀. Neither a string of Rust nor one of BSON can hold the
//! remaining half.

use std::borrow::Cow;

/// Stands for half a pair, in JSON.
const REPLACEMENT: &str = "\\ufffd";

/// `\u` and four digits.
const ESCAPE_BYTES: usize = 6;

/// The JSON with U+FFFD in place of each half of a surrogate pair that stands alone.
pub fn without_lone_surrogates(json: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut copied = 0;
    let mut at = 0;
    // In JSON, a backslash stands within strings only.
    while let Some(distance) = json[at..].find('\\') {
        at += distance;
        let is_low = |unit| (0xdc00..=0xdfff).contains(&unit);
        at += match utf16_unit(&json[at..]) {
            // What the backslash stands before may be one, too.
            None => 1 + json[at + 1..].chars().next().map_or(0, char::len_utf8),
            Some(0xd800..=0xdbff) if utf16_unit(&json[at + ESCAPE_BYTES..]).is_some_and(is_low) => {
                2 * ESCAPE_BYTES
            }
            Some(0xd800..=0xdfff) => {
                mended.push_str(&json[copied..at]);
                mended.push_str(REPLACEMENT);
                copied = at + ESCAPE_BYTES;
                ESCAPE_BYTES
            }
            Some(_) => ESCAPE_BYTES,
        };
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(&json[copied..]);
    Cow::Owned(mended)
}

/// The UTF-16 unit of an escape at the beginning of this text.
fn utf16_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_halves_are_replaced() {
        let check = |json, expected| assert_eq!(without_lone_surrogates(json), expected);
        check(r#"{"a":"\ud83d..."}"#, r#"{"a":"\ufffd..."}"#);
        check(r#""\uDC00""#, r#""\ufffd""#);
        check(r#""\ud83d\ud83e\udd80\udd80é""#, r#""\ufffd\ud83e\udd80\ufffdé""#);
        check(r#""\ud83d\n\ud83d""#, r#""\ufffd\n\ufffd""#);
        for same in
            [r#""\\ud83d \" \ud83e\udd80 \u00e9 🦀""#, "", "\\", r"\u", r"\ué", r"\\", r"\é"]
        {
            check(same, same);
        }
    }
}
