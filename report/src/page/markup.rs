//! Escapes text from outside for HTML: nothing in it is markup, and all of it is visible.

use std::fmt::{self, Display, Formatter, Write};

use message::printable;

/// The number of colours for variants in the style: `c0`, `c1` and so on.
pub(crate) const COLOURS: usize = 5;

/// Escapes a text for the content of an element, or for a quoted attribute.
///
/// Control and format characters are shown as on a terminal, by [`printable::lines`]: HTML cannot
/// write some of them, and some reorder the letters around them.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for letter in printable::lines(self.0).chars() {
            match letter {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' => formatter.write_str("&quot;")?,
                '\'' => formatter.write_str("&#39;")?,
                _ => formatter.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// A fraction as a percentage of CSS, at most 100 %.
pub(crate) fn percent(part: f64, whole: f64) -> String {
    let share = if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.2}%", share * 100.0)
}

#[test]
fn no_text_is_markup() {
    let text = "<script>\"&'</script> 東京\n";
    let expected = "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt; 東京\n";
    assert_eq!(Escaped(text).to_string(), expected);
}

#[test]
fn control_and_format_characters_are_shown() {
    let text = "\0\u{1b}\u{7f}\u{9b}\u{202e}\u{2066}\u{feff}";
    let expected = r"\u{0}\u{1b}\u{7f}\u{9b}\u{202e}\u{2066}\u{feff}";
    assert_eq!(Escaped(text).to_string(), expected);
}
