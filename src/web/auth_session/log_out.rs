use std::time::Duration;

use tokio::task::JoinHandle;
use tracing::{info, warn};

use super::{AuthSession, Loaded};
use crate::web::error::AuthError;
use crate::web::hooks::Event;
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
        let login = KeptLogin::read(session).await?;
        kept::empty(session).await?;
        *self.inner.loaded.lock().await = Loaded::Done(None);

        if let Some(login) = login {
            info!(user = login.user_id, "logged out");
            self.tell(&Event::LoggedOut {
                user_id: login.user_id,
            });
            // Whoever looks at Cognito after a logout should find it done, as a rule.
            let revoked = self.revoke(login);
            let _ = tokio::time::timeout(REVOKE_PATIENCE, revoked).await;
        }
        Ok(())
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
