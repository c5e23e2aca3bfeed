use async_trait::async_trait;

use super::{AuthBackend, Credentials, Error, Login, Refresh, steps};
use crate::attribute::{AttributeMapping, Attributes};
use crate::challenge::Answer;
use crate::cognito::{Cognito, CognitoUser, UserProfile, UserStatus};
use crate::token::{AccessClaims, AccessToken, Tokens};
use crate::users::{Synced, User, UserStore};

/// A user pool behind the login.
///
/// Give it a client and a user store; every other method is provided and may be
/// overridden. The body of a provided method is one function of
/// [`steps`](super::steps): call it to do the usual thing from within an override.
///
/// # Examples
///
/// ```
/// use axum_cognito::{Cognito, CognitoBackend, SqliteUsers, UserStore};
///
/// struct Staff { cognito: Cognito, users: SqliteUsers }
///
/// impl CognitoBackend for Staff {
///     fn cognito(&self) -> &Cognito { &self.cognito }
///     fn users(&self) -> &dyn UserStore { &self.users }
///     fn create_unknown_user(&self) -> bool { false } // only those who have a row already
/// }
/// ```
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user pool behind the login",
    note = "implement `CognitoBackend` for it: `cognito` and `users` are enough"
)]
pub trait CognitoBackend: Send + Sync + 'static {
    /// The client of the user pool.
    fn cognito(&self) -> &Cognito;

    /// Where the rows of the users are.
    fn users(&self) -> &dyn UserStore;

    /// The name by which a session remembers this backend: the id of the user pool.
    ///
    /// Two backends on one user pool need two names.
    fn name(&self) -> &str {
        self.cognito().user_pool().as_str()
    }

    /// Which attribute goes to which column. The default maps `email`, `given_name` to
    /// `first_name`, and `family_name` to `last_name`.
    fn attribute_mapping(&self) -> &AttributeMapping {
        AttributeMapping::standard()
    }

    /// Whether a user without a row gets one at login. The default is yes.
    fn create_unknown_user(&self) -> bool {
        true
    }

    /// Whether users whose status is in [`inactive_user_status`](Self::inactive_user_status)
    /// may log in. The default is no.
    fn supports_inactive_user(&self) -> bool {
        false
    }

    /// The statuses that count as inactive: `ARCHIVED`, `COMPROMISED` and `UNKNOWN`.
    ///
    /// AWS no longer gives these to users. Any other takes
    /// [`UserStatusSource::AdminGetUser`], since a login does not tell the status.
    fn inactive_user_status(&self) -> &[UserStatus] {
        UserStatus::INACTIVE
    }

    /// Where the status of a user comes from. The default asks nobody.
    fn user_status_source(&self) -> UserStatusSource {
        UserStatusSource::Login
    }

    /// Where the attributes of a user come from. The default is `GetUser`, as in Warrant.
    fn attribute_source(&self) -> AttributeSource {
        AttributeSource::GetUser
    }

    /// By which of Cognito's flows users log in. The default is the password, proved by SRP.
    fn login_flow(&self) -> LoginFlow {
        LoginFlow::Password
    }

    /// Checks at start-up that this configuration can keep its promises.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] says what to change.
    async fn check(&self) -> Result<(), Error> {
        steps::check(self).await
    }

    /// Logs a user in by SRP.
    ///
    /// # Errors
    ///
    /// An [`Error`] for everything but `NotAuthorized` and `UserNotFound`, which refuse.
    async fn authenticate(&self, credentials: &Credentials) -> Result<Login, Error> {
        steps::authenticate(self, credentials).await
    }

    /// Sends the answer to a challenge.
    ///
    /// # Errors
    ///
    /// As for [`AuthBackend::answer`].
    async fn answer(&self, answer: Answer) -> Result<Login, Error> {
        steps::answer(self, &answer).await
    }

    /// Completes a login that Cognito let through: verifies the tokens, asks whether the
    /// user may log in, and brings the row up to date.
    ///
    /// # Errors
    ///
    /// An [`Error`] if tokens do not verify, or Cognito or the users cannot be asked.
    async fn complete(&self, user: CognitoUser) -> Result<Login, Error> {
        steps::complete(self, user).await
    }

    /// Whether a user whom Cognito let through may log in here.
    ///
    /// # Errors
    ///
    /// An [`Error`] when it could not be decided.
    async fn user_can_authenticate(&self, profile: &UserProfile) -> Result<bool, Error> {
        Ok(steps::user_can_authenticate(self, profile))
    }

    /// Brings the row of the user up to date, or creates it.
    ///
    /// # Errors
    ///
    /// An [`Error`] when the store failed.
    async fn sync_user(&self, profile: &UserProfile) -> Result<Synced, Error> {
        steps::sync_user(self, profile).await
    }

    /// Renews tokens that are about to expire.
    ///
    /// # Errors
    ///
    /// An [`Error`] leaves the login as it is.
    async fn refresh(&self, user: &User, tokens: &Tokens) -> Result<Refresh, Error> {
        steps::refresh(self, user, tokens).await
    }

    /// Revokes the refresh token of this login.
    ///
    /// # Errors
    ///
    /// An [`Error`] is logged.
    async fn logout(&self, tokens: &Tokens) -> Result<(), Error> {
        steps::logout(self, tokens).await
    }

    /// Brings the row up to date after a user has changed their attributes.
    ///
    /// # Errors
    ///
    /// An [`Error`] if Cognito or the users cannot be asked.
    async fn reload(&self, user: &User, tokens: &Tokens) -> Result<(), Error> {
        steps::reload(self, user, tokens).await
    }

    /// Reads the attributes in the verified ID token of a login.
    ///
    /// # Errors
    ///
    /// An [`Error`] when the key set cannot be had.
    async fn attributes(&self, tokens: &Tokens) -> Result<Attributes, Error> {
        steps::attributes(self, tokens).await
    }

    /// Verifies the access token of an API call.
    ///
    /// # Errors
    ///
    /// An [`Error`] when the key set cannot be had.
    async fn verify_access_token(
        &self,
        token: &AccessToken,
    ) -> Result<Option<AccessClaims>, Error> {
        steps::verify_access_token(self, token).await
    }
}

/// By which of Cognito's flows users log in. The app client must allow it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum LoginFlow {
    /// `USER_SRP_AUTH` for whoever types a password, and `USER_AUTH` for the others, who choose,
    /// e.g. a passkey. The app client must allow both.
    Choice,
    /// `CUSTOM_AUTH`: the password if there is one, and then what the triggers of the user pool
    /// ask.
    Custom,
    /// `USER_SRP_AUTH`: the password alone is the first factor.
    #[default]
    Password,
}

/// Where the status of a user comes from.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum UserStatusSource {
    /// `AdminGetUser` at each login. Needs AWS credentials, and tells the attributes as well.
    AdminGetUser,
    /// Nowhere: whom Cognito lets log in is active.
    #[default]
    Login,
}

/// Where the attributes of a user come from.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AttributeSource {
    /// One more call at each login, `GetUser`: what Cognito has stored.
    #[default]
    GetUser,
    /// The verified ID token: no call, and with what a pre token generation trigger changed.
    IdToken,
}

#[async_trait]
impl<B: CognitoBackend> AuthBackend for B {
    fn name(&self) -> &str {
        CognitoBackend::name(self)
    }

    async fn check(&self) -> Result<(), Error> {
        CognitoBackend::check(self).await
    }

    fn offers_other_ways(&self) -> bool {
        self.login_flow() != LoginFlow::Password
    }

    async fn authenticate(&self, credentials: &Credentials) -> Result<Login, Error> {
        CognitoBackend::authenticate(self, credentials).await
    }

    async fn answer(&self, answer: Answer) -> Result<Login, Error> {
        CognitoBackend::answer(self, answer).await
    }

    async fn user(&self, id: i64) -> Result<Option<User>, Error> {
        Ok(self.users().find(id).await?)
    }

    async fn refresh(&self, user: &User, tokens: &Tokens) -> Result<Refresh, Error> {
        CognitoBackend::refresh(self, user, tokens).await
    }

    async fn logout(&self, tokens: &Tokens) -> Result<(), Error> {
        CognitoBackend::logout(self, tokens).await
    }

    fn user_pool(&self) -> Option<&Cognito> {
        Some(self.cognito())
    }

    fn user_store(&self) -> Option<&dyn UserStore> {
        Some(self.users())
    }

    async fn reload(&self, user: &User, tokens: &Tokens) -> Result<(), Error> {
        CognitoBackend::reload(self, user, tokens).await
    }

    async fn attributes(&self, tokens: &Tokens) -> Result<Attributes, Error> {
        CognitoBackend::attributes(self, tokens).await
    }

    async fn verify_access_token(
        &self,
        token: &AccessToken,
    ) -> Result<Option<AccessClaims>, Error> {
        CognitoBackend::verify_access_token(self, token).await
    }
}
