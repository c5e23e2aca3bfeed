//! JSON of any shape, in the SDK's form and in text.

use aws_smithy_types::{Document, Number};
use serde_json::Value;

/// Writes what the SDK read.
pub(super) fn to_json(document: &Document) -> Value {
    match document {
        Document::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), to_json(value)))
            .collect(),
        Document::Array(items) => items.iter().map(to_json).collect(),
        Document::Number(Number::PosInt(number)) => Value::from(*number),
        Document::Number(Number::NegInt(number)) => Value::from(*number),
        Document::Number(Number::Float(number)) => Value::from(*number),
        Document::String(text) => Value::from(text.as_str()),
        Document::Bool(value) => Value::from(*value),
        Document::Null => Value::Null,
    }
}

/// Reads what the SDK is to write.
pub(super) fn from_json(value: Value) -> Document {
    match value {
        Value::Object(members) => Document::Object(
            members
                .into_iter()
                .map(|(name, value)| (name, from_json(value)))
                .collect(),
        ),
        Value::Array(items) => Document::Array(items.into_iter().map(from_json).collect()),
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => Number::PosInt(number),
            (None, Some(number)) => Number::NegInt(number),
            (None, None) => Number::Float(number.as_f64().unwrap_or_default()),
        }),
        Value::String(text) => Document::String(text),
        Value::Bool(value) => Document::Bool(value),
        Value::Null => Document::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_any_shape_comes_back_as_it_was() {
        let json = r#"{"a":[1,-2,0.5,true,null,"x"],"b":{"c":18446744073709551615}}"#;
        let value: Value = serde_json::from_str(json).expect("JSON");

        let back = to_json(&from_json(value.clone()));

        assert_eq!(back, value);
    }
}
