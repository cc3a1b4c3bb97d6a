//! An item of Hacker News: missing and unknown fields are allowed.

use message::printable;
use serde::{Deserialize, Deserializer, de::IgnoredAny};

use crate::ItemId;

/// The most characters of a text in a table.
const SHOWN_CHARACTERS_MAX: usize = 48;

/// A story, a comment, or another post.
///
/// Everything but the id may be null: deleted items have no author, comments no points and no
/// title. Fields that we do not know are ignored.
#[derive(Clone, Debug, Deserialize)]
pub struct Item {
    /// Its number.
    pub id: ItemId,
    /// Its kind.
    #[serde(rename = "type", default, deserialize_with = "or_default")]
    pub kind: Kind,
    /// Who posted it.
    #[serde(default)]
    pub author: Option<String>,
    /// The headline of a story.
    #[serde(default)]
    pub title: Option<String>,
    /// The text of a comment, in HTML.
    #[serde(default)]
    pub text: Option<String>,
    /// Its points, from votes.
    #[serde(default)]
    pub points: Option<i64>,
    /// The direct answers to it. They are counted and not parsed, so that deep nesting needs no stack.
    #[serde(default, deserialize_with = "or_default")]
    children: Vec<IgnoredAny>,
}

/// Deserializes null as the default value.
fn or_default<'de, D: Deserializer<'de>, Value: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<Value, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The kind of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Something to read, or to discuss.
    Story,
    /// An answer to something else.
    Comment,
    /// An offer of work.
    Job,
    /// A question with options.
    Poll,
    /// An option of a poll.
    PollOpt,
    /// Any other kind.
    #[default]
    #[serde(other)]
    Unknown,
}

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Story => "story",
            Self::Comment => "comment",
            Self::Job => "job",
            Self::Poll => "poll",
            Self::PollOpt => "pollopt",
            Self::Unknown => "unknown",
        }
    }
}

impl Item {
    /// How many direct answers it has.
    pub fn answers(&self) -> usize {
        self.children.len()
    }

    /// The title, or the beginning of the text, as plain characters on one line.
    pub fn headline(&self) -> String {
        let html = self.title.as_deref().or(self.text.as_deref()).unwrap_or_default();
        plain(&nanohtml2text::html2text(html))
    }

    /// Who posted it, as plain characters on one line.
    pub fn byline(&self) -> String {
        self.author.as_deref().map_or("–".to_owned(), plain)
    }
}

/// The beginning of a text on one line, escaped for a terminal.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = printable::line(&words.join(" "));
    match line.char_indices().nth(SHOWN_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// Compares items without votes and answers, which change every minute.
impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.kind == other.kind
            && self.author == other.author
            && self.title == other.title
            && self.text == other.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(json: &str) -> Item {
        serde_json::from_str(json).expect(json)
    }

    #[test]
    fn null_missing_and_unknown_fields_are_allowed() {
        let deleted = item(r#"{"id":7,"type":"comment","author":null,"text":null,"points":null}"#);
        assert_eq!((deleted.kind, deleted.author), (Kind::Comment, None));
        let null = item(r#"{"id":9,"type":null,"children":null}"#);
        assert_eq!((null.kind, null.answers()), (Kind::Unknown, 0));
        let new = item(r#"{"children":[{"id":9}],"type":"video","id":8,"likes":{"a":[1]}}"#);
        assert_eq!((new.id, new.kind, new.answers()), (ItemId(8), Kind::Unknown, 1));
    }

    #[test]
    fn answers_may_nest_deeper_than_any_stack() {
        let levels = 200_000;
        let nested = format!(
            r#"{{"id":1,"children":[{}{}]}}"#,
            r#"{"children":["#.repeat(levels),
            "]}".repeat(levels)
        );
        assert_eq!(item(&nested).answers(), 1);
    }

    #[test]
    fn a_headline_is_plain_text_on_one_line() {
        let check = |json: &str, expected: &str| assert_eq!(item(json).headline(), expected);
        check(r#"{"id":1,"title":"Y Combinator"}"#, "Y Combinator");
        check(
            r#"{"id":1,"title":null,"text":"I&#x27;m<p>here &amp; <i>there</i>"}"#,
            "I'm here & there",
        );
        check(r#"{"id":1,"text":"\u001b[31mred\u202e"}"#, r"\u{1b}[31mred\u{202e}");
        check(r#"{"id":1}"#, "");
        let long = "é".repeat(60);
        check(&format!(r#"{{"id":1,"title":"{long}"}}"#), &format!("{}…", "é".repeat(48)));
    }
}
