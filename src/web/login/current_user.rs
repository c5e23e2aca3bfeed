use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use time::OffsetDateTime;

use super::permissions::Permissions;
use crate::users::{LoginId, LoginRecord, User};

/// The user who is logged in.
///
/// Take `CurrentUser` in a handler that needs one, and `Option<CurrentUser>` in one that
/// greets strangers too. It dereferences to the [`User`].
///
/// # Examples
///
/// ```
/// use axum_cognito::CurrentUser;
///
/// async fn reports(user: CurrentUser) -> String {
///     format!("Hello {}", user.first_name)
/// }
/// ```
#[derive(Clone)]
pub struct CurrentUser {
    inner: Arc<Inner>,
}

struct Inner {
    user: Arc<User>,
    login: Arc<LoginRecord>,
    permissions: Arc<Permissions>,
}

impl CurrentUser {
    pub(in crate::web) fn new(
        user: impl Into<Arc<User>>,
        login: impl Into<Arc<LoginRecord>>,
        permissions: &Arc<Permissions>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                user: user.into(),
                login: login.into(),
                permissions: permissions.clone(),
            }),
        }
    }

    /// Returns the user's row.
    pub fn user(&self) -> &User {
        &self.inner.user
    }

    /// Returns the user's login, as the registry has it.
    pub fn login(&self) -> &LoginRecord {
        &self.inner.login
    }

    /// Returns the id of the login.
    pub fn login_id(&self) -> &LoginId {
        &self.inner.login.id
    }

    /// Returns the groups, as the verified access token named them at the last login or refresh.
    pub fn groups(&self) -> &[String] {
        &self.inner.login.groups
    }

    /// Whether the user is in the group of exactly this name.
    pub fn is_in_group(&self, group: &str) -> bool {
        self.groups().iter().any(|known| known == group)
    }

    /// Whether one of the user's groups has the permission.
    pub fn has_permission(&self, permission: &str) -> bool {
        self.inner.permissions.allow(self.groups(), permission)
    }

    /// Returns the name of the backend that logged the user in.
    pub fn backend(&self) -> &str {
        &self.inner.login.backend
    }

    /// Returns when the user logged in.
    pub fn logged_in_at(&self) -> OffsetDateTime {
        self.inner.login.logged_in_at
    }

    /// Returns when the user last proved who they are: at the login, or when asked again.
    pub fn proved_at(&self) -> OffsetDateTime {
        self.inner.login.proved_at
    }

    /// Returns how the user did so, as in [RFC 8176](https://www.rfc-editor.org/rfc/rfc8176): `pwd`
    /// for a password, `otp` for a code, `pop` for a passkey, `mfa` for more than one. An authenticator
    /// app that was set up at this login does not count.
    pub fn methods(&self) -> &[String] {
        &self.inner.login.methods
    }

    /// Returns the identity provider through which the user came in, by managed login: `COGNITO` is
    /// the user pool itself. `None` is a login on the site's own page.
    pub fn provider(&self) -> Option<&str> {
        self.inner.login.provider.as_deref()
    }

    /// Returns whether Cognito made the user for an account at an identity provider, which is where
    /// the password and second factors are. Cognito's name of such a user begins with that of the
    /// provider.
    pub fn is_external(&self) -> bool {
        let provider = self.provider().filter(|it| *it != "COGNITO");
        provider.is_some_and(|provider| {
            let (name, len) = (&self.inner.user.username, provider.len());
            let begins = name
                .get(..len)
                .is_some_and(|it| it.eq_ignore_ascii_case(provider));
            begins && name[len..].starts_with('_')
        })
    }

    /// Returns when the ID and access token expire. They are renewed before that, when needed.
    pub fn tokens_expire_at(&self) -> Option<OffsetDateTime> {
        self.inner.login.expires_at
    }
}

impl Deref for CurrentUser {
    type Target = User;

    fn deref(&self) -> &User {
        &self.inner.user
    }
}

impl fmt::Debug for CurrentUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CurrentUser")
            .field("user", &self.inner.user)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged_in(username: &str, change: impl FnOnce(&mut LoginRecord)) -> CurrentUser {
        let at = OffsetDateTime::UNIX_EPOCH;
        let mut login = LoginRecord::new("canary-id".into(), "pool", 7, at);
        change(&mut login);
        CurrentUser::new(User::new(7, username), login, &Arc::default())
    }

    #[test]
    fn tells_what_the_login_says_and_debug_no_value() {
        let expires_at = OffsetDateTime::UNIX_EPOCH + time::Duration::HOUR;
        let alice = logged_in("canary-name", |login| {
            login.groups = vec!["admins".to_owned()];
            login.methods = vec!["pwd".to_owned()];
            login.expires_at = Some(expires_at);
        });

        let groups = ["admins", "admin", ""].map(|group| alice.is_in_group(group));
        assert_eq!(groups, [true, false, false]);
        assert_eq!(alice.methods(), ["pwd"]);
        assert_eq!(alice.tokens_expire_at(), Some(expires_at));
        let shown = format!("{alice:?}");
        assert!(shown.starts_with("CurrentUser {"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn an_external_user_has_the_name_of_the_provider_before_an_underscore() {
        for (username, provider, is_external) in [
            ("google_123", Some("Google"), true),
            ("Google_", Some("Google"), true),
            ("googler", Some("Google"), false),
            ("google", Some("Google"), false),
            ("go", Some("Google"), false),
            ("amazon_123", Some("Google"), false),
            ("g\u{f6}_123", Some("Go"), false),
            ("cognito_123", Some("COGNITO"), false),
            ("google_123", None, false),
        ] {
            let user = logged_in(username, |login| {
                login.provider = provider.map(str::to_owned);
            });
            assert_eq!(user.is_external(), is_external, "{username} {provider:?}");
        }
    }
}
