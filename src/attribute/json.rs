use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::{AttributeMapping, MappingError, WhenMissing};

/// Reads `{"email": "email", "custom:dept": {"column": "department", "when_missing": "clear"}}`.
pub(super) fn read(json: &str) -> Result<AttributeMapping, MappingError> {
    let Pairs(pairs) = serde_json::from_str(json).map_err(|error| MappingError::Json {
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })?;

    let columns = pairs
        .iter()
        .map(|(attribute, target)| (attribute, target.column()));
    let mapping = AttributeMapping::new(columns)?;

    pairs
        .iter()
        .try_fold(mapping, |mapping, (attribute, target)| {
            mapping.with_when_missing(attribute, target.when_missing())
        })
}

/// The pairs in their order. A map would lose the first of two equal names without a word.
struct Pairs(Vec<(String, JsonTarget)>);

enum JsonTarget {
    Column(String),
    Object(JsonObject),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonObject {
    column: String,
    #[serde(default)]
    when_missing: JsonWhenMissing,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(try_from = "String")]
enum JsonWhenMissing {
    Clear,
    #[default]
    Keep,
}

// Derived, it would read `{"clear": null}` too.
impl TryFrom<String> for JsonWhenMissing {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        match name.as_str() {
            "clear" => Ok(Self::Clear),
            "keep" => Ok(Self::Keep),
            _ => Err("expected `clear` or `keep`"),
        }
    }
}

impl JsonTarget {
    fn column(&self) -> &str {
        match self {
            Self::Column(column) => column,
            Self::Object(object) => &object.column,
        }
    }

    fn when_missing(&self) -> WhenMissing {
        match self {
            Self::Object(JsonObject {
                when_missing: JsonWhenMissing::Clear,
                ..
            }) => WhenMissing::Clear,
            Self::Column(_) | Self::Object(_) => WhenMissing::Keep,
        }
    }
}

impl<'de> Deserialize<'de> for JsonTarget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TargetVisitor;

        // Derived, an object could be written as the list of its values.
        impl<'de> Visitor<'de> for TargetVisitor {
            type Value = JsonTarget;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a column, or an object with `column` and `when_missing`")
            }

            fn visit_str<E>(self, column: &str) -> Result<Self::Value, E> {
                Ok(JsonTarget::Column(column.to_owned()))
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
                JsonObject::deserialize(MapAccessDeserializer::new(map)).map(JsonTarget::Object)
            }
        }

        deserializer.deserialize_any(TargetVisitor)
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;

        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of attributes and columns")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(PairsVisitor)
    }
}
