use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::Method;
use axum::http::request::Parts;

use crate::backend::Error;
use crate::cognito::{CognitoError, CognitoErrorKind, CognitoUser};
use crate::pages::error::PageError;
use crate::pages::login;
use crate::pages::mistake::Mistake;
use crate::pages::page::Page;
use crate::pages::view::View;
use crate::web::{
    AccountChange, AuthError, AuthSession, CurrentUser, CurrentUserRejection, LocalPath,
};

/// In the extensions of a request for a page that changes what opens an account: what takes a recent
/// proof of who the owner is.
#[derive(Clone, Copy)]
pub(in crate::pages) enum Sensitive {
    /// Its forms.
    Forms,
    /// Looking at it, too. A form may then be sent for twice as long after a proof as the page may be
    /// opened, so that nothing typed is lost.
    Page,
}

/// A user who is logged in, and has proved a moment ago who they are where the page is [`Sensitive`].
pub(in crate::pages) struct RecentUser {
    pub(in crate::pages) view: View,
    pub(in crate::pages) auth: AuthSession,
    pub(in crate::pages) user: CurrentUser,
}

/// The owner of an account: somebody who is logged in by a user pool. Others are sent to log in.
pub(in crate::pages) struct Owner {
    pub(super) view: View,
    pub(super) auth: AuthSession,
    pub(super) user: CurrentUser,
    pub(super) cognito: CognitoUser,
}

impl RecentUser {
    /// What a page answers when a call failed: as [`Owner::failed`].
    pub(super) async fn failed(&self, failure: AuthError) -> PageError {
        failed(&self.view, &self.auth, failure).await
    }

    /// What a page answers that finds no account of a user pool: log in again if the login has ended a
    /// moment ago.
    pub(super) async fn without_account(&self) -> PageError {
        match self.auth.cognito_user().await {
            Ok(None) if self.user.tokens_expire_at().is_some() => login::ended(&self.view, None),
            Ok(_) => PageError::NO_USER_POOL,
            Err(failure) => failure.into(),
        }
    }
}

/// Logs somebody out whose tokens were revoked meanwhile, and sends them to log in again.
async fn failed(view: &View, auth: &AuthSession, failure: AuthError) -> PageError {
    if !failure
        .cognito_kind()
        .is_some_and(CognitoErrorKind::ends_a_login)
    {
        return failure.into();
    }

    match auth.log_out().await {
        Ok(()) => login::ended(view, None),
        Err(failure) => failure.into(),
    }
}

impl Owner {
    /// What a page answers when a call failed about which the owner can do nothing: log in again if
    /// the tokens were revoked meanwhile.
    pub(super) async fn failed(&self, failure: CognitoError) -> PageError {
        failed(&self.view, &self.auth, Error::from(failure).into()).await
    }

    /// What is said on the form whose call failed.
    pub(super) async fn mistake(&self, failure: CognitoError) -> Result<Mistake, PageError> {
        if failure.kind().ends_a_login() {
            return Err(self.failed(failure).await);
        }

        Mistake::of(failure, &self.view)
    }

    /// Notifies the site that the owner has changed something of the account.
    pub(super) async fn changed(&self, change: AccountChange) -> Result<(), PageError> {
        Ok(self.auth.account_changed(change).await?)
    }

    /// Counts an attempt with a password or a code, or to have one sent.
    pub(super) fn count_attempt(&self) -> Result<(), Mistake> {
        self.count(self.cognito.username())
    }

    /// Counts a message to an address: for the account, and for whoever gets it.
    pub(super) fn count_message(&self, address: &str) -> Result<(), Mistake> {
        self.count_attempt()?;
        self.count(address)
    }

    fn count(&self, whom: &str) -> Result<(), Mistake> {
        self.auth
            .count_attempt(whom)
            .map_err(|failure| Mistake::of_limit(&failure, self.view.texts))
    }
}

impl<S: Sync> FromRequestParts<S> for RecentUser {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let view = View::of(&parts.extensions, &parts.headers, &parts.uri);
        let user = match CurrentUser::from_request_parts(parts, state).await {
            Ok(user) => user,
            // A form that came too late: its page is where to go on.
            Err(CurrentUserRejection::NotLoggedIn {
                login_path: Some(_),
                ..
            }) if parts.method == Method::POST => {
                return Err(login::ended(&view, page_of_form(&view, parts).as_ref()));
            }
            Err(rejection) => return Err(rejection.into()),
        };
        let auth = AuthSession::from_request_parts(parts, state).await?;
        auth.count_page(&user)?;
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        let times = match parts.extensions.get::<Sensitive>() {
            None => None,
            Some(Sensitive::Forms) => (!reads).then_some(1),
            Some(Sensitive::Page) => Some(if reads { 1 } else { 2 }),
        };
        if let Some(times) = times
            && !auth.proved_within(&user, view.recent_login().saturating_mul(times))
        {
            let page = page_of_form(&view, parts);
            return Err(login::prove_again(&view, page.as_ref()));
        }

        Ok(Self { view, auth, user })
    }
}

impl<S: Sync> FromRequestParts<S> for Owner {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let recent = RecentUser::from_request_parts(parts, state).await?;
        let Some(cognito) = recent.auth.cognito_user().await? else {
            return Err(recent.without_account().await);
        };
        let RecentUser { view, auth, user } = recent;

        // Who came in by managed login may have tokens that open nothing here, and a password
        // elsewhere.
        let is_elsewhere = user.is_external() && is_for_own_users(&view, parts);
        if is_elsewhere || !cognito.has_account_scope() {
            return Err(PageError::NO_USER_POOL);
        }
        Ok(Self {
            view,
            auth,
            user,
            cognito,
        })
    }
}

/// Whether a page is about what Cognito has of its own users alone: passwords and second factors.
fn is_for_own_users(view: &View, parts: &Parts) -> bool {
    let page = page_of_form(view, parts);
    let of_all = [view.paths.own(Page::EditProfile), view.paths.verify()];

    !page.is_some_and(|page| of_all.iter().any(|it| it.path() == page.path()))
}

/// The page whose form was sent.
fn page_of_form(view: &View, parts: &Parts) -> Option<LocalPath> {
    let original = parts.extensions.get::<OriginalUri>();
    let path = LocalPath::of_request(original.map_or(&parts.uri, |original| &original.0))?;

    Some(if path == view.paths.send_verification() {
        view.paths.verify()
    } else {
        path
    })
}
