use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;

use super::field::Field;
use super::form::Form;
use super::{Pages, error, headers, page, query_parameter, read_next, see_other, texts};
use crate::backend::Credentials;
use crate::cognito::CognitoErrorKind;
use crate::web::{AuthError, AuthSession, LocalPath, LogIn};

#[derive(Template)]
#[template(path = "login/login.html")]
struct LoginPage {
    notice: &'static str,
    alert: &'static str,
    username: Field,
    password: Field,
    next: Option<LocalPath>,
    sign_up: bool,
}

impl LoginPage {
    fn new(username: &str, next: Option<LocalPath>) -> Self {
        Self {
            notice: "",
            alert: "",
            username: Field::username(username).with_focus(username.is_empty()),
            password: Field::password("password", "Password", "current-password")
                .with_focus(!username.is_empty()),
            next,
            sign_up: false,
        }
    }

    fn refused(username: &str, next: Option<LocalPath>) -> Response {
        let refused = Self {
            alert: texts::REFUSED,
            ..Self::new(username, next)
        };
        page(StatusCode::UNPROCESSABLE_ENTITY, &refused)
    }

    /// The form again, as nothing is wrong with what was typed.
    fn unavailable(username: &str, next: Option<LocalPath>) -> Response {
        let unavailable = Self {
            alert: texts::UNAVAILABLE,
            ..Self::new(username, next)
        };
        headers::retry_soon(page(StatusCode::SERVICE_UNAVAILABLE, &unavailable))
    }
}

/// Where a login starts again that ran out of time, or came to an end in another way.
pub(super) fn expired(next: Option<&LocalPath>) -> Response {
    let login = LocalPath::from_static("/login?expired=1");
    see_other(&next.map_or(login.clone(), |next| login.with_next(next)))
}

/// The login page, or where it would lead if somebody is logged in.
pub(super) async fn show(
    Extension(pages): Extension<Arc<Pages>>,
    auth: AuthSession,
    RawQuery(query): RawQuery,
) -> Response {
    let parameter = |wanted: &str| query_parameter(query.as_deref(), wanted);
    let next = parameter("next").and_then(|next| read_next(&next));

    match auth.current_user().await {
        Ok(Some(_)) => see_other(&pages.destination(next)),
        Ok(None) => {
            let mut form = LoginPage::new("", next);
            form.notice = [
                ("expired", texts::ENDED),
                ("confirmed", texts::CONFIRMED),
                ("reset", texts::RESET),
            ]
            .into_iter()
            .find_map(|(name, notice)| parameter(name).map(|_| notice))
            .unwrap_or_default();
            form.sign_up = pages.sign_up.is_some();
            page(StatusCode::OK, &form)
        }
        Err(failure) => error::failed(&failure),
    }
}

/// Logs a user in, or says why not, in the same words for every reason.
pub(super) async fn submit(
    Extension(pages): Extension<Arc<Pages>>,
    auth: AuthSession,
    mut form: Form,
) -> Response {
    let next = form.take("next").and_then(|next| read_next(&next));
    let username = form.take("username").unwrap_or_default();
    let Some(password) = form
        .take_secret("password")
        .filter(|_| !username.is_empty())
    else {
        let mut incomplete = LoginPage::new(&username, next);
        if username.is_empty() {
            incomplete.username = incomplete.username.with_error(texts::USERNAME_MISSING);
        } else {
            incomplete.password = incomplete.password.with_error(texts::PASSWORD_MISSING);
        }
        return page(StatusCode::UNPROCESSABLE_ENTITY, &incomplete);
    };

    let credentials = Credentials::new(username, password);
    match auth.log_in(&credentials).await {
        Ok(LogIn::Challenge(_)) => see_other(&challenge_path(next.as_ref())),
        Ok(LogIn::Complete(_)) => see_other(&pages.destination(next)),
        Ok(LogIn::Refused(_)) => LoginPage::refused(&credentials.username, next),
        Err(failure) if refuses(&failure) => LoginPage::refused(&credentials.username, next),
        Err(failure) if failure.status() == StatusCode::SERVICE_UNAVAILABLE => {
            failure.log();
            LoginPage::unavailable(&credentials.username, next)
        }
        Err(failure) => error::failed(&failure),
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
                | Kind::PasswordResetRequired
                | Kind::TooManyFailedAttempts
                | Kind::UserLambdaValidation
                | Kind::UserNotConfirmed
        )
    )
}
