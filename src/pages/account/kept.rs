use crate::web::{AuthError, AuthSession};

/// What the pages keep in the session from one step to the next.
#[derive(Clone, Copy)]
pub(super) enum Kept {
    /// The attribute that waits for its code.
    Attribute,
    /// The seed of an authenticator app that is being enrolled.
    TotpSeed,
    /// The name with which somebody signs up or resets a password.
    Username,
}

impl Kept {
    fn key(self) -> &'static str {
        match self {
            Self::Attribute => "axum_cognito.attribute",
            Self::TotpSeed => "axum_cognito.totp_seed",
            Self::Username => "axum_cognito.account_name",
        }
    }

    pub(super) async fn read(self, auth: &AuthSession) -> Result<Option<String>, AuthError> {
        Ok(auth.session()?.get(self.key()).await?)
    }

    pub(super) async fn write(self, auth: &AuthSession, value: &str) -> Result<(), AuthError> {
        Ok(auth.session()?.insert(self.key(), value).await?)
    }

    pub(super) async fn remove(self, auth: &AuthSession) -> Result<(), AuthError> {
        Ok(auth.session()?.remove_value(self.key()).await.map(drop)?)
    }
}

/// The name with which somebody signs up or resets a password; empty if nobody does.
pub(super) async fn known_name(auth: &AuthSession) -> Result<String, AuthError> {
    Ok(Kept::Username.read(auth).await?.unwrap_or_default())
}
