use std::fmt;
use std::sync::{Arc, OnceLock};

use secrecy::SecretString;

use crate::cognito::{CallContext, RememberedDevice};

/// What a user typed in order to log in.
///
/// # Examples
///
/// ```
/// use axum_cognito::Credentials;
///
/// let typed = Credentials::new("alice", "Correct-horse-1");
/// assert!(!format!("{typed:?}").contains("horse")); // no password is shown
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Credentials {
    /// The name, or an alias of it, as it was typed.
    pub username: String,
    /// The password, exactly as it was typed. `None`: the user wants to log in by other means.
    pub password: Option<SecretString>,
    /// The challenge to begin with in place of the password: the API's name, e.g. `WEB_AUTHN`.
    pub preferred_challenge: Option<String>,
    /// The device of Cognito's that this browser was, at an earlier login of this user.
    pub device: Option<RememberedDevice>,
    /// What calls to Cognito are told of the visitor.
    pub context: CallContext,
    account: Arc<OnceLock<String>>,
}

impl Credentials {
    /// Creates credentials with a password.
    pub fn new(username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self {
            password: Some(password.into()),
            ..Self::without_password(username)
        }
    }

    /// Creates credentials of somebody who wants to log in without the password, e.g. with a
    /// passkey. A backend that knows nothing but passwords refuses them.
    pub fn without_password(username: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            password: None,
            preferred_challenge: None,
            device: None,
            context: CallContext::new(),
            account: Arc::default(),
        }
    }

    /// Begins with this challenge: the API's name, e.g.
    /// [`WebAuthn::NAME`](crate::challenge::WebAuthn::NAME). It takes [`LoginFlow::Choice`]. A user
    /// who cannot answer it is refused as a stranger is.
    ///
    /// [`LoginFlow::Choice`]: super::LoginFlow::Choice
    #[must_use]
    pub fn with_preferred_challenge(mut self, name: impl Into<String>) -> Self {
        self.preferred_challenge = Some(name.into());
        self
    }

    /// Records which account of a backend was meant, if the name that was typed is another one of its.
    /// Backends call it. Tries of all its names are counted together then.
    pub fn tell_account(&self, name: &str) {
        let _ = self.account.set(name.to_owned());
    }

    /// Returns the same for one backend: which account another one says was meant is nothing to it.
    pub(crate) fn for_backend(&self) -> Self {
        Self {
            account: Arc::default(),
            ..self.clone()
        }
    }

    /// Returns the account that was meant, if a backend has said so.
    pub(crate) fn account(&self) -> Option<&str> {
        self.account.get().map(String::as_str)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([redacted])")
    }
}
