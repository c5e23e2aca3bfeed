use super::again;
use crate::backend::{Credentials, LoginOutcome};
use crate::challenge::{Challenge, EmailOtp, SmsOtp};
use crate::pages::error::{Shown, see_other};
use crate::pages::form::Form;
use crate::pages::kept::{note_code_of, seconds_to_next_code};
use crate::pages::login;
use crate::pages::mistake::Mistake;
use crate::pages::shown::Button;
use crate::pages::view::View;
use crate::web::{AuthError, AuthSession, LocalPath, PendingChallenge};

/// The way to log in whose code waits to be typed, if the login page has it. Of a second factor's code
/// Cognito sends no other.
pub(super) fn way(auth: &AuthSession, pending: &PendingChallenge) -> Option<&'static str> {
    let way = match pending.challenge {
        Challenge::EmailOtp(_) => EmailOtp::NAME,
        Challenge::SmsOtp(_) => SmsOtp::NAME,
        _ => return None,
    };
    (pending.is_first && auth.first_factors().contains(&way)).then_some(way)
}

/// The button that has a new code sent, if there is such a way.
pub(super) async fn button(
    view: &View,
    auth: &AuthSession,
    pending: &PendingChallenge,
) -> Result<Option<Button>, AuthError> {
    if way(auth, pending).is_none() {
        return Ok(None);
    }

    let wait = seconds_to_next_code(auth).await?;
    let (path, label) = (view.paths.restart_login(), view.texts.challenge.resend);
    Ok(Some(view.resend_button(path, label, wait)))
}

/// Begins the login once more, which sends another code.
pub(super) async fn send(
    view: &View,
    auth: &AuthSession,
    typed: &str,
    way: &'static str,
    next: Option<LocalPath>,
) -> Shown {
    let refused = Mistake::of_form(view.texts.mistakes.way_refused);
    let credentials = Credentials::without_password(typed).with_preferred_challenge(way);
    Ok(match auth.log_in(&credentials).await {
        Ok(LoginOutcome::Challenge(challenge)) => {
            note_code_of(auth, &challenge).await?;
            see_other(&login::challenge_path(view, next.as_ref()).with("sent", "1"))
        }
        Ok(LoginOutcome::Complete(_)) => see_other(&view.destination(next)),
        Ok(LoginOutcome::Refused(_)) => login::refuse(view, auth, typed, next, &refused),
        Err(failure) if login::refuses(&failure) => {
            login::refuse(view, auth, typed, next, &refused)
        }
        // The code that was sent before is as good as it was.
        Err(failure) => {
            let mistake = Mistake::of_the_moment(failure, view.texts)?;
            return again(view, auth, next, &Form::default(), &mistake).await;
        }
    })
}
