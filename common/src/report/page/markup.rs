//! Text as HTML shows it, whoever has written it.

use std::fmt::{self, Display, Formatter, Write};

/// How many colours the style has for variants, `c0` and on.
pub(in crate::report) const COLOURS: usize = 5;

/// A text in which nothing is markup, as content of an element or as a quoted attribute.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' => formatter.write_str("&quot;")?,
                '\'' => formatter.write_str("&#39;")?,
                // HTML has no way to write these (13.5 of its standard makes them errors).
                '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}' => {
                    formatter.write_char('\u{fffd}')?;
                }
                _ => formatter.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// A share of a whole, as CSS has it; at most all of it.
pub(in crate::report) fn percent(part: f64, whole: f64) -> String {
    let share = if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.2}%", share * 100.0)
}

#[test]
fn no_text_is_markup() {
    let text = "<script>\"&'\u{0}</script> 東京";
    let expected = "&lt;script&gt;&quot;&amp;&#39;\u{fffd}&lt;/script&gt; 東京";
    assert_eq!(Escaped(text).to_string(), expected);
}
