//! The body of a request: an object of what a form would have as fields.

use std::collections::BTreeMap;
use std::fmt;

use axum::http::StatusCode;
use axum::response::Response;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;

use super::step::{FieldError, Problem};
use crate::pages::texts::Texts;

/// Why a body cannot be taken.
#[derive(Debug, Eq, PartialEq)]
pub(in crate::pages) enum BodyError {
    /// It is no JSON, no object, or has a field twice.
    Malformed,
    /// This field has no text.
    Field(String),
}

/// The field that may be an object: what the browser's API for passkeys returns.
const CREDENTIAL: &str = "credential";

/// Reads the fields. `true` is a button that was pressed; `false` and `null` are no field.
pub(in crate::pages) fn fields(body: &[u8]) -> Result<BTreeMap<String, String>, BodyError> {
    let Object(values) = serde_json::from_slice(body).map_err(|_| BodyError::Malformed)?;
    let mut fields = BTreeMap::new();
    for (name, value) in values {
        let text = match value {
            Value::String(text) if !text.contains('\0') => text,
            Value::Bool(true) => "1".to_owned(),
            Value::Bool(false) | Value::Null => continue,
            Value::Object(_) if name == CREDENTIAL => value.to_string(),
            _ => return Err(BodyError::Field(name)),
        };
        fields.insert(name, text);
    }
    Ok(fields)
}

/// Says which field has no text.
pub(in crate::pages) fn refuse(field: &str, texts: &Texts) -> Response {
    let text = texts.mistakes.value_malformed;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let title = status.canonical_reason().unwrap_or_default();

    Problem {
        errors: vec![FieldError { field, text }],
        ..Problem::new(status, title, text)
    }
    .answer()
}

/// An object in which no name is there twice, of which `serde_json` would take the last.
struct Object(BTreeMap<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = BTreeMap<String, Value>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a name twice"));
                    }
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Members).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_to_the_letter(
            typed in prop::collection::btree_map("\\PC{0,8}", "\\PC{0,40}", 0..4),
        ) {
            let body = serde_json::to_vec(&typed).expect("JSON");

            prop_assert_eq!(fields(&body), Ok(typed));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
            let _ = fields(&bytes);
        }
    }

    #[test]
    fn takes_texts_to_the_letter_and_buttons_that_were_pressed() {
        let body =
            br#"{"a":" x+&=\u00e9 ","b":"","c":true,"d":false,"e":null,"credential":{"id":"1"}}"#;

        let fields = fields(body).expect("an object");
        let expected = [
            ("a", " x+&=\u{e9} "),
            ("b", ""),
            ("c", "1"),
            ("credential", r#"{"id":"1"}"#),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields, BTreeMap::from(expected));
    }

    #[test]
    fn refuses_what_is_no_form() {
        let deep = format!("{}{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
        for body in [
            "",
            "[]",
            "null",
            "\"text\"",
            "{",
            r#"{"a":"1","a":"2"}"#,
            r#"{"a":"1","\u0061":"2"}"#,
            "{\"a\":\"\u{1}\"}",
            r#"{"a":"\ud800"}"#,
            r#"{"a":1e999}"#,
            "a=1",
            &deep,
        ] {
            assert_eq!(
                fields(body.as_bytes()),
                Err(BodyError::Malformed),
                "{body:.40}"
            );
        }
        assert_eq!(fields(b"{\"a\":\"\xff\"}"), Err(BodyError::Malformed));
        for body in [
            r#"{"code":123456}"#,
            r#"{"code":["123456"]}"#,
            r#"{"code":{"a":"b"}}"#,
            r#"{"code":"12\u00003456"}"#,
        ] {
            let wrong = BodyError::Field("code".to_owned());
            assert_eq!(fields(body.as_bytes()), Err(wrong), "{body}");
        }
    }
}
