use tracing::warn;

use super::{AuthSession, Loaded};
use crate::attribute::Attributes;
use crate::cognito::{Cognito, CognitoErrorKind, CognitoUser, PasswordPolicy};
use crate::users::UserStore;
use crate::web::error::AuthError;
use crate::web::login::{KeptChallenge, Refreshed};

/// The account at Cognito behind the login.
impl AuthSession {
    /// Returns the user pool in which strangers sign up: that of the first backend that has one. Its
    /// calls carry the visitor's address, if the settings say so.
    pub fn user_pool(&self) -> Option<Cognito> {
        let (backend, cognito) = self.site().backends.first_pool()?;
        Some(cognito.with_context(self.context(backend)))
    }

    /// Returns the client of a backend's user pool, by the name of the backend. `None` if there is no
    /// such backend, or if it has no pool.
    pub fn pool_of(&self, backend: &str) -> Option<Cognito> {
        let backend = self.site().backends.by_name(backend)?;
        let cognito = backend.cognito()?;
        Some(cognito.with_context(self.context(backend)))
    }

    /// Returns what new passwords must be like in the pool of the user who is logged in, of the
    /// challenge that waits, or else of [strangers](Self::user_pool) who sign up. See [`Cognito::password_policy`].
    pub async fn password_policy(&self) -> PasswordPolicy {
        let backends = &self.site().backends;
        let user = self.current_user().await.ok().flatten();
        let asked = match self.session() {
            Ok(session) => KeptChallenge::read(session).await.ok().flatten(),
            Err(_) => None,
        };
        let name = user.as_ref().map(|user| user.backend());
        let name = name.or_else(|| asked.as_ref().map(|asked| &*asked.backend));
        let pool = name.and_then(|name| backends.by_name(name)?.cognito());

        match pool.or_else(|| Some(backends.first_pool()?.1)) {
            Some(pool) => pool.password_policy().await,
            None => PasswordPolicy::default(),
        }
    }

    /// Returns the backend of the [user pool](Self::user_pool) in which strangers sign up: its name,
    /// and the store of its users.
    pub fn users_of_pool(&self) -> Option<(&str, &dyn UserStore)> {
        let (backend, _) = self.site().backends.first_pool()?;
        Some((backend.name(), backend.users()?))
    }

    /// Returns the backend whose users an administrator sees: its name, and the store of its users. It is
    /// the one of the user who is logged in: groups of another backend say nothing of its users.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user).
    pub async fn users(&self) -> Result<Option<(&str, &dyn UserStore)>, AuthError> {
        let user = self.load().await?;
        let own = user.as_ref().and_then(|user| self.backend_of(user));

        Ok(own.and_then(|backend| Some((backend.name(), backend.users()?))))
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

    /// Copies what a user has changed at Cognito into the row, and into the tokens.
    ///
    /// `changed` is what was sent to Cognito, which removes an attribute at an empty value. The
    /// column of such an attribute is emptied, whatever the mapping says of attributes that are
    /// missing. Nothing else of it is looked at: the values are Cognito's. A user whose tokens Cognito
    /// refuses by now is logged out.
    ///
    /// # Errors
    ///
    /// As for [`current_user`](Self::current_user). Tokens that cannot be renewed now are
    /// renewed later.
    pub async fn reload(&self, changed: &Attributes) -> Result<(), AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(());
        };
        let Some(backend) = self.backend_of(&user) else {
            return Ok(());
        };
        let Some(tokens) = self.tokens_of(&user).await? else {
            return Ok(());
        };

        match backend.reload(&user, &tokens, changed).await {
            Ok(()) => {}
            Err(error)
                if error
                    .cognito_kind()
                    .is_some_and(CognitoErrorKind::ends_a_login) =>
            {
                return self.log_out().await;
            }
            Err(error) => return Err(error.into()),
        }
        let site = self.site();
        let refreshed = site
            .refreshes
            .refresh(&site.registry, backend, user.user(), user.login())
            .await;
        if let Refreshed::Ended | Refreshed::Failed(_) = refreshed {
            warn!(user = %user.id, "tokens were not renewed after a change");
        }
        *self.request.seen().loaded.lock().await = Loaded::NotYet;
        Ok(())
    }
}
