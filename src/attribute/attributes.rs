use std::collections::BTreeMap;
use std::fmt;

use super::{AttributeName, ParseAttributeNameError};

/// The attributes of one user, ordered by name.
///
/// `Debug` shows the names only: the values are somebody's data.
///
/// # Examples
///
/// ```
/// use axum_cognito::attribute::Attributes;
///
/// let attributes = Attributes::try_from([("given_name", "Alice"), ("custom:team", "red")])?;
/// assert_eq!(attributes.get("custom:team"), Some("red"));
/// # Ok::<_, axum_cognito::attribute::ParseAttributeNameError>(())
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Attributes(BTreeMap<AttributeName, String>);

impl Attributes {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the value of an attribute, if the user has it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Sets an attribute, and returns the value it had.
    pub fn insert(&mut self, name: AttributeName, value: impl Into<String>) -> Option<String> {
        self.0.insert(name, value.into())
    }

    /// Returns an iterator over names and values, in the order of the names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&AttributeName, &str)> {
        self.0.iter().map(|(name, value)| (name, value.as_str()))
    }

    /// Returns the number of attributes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(AttributeName, String)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (AttributeName, String)>>(attributes: I) -> Self {
        Self(attributes.into_iter().collect())
    }
}

impl<V: Into<String>, const N: usize> TryFrom<[(&str, V); N]> for Attributes {
    type Error = ParseAttributeNameError;

    fn try_from(attributes: [(&str, V); N]) -> Result<Self, Self::Error> {
        attributes
            .into_iter()
            .map(|(name, value)| Ok((name.parse()?, value.into())))
            .collect()
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
