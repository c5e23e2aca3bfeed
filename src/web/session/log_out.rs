use std::time::Duration;

use tokio::task::JoinHandle;
use tracing::info;

use super::{AuthSession, Loaded};
use crate::backend::Error;
use crate::web::error::AuthError;
use crate::web::hook::{End, Event};
use crate::web::login::{Ended, KeptLogin, empty};

/// A logout waits this long for the tokens to be revoked. That goes on without being waited for.
const REVOKE_PATIENCE: Duration = Duration::from_millis(1500);

impl AuthSession {
    /// Logs the user out of this browser: ends the login and the session, and revokes the tokens.
    ///
    /// The login ends whether or not Cognito can be reached. Does nothing if nobody is logged in, or
    /// at another tenant that shares the session.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if the login or the session could not be ended.
    pub async fn log_out(&self) -> Result<(), AuthError> {
        let session = self.session()?;
        let (site, auth) = (self.site(), self.clone());
        let revoking = match KeptLogin::read(session).await? {
            // Nobody is logged in here, and whoever is there stays so.
            Some(kept) if site.is_elsewhere(&kept.backend) => return Ok(()),
            Some(kept) => {
                let ended = site.end_kept(&kept, move |ended| auth.follow_up(ended));
                ended.await?
            }
            None => {
                // Another process may have ended the session, and its login is warm here: which one, or
                // which others of the user, the session does not say any more.
                site.registry.forget_all();
                None
            }
        };
        self.request.end_session();
        empty(session).await?;
        *self.request.seen().loaded.lock().await = Loaded::Done(None);

        if let Some(revoking) = revoking {
            // As a rule, a logout is done at Cognito too when it is done here.
            let _ = tokio::time::timeout(REVOKE_PATIENCE, revoking).await;
        }
        Ok(())
    }

    /// Reports the end of this browser's login, and revokes its tokens.
    fn follow_up(&self, ended: Ended) -> JoinHandle<()> {
        let user_id = ended.login.user_id.clone();
        info!(user = %user_id, "logged out");
        let why = End::LoggedOut;
        self.tell(&Event::Ended { user_id, why });
        self.site().revoke(ended)
    }

    /// Logs the user out of all browsers, and has Cognito revoke all their tokens
    /// (`GlobalSignOut`). All their logins on this site are over at once, in all its processes.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if Cognito could not be asked, in which case nothing has ended; or
    /// if the logins could not be ended.
    pub async fn log_out_everywhere(&self) -> Result<(), AuthError> {
        let Some(current) = self.load().await? else {
            return self.log_out().await;
        };
        let signed_out = match self.cognito_user().await? {
            // Without the scope for it, revoking each login's tokens has to do.
            Some(user) if !user.has_account_scope() => false,
            Some(user) => match user.global_sign_out().await {
                Ok(()) => true,
                // Tokens that are not good any more are what was wanted.
                Err(error) if error.kind().ends_a_login() => false,
                Err(error) => return Err(Error::from(error).into()),
            },
            None => false,
        };

        self.site()
            .end_logins(current.backend(), &current.id, None, !signed_out)
            .await?;
        self.log_out().await
    }
}
