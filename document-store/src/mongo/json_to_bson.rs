//! Converts JSON to BSON without changes to values.
//!
//! The driver's own conversion changes large integers, and makes dates of `{"$date": …}`. Here, an
//! object stays an object, in the order of its keys. An integer becomes a BSON integer, of 32 bits if
//! it fits, else of 64. Any other number becomes a double. Half a surrogate pair, which no string of
//! BSON can hold, becomes U+FFFD.

use std::fmt;

use mongodb::bson::{Bson, Document};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

use crate::surrogates::without_lone_surrogates;

/// Converts a JSON object: of two fields with one name, the last one counts. The error says what it
/// is instead, or what BSON cannot hold.
pub(super) fn object_from_json(text: &str) -> Result<Document, String> {
    match serde_json::from_str(&without_lone_surrogates(text)) {
        Ok(Value(Bson::Document(object))) => Ok(object),
        Ok(_) => Err("not a JSON object".to_owned()),
        Err(error) if error.is_data() => Err(error.to_string()),
        Err(error) => Err(format!("not a JSON object: {error}")),
    }
}

struct Value(Bson);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Bson;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Bson, E> {
        Ok(Bson::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Bson, E> {
        Ok(Bson::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Bson, E> {
        Ok(i32::try_from(value).map_or(Bson::Int64(value), Bson::Int32))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Bson, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => Err(E::custom(format_args!(
                "{value} is above {}, the largest integer of MongoDB",
                i64::MAX
            ))),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Bson, E> {
        Ok(Bson::Double(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Bson, E> {
        Ok(Bson::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Bson, A::Error> {
        let mut array = Vec::new();
        while let Some(Value(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Bson::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Bson, A::Error> {
        let mut object = Document::new();
        while let Some(key) = entries.next_key::<String>()? {
            if key.contains('\0') {
                return Err(A::Error::custom(format_args!(
                    "the key {key:?} holds NUL, which ends keys in MongoDB"
                )));
            }
            let Value(value) = entries.next_value()?;
            object.insert(key, value);
        }
        Ok(Bson::Document(object))
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::bson;

    use super::*;

    #[test]
    fn values_do_not_change() {
        let check = |json: &str, value: Bson| {
            let object = object_from_json(&format!(r#"{{"k": {json}}}"#)).unwrap();
            assert_eq!(object.get("k"), Some(&value), "{json}");
        };
        check("null", Bson::Null);
        check("true", Bson::Boolean(true));
        check("2147483647", Bson::Int32(i32::MAX));
        check("2147483648", Bson::Int64(2_147_483_648));
        check("-9223372036854775808", Bson::Int64(i64::MIN));
        check("9223372036854775807", Bson::Int64(i64::MAX));
        check("1.0", Bson::Double(1.0));
        check("1e308", Bson::Double(1e308));
        check(r#""\u0000é""#, Bson::String("\0é".to_owned()));
        check(r#""half a 🦀: \ud83e""#, Bson::String("half a 🦀: \u{fffd}".to_owned()));
        check("[1, [], {}]", bson!([1, [], {}]));
        check(r#"{"$date": 1}"#, bson!({ "$date": 1 }));
        check(r#"{"$oid": "no id"}"#, bson!({ "$oid": "no id" }));
        check(r#"{"": 1, "a.b": 2}"#, bson!({ "": 1, "a.b": 2 }));
    }

    #[test]
    fn values_that_bson_cannot_hold_are_refused_by_name() {
        let check = |json: &str, expected: &str| {
            let reason = object_from_json(json).unwrap_err();
            assert!(reason.contains(expected), "{json}: {reason}");
        };
        check(r#"{"a": [9223372036854775808]}"#, "9223372036854775808 is above");
        check(r#"{"a": {"b\u0000c": 1}}"#, r#"the key "b\0c" holds NUL"#);
        check(r#"{"a": 1e999}"#, "number out of range");
        check("[]", "not a JSON object");
        check(r#"{"a": 1"#, "not a JSON object: EOF");
        check(&format!("{}{}", r#"{"a":"#.repeat(200), "}".repeat(200)), "recursion limit");
    }
}
