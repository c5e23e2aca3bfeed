use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::challenge::{ChallengeSession, PasswordSrp};
use crate::cognito::RememberedDevice;
use crate::id::trim_username;

/// What a login is made with.
#[derive(Clone)]
#[must_use]
pub struct LoginRequest {
    pub(super) username: String,
    pub(super) password: Option<SecretString>,
    pub(super) device: Option<RememberedDevice>,
    pub(super) flow: Flow,
    session: Option<ChallengeSession>,
}

/// By which of Cognito's flows to log in.
#[derive(Clone)]
pub(super) enum Flow {
    /// `USER_AUTH`, and the first factor to begin with.
    Choice(Option<String>),
    /// `CUSTOM_AUTH`.
    Custom,
    /// `USER_PASSWORD_AUTH`.
    PlainPassword,
    /// `USER_SRP_AUTH`.
    Srp,
}

impl LoginRequest {
    /// Creates a login with a password, by SRP.
    pub fn new(username: impl AsRef<str>, password: impl Into<SecretString>) -> Self {
        Self {
            password: Some(password.into()),
            flow: Flow::Srp,
            ..Self::without_password(username)
        }
    }

    /// Creates a login without a password, by the flow `USER_AUTH`: Cognito offers what the user can log
    /// in with, such as a code by mail or a passkey.
    pub fn without_password(username: impl AsRef<str>) -> Self {
        Self {
            username: trim_username(username.as_ref()).to_owned(),
            password: None,
            device: None,
            flow: Flow::Choice(None),
            session: None,
        }
    }

    /// Creates a login of a user who has just confirmed the sign-up: the session of that stands in
    /// for a proof, by the flow `USER_AUTH`.
    pub fn after_sign_up(username: impl AsRef<str>, session: ChallengeSession) -> Self {
        Self {
            session: Some(session),
            ..Self::without_password(username)
        }
    }

    /// Logs in from a device that the user had remembered. It stands in for a second factor.
    pub fn with_device(mut self, device: RememberedDevice) -> Self {
        self.device = Some(device);
        self
    }

    /// Uses the flow `CUSTOM_AUTH`: the password first, if there is one, and then whatever the
    /// triggers of the user pool ask.
    pub fn with_custom_flow(mut self) -> Self {
        self.flow = Flow::Custom;
        self
    }

    /// Uses the flow `USER_AUTH`. A password is proved at once; without one the user chooses.
    pub fn with_choice(mut self) -> Self {
        self.flow = Flow::Choice(None);
        self
    }

    /// Uses the flow `USER_AUTH`, and begins with this challenge if the user can answer it, e.g.
    /// [`EmailOtp::NAME`](crate::challenge::EmailOtp::NAME).
    pub fn with_preferred_challenge(mut self, name: impl Into<String>) -> Self {
        self.flow = Flow::Choice(Some(name.into()));
        self
    }

    /// Uses the flow `USER_PASSWORD_AUTH`, which sends the password itself to Cognito, inside
    /// TLS. That is for triggers that bring users over from another directory, and need it.
    pub fn dangerous_with_plain_password(mut self) -> Self {
        self.flow = Flow::PlainPassword;
        self
    }

    /// The `Session` of a confirmed sign-up, in the API's form.
    pub(super) fn session(&self) -> Option<String> {
        let session = self.session.as_ref();
        session.map(|session| session.expose().to_owned())
    }

    /// The password, if this login proves it from the start.
    pub(super) fn password_to_prove(&self) -> Option<&SecretString> {
        let is_proved = match &self.flow {
            Flow::Custom | Flow::Srp => true,
            Flow::Choice(preferred) => preferred
                .as_ref()
                .is_none_or(|name| name == PasswordSrp::NAME),
            Flow::PlainPassword => false,
        };

        self.password.as_ref().filter(|_| is_proved)
    }

    /// The parameters that belong to the flow.
    pub(super) fn flow_parameters(&self) -> Option<(&'static str, &str)> {
        let proves = self.password_to_prove().is_some();
        match &self.flow {
            Flow::Choice(Some(name)) => Some(("PREFERRED_CHALLENGE", name)),
            Flow::Choice(None) if proves => Some(("PREFERRED_CHALLENGE", PasswordSrp::NAME)),
            // A custom flow begins with the password if it is told so.
            Flow::Custom if proves => Some(("CHALLENGE_NAME", "SRP_A")),
            Flow::PlainPassword => {
                let password = self.password.as_ref()?;
                Some(("PASSWORD", password.expose_secret()))
            }
            Flow::Choice(None) | Flow::Custom | Flow::Srp => None,
        }
    }
}

impl fmt::Debug for LoginRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginRequest([REDACTED])")
    }
}
