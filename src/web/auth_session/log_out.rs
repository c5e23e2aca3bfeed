use std::time::Duration;

use tokio::task::JoinHandle;
use tracing::{info, warn};

use super::{AuthSession, Loaded};
use crate::backend::Error;
use crate::web::error::AuthError;
use crate::web::hooks::{End, Event};
use crate::web::kept::{self, KeptLogin};

/// A logout waits this long for Cognito to hear of it. It goes on without being waited for.
const REVOKE_PATIENCE: Duration = Duration::from_millis(1500);

impl AuthSession {
    /// Logs the user out of this browser: ends the session, and revokes the tokens.
    ///
    /// The session ends whether or not Cognito can be reached. Does nothing when nobody
    /// is logged in.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when the session could not be ended.
    pub async fn log_out(&self) -> Result<(), AuthError> {
        let session = self.session()?;
        let login = match KeptLogin::read_whole(session).await? {
            Some(login) => Some(self.end(login).await?),
            None => None,
        };
        kept::empty(session).await?;
        *self.inner.loaded.lock().await = Loaded::Done(None);

        if let Some(login) = login {
            info!(user = login.user_id, "logged out");
            self.tell(&Event::Ended {
                user_id: login.user_id,
                why: End::LoggedOut,
            });
            // Whoever looks at Cognito after a logout should find it done, as a rule.
            let revoked = self.revoke(login);
            let _ = tokio::time::timeout(REVOKE_PATIENCE, revoked).await;
        }
        Ok(())
    }

    /// Logs the user out of all browsers, and has Cognito revoke all their tokens
    /// (`GlobalSignOut`).
    ///
    /// All their logins on this site are over at once, in all its processes. Without a
    /// [registry of logins](crate::users::LoginStore), the others end when their tokens are to be
    /// renewed, which is within the life of an access token.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when Cognito could not be told, in which case nothing has ended; or when
    /// the logins could not be ended.
    pub async fn log_out_everywhere(&self) -> Result<(), AuthError> {
        if let Some(user) = self.cognito_user().await?
            && let Err(error) = user.global_sign_out().await
            // Tokens that are not good any more are what was wanted.
            && !error.kind().ends_a_login()
        {
            return Err(Error::from(error).into());
        }

        self.end_all_own().await?;
        self.log_out().await
    }

    /// Ends a login in the registry of its backend. Gives it with the newest tokens.
    pub(super) async fn end(&self, login: KeptLogin) -> Result<KeptLogin, AuthError> {
        let Some(backend) = self.site().backends.by_name(&login.backend) else {
            return Ok(login);
        };

        let registered = self.site().end(&**backend, &login).await?;
        let tokens = registered.or_else(|| login.tokens.clone());
        Ok(KeptLogin { tokens, ..login })
    }

    /// Tells the backend that a login is over, in a task of its own.
    pub(super) fn revoke(&self, login: KeptLogin) -> JoinHandle<()> {
        let backend = self.site().backends.by_name(&login.backend).cloned();

        tokio::spawn(async move {
            if let (Some(backend), Some(tokens)) = (backend, login.tokens)
                && let Err(error) = backend.logout(&tokens).await
            {
                warn!(%error, "the tokens of a login that ended were not revoked");
            }
        })
    }
}
