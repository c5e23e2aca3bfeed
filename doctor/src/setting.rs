//! Settings that may not be known yet: a template names parameters, and other resources.
//!
//! [`Setting::known`] is `None` for those, and so is what a rule makes of it by `?`: no finding.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// Stands in JSON for a value that only the deployment will know. No setting can have it: AWS
/// takes no control characters.
pub(crate) const UNKNOWN: &str = "\u{0}unknown";

/// The value of a setting, if it is known.
#[derive(Clone, Debug)]
pub(crate) enum Setting<T> {
    Known(T),
    Unknown,
}

impl<T> Setting<T> {
    pub(crate) fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

impl<T: Default> Default for Setting<T> {
    fn default() -> Self {
        Self::Known(T::default())
    }
}

impl<T> From<T> for Setting<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Setting<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;

        if value == UNKNOWN {
            return Ok(Self::Unknown);
        }
        serde_json::from_value(value)
            .map(Self::Known)
            .map_err(D::Error::custom)
    }
}

/// A list of names, some of which may not be known.
#[derive(Clone, Debug)]
pub(crate) struct List {
    told: Vec<String>,
    is_complete: bool,
}

impl List {
    /// What is known to be in it: all of it or less.
    pub(crate) fn told(&self) -> &[String] {
        &self.told
    }

    /// Whether nothing else is in it.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Whether a name is in it.
    pub(crate) fn has(&self, name: &str) -> Option<bool> {
        let is_told = self.told.iter().any(|it| it == name);
        (is_told || self.is_complete).then_some(is_told)
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> Option<bool> {
        match self.told.is_empty() {
            true => self.is_complete.then_some(true),
            false => Some(false),
        }
    }
}

impl Default for List {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl From<Vec<String>> for List {
    fn from(told: Vec<String>) -> Self {
        Self {
            told,
            is_complete: true,
        }
    }
}

impl Serialize for List {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.told.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = match Setting::<Vec<String>>::deserialize(deserializer)? {
            Setting::Known(names) => names,
            Setting::Unknown => vec![UNKNOWN.to_owned()],
        };
        let told: Vec<_> = names
            .iter()
            .filter(|name| *name != UNKNOWN)
            .cloned()
            .collect();

        Ok(Self {
            is_complete: told.len() == names.len(),
            told,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list(value: Value) -> List {
        serde_json::from_value(value).expect("a list")
    }

    #[test]
    fn a_list_knows_what_it_does_not_know() {
        let part = list(json!(["code", UNKNOWN]));
        let none = list(json!(UNKNOWN));
        let all = list(json!(["code"]));

        assert_eq!(part.has("code"), Some(true));
        assert_eq!(part.has("implicit"), None);
        assert_eq!(part.is_empty(), Some(false));
        assert_eq!((none.has("code"), none.is_empty()), (None, None));
        assert_eq!(all.has("implicit"), Some(false));
        assert_eq!(list(json!([])).is_empty(), Some(true));
    }

    #[test]
    fn a_setting_is_known_unless_it_is_marked() {
        let read = |value| serde_json::from_value::<Setting<Option<u32>>>(value);

        assert_eq!(read(json!(5)).expect("read").known(), Some(&Some(5)));
        assert_eq!(read(json!(null)).expect("read").known(), Some(&None));
        assert_eq!(read(json!(UNKNOWN)).expect("read").known(), None);
        assert!(read(json!("5")).is_err());
    }
}
