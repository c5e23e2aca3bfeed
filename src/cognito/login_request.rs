use std::fmt;

use secrecy::SecretString;

use super::RememberedDevice;

/// What a login is made with.
#[derive(Clone)]
#[must_use]
pub struct LoginRequest {
    pub(super) username: String,
    pub(super) password: SecretString,
    pub(super) device: Option<RememberedDevice>,
    pub(super) custom: bool,
}

impl LoginRequest {
    /// A login with a password, by SRP.
    pub fn new(username: impl Into<String>, password: impl Into<SecretString>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
            device: None,
            custom: false,
        }
    }

    /// Logs in from a device that the user had remembered. It stands in for a second factor.
    pub fn with_device(mut self, device: RememberedDevice) -> Self {
        self.device = Some(device);
        self
    }

    /// Takes the flow `CUSTOM_AUTH`: the password first, and then whatever the triggers of the
    /// user pool ask.
    pub fn with_custom_flow(mut self) -> Self {
        self.custom = true;
        self
    }
}

impl fmt::Debug for LoginRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginRequest([REDACTED])")
    }
}
