use std::sync::Arc;

use async_trait::async_trait;

use super::current_user::CurrentUser;
use crate::backend::Refusal;

/// What a site wants to know of logins, as with Django's signals.
///
/// Every method is empty unless you write it. They are called after the fact, in a task of
/// their own: one that fails, panics or takes its time changes nothing for the visitor.
///
/// # Examples
///
/// ```
/// use async_trait::async_trait;
/// use axum_cognito::CurrentUser;
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

    /// No backend let somebody in, who typed `username`. It can be anything, a password too.
    async fn login_failed(&self, username: &str, refusal: Refusal) {
        let _ = (username, refusal);
    }

    /// A user is asked for something more. `challenge` is the API's name of it.
    async fn challenged(&self, username: &str, challenge: &str) {
        let _ = (username, challenge);
    }

    /// The tokens of a login were renewed.
    async fn refreshed(&self, user: &CurrentUser) {
        let _ = user;
    }

    /// Passwords or codes of an account were tried too often, by our limits or by Cognito's, and
    /// none is checked for a while. `account` is what was typed. It can be anything, a password too.
    async fn limited(&self, account: &str) {
        let _ = account;
    }

    /// A login has ended: by the user, from elsewhere, or because its tokens cannot be renewed.
    async fn logged_out(&self, user_id: i64) {
        let _ = user_id;
    }
}

/// Why a login has ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    /// By the user or an administrator, from another browser.
    Elsewhere,
    /// A browser came back with a login that is over: it was ended, its time was up, or its user is
    /// gone or inactive.
    FoundOver,
    /// By the user.
    LoggedOut,
    /// Its tokens cannot be renewed.
    NotRenewed,
}

/// What hooks are told.
#[derive(Clone)]
pub(super) enum Event {
    Challenged { username: String, challenge: String },
    LoggedIn { user: CurrentUser, created: bool },
    Ended { user_id: i64, why: End },
    Forbidden { user_id: i64, required: String },
    Limited { account: String },
    Locked { username: String },
    LoginFailed { username: String, refusal: Refusal },
    Refreshed { user: CurrentUser },
}

/// The hooks of a site.
#[derive(Clone, Default)]
pub(super) struct AllHooks {
    hooks: Vec<Arc<dyn Hooks>>,
}

impl AllHooks {
    pub(super) fn push(&mut self, hooks: impl Hooks) {
        self.hooks.push(Arc::new(hooks));
    }

    /// Tells each of the hooks, and waits for none.
    pub(super) fn tell(&self, event: &Event) {
        for hooks in &self.hooks {
            let (hooks, event) = (hooks.clone(), event.clone());
            tokio::spawn(async move { tell(&*hooks, event).await });
        }
    }
}

async fn tell(hooks: &dyn Hooks, event: Event) {
    match event {
        Event::Challenged {
            username,
            challenge,
        } => hooks.challenged(&username, &challenge).await,
        Event::LoggedIn { user, created } => {
            if created {
                hooks.user_created(&user).await;
            }
            hooks.logged_in(&user).await;
        }
        Event::Ended {
            why: End::FoundOver,
            ..
        }
        | Event::Forbidden { .. } => {}
        Event::Ended { user_id, .. } => hooks.logged_out(user_id).await,
        Event::Limited { account: name } | Event::Locked { username: name } => {
            hooks.limited(&name).await;
        }
        Event::LoginFailed { username, refusal } => hooks.login_failed(&username, refusal).await,
        Event::Refreshed { user } => hooks.refreshed(&user).await,
    }
}
