use std::fmt;

use secrecy::SecretString;

/// What a user typed in order to log in.
#[derive(Clone)]
pub struct Credentials {
    /// The name, or an alias of it, as it was typed.
    pub username: String,
    /// The password, exactly as it was typed.
    pub password: SecretString,
}

impl Credentials {
    /// Creates credentials.
    pub fn new(username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([redacted])")
    }
}
