use std::sync::Arc;

use async_trait::async_trait;

use crate::backend::Refusal;
use crate::id::Subject;
use crate::users::{LoginId, UserId};
use crate::web::login::CurrentUser;

/// Methods that are called after something happened to a login, as with Django's signals.
///
/// Every method is empty unless you write it. Each call runs in a task of its own: one that panics
/// or takes its time changes nothing for the visitor.
///
/// # Examples
///
/// ```
/// use axum_cognito::{CurrentUser, async_trait};
/// use axum_cognito::web::Hooks;
///
/// struct Greeter;
///
/// #[async_trait]
/// impl Hooks for Greeter {
///     async fn user_created(&self, user: &CurrentUser) {
///         println!("user {} has joined", user.id);
///     }
/// }
/// ```
#[async_trait]
pub trait Hooks: Send + Sync + 'static {
    /// A user has logged in.
    async fn logged_in(&self, user: &CurrentUser) {
        let _ = user;
    }

    /// A user has logged in for the first time, and has a row since. `logged_in` follows.
    async fn user_created(&self, user: &CurrentUser) {
        let _ = user;
    }

    /// Every backend refused. `username` is what was typed: untrusted, and it may be a password.
    async fn login_failed(&self, username: &str, refusal: Refusal) {
        let _ = (username, refusal);
    }

    /// A user has to answer a challenge. `challenge` is the API's name of it.
    async fn challenged(&self, username: &str, challenge: &str) {
        let _ = (username, challenge);
    }

    /// The tokens of a login were renewed.
    async fn refreshed(&self, user: &CurrentUser) {
        let _ = user;
    }

    /// Passwords or codes of an account were tried too often, by our limits or by Cognito's, and
    /// none is checked for a while. `account` is what was typed: untrusted, and it may be a
    /// password.
    async fn limited(&self, account: &str) {
        let _ = account;
    }

    /// A user has changed something of their account that opens it or that messages go to. Write to
    /// the address that the row had before: Cognito sends no notice.
    async fn account_changed(&self, user: &CurrentUser, change: AccountChange) {
        let _ = (user, change);
    }

    /// A user has deleted their account. Cognito knows them no longer, and `user` is the row as it was.
    /// Delete what the site has of them in tables of its own.
    async fn account_deleted(&self, user: &CurrentUser) {
        let _ = user;
    }

    /// An administrator, `by`, has done something to a user.
    async fn administered(&self, by: &CurrentUser, user_id: &UserId, action: AdminAction) {
        let _ = (by, user_id, action);
    }

    /// A login has ended: by the user, from elsewhere, or because its tokens cannot be renewed.
    async fn logged_out(&self, user_id: &UserId) {
        let _ = user_id;
    }
}

/// What a user has changed of their account.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AccountChange {
    /// An attribute, such as the e-mail address.
    Attributes,
    /// The remembered devices.
    Devices,
    /// An identity provider was connected or disconnected.
    Identities,
    /// The passkeys.
    Passkeys,
    /// The password.
    Password,
    /// A second factor was switched on or off.
    SecondFactor,
}

/// What an administrator has done to a user.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AdminAction {
    /// The user may not log in any more.
    Disabled,
    /// The user may log in again.
    Enabled,
    /// An invitation was sent once more.
    InvitationSent,
    /// All logins were ended.
    LoginsEnded,
    /// The password no longer counts, and a code was sent for choosing another.
    PasswordReset,
    /// The second factors were removed.
    SecondFactorRemoved,
}

/// Why a login has ended.
#[derive(Clone, Copy, Debug)]
pub(in crate::web) enum End {
    /// By the user or an administrator, from another browser.
    Elsewhere,
    /// By the user.
    LoggedOut,
    /// Its tokens cannot be renewed.
    NotRenewed,
}

/// What has happened to a login.
#[derive(Clone)]
pub(in crate::web) enum Event {
    Administered {
        by: CurrentUser,
        user_id: UserId,
        action: AdminAction,
    },
    /// The caller of an API, by an access token.
    CallerForbidden {
        sub: Subject,
        client: String,
        required: String,
    },
    Changed {
        user: CurrentUser,
        change: AccountChange,
    },
    Challenged {
        username: String,
        challenge: String,
    },
    Deleted {
        user: CurrentUser,
    },
    LoggedIn {
        user: CurrentUser,
        created: bool,
    },
    Ended {
        user_id: UserId,
        why: End,
    },
    /// A browser came back with a login that is over: it was ended, its time was up, or its user is
    /// gone or inactive.
    FoundOver {
        login: LoginId,
        user_id: Option<UserId>,
    },
    Forbidden {
        user_id: UserId,
        required: String,
    },
    Limited {
        account: String,
    },
    Locked {
        username: String,
    },
    LoginFailed {
        username: String,
        refusal: Refusal,
    },
    Refreshed {
        user: CurrentUser,
    },
}

/// The hooks of a site.
#[derive(Clone, Default)]
pub(in crate::web) struct AllHooks {
    hooks: Vec<Arc<dyn Hooks>>,
}

impl AllHooks {
    pub(in crate::web) fn push(&mut self, hooks: impl Hooks) {
        self.hooks.push(Arc::new(hooks));
    }

    /// Calls each of the hooks, and waits for none.
    pub(in crate::web) fn tell(&self, event: &Event) {
        for hooks in &self.hooks {
            let (hooks, event) = (hooks.clone(), event.clone());
            tokio::spawn(async move { tell(&*hooks, event).await });
        }
    }
}

async fn tell(hooks: &dyn Hooks, event: Event) {
    match event {
        Event::CallerForbidden { .. } | Event::FoundOver { .. } | Event::Forbidden { .. } => {}
        Event::Administered {
            by,
            user_id,
            action,
        } => hooks.administered(&by, &user_id, action).await,
        Event::Changed { user, change } => hooks.account_changed(&user, change).await,
        Event::Challenged {
            username,
            challenge,
        } => hooks.challenged(&username, &challenge).await,
        Event::Deleted { user } => hooks.account_deleted(&user).await,
        Event::LoggedIn { user, created } => {
            if created {
                hooks.user_created(&user).await;
            }
            hooks.logged_in(&user).await;
        }
        Event::Ended { user_id, .. } => hooks.logged_out(&user_id).await,
        Event::Limited { account: name } | Event::Locked { username: name } => {
            hooks.limited(&name).await;
        }
        Event::LoginFailed { username, refusal } => hooks.login_failed(&username, refusal).await,
        Event::Refreshed { user } => hooks.refreshed(&user).await,
    }
}
