//! A user with tokens, and the calls that are made on the user's behalf.

mod attributes;
mod devices;
mod document;
mod loaded_user;
mod mfa;
mod passkeys;

use std::fmt;

pub use self::devices::{Device, NewDevice, RememberedDevice};
pub use self::loaded_user::LoadedUser;
pub use self::mfa::{MfaPreference, MfaSetting, TotpSecret};
pub use self::passkeys::Passkey;
use crate::cognito::profile::read_attributes;
use crate::cognito::{Cognito, CognitoError, UserProfile};
use crate::token::{TokenError, Tokens, VerifiedTokens};

/// A user with tokens, on whose behalf calls are made.
#[derive(Clone)]
pub struct CognitoUser {
    cognito: Cognito,
    username: String,
    tokens: Tokens,
    new_device: Option<NewDevice>,
    device_forgotten: bool,
}

impl CognitoUser {
    pub(super) fn new(cognito: Cognito, username: String, tokens: Tokens) -> Self {
        Self {
            cognito,
            username,
            tokens,
            new_device: None,
            device_forgotten: false,
        }
    }

    pub(super) fn with_new_device(mut self, device: Option<NewDevice>) -> Self {
        self.tokens.device_key = device.as_ref().map(|device| device.key.clone());
        self.new_device = device;
        self
    }

    /// Says which device the tokens were issued to, if it is one that was remembered.
    pub(super) fn of_device(mut self, key: Option<&str>) -> Self {
        let key = key.map(str::to_owned);
        self.tokens.device_key = self.tokens.device_key.or(key);
        self
    }

    pub(super) fn with_device_forgotten(mut self, forgotten: bool) -> Self {
        self.device_forgotten = forgotten;
        self
    }

    pub(super) fn cognito(&self) -> &Cognito {
        &self.cognito
    }

    /// The device that this login came from, if Cognito had not met it before.
    pub fn new_device(&self) -> Option<&NewDevice> {
        self.new_device.as_ref()
    }

    /// Whether the device that the login was to be made with is one that Cognito has forgotten,
    /// or that could not prove itself. What was kept of it is of no use any more.
    pub fn device_forgotten(&self) -> bool {
        self.device_forgotten
    }

    /// The name that Cognito gave the user, never an alias.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The user's tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Takes the tokens out.
    pub fn into_tokens(self) -> Tokens {
        self.tokens
    }

    /// Asks Cognito for the user's attributes and MFA settings (`GetUser`).
    ///
    /// # Errors
    ///
    /// `NotAuthorized`: the access token has expired or was revoked, or the user is disabled.
    /// `UserNotFound`: the user was deleted.
    pub async fn get_user(&self) -> Result<UserProfile, CognitoError> {
        let answer = self
            .cognito
            .inner
            .client
            .get_user()
            .access_token(self.tokens.access.expose())
            .send()
            .await
            .map_err(|error| CognitoError::from_sdk("GetUser", error))?;

        Ok(UserProfile {
            mfa: answer.user_mfa_setting_list().to_vec(),
            preferred_mfa: answer.preferred_mfa_setting().map(str::to_owned),
            ..UserProfile::new(answer.username(), read_attributes(answer.user_attributes()))
        })
    }

    /// Verifies the ID and the access token.
    ///
    /// # Errors
    ///
    /// [`TokenError`] tells by its kind what is wrong with them.
    pub async fn verify_tokens(&self) -> Result<VerifiedTokens, TokenError> {
        self.cognito.verify_tokens(&self.tokens).await
    }

    /// Renews the tokens if the access token has expired; tells whether it did.
    ///
    /// # Errors
    ///
    /// As for [`renew_access_token`](Self::renew_access_token).
    pub async fn check_token(&mut self) -> Result<bool, CognitoError> {
        let expired = self.tokens.expires_at <= self.cognito.inner.clock.now();
        if expired {
            self.renew_access_token().await?;
        }

        Ok(expired)
    }

    /// Gets a new ID and access token for the refresh token.
    ///
    /// # Errors
    ///
    /// As for [`Cognito::renew_access_token`].
    pub async fn renew_access_token(&mut self) -> Result<(), CognitoError> {
        self.tokens = self
            .cognito
            .renew_access_token(&self.username, &self.tokens)
            .await?;

        Ok(())
    }

    /// Logs the user out everywhere (`GlobalSignOut`).
    ///
    /// Access tokens that somebody verifies offline stay good until they expire.
    /// [`revoke`](Self::revoke) ends this login alone.
    ///
    /// # Errors
    ///
    /// `NotAuthorized`: the access token has expired or was revoked before.
    pub async fn logout(&self) -> Result<(), CognitoError> {
        self.cognito
            .inner
            .client
            .global_sign_out()
            .access_token(self.tokens.access.expose())
            .send()
            .await
            .map_err(|error| CognitoError::from_sdk("GlobalSignOut", error))?;

        Ok(())
    }

    /// Revokes the refresh token and the access tokens that came from it (`RevokeToken`).
    ///
    /// Does nothing when there is no refresh token.
    ///
    /// # Errors
    ///
    /// As for [`Cognito::revoke`].
    pub async fn revoke(&self) -> Result<(), CognitoError> {
        match &self.tokens.refresh {
            Some(refresh) => self.cognito.revoke(refresh).await,
            None => Ok(()),
        }
    }
}

impl fmt::Debug for CognitoUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CognitoUser")
            .field("cognito", &self.cognito)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}
