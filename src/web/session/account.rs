use tracing::warn;

use super::{AuthSession, Loaded};
use crate::cognito::{Cognito, CognitoUser};
use crate::users::UserStore;
use crate::web::error::AuthError;
use crate::web::login::Refreshed;

/// The account at Cognito behind the login.
impl AuthSession {
    /// Returns the user pool in which strangers sign up: that of the first backend that has one. Its
    /// calls carry the visitor's address, if the settings say so.
    pub fn user_pool(&self) -> Option<Cognito> {
        let (backend, cognito) = self.site().backends.first_pool()?;
        Some(cognito.with_context(self.context(backend)))
    }

    /// Returns the backend of the [user pool](Self::user_pool) in which strangers sign up: its name,
    /// and the store of its users.
    pub fn users_of_pool(&self) -> Option<(&str, &dyn UserStore)> {
        let (backend, _) = self.site().backends.first_pool()?;
        Some((backend.name(), backend.users()?))
    }

    /// Returns the first backend that has its users in a store: its name, and the store.
    pub fn users(&self) -> Option<(&str, &dyn UserStore)> {
        let mut backends = self.site().backends.iter();
        backends.find_map(|backend| Some((backend.name(), backend.users()?)))
    }

    /// Returns the user who is logged in as a user of their pool, on whose behalf calls can be made.
    /// `None` without a user, or if it is not one of a user pool.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn cognito_user(&self) -> Result<Option<CognitoUser>, AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(None);
        };
        let Some(pool) = self.backend_of(&user).and_then(|backend| backend.cognito()) else {
            return Ok(None);
        };

        let tokens = self.tokens_of(&user).await?;
        Ok(tokens.map(|tokens| pool.user(&user.username, tokens)))
    }

    /// Takes over what a user has changed at Cognito: into the row, and into the tokens.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user). Tokens that cannot be renewed now are
    /// renewed later.
    pub async fn reload(&self) -> Result<(), AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(());
        };
        let Some(backend) = self.backend_of(&user) else {
            return Ok(());
        };
        let Some(tokens) = self.tokens_of(&user).await? else {
            return Ok(());
        };

        backend.reload(&user, &tokens).await?;
        let site = self.site();
        let refreshed = site
            .refreshes
            .refresh(&site.registry, backend, user.user(), user.login())
            .await;
        if let Refreshed::Ended | Refreshed::Failed(_) = refreshed {
            warn!(user = %user.id, "tokens were not renewed after a change");
        }
        *self.inner.loaded.lock().await = Loaded::NotYet;
        Ok(())
    }
}
