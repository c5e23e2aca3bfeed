use tracing::warn;

use super::{AuthSession, Loaded};
use crate::cognito::{Cognito, CognitoUser};
use crate::users::UserStore;
use crate::web::error::AuthError;
use crate::web::refresh::Refreshed;

/// The account at Cognito behind the login.
impl AuthSession {
    /// The user pool in which strangers sign up: that of the first backend that has one.
    pub fn user_pool(&self) -> Option<&Cognito> {
        self.site().backends.user_pool()
    }

    /// The site's users: those of the first backend that has them in a store.
    pub fn user_store(&self) -> Option<&dyn UserStore> {
        self.site().backends.user_store()
    }

    /// Whoever is logged in, as a user of their pool on whose behalf calls can be made.
    /// `None`: nobody is, or not by a user pool.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn cognito_user(&self) -> Result<Option<CognitoUser>, AuthError> {
        let Some((user, login)) = self.load().await? else {
            return Ok(None);
        };
        let backend = self.site().backends.by_name(&login.backend);
        let pool = backend.and_then(|backend| backend.user_pool());

        let tokens = self.tokens_of(&login).await?;
        Ok(pool
            .zip(tokens)
            .map(|(pool, tokens)| pool.user(&user.username, tokens)))
    }

    /// Takes over what a user has changed at Cognito: into the row, and into the tokens.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user). Tokens that cannot be renewed now are
    /// renewed later.
    pub async fn reload(&self) -> Result<(), AuthError> {
        let Some((user, login)) = self.load().await? else {
            return Ok(());
        };
        let site = self.site();
        let backend = site.backends.by_name(&login.backend).cloned();
        let Some(backend) = backend else {
            return Ok(());
        };
        let session = self.session()?;
        let login = site
            .with_tokens(&*backend, session, (*login).clone())
            .await?;
        let Some(tokens) = &login.tokens else {
            return Ok(());
        };

        backend.reload(user.user(), tokens).await?;
        let refreshed = site
            .refreshes
            .refresh(site, backend, session.clone(), user.user().clone(), login)
            .await;
        match refreshed {
            Refreshed::Renewed(renewed) => renewed.write(session).await?,
            Refreshed::Ended | Refreshed::Failed(_) => {
                warn!(user = user.id, "tokens were not renewed after a change");
            }
        }
        *self.inner.loaded.lock().await = Loaded::NotYet;
        Ok(())
    }
}
