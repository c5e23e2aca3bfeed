//! A user with tokens, and the calls that are made on the user's behalf.

mod asked_for;
mod attributes;
mod auth_factors;
mod devices;
mod document;
mod loaded_user;
mod mfa;
mod passkeys;

use std::fmt;

pub(super) use self::asked_for::AskedFor;
pub use self::auth_factors::AuthFactors;
pub use self::devices::{ConfirmedDevice, Device, NewDevice, RememberedDevice};
pub use self::loaded_user::LoadedUser;
pub(super) use self::mfa::check_verified;
pub use self::mfa::{MfaPreference, MfaSetting, TotpSecret};
pub use self::passkeys::Passkey;
use crate::cognito::call::CallResult;
use crate::cognito::profile::read_attributes;
use crate::cognito::{Cognito, CognitoError, UserProfile};
use crate::token::{TokenError, Tokens, VerifiedTokens};

/// A user with tokens, on whose behalf calls are made.
///
/// # Examples
///
/// ```
/// use axum_cognito::CognitoUser;
/// use axum_cognito::cognito::CognitoError;
///
/// async fn mail_of(user: &CognitoUser) -> Result<Option<String>, CognitoError> {
///     let profile = user.get_user().await?;
///     Ok(profile.attributes.get("email").map(str::to_owned))
/// }
/// ```
#[derive(Clone)]
pub struct CognitoUser {
    cognito: Cognito,
    username: String,
    tokens: Tokens,
    asked_for: Option<AskedFor>,
    new_device: Option<NewDevice>,
    device_forgotten: bool,
}

impl CognitoUser {
    pub(super) fn new(cognito: Cognito, username: String, tokens: Tokens) -> Self {
        Self {
            cognito,
            username,
            tokens,
            asked_for: None,
            new_device: None,
            device_forgotten: false,
        }
    }

    /// Records whom the login was asked for, which the tokens have to name.
    pub(super) fn with_asked_for(mut self, asked_for: AskedFor) -> Self {
        self.asked_for = Some(asked_for);
        self
    }

    pub(super) fn with_new_device(mut self, device: Option<NewDevice>) -> Self {
        self.tokens.device_key = device.as_ref().map(|device| device.key.clone());
        self.new_device = device;
        self
    }

    /// Records which device the tokens were issued to, if it is one that was remembered.
    pub(super) fn of_device(mut self, key: Option<&str>) -> Self {
        let key = key.map(str::to_owned);
        self.tokens.device_key = self.tokens.device_key.or(key);
        self
    }

    pub(super) fn with_device_forgotten(mut self, forgotten: bool) -> Self {
        self.device_forgotten = forgotten;
        self
    }

    pub(crate) fn cognito(&self) -> &Cognito {
        &self.cognito
    }

    /// Returns the device that this login came from, if Cognito had not met it before.
    pub fn new_device(&self) -> Option<&NewDevice> {
        self.new_device.as_ref()
    }

    /// Returns whether the device that the login was to be made with is one that Cognito has
    /// forgotten, or that could not prove itself. What was kept of it is of no use any more.
    pub fn device_forgotten(&self) -> bool {
        self.device_forgotten
    }

    /// Returns the name that Cognito gave the user, never an alias.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Returns the name whose password was proved in this login. `None`: none was, or the tokens
    /// are of an earlier login.
    pub fn proved_username(&self) -> Option<&str> {
        match self.asked_for.as_ref()? {
            AskedFor::Named { proved, .. } => proved.as_deref(),
            #[cfg(feature = "managed-login")]
            AskedFor::Managed { .. } => None,
        }
    }

    /// Returns the user's tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Returns the tokens, without the user.
    pub fn into_tokens(self) -> Tokens {
        self.tokens
    }

    /// Returns the user's attributes and MFA settings (`GetUser`).
    ///
    /// # Errors
    ///
    /// `TokenRefused`: the access token has expired or was revoked. `UserDisabled`.
    /// `UserNotFound`: the user was deleted.
    pub async fn get_user(&self) -> Result<UserProfile, CognitoError> {
        let output = self
            .cognito
            .inner
            .client
            .get_user()
            .access_token(self.tokens.access.expose())
            .send()
            .await
            .of("GetUser")?;

        Ok(UserProfile {
            mfa: output.user_mfa_setting_list().to_vec(),
            preferred_mfa: output.preferred_mfa_setting().map(str::to_owned),
            ..UserProfile::new(output.username(), read_attributes(output.user_attributes()))
        })
    }

    /// Verifies the ID and the access token. After a login they must be of the user whom it was
    /// asked for: the name that was typed must be the username, the mail address, the phone number
    /// or the preferred username of the ID token, as far as the app client may read these, and a
    /// password must be that user's.
    ///
    /// # Errors
    ///
    /// Returns a [`TokenError`] whose kind says what is wrong with them; `WrongUser`: they are
    /// somebody else's; `WrongRequest`: they do not answer the managed login that was begun.
    pub async fn verify_tokens(&self) -> Result<VerifiedTokens, TokenError> {
        let verified = self.cognito.verify_tokens(&self.tokens).await?;

        if let Some(asked_for) = &self.asked_for {
            asked_for.check(&verified, &self.tokens)?;
        }
        Ok(verified)
    }

    /// Returns whether the access token lets the account be read and changed: whether it has the
    /// scope `aws.cognito.signin.user.admin`, as those of a login by the API have. The token is not
    /// verified for that.
    pub fn has_account_scope(&self) -> bool {
        self.tokens
            .unverified_scope("aws.cognito.signin.user.admin")
    }

    /// Renews the tokens if one of them has expired, and returns whether it did.
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

    /// Signs the user out everywhere (`GlobalSignOut`).
    ///
    /// Where access tokens are verified offline they stay good until they expire.
    /// [`revoke`](Self::revoke) ends this login alone.
    ///
    /// # Errors
    ///
    /// `TokenRefused`: the access token has expired or was revoked before.
    pub async fn global_sign_out(&self) -> Result<(), CognitoError> {
        self.cognito
            .inner
            .client
            .global_sign_out()
            .access_token(self.tokens.access.expose())
            .send()
            .await
            .of("GlobalSignOut")?;

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
