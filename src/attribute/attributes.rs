use std::collections::BTreeMap;
use std::fmt;

use super::AttributeName;

/// The attributes of one user, ordered by name.
///
/// `Debug` shows the names only: the values are somebody's data.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Attributes(BTreeMap<AttributeName, String>);

impl Attributes {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of an attribute, if the user has it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Sets an attribute, and gives back the value it had.
    pub fn insert(&mut self, name: AttributeName, value: impl Into<String>) -> Option<String> {
        self.0.insert(name, value.into())
    }

    /// Names and values, in the order of the names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&AttributeName, &str)> {
        self.0.iter().map(|(name, value)| (name, value.as_str()))
    }

    /// The number of attributes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(AttributeName, String)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (AttributeName, String)>>(attributes: I) -> Self {
        Self(attributes.into_iter().collect())
    }
}

impl Extend<(AttributeName, String)> for Attributes {
    fn extend<I: IntoIterator<Item = (AttributeName, String)>>(&mut self, attributes: I) {
        self.0.extend(attributes);
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.keys().map(AttributeName::as_str))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_names_and_no_values() {
        let mut attributes = Attributes::new();
        attributes.insert("email".parse().expect("a name"), "ann@example.com");

        assert_eq!(format!("{attributes:?}"), r#"{"email"}"#);
        assert_eq!(attributes.get("email"), Some("ann@example.com"));
    }
}
