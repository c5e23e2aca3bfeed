use std::sync::Once;

use axum::extract::RawQuery;
use axum::http::header::{COOKIE, ORIGIN, REFERER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tracing::error;

use super::error::{PageError, Shown, see_other};
use super::form::Form;
use super::kept::{known_name, note_code_of};
use super::mistake::{Marks, Mistake};
use super::page::Page;
use super::passkey_offer;
use super::shown::{Choice, Field, Link, LoginPage};
use super::texts::Texts;
use super::view::{View, page, query_parameter};
use super::ways::{AGAIN, Ways, Who};
use crate::backend::{Credentials, LoginOutcome};
use crate::cognito::{CognitoErrorKind, Remedy};
use crate::web::{AuthError, AuthSession, LocalPath};

/// In the query of the login page: what has happened before.
#[derive(Clone, Copy)]
pub(super) enum Before {
    /// A sign-up was confirmed.
    Confirmed,
    /// The login came to an end, or took too long.
    Expired,
    /// A login succeeded in a browser that had no cookie.
    Kept,
    /// Too many wrong answers.
    Limited,
    /// A managed login came back without a user.
    Managed(ManagedTrouble),
    /// A password was reset.
    Reset,
    /// A password was reset, and logins by the old one may be there still.
    ResetAlone,
}

/// Why a managed login came back without a user.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(feature = "managed-login"),
    allow(dead_code, reason = "nobody comes back")
)]
pub(super) enum ManagedTrouble {
    Cancelled,
    Expired,
    Failed,
    NotAllowed,
    NotProved,
}

impl Before {
    const ALL: [Self; 11] = [
        Self::Confirmed,
        Self::Expired,
        Self::Kept,
        Self::Limited,
        Self::Managed(ManagedTrouble::Cancelled),
        Self::Managed(ManagedTrouble::Expired),
        Self::Managed(ManagedTrouble::Failed),
        Self::Managed(ManagedTrouble::NotAllowed),
        Self::Managed(ManagedTrouble::NotProved),
        Self::Reset,
        Self::ResetAlone,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Expired => "expired",
            Self::Kept => "kept",
            Self::Limited => "limited",
            Self::Managed(ManagedTrouble::Cancelled) => "cancelled",
            Self::Managed(ManagedTrouble::Expired) => "too_late",
            Self::Managed(ManagedTrouble::Failed) => "failed",
            Self::Managed(ManagedTrouble::NotAllowed) => "not_allowed",
            Self::Managed(ManagedTrouble::NotProved) => "not_proved",
            Self::Reset => "reset",
            Self::ResetAlone => "reset_alone",
        }
    }

    /// A notice, and an alert: one of them is empty.
    fn words(self, texts: &'static Texts) -> (&'static str, &'static str) {
        let (notices, mistakes) = (&texts.notices, &texts.mistakes);
        match self {
            Self::Confirmed => (notices.account_confirmed, ""),
            Self::Expired => (notices.login_ended, ""),
            Self::Kept => ("", mistakes.cookie_lost),
            Self::Limited => ("", mistakes.try_again_later),
            Self::Managed(ManagedTrouble::Cancelled) => ("", mistakes.managed_cancelled),
            Self::Managed(ManagedTrouble::Expired) => ("", mistakes.managed_expired),
            Self::Managed(ManagedTrouble::Failed) => ("", mistakes.managed_failed),
            Self::Managed(ManagedTrouble::NotAllowed) => ("", mistakes.managed_not_allowed),
            Self::Managed(ManagedTrouble::NotProved) => ("", mistakes.managed_not_proved),
            Self::Reset => (notices.password_reset, ""),
            Self::ResetAlone => (notices.password_reset_alone, ""),
        }
    }
}

/// The login page, after something has happened.
pub(super) fn after(view: &View, before: Before, next: Option<&LocalPath>) -> Response {
    let login = view.paths.login().with(before.name(), "1");
    see_other(&login.with_next_if(next))
}

/// The login page, or where it would lead if somebody is logged in.
pub(super) async fn show(
    view: View,
    auth: AuthSession,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Shown {
    let parameter = |wanted: &str| query_parameter(query.as_deref(), wanted);
    let next = parameter("next").and_then(|next| view.paths.read_next(&next));
    if !view.paths.is_json() {
        check_login_path(&view, &auth);
        #[cfg(feature = "managed-login")]
        check_callback(&view, &auth);
    }
    // The form is shown in any case: a login that cannot be looked up must not lock anyone out.
    let current = auth.current_user().await.unwrap_or_else(|failure| {
        failure.log();
        None
    });
    let known = match current {
        None => known_name(&auth).await.unwrap_or_default(),
        Some(_) => String::new(),
    };
    let who = match current {
        None => Who::Typed(&known),
        Some(user) if parameter(AGAIN).is_some() => Who::Again(user),
        // Here is where a browser comes by whose cookie was checked.
        Some(_) if parameter(Before::Kept.name()).is_some() => {
            let path = passkey_offer::on_the_way(&view, &auth, &headers, next).await;
            return Ok(see_other(&path));
        }
        Some(_) => return Ok(see_other(&view.destination(next))),
    };

    let before = Before::ALL
        .into_iter()
        .find(|before| parameter(before.name()).is_some());
    let (notice, alert) = before.map_or(("", ""), |before| before.words(view.texts));
    let mistake = (!alert.is_empty()).then(|| Mistake::of_form(alert));
    Ok(show_form(
        &view,
        &auth,
        &who,
        next,
        notice,
        mistake.as_ref(),
        StatusCode::OK,
    ))
}

/// Says once in the log when guards send visitors elsewhere: the two are set apart.
fn check_login_path(view: &View, auth: &AuthSession) {
    static SAID: Once = Once::new();

    let (here, guards) = (view.paths.login(), auth.login_path());
    if here.path() != guards.path() {
        SAID.call_once(|| {
            error!(
                "the login page is at {here}, but guards send visitors to {guards}: give \
                 `Pages::login_path` to `with_login_path`"
            );
        });
    }
}

/// Says once in the log when Cognito sends browsers elsewhere than to our callback.
#[cfg(feature = "managed-login")]
fn check_callback(view: &View, auth: &AuthSession) {
    static SAID: Once = Once::new();

    let here = view.paths.callback();
    for callback in auth.callback_paths().filter(|path| *path != here.path()) {
        SAID.call_once(|| {
            error!(
                "browsers come back from managed login to {here}, but the callback URL leads to \
                 {callback}: change it in the settings and in the app client"
            );
        });
    }
}

/// Logs a user in, or says why not, in the same words for every reason.
pub(super) async fn submit(
    view: View,
    auth: AuthSession,
    headers: HeaderMap,
    mut form: Form,
) -> Shown {
    let next = form
        .take("next")
        .and_then(|next| view.paths.read_next(&next));
    let typed = form.take_trimmed("username").unwrap_or_default();
    let asked_again = form.take(AGAIN).is_some();
    // Whoever proves again who they are is the one who is logged in, whatever the form says.
    let again = if asked_again {
        auth.current_user().await?
    } else {
        None
    };
    let who = match &again {
        Some(user) => Who::Again(user.clone()),
        None => Who::Typed(&typed),
    };
    let username = who.name();
    let password = form.take_secret("password");
    let way = form.take("other_ways");

    let mistakes = &view.texts.mistakes;
    let again = |mistake: &Mistake| show_again(&view, &auth, &who, next.clone(), mistake);
    if username.is_empty() {
        return Ok(again(&Mistake::new("username", mistakes.username_missing)));
    }
    let first_factors = auth.first_factors();
    let (credentials, refused) = match (way.as_deref(), password) {
        (Some(name), _) if first_factors.contains(&name) => (
            Credentials::without_password(username).with_preferred_challenge(name),
            mistakes.way_refused,
        ),
        (Some(_), _) if auth.offers_other_ways() => (
            Credentials::without_password(username),
            mistakes.login_refused,
        ),
        (_, Some(password)) => (Credentials::new(username, password), mistakes.login_refused),
        (_, None) => return Ok(again(&Mistake::new("password", mistakes.password_missing))),
    };

    let kept = CookieCheck::of(&headers);
    Ok(match auth.log_in(&credentials).await {
        Ok(LoginOutcome::Challenge(challenge)) => {
            note_code_of(&auth, &challenge).await?;
            see_other(&kept.to_challenge(&view, next.as_ref()))
        }
        Ok(LoginOutcome::Complete(_)) if kept.is_due => {
            see_other(&kept.to_destination(&view, next))
        }
        Ok(LoginOutcome::Complete(_)) => see_other(&match asked_again {
            true => view.destination(next),
            false => passkey_offer::on_the_way(&view, &auth, &headers, next).await,
        }),
        Ok(LoginOutcome::Refused(_)) => again(&Mistake::of_form(refused)),
        Err(failure) if refuses(&failure) => again(&Mistake::of_form(refused)),
        // The form again, as nothing is wrong with what was typed.
        Err(failure) => again(&Mistake::of_the_moment(failure, view.texts)?),
    })
}

/// The login page again, with what is wrong.
pub(super) fn refuse(
    view: &View,
    auth: &AuthSession,
    username: &str,
    next: Option<LocalPath>,
    mistake: &Mistake,
) -> Response {
    show_again(view, auth, &Who::Typed(username), next, mistake)
}

pub(super) fn show_again(
    view: &View,
    auth: &AuthSession,
    who: &Who<'_>,
    next: Option<LocalPath>,
    mistake: &Mistake,
) -> Response {
    Mistake::answer(Some(mistake), |status| {
        show_form(view, auth, who, next, "", Some(mistake), status)
    })
}

fn show_form(
    view: &View,
    auth: &AuthSession,
    who: &Who<'_>,
    next: Option<LocalPath>,
    notice: &str,
    mistake: Option<&Mistake>,
    status: StatusCode,
) -> Response {
    let texts = view.texts;
    let again = matches!(who, Who::Again(_));
    let ways = Ways::of(view, auth, who, next.as_ref());
    let mut marks = Marks::new(mistake);
    let username = who.name();
    let username = Field::username(texts, username).with_focus(username.is_empty());
    let password = Field::password(texts.fields.password).with_focus(!username.value.is_empty());
    let sign_up = view
        .link(Page::SignUp, texts.login.sign_up)
        .filter(|_| !again && ways.with_password);
    let form = LoginPage {
        texts,
        paths: view.paths.clone(),
        notice: notice.to_owned(),
        again,
        username: marks.field(username),
        password: marks.field(password),
        work_email: ways.work_email.map(|field| marks.field(field)),
        alert: marks.alert(),
        next,
        managed: ways.managed,
        with_password: ways.with_password,
        forgot_password: view
            .link(Page::ResetPassword, texts.login.forgot_password)
            .filter(|_| ways.with_password),
        confirm_sign_up: sign_up.as_ref().map(|_| Link {
            path: view.paths.confirm_sign_up(),
            label: texts.login.confirm_account,
        }),
        sign_up,
        first_factors: auth
            .first_factors()
            .into_iter()
            .map(|name| Choice::new(name, texts.way(name)))
            .collect(),
        other_ways: auth.offers_other_ways(),
    };

    page(status, view.templates().login(&form))
}

/// Whether this browser keeps cookies, which only its next request shows: a browser that sends none
/// with its login comes by the login page once more. Programs go straight on.
#[derive(Clone, Copy)]
struct CookieCheck {
    is_due: bool,
}

impl CookieCheck {
    fn of(headers: &HeaderMap) -> Self {
        let is_browser = headers.contains_key(ORIGIN) || headers.contains_key(REFERER);

        Self {
            is_due: is_browser && !has_cookies(headers),
        }
    }

    fn to_challenge(self, view: &View, next: Option<&LocalPath>) -> LocalPath {
        let path = view.paths.challenge();
        let path = if self.is_due {
            path.with(Before::Kept.name(), "1")
        } else {
            path
        };
        path.with_next_if(next)
    }

    fn to_destination(self, view: &View, next: Option<LocalPath>) -> LocalPath {
        if !(self.is_due && view.paths.is_ours(Page::Login)) {
            return view.destination(next);
        }

        let login = view.paths.login().with(Before::Kept.name(), "1");
        login.with_next_if(next.as_ref())
    }
}

/// Whether a browser sends a cookie besides those of the pages: it may keep these, and not the one of
/// its session.
fn has_cookies(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(COOKIE).iter();
    let mut cookies = cookies.flat_map(|cookies| cookies.as_bytes().split(|byte| *byte == b';'));

    cookies.any(|cookie| !cookie.trim_ascii().starts_with(b"axum-cognito-"))
}

/// Where the challenge that waits is shown.
pub(super) fn challenge_path(view: &View, next: Option<&LocalPath>) -> LocalPath {
    CookieCheck { is_due: false }.to_challenge(view, next)
}

/// The login page, for somebody who has no challenge to answer.
pub(super) fn no_challenge(view: &View, query: Option<&str>, next: Option<&LocalPath>) -> Response {
    let before = match query_parameter(query, Before::Kept.name()) {
        Some(_) => Before::Kept,
        None => Before::Expired,
    };
    after(view, before, next)
}

/// Whether this account, and not the service, is why the login goes no further. A stranger
/// must not be told which accounts there are, so the pages show it as any other refusal.
pub(super) fn refuses(failure: &AuthError) -> bool {
    failure.cognito_kind().is_some_and(|kind| {
        kind == CognitoErrorKind::TemporaryPasswordExpired
            || matches!(
                kind.remedy(),
                Remedy::Correct | Remedy::LogIn | Remedy::Wait
            )
    })
}

/// Sends a user who is logged in to prove again who they are, and back to `next`.
pub(super) fn prove_again(view: &View, next: Option<&LocalPath>) -> PageError {
    let login = view.paths.login().with(AGAIN, "1");
    PageError::instead(see_other(&login.with_next_if(next)))
}

/// Sends somebody to log in whose login has ended, and back to `next`.
pub(super) fn ended(view: &View, next: Option<&LocalPath>) -> PageError {
    PageError::instead(after(view, Before::Expired, next))
}
