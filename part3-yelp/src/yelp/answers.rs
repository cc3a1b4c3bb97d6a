//! Parses the needed fields of answers, and ignores the rest.

use std::collections::HashMap;

use document_store::surrogates::without_lone_surrogates;
use serde_json::value::RawValue;

use crate::BusinessId;

/// The longest id that fits into an address.
const ID_BYTES_MAX: usize = 1000;

/// The most characters that are shown of an entry without an id.
const SHOWN_CHARACTERS_MAX: usize = 60;

/// The needed part of a search's answer.
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    /// The number of entries on all pages.
    pub(super) total: Option<u64>,
}

/// A business of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A business that can be fetched.
    Business(BusinessId),
    /// An entry that cannot be fetched.
    Unusable {
        /// The value in place of its id.
        shown: String,
        /// The reason.
        reason: String,
    },
}

/// The fields of an object; of two with one name, the last one counts.
type Fields<'a> = HashMap<String, &'a RawValue>;

/// Parses a list of businesses. Unusable entries do not affect the others.
#[expect(clippy::needless_pass_by_value, reason = "the signature of all parsers")]
pub(super) fn parse_page(body: Vec<u8>) -> Result<Page, String> {
    let text = String::from_utf8_lossy(&body);
    let text = without_lone_surrogates(&text);
    let no_list = |error: &dyn std::fmt::Display| format!("no list of businesses: {error}");
    let fields: Fields<'_> = serde_json::from_str(&text).map_err(|error| no_list(&error))?;
    let businesses = fields.get("businesses").ok_or_else(|| no_list(&"it has no businesses"))?;
    let businesses: Vec<&RawValue> =
        serde_json::from_str(businesses.get()).map_err(|error| no_list(&error))?;
    let total = fields.get("total").and_then(|total| serde_json::from_str(total.get()).ok());
    Ok(Page { entries: businesses.into_iter().map(entry).collect(), total })
}

fn entry(business: &RawValue) -> Entry {
    let unusable = |shown: &str, is: &str| Entry::Unusable {
        shown: shown.chars().take(SHOWN_CHARACTERS_MAX).collect(),
        reason: format!("the id of a business {is}, so it cannot be fetched"),
    };
    let Ok(fields) = serde_json::from_str::<Fields<'_>>(business.get()) else {
        return unusable(business.get(), "is missing");
    };
    let Some(id) = fields.get("id") else { return unusable("business", "is missing") };
    match serde_json::from_str::<String>(id.get()) {
        Err(_) => unusable(id.get(), "is not a text"),
        Ok(id) if id.is_empty() => unusable("\"\"", "is empty"),
        Ok(id) if id.len() > ID_BYTES_MAX => {
            unusable(&id, &format!("has {} bytes, more than {ID_BYTES_MAX}", id.len()))
        }
        Ok(id) => Entry::Business(BusinessId::from(id.as_str())),
    }
}

/// Checks that this is the requested business, and returns it unchanged.
pub(super) fn parse_business(body: Vec<u8>, asked_for: &BusinessId) -> Result<String, String> {
    let body = String::from_utf8(body).map_err(|error| format!("not text: {error}"))?;
    let text = without_lone_surrogates(&body);
    let fields: Fields<'_> =
        serde_json::from_str(&text).map_err(|error| format!("not a business: {error}"))?;
    // Version 3 has a readable name beside the id, and takes either.
    let name = |field| serde_json::from_str::<String>(fields.get(field)?.get()).ok();
    let is_it = |name: &String| name == asked_for.as_str();
    let id = name("id");
    if id.iter().chain(&name("alias")).any(is_it) {
        return Ok(body);
    }
    Err(id.map_or_else(|| "not a business: it has no id".to_owned(), |id| format!("business {id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(body: &[u8]) -> Vec<Entry> {
        parse_page(body.to_owned()).expect("a page").entries
    }

    #[test]
    fn an_odd_business_does_not_cost_the_others() {
        let long = format!("\"{}\"", "x".repeat(2000));
        for odd in ["{\"id\":null}", "{\"id\":7}", "{\"id\":\"\"}", "{}", "null", "[1]", "\"a\""]
            .map(str::to_owned)
            .into_iter()
            .chain([format!("{{\"id\":{long}}}")])
        {
            let body = format!(r#"{{"businesses":[{{"id":"a"}},{odd},{{"id":"b"}}],"total":3}}"#);
            let found = entries(body.as_bytes());
            assert_eq!(found[0], Entry::Business(BusinessId::from("a")), "{odd}");
            assert!(matches!(&found[1], Entry::Unusable { shown, .. } if shown.len() < 100));
            assert_eq!(found[2], Entry::Business(BusinessId::from("b")), "{odd}");
        }
    }

    #[test]
    fn other_fields_may_be_anything() {
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        for odd in [r#""\ud83d""#, "1e999", "123456789012345678901234567890", &deep] {
            let page = format!(
                "{{\"\\udc00\":{odd},\"total\":{odd},\
                 \"businesses\":[{{\"id\":\"z\",\"n\":{odd},\"\\ud83d\":1,\"id\":\"a\"}}]}}"
            );
            assert_eq!(entries(page.as_bytes()), [Entry::Business(BusinessId::from("a"))]);
            let business =
                format!("{{\"a\\u0000\":{odd},\"id\":\"z\",\"\\ud83d\":1,\"id\":\"a\"}}");
            let found = parse_business(business.clone().into_bytes(), &BusinessId::from("a"));
            assert_eq!(found, Ok(business));
        }
        let page = b"{\"businesses\":[{\"id\":\"a\",\"name\":\"\xff\"}]}";
        assert_eq!(entries(page), [Entry::Business(BusinessId::from("a"))]);
    }

    #[test]
    fn other_answers_are_named() {
        for body in ["", "[]", "{}", r#"{"businesses":{}}"#, r#"{"businesses":[]} x"#] {
            let error = parse_page(body.into()).map(drop).expect_err("no page");
            assert!(error.starts_with("no list of businesses"), "{error}");
        }
        let id = BusinessId::from("a");
        let check = |body: &[u8], expected: &str| {
            let error = parse_business(body.into(), &id).expect_err("no business");
            assert!(error.starts_with(expected), "{error}");
        };
        check(b"{\"id\":\"a\"} x", "not a business: trailing characters");
        check(b"{\"id\":\"a\xff\"}", "not text");
        check(b"{\"id\":7}", "not a business: it has no id");
        check(b"{\"id\":\"b\"}", "business b");
    }
}
