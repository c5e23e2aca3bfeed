//! The page of whatever challenge waits in the session.
//!
//! Here is what all of them share; the fields of each are in a file of its own.

mod code;
mod custom;
mod mfa_setup;
mod new_password;
mod passkey;
mod password;
mod select_challenge;
mod select_mfa;
mod software_token;
mod unknown;

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;

pub use self::code::CodePage;
pub use self::custom::CustomPage;
pub use self::mfa_setup::MfaSetupPage;
pub use self::new_password::NewPasswordPage;
pub use self::passkey::PasskeyPage;
pub use self::password::PasswordPage;
pub use self::select_challenge::SelectChallengePage;
pub use self::select_mfa::SelectMfaPage;
pub use self::software_token::SoftwareTokenPage;
pub use self::unknown::UnknownPage;
use super::form::Form;
use super::mistake::Mistake;
use super::texts::Texts;
use super::{Rendered, View, headers, login, page, query_parameter, read_next, see_other};
use crate::challenge::{Answer, Challenge};
use crate::cognito::CognitoErrorKind;
use crate::web::{AuthError, AuthSession, LocalPath, LogIn, PendingChallenge};

/// What the pages of all challenges show. Their forms go to `/login/challenge`; one that starts
/// the login again goes to `/login/restart`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChallengeFrame {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// The user's name, for the browser's password store.
    pub username: String,
    /// Where the login leads to: both forms send it back as `next`.
    pub next: Option<LocalPath>,
    /// How long the challenge can be answered, in words.
    pub time_left: String,
    /// What is wrong with the answer as a whole.
    pub alert: String,
}

/// The challenge that waits, and what is wrong with the answer that was given.
struct Asked<'a> {
    view: &'a View,
    frame: ChallengeFrame,
    mistake: Option<&'a Mistake>,
}

impl Asked<'_> {
    fn error_at(&self, field: &str) -> String {
        Mistake::at(self.mistake, field)
    }
}

/// Shows the challenge that waits. Reloading it is harmless.
pub(super) async fn show(view: View, auth: AuthSession, RawQuery(query): RawQuery) -> Response {
    let next = query_parameter(query.as_deref(), "next").and_then(|next| read_next(&next));

    match auth.challenge().await {
        Ok(Some(pending)) => respond(&view, &pending, next, StatusCode::OK, None),
        Ok(None) => login::expired(next.as_ref()),
        Err(failure) => view.failed(&failure),
    }
}

/// Answers the challenge that waits.
pub(super) async fn submit(view: View, auth: AuthSession, mut form: Form) -> Response {
    let next = form.take("next").and_then(|next| read_next(&next));
    let pending = match auth.challenge().await {
        Ok(Some(pending)) => pending,
        Ok(None) => return login::expired(next.as_ref()),
        Err(failure) => return view.failed(&failure),
    };

    let record = pending.challenge.record().clone();
    let answer = match read(record.into(), &mut form, view.texts) {
        Ok(answer) => answer,
        Err(mistake) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return respond(&view, &pending, next, status, Some(&mistake));
        }
    };
    match auth.answer(answer).await {
        Ok(LogIn::Challenge(_)) => see_other(&login::challenge_path(next.as_ref())),
        Ok(LogIn::Complete(_)) => see_other(&view.pages().destination(next)),
        Ok(LogIn::Refused(_)) => login::expired(next.as_ref()),
        Err(failure) => show_failure(&view, &auth, next, &failure).await,
    }
}

/// Drops the challenge, so that the login starts again. A form that cannot be read does so too.
pub(super) async fn restart(
    view: View,
    auth: AuthSession,
    form: Result<Form, Response>,
) -> Response {
    let next = form.ok().and_then(|mut form| form.take("next"));
    let login = LocalPath::from_static("/login");

    match auth.abandon_challenge().await {
        Ok(()) => see_other(
            &next
                .and_then(|next| read_next(&next))
                .map_or(login.clone(), |next| login.with_next(&next)),
        ),
        Err(failure) => view.failed(&failure),
    }
}

/// Shows the form again while the challenge waits for another answer, and says why.
async fn show_failure(
    view: &View,
    auth: &AuthSession,
    next: Option<LocalPath>,
    failure: &AuthError,
) -> Response {
    let mistake = failure
        .cognito()
        .and_then(|failure| Mistake::of_answer(failure, view.texts));
    let waits = auth.challenge().await.ok().flatten();
    let ended = login::refuses(failure)
        || matches!(
            failure.cognito_kind(),
            Some(CognitoErrorKind::ChallengeExpired | CognitoErrorKind::DeviceRefused)
        );

    match (mistake, waits) {
        (Some(mistake), Some(pending)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            respond(view, &pending, next, status, Some(&mistake))
        }
        (Some(_), None) => login::expired(next.as_ref()),
        (None, _) if ended => login::expired(next.as_ref()),
        (None, waits) => match (Mistake::of_the_moment(failure, view.texts), waits) {
            (Some(mistake), Some(pending)) => {
                failure.log();
                let mistake = Mistake::of_form(mistake);
                let form = respond(view, &pending, next, failure.status(), Some(&mistake));
                headers::retry_after(form, failure.retry_after())
            }
            _ => view.failed(failure),
        },
    }
}

fn respond(
    view: &View,
    pending: &PendingChallenge,
    next: Option<LocalPath>,
    status: StatusCode,
    mistake: Option<&Mistake>,
) -> Response {
    let challenge = &pending.challenge;
    let frame = ChallengeFrame {
        texts: view.texts,
        username: challenge.username().to_owned(),
        next,
        time_left: view.texts.time_left(pending.time_left, pending.expires_at),
        alert: Mistake::at(mistake, ""),
    };
    let asked = Asked {
        view,
        frame,
        mistake,
    };

    let response = page(status, render(challenge, asked));
    match challenge {
        Challenge::WebAuthn(_) => headers::with_script(response),
        _ => response,
    }
}

fn render(challenge: &Challenge, asked: Asked<'_>) -> Rendered {
    match challenge {
        Challenge::Custom(challenge) => custom::render(challenge, asked),
        Challenge::EmailOtp(challenge) => code::render(challenge.destination(), asked),
        Challenge::MfaSetup(challenge) => mfa_setup::render(challenge, asked),
        Challenge::NewPasswordRequired(challenge) => new_password::render(challenge, asked),
        Challenge::Password(_) | Challenge::PasswordSrp(_) => password::render(asked),
        Challenge::SelectChallenge(challenge) => select_challenge::render(challenge, asked),
        Challenge::SelectMfaType(challenge) => select_mfa::render(challenge, asked),
        Challenge::SmsMfa(challenge) => code::render(challenge.destination(), asked),
        Challenge::SmsOtp(challenge) => code::render(challenge.destination(), asked),
        Challenge::SoftwareTokenMfa(challenge) => software_token::render(challenge, asked),
        Challenge::WebAuthn(challenge) => passkey::render(challenge, asked),
        Challenge::Other(challenge) => unknown::render(challenge, asked),
    }
}

fn read(challenge: Challenge, form: &mut Form, texts: &Texts) -> Result<Answer, Mistake> {
    match challenge {
        Challenge::Custom(asked) => custom::read(asked, form, texts),
        Challenge::EmailOtp(asked) => Ok(asked.answer(code::read(form, texts)?)),
        Challenge::MfaSetup(asked) => mfa_setup::read(asked, form, texts),
        Challenge::NewPasswordRequired(asked) => new_password::read(asked, form, texts),
        Challenge::Password(asked) => Ok(asked.answer(password::read(form, texts)?)),
        Challenge::PasswordSrp(asked) => Ok(asked.answer(password::read(form, texts)?)),
        Challenge::SelectChallenge(asked) => select_challenge::read(asked, form, texts),
        Challenge::SelectMfaType(asked) => select_mfa::read(asked, form, texts),
        Challenge::SmsMfa(asked) => Ok(asked.answer(code::read(form, texts)?)),
        Challenge::SmsOtp(asked) => Ok(asked.answer(code::read(form, texts)?)),
        Challenge::SoftwareTokenMfa(asked) => Ok(asked.answer(code::read(form, texts)?)),
        Challenge::WebAuthn(asked) => passkey::read(asked, form, texts),
        Challenge::Other(_) => Err(Mistake::of_form("")),
    }
}
