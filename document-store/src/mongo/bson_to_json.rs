//! Converts BSON to JSON, in the same order.

use mongodb::bson::{RawBsonRef, RawDocument};
use serde::{
    Serialize, Serializer,
    ser::{Error, SerializeMap, SerializeSeq},
};

/// Converts a BSON object; the error names a value that JSON does not have, such as a date.
pub(super) fn object_to_json(object: &RawDocument) -> Result<String, String> {
    serde_json::to_string(&Value(RawBsonRef::Document(object))).map_err(|error| error.to_string())
}

struct Value<'a>(RawBsonRef<'a>);

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            RawBsonRef::Null => serializer.serialize_unit(),
            RawBsonRef::Boolean(value) => serializer.serialize_bool(value),
            RawBsonRef::Int32(value) => serializer.serialize_i32(value),
            RawBsonRef::Int64(value) => serializer.serialize_i64(value),
            RawBsonRef::Double(value) if value.is_finite() => serializer.serialize_f64(value),
            RawBsonRef::String(value) => serializer.serialize_str(value),
            RawBsonRef::Array(items) => {
                let mut array = serializer.serialize_seq(None)?;
                for item in items {
                    array.serialize_element(&Self(item.map_err(S::Error::custom)?))?;
                }
                array.end()
            }
            RawBsonRef::Document(entries) => {
                let mut object = serializer.serialize_map(None)?;
                for entry in entries {
                    let (key, value) = entry.map_err(S::Error::custom)?;
                    object.serialize_entry(key.as_str(), &Self(value))?;
                }
                object.end()
            }
            other => Err(S::Error::custom(format_args!("JSON has no such value as {other:?}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{Bson, DateTime, RawDocumentBuf, doc};

    use super::{super::json_to_bson::object_from_json, *};

    fn to_json(object: &mongodb::bson::Document) -> Result<String, String> {
        object_to_json(&RawDocumentBuf::try_from(object).unwrap())
    }

    #[test]
    fn json_comes_back() {
        for json in [
            r#"{}"#,
            r#"{"z":1,"a":[null,true,-0.0,1e308,5e-324],"":{"$date":{"$numberLong":"1"}}}"#,
            r#"{"integers":[-9223372036854775808,9223372036854775807,0],"floats":[0.0,1.0]}"#,
            r#"{"float":[0.1,123456789.12345679,6.0221407600000007e23,2.2250738585072014e-308]}"#,
            r#"{"text":"\u0000\"\\é\u001f","$oid":"507f1f77bcf86cd799439011"}"#,
        ] {
            let back = to_json(&object_from_json(json).unwrap()).unwrap();
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            assert_eq!(value(&back), value(json));
            assert_eq!(back.find('a'), json.find('a'), "in the same order: {back}");
        }
    }

    #[test]
    fn values_without_a_json_form_are_named() {
        for value in [Bson::DateTime(DateTime::from_millis(0)), Bson::Double(f64::NAN)] {
            let reason = to_json(&doc! { "a": [value] }).unwrap_err();
            assert!(reason.contains("JSON has no such value as"), "{reason}");
        }
    }
}
