use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The key of a user's row: a number, or text such as a UUID.
///
/// Keys are unique within one store of users. Across the backends of a site, a user is a backend's
/// name and a key.
///
/// # Examples
///
/// ```
/// use axum_cognito::users::UserId;
///
/// assert_eq!(UserId::from(7).to_string(), "7");
/// assert_eq!(UserId::from("7"), UserId::from(7));
/// assert_eq!(UserId::from("67e55044-10b1-426f-9247-bb680e5fe0c8").as_number(), None);
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UserId(Key);

#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
enum Key {
    Number(i64),
    Text(Arc<str>),
}

impl UserId {
    /// Returns the key as a number, if it is one.
    pub fn as_number(&self) -> Option<i64> {
        match self.0 {
            Key::Number(number) => Some(number),
            Key::Text(_) => None,
        }
    }
}

impl From<i64> for UserId {
    fn from(number: i64) -> Self {
        Self(Key::Number(number))
    }
}

/// Text that is a number, as a number is written, becomes that number: so a key is the same after
/// it was stored as text.
impl From<&str> for UserId {
    fn from(text: &str) -> Self {
        match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => number.into(),
            _ => Self(Key::Text(text.into())),
        }
    }
}

impl From<String> for UserId {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Key::Number(number) => number.fmt(f),
            Key::Text(text) => text.fmt(f),
        }
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserId({self})")
    }
}

/// The id of one login, which distinguishes it from all others, of the same user too.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(from = "String", into = "String")]
pub struct LoginId(Arc<str>);

impl LoginId {
    /// Creates an id of 128 random bits. `None` if the operating system gives no random bytes.
    pub(crate) fn random() -> Option<Self> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).ok()?;

        Some(Self(BASE64_URL_SAFE_NO_PAD.encode(id).into()))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for LoginId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for LoginId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl From<LoginId> for String {
    fn from(id: LoginId) -> Self {
        id.as_str().to_owned()
    }
}

impl fmt::Display for LoginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
