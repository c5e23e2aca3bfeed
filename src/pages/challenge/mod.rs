//! The page of whatever challenge waits in the session.
//!
//! Here is what all of them share; the fields of each are in a file of its own.

mod code;
mod custom;
mod mfa_setup;
mod new_password;
mod select_mfa;
mod software_token;
mod unknown;

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use time::OffsetDateTime;

use super::form::Form;
use super::{Pages, error, headers, login, query_parameter, read_next, see_other, texts};
use crate::challenge::{Answer, Challenge};
use crate::cognito::{CognitoError, CognitoErrorKind};
use crate::web::{AuthError, AuthSession, LocalPath, LogIn, PendingChallenge};

/// What the pages of all challenges show.
struct Frame {
    /// The user's name, for the browser's password store.
    username: String,
    next: Option<LocalPath>,
    time_left: Duration,
    expires_at: OffsetDateTime,
    status: StatusCode,
}

impl Frame {
    fn new(pending: &PendingChallenge, next: Option<LocalPath>, status: StatusCode) -> Self {
        Self {
            username: pending.challenge.username().to_owned(),
            next,
            time_left: pending.time_left,
            expires_at: pending.expires_at,
            status,
        }
    }

    fn time_left(&self) -> String {
        texts::time_left(self.time_left, self.expires_at)
    }
}

/// What is wrong with an answer, and where the page shows it.
enum Mistake {
    /// A field, by its name, and what to say beside it.
    Field(String, String),
    /// The whole form.
    Form(String),
}

impl Mistake {
    fn field(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Field(name.into(), text.into())
    }

    fn at(&self, name: &str) -> &str {
        match self {
            Self::Field(field, text) if field == name => text,
            _ => "",
        }
    }

    fn of_form(&self) -> &str {
        match self {
            Self::Form(text) => text,
            Self::Field(..) => "",
        }
    }
}

/// Shows the challenge that waits. Reloading it is harmless.
pub(super) async fn show(auth: AuthSession, RawQuery(query): RawQuery) -> Response {
    let next = query_parameter(query.as_deref(), "next").and_then(|next| read_next(&next));

    match auth.challenge().await {
        Ok(Some(pending)) => {
            let frame = Frame::new(&pending, next, StatusCode::OK);
            render(&pending.challenge, &frame, None)
        }
        Ok(None) => login::expired(next.as_ref()),
        Err(failure) => error::failed(&failure),
    }
}

/// Answers the challenge that waits.
pub(super) async fn submit(
    Extension(pages): Extension<Arc<Pages>>,
    auth: AuthSession,
    mut form: Form,
) -> Response {
    let next = form.take("next").and_then(|next| read_next(&next));
    let pending = match auth.challenge().await {
        Ok(Some(pending)) => pending,
        Ok(None) => return login::expired(next.as_ref()),
        Err(failure) => return error::failed(&failure),
    };

    let frame = Frame::new(&pending, next, StatusCode::UNPROCESSABLE_ENTITY);
    let record = pending.challenge.record().clone();
    let answer = match read(pending.challenge, &mut form) {
        Ok(answer) => answer,
        Err(mistake) => return render(&record.into(), &frame, Some(&mistake)),
    };
    match auth.answer(answer).await {
        Ok(LogIn::Challenge(_)) => see_other(&login::challenge_path(frame.next.as_ref())),
        Ok(LogIn::Complete(_)) => see_other(&pages.destination(frame.next)),
        Ok(LogIn::Refused(_)) => login::expired(frame.next.as_ref()),
        Err(failure) => show_failure(&auth, &record.into(), frame, &failure).await,
    }
}

/// Drops the challenge, so that the login starts again. A form that cannot be read does so too.
pub(super) async fn restart(auth: AuthSession, form: Result<Form, Response>) -> Response {
    let next = form.ok().and_then(|mut form| form.take("next"));
    let login = LocalPath::from_static("/login");

    match auth.abandon_challenge().await {
        Ok(()) => see_other(
            &next
                .and_then(|next| read_next(&next))
                .map_or(login.clone(), |next| login.with_next(&next)),
        ),
        Err(failure) => error::failed(&failure),
    }
}

/// Shows the form again while the challenge waits for another answer, and says why.
async fn show_failure(
    auth: &AuthSession,
    challenge: &Challenge,
    mut frame: Frame,
    failure: &AuthError,
) -> Response {
    let mistake = failure.cognito().and_then(mistake_of);
    let waits = matches!(auth.challenge().await, Ok(Some(_)));
    let ended = failure.cognito_kind() == Some(CognitoErrorKind::ChallengeExpired)
        || login::refuses(failure);

    match mistake {
        Some(mistake) if waits => render(challenge, &frame, Some(&mistake)),
        Some(_) => login::expired(frame.next.as_ref()),
        None if ended => login::expired(frame.next.as_ref()),
        None if waits && failure.status() == StatusCode::SERVICE_UNAVAILABLE => {
            failure.log();
            frame.status = StatusCode::SERVICE_UNAVAILABLE;
            let mistake = Mistake::Form(texts::UNAVAILABLE.to_owned());
            headers::retry_soon(render(challenge, &frame, Some(&mistake)))
        }
        None => error::failed(failure),
    }
}

fn render(challenge: &Challenge, frame: &Frame, mistake: Option<&Mistake>) -> Response {
    match challenge {
        Challenge::Custom(asked) => custom::render(asked, frame, mistake),
        Challenge::EmailOtp(asked) => code::render(asked.destination(), frame, mistake),
        Challenge::MfaSetup(asked) => mfa_setup::render(asked, frame, mistake),
        Challenge::NewPasswordRequired(asked) => new_password::render(asked, frame, mistake),
        Challenge::SelectMfaType(asked) => select_mfa::render(asked, frame, mistake),
        Challenge::SmsMfa(asked) => code::render(asked.destination(), frame, mistake),
        Challenge::SmsOtp(asked) => code::render(asked.destination(), frame, mistake),
        Challenge::SoftwareTokenMfa(asked) => software_token::render(asked, frame, mistake),
        other => unknown::render(other, frame),
    }
}

fn read(challenge: Challenge, form: &mut Form) -> Result<Answer, Mistake> {
    match challenge {
        Challenge::Custom(asked) => custom::read(asked, form),
        Challenge::EmailOtp(asked) => Ok(asked.answer(code::read(form)?)),
        Challenge::MfaSetup(asked) => mfa_setup::read(asked, form),
        Challenge::NewPasswordRequired(asked) => new_password::read(asked, form),
        Challenge::SelectMfaType(asked) => select_mfa::read(asked, form),
        Challenge::SmsMfa(asked) => Ok(asked.answer(code::read(form)?)),
        Challenge::SmsOtp(asked) => Ok(asked.answer(code::read(form)?)),
        Challenge::SoftwareTokenMfa(asked) => Ok(asked.answer(code::read(form)?)),
        other => Err(Mistake::Form(other.name().to_owned())),
    }
}

/// What the user can mend. Anything else is not for the form.
fn mistake_of(error: &CognitoError) -> Option<Mistake> {
    use CognitoErrorKind as Kind;

    Some(match error.kind() {
        Kind::CodeMismatch | Kind::EnableSoftwareTokenMfa | Kind::ExpiredCode => {
            Mistake::field("code", texts::CODE_WRONG)
        }
        // Cognito says which rule was broken.
        Kind::InvalidPassword => Mistake::field(
            "new_password",
            error.message().unwrap_or(texts::PASSWORD_TOO_WEAK),
        ),
        Kind::PasswordHistory => Mistake::field("new_password", texts::PASSWORD_USED_BEFORE),
        Kind::InvalidParameter => Mistake::Form(error.message()?.to_owned()),
        _ => return None,
    })
}
