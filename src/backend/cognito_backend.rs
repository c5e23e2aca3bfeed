use async_trait::async_trait;

use super::{CompletedLogin, Credentials, Error, LoginOutcome, UserPool, login};
use crate::attribute::AttributeMapping;
use crate::challenge::Answer;
use crate::cognito::{CognitoUser, UserProfile};
use crate::token::IdClaims;
use crate::users::UserSync;

/// A user pool behind the login, as an object: passwords are checked by SRP, and a login writes the
/// user's attributes into the site's own table.
///
/// [`UserPool`] is one as it stands. To customise a step, hold a `UserPool`, return it from
/// [`pool`](Self::pool), and override the step; what you do not write is as usual. Three steps are
/// made for that: [`user_can_authenticate`](Self::user_can_authenticate) (who may log in),
/// [`load_profile`](Self::load_profile) (where attributes come from) and [`row`](Self::row) (how a
/// row is made).
///
/// # Examples
///
/// ```
/// use axum_cognito::backend::{CognitoBackend, Error, UserPool};
/// use axum_cognito::cognito::UserProfile;
/// use axum_cognito::async_trait;
///
/// /// Admits employees only.
/// struct Staff(UserPool);
///
/// #[async_trait]
/// impl CognitoBackend for Staff {
///     fn pool(&self) -> &UserPool {
///         &self.0
///     }
///
///     async fn user_can_authenticate(&self, profile: &UserProfile) -> Result<bool, Error> {
///         let email = profile.attributes.get("email").unwrap_or_default();
///         Ok(email.ends_with("@example.com"))
///     }
/// }
/// ```
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user pool behind the login",
    note = "use `UserPool`, or implement `CognitoBackend` for a type that holds one"
)]
pub trait CognitoBackend: Send + Sync + 'static {
    /// Returns the user pool: its client, the users' store and the settings.
    fn pool(&self) -> &UserPool;

    /// Returns the name by which a login remembers this backend: the id of the user pool. Two
    /// backends on one user pool need two names.
    fn name(&self) -> &str {
        self.pool().cognito().user_pool().as_str()
    }

    /// Returns which attribute goes to which column.
    fn attribute_mapping(&self) -> &AttributeMapping {
        &self.pool().login_settings().attribute_mapping
    }

    /// Whether a user without a row gets one at login.
    fn create_unknown_user(&self) -> bool {
        self.pool().login_settings().create_unknown_user
    }

    /// Whether users whose status counts as inactive may log in.
    fn supports_inactive_user(&self) -> bool {
        self.pool().login_settings().supports_inactive_user
    }

    /// Whether a user whom Cognito let through may log in here. It is asked after the rule for
    /// [inactive users](Self::supports_inactive_user). The default is yes.
    ///
    /// # Errors
    ///
    /// Returns an error if it could not be decided.
    async fn user_can_authenticate(&self, profile: &UserProfile) -> Result<bool, Error> {
        let _ = profile;
        Ok(true)
    }

    /// Returns the attributes of a user who has just proved who they are, from where the settings
    /// say. The profile must be that of the user whom the verified `claims` name.
    ///
    /// # Errors
    ///
    /// Returns an error if Cognito could not be asked.
    async fn load_profile(
        &self,
        user: &CognitoUser,
        claims: &IdClaims,
    ) -> Result<UserProfile, Error> {
        self.pool().load_profile(user, claims).await
    }

    /// Returns what is written into the user's row. `usual` is what the mapping makes of the
    /// profile.
    ///
    /// # Errors
    ///
    /// An error ends the login.
    async fn row(&self, profile: &UserProfile, usual: UserSync) -> Result<UserSync, Error> {
        let _ = profile;
        Ok(usual)
    }

    /// Checks credentials: the password by SRP, unless the [flow](super::LoginFlow) is another.
    ///
    /// # Errors
    ///
    /// Returns an error for everything but a wrong password or an unknown user, which are refusals.
    async fn authenticate(
        &self,
        credentials: &Credentials,
    ) -> Result<LoginOutcome<CompletedLogin>, Error> {
        login::authenticate(self, credentials).await
    }

    /// Goes on with the answer to a challenge.
    ///
    /// # Errors
    ///
    /// As for [`authenticate`](Self::authenticate), and
    /// [`CodeMismatch`](crate::cognito::CognitoErrorKind::CodeMismatch) and its like, after which
    /// the same challenge can be answered again.
    async fn answer(&self, answer: Answer) -> Result<LoginOutcome<CompletedLogin>, Error> {
        login::answer(self, &answer).await
    }
}
