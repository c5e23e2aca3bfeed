use std::fmt;
use std::sync::Arc;

use super::{CognitoBackend, Error, LoginSettings, ProfileSource, Settings, SetupError};
use crate::cognito::{Cognito, CognitoUser, UserProfile};
use crate::token::IdClaims;
use crate::users::UserStore;

/// A user pool and the site's users: the ready [`CognitoBackend`].
///
/// # Examples
///
/// ```no_run
/// use axum_cognito::{Auth, Settings, SqliteUsers, UserPool};
///
/// # async fn site() -> Result<Auth, Box<dyn std::error::Error>> {
/// let users = SqliteUsers::connect("sqlite:site.db").await?;
/// let pool = UserPool::new(Settings::from_env()?, users)
///     .await?
///     .configure(|login| login.create_unknown_user = false); // who has no row is refused
/// let auth = Auth::builder().with_pool(pool).build().await?;
/// # Ok(auth)
/// # }
/// ```
pub struct UserPool {
    cognito: Cognito,
    users: Arc<dyn UserStore>,
    login: LoginSettings,
}

impl UserPool {
    /// Creates a backend from settings.
    ///
    /// AWS credentials are looked for only if the settings say so, or take profiles from
    /// `AdminGetUser`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setup`], which names the setting to change.
    pub async fn new(settings: Settings, users: impl UserStore) -> Result<Self, Error> {
        let mut builder = settings.client_builder();
        if settings.aws_credentials || settings.login.profile_source == ProfileSource::AdminGetUser
        {
            builder = builder.with_default_credentials().await;
        }
        let cognito = builder.build().map_err(SetupError::Client)?;

        Ok(Self {
            login: settings.login,
            ..Self::with_client(cognito, users)
        })
    }

    /// Creates a backend from a client that is ready to use, with the default settings.
    pub fn with_client(cognito: Cognito, users: impl UserStore) -> Self {
        Self {
            cognito,
            users: Arc::new(users),
            login: LoginSettings::default(),
        }
    }

    /// Changes how users log in.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn f(pool: axum_cognito::UserPool) -> axum_cognito::UserPool {
    /// pool.configure(|login| login.create_unknown_user = false)
    /// # }
    /// ```
    #[must_use]
    pub fn configure(mut self, change: impl FnOnce(&mut LoginSettings)) -> Self {
        change(&mut self.login);
        self
    }

    /// Returns the client of the user pool.
    pub fn cognito(&self) -> &Cognito {
        &self.cognito
    }

    /// Returns the store of the users' rows.
    pub fn users(&self) -> &dyn UserStore {
        &*self.users
    }

    /// Returns how users log in.
    pub fn login_settings(&self) -> &LoginSettings {
        &self.login
    }

    /// Returns the profile of a user who has just logged in, from where the settings say.
    pub(super) async fn load_profile(
        &self,
        user: &CognitoUser,
        claims: &IdClaims,
    ) -> Result<UserProfile, Error> {
        Ok(match self.login.profile_source {
            ProfileSource::AdminGetUser => self.cognito.admin()?.get_user(&claims.username).await?,
            ProfileSource::GetUser if user.has_account_scope() => user.get_user().await?,
            ProfileSource::GetUser | ProfileSource::IdToken => {
                UserProfile::new(&claims.username, claims.attributes())
            }
        })
    }
}

impl CognitoBackend for UserPool {
    fn pool(&self) -> &UserPool {
        self
    }
}

impl fmt::Debug for UserPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserPool")
            .field("cognito", &self.cognito)
            .finish_non_exhaustive()
    }
}
