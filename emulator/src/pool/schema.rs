//! Which user attributes a pool knows, and what their values may be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::failure::Failure;

/// The attributes of a pool by name, `custom:` and `dev:` included.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Schema {
    attributes: BTreeMap<String, Definition>,
}

/// What one attribute is.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Definition {
    kind: Kind,
    is_mutable: bool,
    is_required: bool,
    /// Of the length of a text, or of a number.
    min: Option<i64>,
    max: Option<i64>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
enum Kind {
    Boolean,
    DateTime,
    Number,
    String,
}

/// `SchemaAttributeType`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SchemaAttribute {
    name: String,
    attribute_data_type: Option<Kind>,
    #[serde(default)]
    developer_only_attribute: bool,
    #[serde(default = "yes")]
    mutable: bool,
    #[serde(default)]
    required: bool,
    string_attribute_constraints: Option<StringBounds>,
    number_attribute_constraints: Option<NumberBounds>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StringBounds {
    min_length: Option<String>,
    max_length: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NumberBounds {
    min_value: Option<String>,
    max_value: Option<String>,
}

/// How many characters a text may have at most.
const LONGEST: i64 = 2048;

fn yes() -> bool {
    true
}

impl SchemaAttribute {
    /// The least and the most of it, `name` being how the pool calls it.
    fn bounds(&self, name: &str) -> Result<(Option<i64>, Option<i64>), Failure> {
        let read = |section: &str, least: &Option<String>, most: &Option<String>| {
            let number = |text: &Option<String>| text.as_deref().map(str::parse::<i64>).transpose();
            let (Ok(min), Ok(max)) = (number(least), number(most)) else {
                return Err(Failure::invalid_parameter(format!(
                    "Invalid {section} for schema attribute {name}"
                )));
            };
            Ok((min, max))
        };
        let is_above = |least: Option<i64>, most: Option<i64>| matches!((least, most), (Some(least), Some(most)) if least > most);
        let refuse = |complaint: &str| {
            Err(Failure::invalid_parameter(format!(
                "user.{name}: {complaint}"
            )))
        };
        match (
            &self.string_attribute_constraints,
            &self.number_attribute_constraints,
        ) {
            (Some(given), _) => {
                let (min, max) = read(
                    "StringAttributeConstraints",
                    &given.min_length,
                    &given.max_length,
                )?;
                if min.max(max) > Some(LONGEST) {
                    return refuse("String attributes cannot have a length of more than 2048");
                }
                if is_above(min, max) {
                    return refuse("Max length cannot be less than min length.");
                }
                Ok((min, max))
            }
            (_, Some(given)) => {
                let (min, max) = read(
                    "NumberAttributeConstraints",
                    &given.min_value,
                    &given.max_value,
                )?;
                if is_above(min, max) {
                    return refuse("Max value cannot be less than min value.");
                }
                Ok((min, max))
            }
            _ => Ok((None, None)),
        }
    }
}

impl Default for Schema {
    /// The twenty attributes that every pool has.
    fn default() -> Self {
        let text = |min, max| Definition {
            kind: Kind::String,
            is_mutable: true,
            is_required: false,
            min: Some(min),
            max: Some(max),
        };
        let flag = Definition {
            kind: Kind::Boolean,
            min: None,
            max: None,
            ..text(0, 0)
        };
        let mut attributes: BTreeMap<_, _> = [
            "address",
            "email",
            "family_name",
            "gender",
            "given_name",
            "locale",
            "middle_name",
            "name",
            "nickname",
            "phone_number",
            "picture",
            "preferred_username",
            "profile",
            "website",
            "zoneinfo",
        ]
        .map(|name| (name.to_owned(), text(0, 2048)))
        .into();
        attributes.insert("birthdate".to_owned(), text(10, 10));
        attributes.insert("email_verified".to_owned(), flag);
        attributes.insert("phone_number_verified".to_owned(), flag);
        let sub = Definition {
            is_mutable: false,
            is_required: true,
            ..text(1, 2048)
        };
        attributes.insert("sub".to_owned(), sub);
        let updated_at = Definition {
            kind: Kind::Number,
            max: None,
            ..text(0, 0)
        };
        attributes.insert("updated_at".to_owned(), updated_at);
        Self { attributes }
    }
}

impl Schema {
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.keys().map(String::as_str)
    }

    pub(crate) fn is_mutable(&self, name: &str) -> bool {
        self.attributes.get(name).is_none_or(|it| it.is_mutable)
    }

    /// The attributes that a user cannot be without, `sub` left out, which nobody gives.
    pub(crate) fn required(&self) -> impl Iterator<Item = &str> {
        self.attributes
            .iter()
            .filter(|(name, it)| it.is_required && *name != "sub")
            .map(|(name, _)| name.as_str())
    }

    pub(crate) fn is_required(&self, name: &str) -> bool {
        self.attributes.get(name).is_some_and(|it| it.is_required)
    }

    pub(crate) fn require(&mut self, name: &str) {
        if let Some(definition) = self.attributes.get_mut(name) {
            definition.is_required = true;
        }
    }

    /// Adds a custom attribute of any text, with its prefix, if it is not there.
    pub(crate) fn declare(&mut self, name: &str) {
        self.attributes
            .entry(name.to_owned())
            .or_insert(Definition {
                kind: Kind::String,
                is_mutable: true,
                is_required: false,
                min: None,
                max: None,
            });
    }

    /// Reads an attribute as the API writes it: one that every pool has, or a custom one.
    pub(crate) fn add(&mut self, attribute: &SchemaAttribute) -> Result<(), Failure> {
        let Some(standard) = self.attributes.get_mut(&attribute.name) else {
            return self.add_custom(attribute);
        };
        let is_changed = |kind| kind != standard.kind;
        if attribute.attribute_data_type.is_some_and(is_changed)
            || attribute.developer_only_attribute
        {
            return Err(Failure::invalid_parameter(format!(
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {}",
                attribute.name
            )));
        }
        let (min, max) = attribute.bounds(&attribute.name)?;
        standard.is_required |= attribute.required;
        standard.is_mutable &= attribute.mutable;
        standard.min = min.or(standard.min);
        standard.max = max.or(standard.max);
        Ok(())
    }

    /// Reads a custom attribute.
    pub(crate) fn add_custom(&mut self, attribute: &SchemaAttribute) -> Result<(), Failure> {
        let Some(kind) = attribute.attribute_data_type else {
            return Err(Failure::invalid_parameter(
                "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
            ));
        };
        if attribute.required {
            return Err(Failure::invalid_parameter(
                "Required custom attributes are not supported currently.",
            ));
        }
        let prefix = if attribute.developer_only_attribute {
            "dev:custom:"
        } else {
            "custom:"
        };
        let name = format!("{prefix}{}", attribute.name);
        if self.knows(&name) {
            return Err(Failure::invalid_parameter(format!(
                "custom:{}: Existing attribute already has name {name}.",
                attribute.name
            )));
        }
        let (min, max) = attribute.bounds(&name)?;
        let definition = Definition {
            kind,
            is_mutable: attribute.mutable,
            is_required: false,
            min,
            max,
        };
        self.attributes.insert(name, definition);
        Ok(())
    }

    /// What is wrong with a value, if anything is.
    pub(crate) fn complaint(&self, name: &str, value: &str) -> Option<String> {
        let definition = self.attributes.get(name)?;
        let (what, size, unit) = match definition.kind {
            Kind::String => (
                "String must be no",
                value.chars().count() as i64,
                " characters",
            ),
            Kind::Number => match value.parse() {
                Ok(number) => ("Number must be no", number, ""),
                Err(_) => return Some(format!("{name}: Value must be a number")),
            },
            Kind::Boolean => {
                let is_flag = ["true", "false"]
                    .iter()
                    .any(|it| value.eq_ignore_ascii_case(it));
                return (!is_flag).then(|| format!("{name}: Value must be true or false"));
            }
            Kind::DateTime => return None,
        };
        // Whatever a pool allows, no value is longer than this.
        let max = match definition.kind {
            Kind::String => definition.max.unwrap_or(LONGEST).min(LONGEST),
            _ => definition.max.unwrap_or(i64::MAX),
        };
        let (more, less) = match definition.kind {
            Kind::String => ("longer", "shorter"),
            _ => ("greater", "less"),
        };
        if size > max {
            return Some(format!("{name}: {what} {more} than {max}{unit}"));
        }
        let min = definition.min.unwrap_or(i64::MIN);
        (size < min).then(|| format!("{name}: {what} {less} than {min}{unit}"))
    }

    /// The `SchemaAttributes` of the API.
    pub(crate) fn describe(&self) -> Value {
        let attributes = self.attributes.iter().map(|(name, it)| {
            let mut fields = json!({
                "Name": name,
                "AttributeDataType": it.kind,
                "DeveloperOnlyAttribute": name.starts_with("dev:"),
                "Mutable": it.is_mutable,
                "Required": it.is_required,
            });
            let mut bounds = serde_json::Map::new();
            let (section, least, most) = match it.kind {
                Kind::String => ("StringAttributeConstraints", "MinLength", "MaxLength"),
                Kind::Number => ("NumberAttributeConstraints", "MinValue", "MaxValue"),
                Kind::Boolean | Kind::DateTime => return fields,
            };
            for (name, bound) in [(least, it.min), (most, it.max)] {
                if let Some(bound) = bound {
                    bounds.insert(name.to_owned(), json!(bound.to_string()));
                }
            }
            fields[section] = Value::Object(bounds);
            fields
        });
        attributes.collect()
    }
}
