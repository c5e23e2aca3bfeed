use time::OffsetDateTime;

use super::AuthSession;
use super::old_logins::Whose;
use crate::backend::Error;
use crate::users::{LoginId, LoginRecord, UserId};
use crate::web::error::AuthError;
use crate::web::hook::{AdminAction, Event};

/// One of a user's logins.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoginInfo {
    /// The id of the login.
    pub id: LoginId,
    /// What the browser said it is, cut short.
    pub user_agent: String,
    /// When the user logged in.
    pub logged_in_at: OffsetDateTime,
    /// When the tokens were renewed last.
    pub renewed_at: OffsetDateTime,
    /// When the login was used last, to the minute.
    pub seen_at: OffsetDateTime,
    /// Whether it is the login of this browser.
    pub is_this: bool,
}

/// The logins of the user in all browsers.
impl AuthSession {
    /// Returns the logins of the user who is logged in, the newest first.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn logins(&self) -> Result<Vec<LoginInfo>, AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(Vec::new());
        };
        let Some(backend) = self.backend_of(&user) else {
            return Ok(Vec::new());
        };

        let records = backend.logins().list(backend.name(), &user.id);
        Ok(records
            .await
            .map_err(Error::from)?
            .into_iter()
            .map(|record| LoginInfo {
                is_this: record.id == *user.login_id(),
                id: record.id,
                user_agent: record.user_agent,
                logged_in_at: record.logged_in_at,
                renewed_at: record.renewed_at,
                seen_at: record.seen_at,
            })
            .collect())
    }

    /// Returns the logins of a backend's user, the newest first, for administrators.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if the registry could not be asked.
    pub async fn logins_of(
        &self,
        backend: &str,
        user_id: &UserId,
    ) -> Result<Vec<LoginRecord>, AuthError> {
        match self.site().backends.by_name(backend) {
            Some(backend) => {
                let logins = backend.logins().list(backend.name(), user_id).await;
                Ok(logins.map_err(Error::from)?)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Reports to the audit log and the [hooks](crate::web::Hooks) what the administrator who is logged
    /// in has done to a user.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn administered(
        &self,
        user_id: &UserId,
        action: AdminAction,
    ) -> Result<(), AuthError> {
        if let Some(by) = self.load().await? {
            let user_id = user_id.clone();
            self.tell(&Event::Administered {
                by,
                user_id,
                action,
            });
        }
        Ok(())
    }

    /// Ends another login of the user who is logged in, in whatever browser and process it is.
    /// Those of other users are left alone.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn log_out_of(&self, id: &LoginId) -> Result<(), AuthError> {
        let user = self.load().await?;
        if user.as_ref().is_some_and(|user| user.login_id() == id) {
            return self.log_out().await;
        }

        let is_theirs = self.logins().await?.iter().any(|login| login.id == *id);
        match user {
            Some(user) if is_theirs => {
                self.site().end_login(user.backend(), id).await?;
            }
            // Another process may have ended it, and it is warm here.
            _ => self.site().registry.forget(id),
        }
        Ok(())
    }

    /// Ends all logins of the user who is logged in but this one, and those on their way. Pages call
    /// it when a password may have changed: someone who knew the old one may be logged in elsewhere. What
    /// cannot be ended now is tried again in the background.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn end_other_logins(&self) -> Result<(), AuthError> {
        if let Some(user) = self.load().await?
            && let Some(backend) = self.backend_of(&user)
        {
            let (whose, here) = (Whose::Id(user.id.clone()), Some(user.login_id()));
            self.end_old_logins(backend, whose, here).await?;
        }
        Ok(())
    }

    /// Ends all logins of a user at once, in all processes, and revokes their tokens. For
    /// administrators: who may call it is for the caller to decide.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if the logins could not be ended.
    pub async fn end_logins_of(&self, backend: &str, user_id: &UserId) -> Result<(), AuthError> {
        self.site().end_logins(backend, user_id, None, true).await?;
        Ok(())
    }
}
