use tracing::info;

use super::log_in::{random_id, save};
use super::{AuthSession, Loaded};
use crate::users::LoginRecord;
use crate::web::error::AuthError;
use crate::web::hook::{AccountChange, Event};
use crate::web::login::{CurrentUser, Ended, KeptLogin};

impl AuthSession {
    /// Puts another login in the place of this one, with a new id of the session, of the login, and
    /// new tokens, and ends all others of the user. Pages call it when a password has changed: a
    /// copy of the cookie that somebody has taken opens nothing from then on.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn rekey(&self) -> Result<(), AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(());
        };
        let Some(backend) = self.backend_of(&user) else {
            return Ok(());
        };
        let site = self.site();
        let registry = &site.registry;
        site.end_logins(user.backend(), &user.id, Some(user.login_id()), true)
            .await?;

        let began = backend
            .logins()
            .now()
            .await
            .map_err(crate::backend::Error::from)?;
        let Some(Ended { tokens, .. }) = registry.end(backend, user.login_id()).await? else {
            return self.log_out().await; // somebody has ended it meanwhile
        };
        let now = registry.clock.now();
        let login = LoginRecord {
            id: random_id()?,
            version: 0,
            proved_at: now,
            seen_at: now,
            ..user.login().clone()
        };
        if !registry
            .begin(backend, &login, tokens.as_ref(), began)
            .await?
        {
            return self.log_out().await;
        }
        let session = self.session()?;
        session.cycle_id().await?;
        KeptLogin::from(&login).write(session).await?;
        save(session).await?;

        info!(user = %user.id, "a login got new keys");
        let user = CurrentUser::new(user.user().clone(), login, &site.permissions);
        *self.inner.loaded.lock().await = Loaded::Done(Some(user));
        self.reload().await
    }

    /// Writes the audit log and calls the hooks: the user has changed something of the account.
    /// Pages of your own call it after such a change.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn account_changed(&self, change: AccountChange) -> Result<(), AuthError> {
        if let Some(user) = self.load().await? {
            self.tell(&Event::Changed { user, change });
        }
        Ok(())
    }
}
