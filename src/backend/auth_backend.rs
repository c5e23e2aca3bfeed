use async_trait::async_trait;

use super::{CompletedLogin, Credentials, Error, LoginOutcome, Refresh, Refusal};
use crate::challenge::Answer;
use crate::token::Tokens;
use crate::users::{User, UserId, UserStore};

/// A way to log in that is not a user pool: a table of passwords, LDAP.
///
/// The backends of a site are asked in turn. [`LoginOutcome::Refused`] passes the question on to
/// the next; an error ends it, so that an outage never reads as a wrong password. For a user pool,
/// implement [`CognitoBackend`](super::CognitoBackend) instead.
///
/// Only [`authenticate`](Self::authenticate) and [`user`](Self::user) do work that every backend
/// has; what is below them is provided. The trait is [`async_trait`](crate::async_trait), since
/// native `async fn` cannot be called through `dyn`.
///
/// # Examples
///
/// ```
/// use axum_cognito::backend::{AuthBackend, CompletedLogin, Credentials, Error, LoginOutcome, Refusal};
/// use axum_cognito::users::{User, UserId};
/// use axum_cognito::async_trait;
///
/// struct Guests;
///
/// #[async_trait]
/// impl AuthBackend for Guests {
///     fn name(&self) -> &str { "guests" }
///
///     async fn authenticate(&self, credentials: &Credentials) -> Result<LoginOutcome<CompletedLogin>, Error> {
///         Ok(match credentials.username.as_str() {
///             "guest" => LoginOutcome::Complete(CompletedLogin::new(User::new(1, "guest"))),
///             _ => LoginOutcome::Refused(Refusal::UserNotFound),
///         })
///     }
///
///     async fn user(&self, id: &UserId) -> Result<Option<User>, Error> {
///         Ok((id.as_number() == Some(1)).then(|| User::new(1, "guest")))
///     }
/// }
/// ```
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a login backend",
    note = "implement `AuthBackend` for it; a user pool is a `CognitoBackend`, and goes to `with_pool`"
)]
pub trait AuthBackend: Send + Sync + 'static {
    /// Returns the name by which a login remembers its backend.
    ///
    /// It is stored. Keep it when the type is renamed, and do not use one name twice.
    fn name(&self) -> &str;

    /// Checks credentials.
    ///
    /// # Errors
    ///
    /// Returns an error if the question could not be decided; a refusal is a value.
    async fn authenticate(
        &self,
        credentials: &Credentials,
    ) -> Result<LoginOutcome<CompletedLogin>, Error>;

    /// Returns a user whom this backend logged in earlier. Guarded requests ask for it, unless
    /// the registry of logins has read the user already. No such user is `Ok(None)`.
    ///
    /// # Errors
    ///
    /// Returns an error if the users could not be asked.
    async fn user(&self, id: &UserId) -> Result<Option<User>, Error>;

    /// Returns the store of this backend's users, and with it the registry of their logins. The
    /// default has none: logins are in the memory of the process.
    fn users(&self) -> Option<&dyn UserStore> {
        None
    }

    /// Checks, before the site listens, that the backend can do what it is set up for.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`], which says what to change.
    async fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Goes on with the answer to a challenge that this backend gave.
    ///
    /// # Errors
    ///
    /// As for [`authenticate`](Self::authenticate).
    async fn answer(&self, answer: Answer) -> Result<LoginOutcome<CompletedLogin>, Error> {
        drop(answer);
        Ok(LoginOutcome::Refused(Refusal::NotAuthorized))
    }

    /// Renews tokens that are about to expire.
    ///
    /// # Errors
    ///
    /// An error leaves the login as it is; [`Refresh::Ended`] ends it.
    async fn refresh(&self, user: &User, tokens: &Tokens) -> Result<Refresh, Error> {
        let _ = (user, tokens);
        Ok(Refresh::Ended)
    }

    /// Revokes the tokens of a login that has ended on this site.
    ///
    /// # Errors
    ///
    /// An error is logged.
    async fn revoke(&self, tokens: &Tokens) -> Result<(), Error> {
        let _ = tokens;
        Ok(())
    }
}
