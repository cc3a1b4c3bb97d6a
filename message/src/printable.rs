//! Text from outside, made fit for a terminal: shown, and never obeyed.
//!
//! Servers, stores, archives, file names, the environment and arguments hold any text. A terminal
//! acts on some of it. Escape sequences move the cursor and set the title. A carriage return
//! overwrites a line, and a newline starts one that looks like ours. Direction marks reorder
//! letters. Here, all of that becomes `\u{…}`.
//!
//! `command_line` applies [`line()`] or [`lines`] to all that programs print, so that callers need
//! nothing from here, with one exception: text of several lines that holds a string from outside
//! applies [`line()`] to that string first.

use std::fmt::Write as _;

/// A text as one line: every character that a terminal acts on, newlines included, as `\u{…}`.
///
/// What is fit for a terminal stays as it is, so that twice does no harm.
///
/// ```
/// use message::printable;
///
/// assert_eq!(printable::line("São Paulo, 東京"), "São Paulo, 東京");
/// assert_eq!(printable::line("\x1b[2J\r\nerror: fake"), r"\u{1b}[2J\u{d}\u{a}error: fake");
/// ```
pub fn line(text: &str) -> String {
    escape(text, is_hidden, |letter, shown| shown.extend(letter.escape_unicode()))
}

/// A text of several lines: as [`line()`], but newlines stay.
pub fn lines(text: &str) -> String {
    let is_hidden = |letter| letter != '\n' && is_hidden(letter);
    escape(text, is_hidden, |letter, shown| shown.extend(letter.escape_unicode()))
}

/// JSON text with the same value, fit for a terminal; newlines between its tokens stay.
///
/// Outside of strings, JSON has no other characters that a terminal acts on. Within them, `\uXXXX`
/// (RFC 8259, section 7) stands for the same character.
pub fn json(text: &str) -> String {
    let is_hidden = |letter| letter != '\n' && is_hidden(letter);
    escape(text, is_hidden, |letter, shown| {
        for unit in letter.encode_utf16(&mut [0; 2]) {
            let _ = write!(shown, "\\u{unit:04x}");
        }
    })
}

fn escape(
    text: &str,
    is_escaped: impl Fn(char) -> bool,
    write: impl Fn(char, &mut String),
) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_escaped(letter) {
            write(letter, &mut shown);
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Whether a character has no visible form of its own.
///
/// These are control characters (Unicode's category Cc), format characters (Cf), separators of lines
/// and paragraphs (Zl, Zp), and characters without width (`Default_Ignorable_Code_Point`). Variation
/// selectors, which emoji need, are not among them.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_control_a_terminal_are_escaped() {
        let orders = [
            '\0',
            '\u{7}',
            '\u{8}',
            '\t',
            '\n',
            '\r',
            '\u{1b}',
            '\u{7f}',
            '\u{80}',
            '\u{85}',
            '\u{9b}',
            '\u{9f}',
            '\u{ad}',
            '\u{61c}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{206f}',
            '\u{feff}',
            '\u{fff9}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e007f}',
        ];
        for order in orders {
            let shown = format!("a\\u{{{:x}}}b", u32::from(order));
            assert_eq!(line(&format!("a{order}b")), shown);
            let shown = if order == '\n' { "a\nb" } else { &shown };
            assert_eq!(lines(&format!("a{order}b")), shown);
        }
    }

    #[test]
    fn visible_characters_stay() {
        for text in ["", " ~\"\\'", r"\u{1b}", "Zoe\u{308}, 東京\u{3000}, مدينة", "✔\u{fe0f}·█−³²"]
        {
            assert_eq!(line(text), text);
            assert_eq!(lines(text), text);
            assert_eq!(json(text), text);
        }
    }

    #[test]
    fn json_keeps_its_value() {
        let value = serde_json::json!({
            "de\u{9b}l": "\u{1b}\r\n\u{7f}\u{85}\u{202e}\u{feff}\u{e0001}\\u202e \u{2028}東京"
        });
        let text = serde_json::to_string_pretty(&value).unwrap();
        let shown = json(&text);
        assert_eq!(lines(&shown), shown);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        assert!(shown.contains(r"de\u009bl") && shown.contains(r"\udb40\udc01"), "{shown}");
    }
}
