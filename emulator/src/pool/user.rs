//! Users as a test or a demo writes them down.

use std::fmt;

/// A user to put in a pool. Passwords are taken as they are: the pool's policy is for users of the API.
#[derive(Clone)]
pub struct User {
    pub(crate) username: String,
    pub(crate) password: Option<String>,
    pub(crate) is_temporary: bool,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) groups: Vec<String>,
    pub(crate) totp_secret: Option<String>,
    pub(crate) email_mfa: bool,
    pub(crate) sms_mfa: bool,
    pub(crate) status: Option<String>,
    pub(crate) enabled: bool,
    pub(crate) sub: Option<String>,
}

impl User {
    /// Creates a confirmed user without a password.
    ///
    /// In a pool whose usernames are e-mail addresses or phone numbers, the name given here is that address or
    /// number, and the pool makes up the internal username.
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            password: None,
            is_temporary: false,
            attributes: Vec::new(),
            groups: Vec::new(),
            totp_secret: None,
            email_mfa: false,
            sms_mfa: false,
            status: None,
            enabled: true,
            sub: None,
        }
    }

    /// Sets the `sub`, for a pool that is made anew while its site remembers the users.
    pub fn with_sub(mut self, sub: impl Into<String>) -> Self {
        self.sub = Some(sub.into());
        self
    }

    /// Sets the password.
    pub fn with_password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self.is_temporary = false;
        self
    }

    /// Sets a password that the user must change at the first login (`FORCE_CHANGE_PASSWORD`).
    pub fn with_temporary_password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self.is_temporary = true;
        self
    }

    /// Sets an attribute. An `email` or `phone_number` given here counts as verified.
    pub fn with_attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.push((name.into(), value.into()));
        self
    }

    /// Adds the user to a group, which is created if it is missing.
    pub fn with_group(mut self, group: impl Into<String>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// Enrols an authenticator app with this base32 secret, as the preferred second factor.
    pub fn with_totp_secret(mut self, secret: impl Into<String>) -> Self {
        self.totp_secret = Some(secret.into());
        self
    }

    /// Switches on codes by e-mail as a second factor.
    pub fn with_email_mfa(mut self) -> Self {
        self.email_mfa = true;
        self
    }

    /// Switches on codes by SMS as a second factor.
    pub fn with_sms_mfa(mut self) -> Self {
        self.sms_mfa = true;
        self
    }

    /// Sets the status, e.g. `UNCONFIRMED`, `RESET_REQUIRED` or `ARCHIVED`.
    pub fn with_status(mut self, status: impl Into<String>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Disables the user.
    pub fn disabled(mut self) -> Self {
        self.enabled = false;
        self
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("username", &self.username)
            .field("groups", &self.groups)
            .field("status", &self.status)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}
