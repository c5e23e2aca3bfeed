//! A login without a proof, for tests of a site.

use std::sync::Arc;

use tower_sessions::{Session, SessionStore};

use super::Auth;
use crate::backend::Error;
use crate::users::{LoginId, LoginRecord, User};
use crate::web::error::AuthError;
use crate::web::login::KeptLogin;
use crate::web::store::ProtectedStore;

impl Auth {
    /// Logs a backend's user in without a proof, and returns the cookie of the session, as a
    /// browser sends it: `name=value`. For tests of pages behind a login.
    ///
    /// `store` is the store of sessions of the site. The login has no tokens and is in these
    /// `groups`.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if there is no such backend, or a store failed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use axum_cognito::{Auth, User, tower_sessions::MemoryStore};
    /// # async fn f(auth: Auth, store: MemoryStore, alice: User) -> Result<(), Box<dyn std::error::Error>> {
    /// let cookie = auth.force_login(store.clone(), "us-east-1_Ab12Cd34E", &alice, &["admins"]).await?;
    /// // GET /admin with `Cookie: {cookie}`
    /// # Ok(())
    /// # }
    /// ```
    pub async fn force_login<S: SessionStore>(
        &self,
        store: S,
        backend: &str,
        user: &User,
        groups: &[&str],
    ) -> Result<String, AuthError> {
        let site = &self.site;
        let registry = &site.registry;
        let Some(backend) = site.backends.by_name(backend) else {
            return Err(Error::other(format!("there is no backend {backend:?}")).into());
        };
        let id = LoginId::random().ok_or_else(|| Error::other("no random bytes"))?;
        let login = LoginRecord {
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            ..LoginRecord::new(id, backend.name(), user.id.clone(), registry.clock.now())
        };

        let began = backend.logins().now().await.map_err(Error::from)?;
        registry
            .begin(backend, &login, &user.username, None, began)
            .await?;
        let store = ProtectedStore::new(store, registry.keys.clone());
        let session = Session::new(None, Arc::new(store), None);
        KeptLogin::from(&login).write(&session).await?;
        session.save().await?;
        let id = session.id().ok_or(AuthError::MissingSessionLayer)?;
        Ok(format!("{}={id}", site.cookie.name))
    }
}
