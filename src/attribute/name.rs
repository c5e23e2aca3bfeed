use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

/// The name of a user attribute: a standard one such as `given_name`, or `custom:department`.
///
/// # Examples
///
/// ```
/// use axum_cognito::attribute::AttributeName;
///
/// let department: AttributeName = "custom:department".parse()?;
/// assert!(department.is_custom());
/// assert!("given name".parse::<AttributeName>().is_err());
/// # Ok::<_, axum_cognito::attribute::ParseAttributeNameError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AttributeName(String);

impl AttributeName {
    /// Cognito's limit, with the prefix: `AttributeNameType` of the API.
    pub const MAX_CHARS: usize = 32;

    /// Returns the name as Cognito writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the attribute is one that the user pool defines itself.
    pub fn is_custom(&self) -> bool {
        CUSTOM_PREFIXES
            .iter()
            .any(|prefix| self.0.starts_with(prefix))
    }
}

/// `dev:` marks what only an administrator may write, in pools of the old kind.
const CUSTOM_PREFIXES: [&str; 2] = ["custom:", "dev:custom:"];

impl FromStr for AttributeName {
    type Err = ParseAttributeNameError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let nothing_after_prefix = name.is_empty() || CUSTOM_PREFIXES.contains(&name);
        let too_long = name.chars().count() > Self::MAX_CHARS;
        let unprintable = name.contains(|c: char| c.is_whitespace() || c.is_control());

        if nothing_after_prefix || too_long || unprintable {
            return Err(ParseAttributeNameError {
                name: name.to_owned(),
            });
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for AttributeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for AttributeName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A text that cannot be the name of an attribute.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "invalid attribute name {name:?}: expected 1 to {} characters without blanks, \
     such as `given_name` or `custom:department`",
    AttributeName::MAX_CHARS
)]
pub struct ParseAttributeNameError {
    name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_names_that_cognito_takes() {
        let longest = format!("custom:{}", "x".repeat(25));

        for name in [
            "email",
            "custom:department",
            "dev:custom:a",
            "custom:größe",
            &longest,
        ] {
            let parsed: AttributeName = name.parse().expect("a name");
            assert_eq!(parsed.as_str(), name);
        }
    }

    #[test]
    fn refuses_other_texts() {
        let too_long = format!("custom:{}", "x".repeat(26));

        for name in [
            "",
            "custom:",
            "dev:custom:",
            "given name",
            "a\nb",
            "a\0",
            &too_long,
        ] {
            let error = name.parse::<AttributeName>().expect_err(name);
            assert!(error.to_string().contains("given_name"), "{error}");
        }
    }
}
