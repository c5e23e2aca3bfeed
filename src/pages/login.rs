use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;

use super::field::Field;
use super::form::Form;
use super::mistake::Mistake;
use super::texts::Texts;
use super::{View, headers, page, query_parameter, read_next, see_other};
use crate::backend::Credentials;
use crate::cognito::CognitoErrorKind;
use crate::web::{AuthError, AuthSession, LocalPath, LogIn};

/// The login page. Its form goes to `/login`.
#[derive(Clone, Debug, Template)]
#[template(path = "login/login.html")]
#[non_exhaustive]
pub struct LoginPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// Why the login did not succeed, if it did not.
    pub alert: &'static str,
    /// The user name.
    pub username: Field,
    /// The password.
    pub password: Field,
    /// Where the login leads to: the form sends it back as `next`.
    pub next: Option<LocalPath>,
    /// Whether strangers can sign up.
    pub sign_up: bool,
    /// Whether there are ways without the password: a button with the name `other_ways`.
    pub other_ways: bool,
}

impl LoginPage {
    fn new(view: &View, auth: &AuthSession, username: &str, next: Option<LocalPath>) -> Self {
        Self {
            texts: view.texts,
            notice: "",
            alert: "",
            username: Field::username(view.texts, username).with_focus(username.is_empty()),
            password: Field::password(view.texts.fields.password).with_focus(!username.is_empty()),
            next,
            sign_up: view.pages().sign_up.is_some(),
            other_ways: auth.offers_other_ways(),
        }
    }

    fn with_alert(mut self, alert: &'static str) -> Self {
        self.alert = alert;
        self
    }

    fn show(&self, view: &View, status: StatusCode) -> Response {
        page(status, view.templates().login(self))
    }
}

/// Where a login starts again that ran out of time, or came to an end in another way.
pub(super) fn expired(next: Option<&LocalPath>) -> Response {
    let login = LocalPath::from_static("/login?expired=1");
    see_other(&next.map_or(login.clone(), |next| login.with_next(next)))
}

/// The login page, or where it would lead if somebody is logged in.
pub(super) async fn show(view: View, auth: AuthSession, RawQuery(query): RawQuery) -> Response {
    let parameter = |wanted: &str| query_parameter(query.as_deref(), wanted);
    let next = parameter("next").and_then(|next| read_next(&next));

    match auth.current_user().await {
        Ok(Some(_)) => see_other(&view.pages().destination(next)),
        Ok(None) => {
            let notices = &view.texts.notices;
            let mut form = LoginPage::new(&view, &auth, "", next);
            form.notice = [
                ("expired", notices.login_ended),
                ("confirmed", notices.account_confirmed),
                ("reset", notices.password_reset),
            ]
            .into_iter()
            .find_map(|(name, notice)| parameter(name).map(|_| notice))
            .unwrap_or_default();
            form.show(&view, StatusCode::OK)
        }
        Err(failure) => view.failed(&failure),
    }
}

/// Logs a user in, or says why not, in the same words for every reason.
pub(super) async fn submit(view: View, auth: AuthSession, mut form: Form) -> Response {
    let next = form.take("next").and_then(|next| read_next(&next));
    let username = form.take("username").unwrap_or_default();
    let password = form.take_secret("password");
    let other_ways = form.take("other_ways").is_some() && auth.offers_other_ways();

    let mistakes = &view.texts.mistakes;
    let again = || LoginPage::new(&view, &auth, &username, next.clone());
    if username.is_empty() {
        let mut incomplete = again();
        incomplete.username = incomplete.username.with_error(mistakes.username_missing);
        return incomplete.show(&view, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let credentials = match password {
        _ if other_ways => Credentials::without_password(&username),
        Some(password) => Credentials::new(&username, password),
        None => {
            let mut incomplete = again();
            incomplete.password = incomplete.password.with_error(mistakes.password_missing);
            return incomplete.show(&view, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };

    let refused = || {
        let refused = again().with_alert(mistakes.login_refused);
        refused.show(&view, StatusCode::UNPROCESSABLE_ENTITY)
    };
    match auth.log_in(&credentials).await {
        Ok(LogIn::Challenge(_)) => see_other(&challenge_path(next.as_ref())),
        Ok(LogIn::Complete(_)) => see_other(&view.pages().destination(next)),
        Ok(LogIn::Refused(_)) => refused(),
        Err(failure) if refuses(&failure) => refused(),
        // The form again, as nothing is wrong with what was typed.
        Err(failure) => match Mistake::of_the_moment(&failure, view.texts) {
            Some(mistake) => {
                failure.log();
                let form = again().with_alert(mistake).show(&view, failure.status());
                headers::retry_after(form, failure.retry_after())
            }
            None => view.failed(&failure),
        },
    }
}

/// Where the challenge that waits is shown.
pub(super) fn challenge_path(next: Option<&LocalPath>) -> LocalPath {
    let path = LocalPath::from_static("/login/challenge");
    next.map_or(path.clone(), |next| path.with_next(next))
}

/// Whether this account, and not the service, is why the login goes no further. A stranger
/// must not be told which accounts there are, so the pages show it as any other refusal.
pub(super) fn refuses(failure: &AuthError) -> bool {
    use CognitoErrorKind as Kind;

    matches!(
        failure.cognito_kind(),
        Some(
            Kind::LimitExceeded
                | Kind::Locked
                | Kind::PasswordResetRequired
                | Kind::TooManyFailedAttempts
                | Kind::UserLambdaValidation
                | Kind::UserNotConfirmed
        )
    )
}
