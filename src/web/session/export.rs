use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use time::OffsetDateTime;
use tracing::debug;

use super::{AuthSession, LoginInfo};
use crate::attribute::AttributeName;
use crate::users::User;
use crate::web::error::AuthError;
use crate::web::login::CurrentUser;

/// All that is known of a user here, to be handed to them: no token, and no id of a login, is in it.
/// Times are RFC 3339. `Debug` shows no values.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AccountExport {
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "json", schemars(with = "String"))]
    pub exported_at: OffsetDateTime,
    /// The row in the site's table.
    pub user: ExportedUser,
    /// What Cognito has of the user, by its names.
    pub attributes: BTreeMap<String, String>,
    /// The groups, as of the last login or refresh.
    pub groups: Vec<String>,
    /// The logins in all browsers.
    pub logins: Vec<ExportedLogin>,
}

/// The row of a user. `Debug` shows no values.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ExportedUser {
    /// The key of the row.
    pub id: String,
    /// The name that Cognito gave the user.
    pub username: String,
    /// Cognito's subject.
    pub sub: Option<String>,
    /// The e-mail address.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The time of the first login.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "json", schemars(with = "String"))]
    pub date_joined: OffsetDateTime,
    /// The time of the last login.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "json", schemars(with = "Option<String>"))]
    pub last_login: Option<OffsetDateTime>,
    /// Further columns that the attribute mapping names.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Option<String>>,
}

/// A login of a user. `Debug` shows no values.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ExportedLogin {
    /// What the browser said it is.
    pub browser: String,
    /// When the user logged in.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "json", schemars(with = "String"))]
    pub logged_in_at: OffsetDateTime,
    /// When the login was used last, to the minute.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "json", schemars(with = "String"))]
    pub last_used_at: OffsetDateTime,
}

impl AuthSession {
    /// Returns all that is known here of the user who is logged in. `None` without one.
    ///
    /// # Errors
    ///
    /// Returns an [`AuthError`] if it could not be collected.
    pub async fn export_account(&self) -> Result<Option<AccountExport>, AuthError> {
        let Some(user) = self.load().await? else {
            return Ok(None);
        };
        let attributes = self.all_attributes(&user).await?;
        let logins = self.logins().await?;

        Ok(Some(AccountExport {
            exported_at: self.now(),
            user: ExportedUser::from(user.user()),
            attributes,
            groups: user.groups().to_vec(),
            logins: logins.into_iter().map(ExportedLogin::from).collect(),
        }))
    }

    /// What Cognito has of the user: all that the app client may read, where the tokens let it be
    /// asked, or else what the ID token says.
    async fn all_attributes(
        &self,
        user: &CurrentUser,
    ) -> Result<BTreeMap<String, String>, AuthError> {
        let account = self.cognito_user().await?;
        let asked = match account.filter(|account| account.has_account_scope()) {
            Some(account) => match account.get_user().await {
                Ok(profile) => Some(profile.attributes),
                Err(error) => {
                    debug!(user = %user.id, %error, "an export has the attributes of the ID token");
                    None
                }
            },
            None => None,
        };
        let attributes = match asked {
            Some(attributes) => attributes,
            None => self.attributes().await?,
        };

        let named = |(name, value): (&AttributeName, &str)| (name.to_string(), value.to_owned());
        Ok(attributes.iter().map(named).collect())
    }
}

impl From<&User> for ExportedUser {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            username: user.username.clone(),
            sub: user.sub.as_ref().map(|sub| sub.as_str().to_owned()),
            email: user.email.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            date_joined: user.date_joined,
            last_login: user.last_login,
            extra: user.extra.clone(),
        }
    }
}

impl From<LoginInfo> for ExportedLogin {
    fn from(login: LoginInfo) -> Self {
        Self {
            browser: login.user_agent,
            logged_in_at: login.logged_in_at,
            last_used_at: login.seen_at,
        }
    }
}

/// Writes a `Debug` that shows no values.
macro_rules! without_values {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

without_values!(AccountExport, ExportedUser, ExportedLogin);
