use time::OffsetDateTime;
use tracing::{info, warn};

use super::AuthSession;
use crate::backend::Error;
use crate::users::{LoginRecord, LoginStore};
use crate::web::error::AuthError;
use crate::web::hooks::{End, Event};
use crate::web::registry;

/// One of a user's logins.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoginInfo {
    /// Tells it from all others.
    pub id: String,
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

/// The logins of a user in all browsers. A backend without a registry of logins knows of none.
impl AuthSession {
    /// Lists the logins of whoever is logged in, the newest first.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn logins(&self) -> Result<Vec<LoginInfo>, AuthError> {
        let Some((user, login)) = self.load().await? else {
            return Ok(Vec::new());
        };
        let Some(store) = self.registry_of(&login.backend) else {
            return Ok(Vec::new());
        };

        let records = store.list(user.id).await.map_err(Error::from)?;
        Ok(records
            .into_iter()
            .map(|record| LoginInfo {
                is_this: record.id == login.id,
                id: record.id,
                user_agent: record.user_agent,
                logged_in_at: record.logged_in_at,
                renewed_at: record.renewed_at,
                seen_at: record.seen_at,
            })
            .collect())
    }

    /// Ends another login of whoever is logged in, in whatever browser and process it is. Those
    /// of other users are left alone.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn log_out_of(&self, id: &str) -> Result<(), AuthError> {
        let Some((user, login)) = self.load().await? else {
            return Ok(());
        };
        if login.id == id {
            return self.log_out().await;
        }
        let Some(store) = self.registry_of(&login.backend) else {
            return Ok(());
        };

        let found = store.read(id).await.map_err(Error::from)?;
        if found.is_some_and(|found| found.user_id == user.id)
            && let Some(ended) = store.end(id).await.map_err(Error::from)?
        {
            self.site().warm.forget(id);
            self.follow_up(vec![ended]);
        }
        Ok(())
    }

    /// Ends all logins of whoever is logged in but this one. Pages call it when a password has
    /// changed: who knew the old one may be logged in elsewhere.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn end_other_logins(&self) -> Result<(), AuthError> {
        let others = self.logins().await?;
        for login in others.iter().filter(|login| !login.is_this) {
            self.log_out_of(&login.id).await?;
        }
        Ok(())
    }

    /// Ends all logins of a user at once, in all processes, and has Cognito revoke the tokens.
    /// For administrators: who may call it is for the caller to decide.
    ///
    /// # Errors
    ///
    /// [`AuthError`] when the logins could not be ended.
    pub async fn end_logins_of(&self, user_id: i64) -> Result<(), AuthError> {
        for store in self.site().backends.login_stores() {
            let ended = store.end_all(user_id).await.map_err(Error::from)?;
            self.site().warm.forget_user(user_id);
            self.follow_up(ended);
        }
        Ok(())
    }

    /// Ends the logins of the user in this browser's login, this one too.
    pub(super) async fn end_all_own(&self) -> Result<(), AuthError> {
        let Some((user, login)) = self.load().await? else {
            return Ok(());
        };
        if let Some(store) = self.registry_of(&login.backend) {
            let mut ended = store.end_all(user.id).await.map_err(Error::from)?;
            self.site().warm.forget_user(user.id);
            ended.retain(|other| other.id != login.id);
            self.follow_up(ended);
        }
        Ok(())
    }

    fn registry_of(&self, backend: &str) -> Option<&dyn LoginStore> {
        let backend = self.site().backends.by_name(backend)?;
        registry::of(&**backend)
    }

    /// Tells hooks and Cognito of logins that have ended.
    fn follow_up(&self, ended: Vec<LoginRecord>) {
        for login in ended {
            info!(user = login.user_id, "a login was ended from elsewhere");
            self.tell(&Event::Ended {
                user_id: login.user_id,
                why: End::Elsewhere,
            });

            let backend = self.site().backends.by_name(&login.backend).cloned();
            tokio::spawn(async move {
                if let (Some(backend), Some(tokens)) = (backend, login.tokens)
                    && let Err(error) = backend.logout(&tokens).await
                {
                    warn!(%error, "the tokens of a login that ended were not revoked");
                }
            });
        }
    }
}
