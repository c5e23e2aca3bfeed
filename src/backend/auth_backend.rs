use std::sync::Arc;

use async_trait::async_trait;

use super::{Credentials, Error, Login, Refresh, Refusal};
use crate::attribute::Attributes;
use crate::challenge::Answer;
use crate::cognito::Cognito;
use crate::token::{AccessClaims, AccessToken, Tokens};
use crate::users::{User, UserStore};

/// One way of telling who someone is.
///
/// `AuthLayer` asks each of its backends in turn. [`Login::Refused`] passes the question on
/// to the next; an error ends it, so that an outage never reads as a wrong password.
///
/// A user pool is a [`CognitoBackend`](super::CognitoBackend), which is an `AuthBackend` by
/// itself. Implement this trait for whatever else knows users: a table of passwords, LDAP.
/// It is `#[async_trait]`, since native `async fn` cannot be called through `dyn`.
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a login backend",
    note = "implement `CognitoBackend` (a user pool) or `AuthBackend` (anything else) for it"
)]
pub trait AuthBackend: Send + Sync + 'static {
    /// The name by which a session remembers who logged its user in.
    ///
    /// It is stored. Keep it when the type is renamed, and do not use one name twice.
    fn name(&self) -> &str;

    /// Checks at start-up that the backend can do what it is set up for.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] says what to change.
    async fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Whether users can log in without their password, so that a login page offers it.
    fn offers_other_ways(&self) -> bool {
        false
    }

    /// Logs a user in by password, or without one by [other ways](Self::offers_other_ways).
    ///
    /// # Errors
    ///
    /// An [`Error`] when the question could not be decided; a refusal is a value.
    async fn authenticate(&self, credentials: &Credentials) -> Result<Login, Error>;

    /// Goes on with the answer to a challenge that this backend gave.
    ///
    /// # Errors
    ///
    /// As for [`authenticate`](Self::authenticate), and
    /// [`CodeMismatch`](crate::cognito::CognitoErrorKind::CodeMismatch) and its like, after
    /// which the same challenge can be answered again.
    async fn answer(&self, answer: Answer) -> Result<Login, Error> {
        drop(answer);
        Ok(Login::Refused(Refusal::NotAuthorized))
    }

    /// Loads a user whom this backend logged in earlier, by the `id` of the row. A backend with a
    /// [registry of logins](crate::users::LoginStore) is not asked: the registry finds the user.
    ///
    /// # Errors
    ///
    /// An [`Error`] when the users could not be asked. No such user is `Ok(None)`.
    async fn user(&self, id: i64) -> Result<Option<User>, Error>;

    /// Renews tokens that are about to expire.
    ///
    /// # Errors
    ///
    /// An [`Error`] leaves the login as it is; [`Refresh::Ended`] ends it.
    async fn refresh(&self, user: &User, tokens: &Tokens) -> Result<Refresh, Error> {
        let _ = (user, tokens);
        Ok(Refresh::Ended)
    }

    /// Tells the source of the tokens that this login is over.
    ///
    /// The login has ended on this site by then, whatever comes of this.
    ///
    /// # Errors
    ///
    /// An [`Error`] is logged.
    async fn logout(&self, tokens: &Tokens) -> Result<(), Error> {
        let _ = tokens;
        Ok(())
    }

    /// The user pool behind this backend, for pages that change an account there.
    fn user_pool(&self) -> Option<&Cognito> {
        None
    }

    /// Where the rows of this backend's users are, and with them the registry of logins.
    fn user_store(&self) -> Option<&dyn UserStore> {
        None
    }

    /// Brings the row up to date after a user has changed their attributes.
    ///
    /// # Errors
    ///
    /// An [`Error`] when it could not be done.
    async fn reload(&self, user: &User, tokens: &Tokens) -> Result<(), Error> {
        let _ = (user, tokens);
        Ok(())
    }

    /// What the tokens of a login say of the user. No call is made for it.
    ///
    /// # Errors
    ///
    /// An [`Error`] when the tokens could not be read.
    async fn attributes(&self, tokens: &Tokens) -> Result<Attributes, Error> {
        let _ = tokens;
        Ok(Attributes::new())
    }

    /// Verifies the access token of an API call. `Ok(None)`: the token is not good here.
    ///
    /// # Errors
    ///
    /// An [`Error`] when it could not be decided, e.g. without the key set.
    async fn verify_access_token(
        &self,
        token: &AccessToken,
    ) -> Result<Option<AccessClaims>, Error> {
        let _ = token;
        Ok(None)
    }
}

#[async_trait]
impl<B: AuthBackend + ?Sized> AuthBackend for Arc<B> {
    fn name(&self) -> &str {
        (**self).name()
    }

    async fn check(&self) -> Result<(), Error> {
        (**self).check().await
    }

    fn offers_other_ways(&self) -> bool {
        (**self).offers_other_ways()
    }

    async fn authenticate(&self, credentials: &Credentials) -> Result<Login, Error> {
        (**self).authenticate(credentials).await
    }

    async fn answer(&self, answer: Answer) -> Result<Login, Error> {
        (**self).answer(answer).await
    }

    async fn user(&self, id: i64) -> Result<Option<User>, Error> {
        (**self).user(id).await
    }

    async fn refresh(&self, user: &User, tokens: &Tokens) -> Result<Refresh, Error> {
        (**self).refresh(user, tokens).await
    }

    async fn logout(&self, tokens: &Tokens) -> Result<(), Error> {
        (**self).logout(tokens).await
    }

    fn user_pool(&self) -> Option<&Cognito> {
        (**self).user_pool()
    }

    fn user_store(&self) -> Option<&dyn UserStore> {
        (**self).user_store()
    }

    async fn reload(&self, user: &User, tokens: &Tokens) -> Result<(), Error> {
        (**self).reload(user, tokens).await
    }

    async fn attributes(&self, tokens: &Tokens) -> Result<Attributes, Error> {
        (**self).attributes(tokens).await
    }

    async fn verify_access_token(
        &self,
        token: &AccessToken,
    ) -> Result<Option<AccessClaims>, Error> {
        (**self).verify_access_token(token).await
    }
}
