//! What holds for any mapping that somebody writes, and for any attributes of a user.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{AttributeMapping, Attributes, ColumnChange, ColumnName};

/// A login changes the columns that the mapping lists, and no others: never one that the library
/// keeps, never one that carries rights, and each once. What it writes is the user's attribute.
///
/// The bytes are the mapping, a line end, and the user's attributes in a JSON object.
pub fn mapping(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (json, attributes) = text.split_once('\n').unwrap_or((&text, "{}"));
    let Ok(mapping) = AttributeMapping::from_json(json) else {
        return;
    };
    let attributes = read_attributes(attributes);

    let listed = listed(json);
    let mut columns = BTreeSet::new();
    let changes = mapping.columns_for(&attributes);
    assert_eq!(changes.len(), listed.len(), "a change for each pair");
    for ((attribute, column), (changed, change)) in mapping.iter().zip(&changes) {
        assert_eq!(column, changed, "in the same order");
        let (listed_column, clears) = &listed[attribute.as_str()];
        assert_eq!(column.as_str(), listed_column, "the one that is listed");
        assert!(is_identifier(column.as_str()), "a plain identifier");
        assert!(!ColumnName::is_kept(column.as_str()), "not the library's");
        let lower = column.as_str().to_ascii_lowercase();
        let lower: ColumnName = lower.parse().expect("a column");
        assert!(!lower.is_privileged(), "without rights in any case");
        assert!(
            columns.insert(column.as_str().to_ascii_lowercase()),
            "not a column twice"
        );

        let expected = match attributes.get(attribute.as_str()) {
            Some("") => ColumnChange::Clear,
            Some(value) => ColumnChange::Set(value.to_owned()),
            None if *clears => ColumnChange::Clear,
            None => ColumnChange::Keep,
        };
        assert!(*change == expected, "{attribute} as the user has it");
    }
    assert_eq!(mapping.columns().count(), changes.len(), "and no flags");
}

/// The column of each attribute, and whether it is emptied, by a reader of its own.
fn listed(json: &str) -> BTreeMap<String, (String, bool)> {
    let json: Map<String, Value> = serde_json::from_str(json).expect("an object");

    json.into_iter()
        .map(|(attribute, target)| {
            let column = target.as_str().or_else(|| target["column"].as_str());
            let clears = target["when_missing"] == "clear";
            (attribute, (column.expect("a column").to_owned(), clears))
        })
        .collect()
}

fn is_identifier(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn read_attributes(json: &str) -> Attributes {
    let json: BTreeMap<String, String> = serde_json::from_str(json).unwrap_or_default();

    json.into_iter()
        .filter_map(|(name, value)| Some((name.parse().ok()?, value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn attribute() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => prop::sample::select(vec!["email", "given_name", "custom:dept"])
                .prop_map(str::to_owned),
            4 => "(custom:|dev:custom:)?[a-z]{1,3}",
            1 => "\\PC{0,34}",
        ]
    }

    fn column() -> impl Strategy<Value = String> {
        prop_oneof![
            20 => "[a-eA-E_]{1,2}",
            1 => prop::sample::select(vec!["Is_Staff", "ROLE", "password_hash", "ID", "sub"])
                .prop_map(str::to_owned),
            1 => "[a-z_]{60,66}",
            1 => "[a-z;\"' \\\\\0-]{0,9}",
        ]
    }

    fn target() -> impl Strategy<Value = Value> {
        prop_oneof![
            4 => column().prop_map(Value::from),
            4 => (column(), prop::sample::select(vec!["clear", "keep"]))
                .prop_map(|(column, when)| json!({ "column": column, "when_missing": when })),
            1 => column().prop_map(|column| json!({ "column": column })),
            1 => Just(json!({ "column": "a", "when": 1 })),
            1 => Just(json!(["a", "clear"])),
            1 => Just(Value::Null),
        ]
    }

    proptest! {
        #[test]
        fn mappings(
            pairs in prop::collection::vec((attribute(), target()), 0..4),
            has in prop::collection::btree_map(attribute(), any::<String>(), 0..4),
        ) {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(name, target)| format!("{}:{target}", Value::from(name.as_str())))
                .collect();

            mapping(format!("{{{}}}\n{}", pairs.join(","), json!(has)).as_bytes());
        }
    }
}
