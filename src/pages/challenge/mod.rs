//! The page of whatever challenge waits in the session.
//!
//! Here is what all of them share; the fields of each are in a file of its own.

mod asked;
mod code;
mod custom;
mod mfa_setup;
mod new_password;
mod passkey;
mod password;
mod resend;
mod select_challenge;
mod select_mfa;
mod software_token;
mod unknown;

use axum::extract::RawQuery;

use self::asked::{Asked, Beside};
use super::error::{PageError, Shown, see_other};
use super::form::Form;
use super::kept::{Kept, note_code_of};
use super::login::{self, Before};
use super::mistake::Mistake;
use super::templates::Rendered;
use super::texts::Texts;
use super::view::{View, page, query_parameter};
use crate::backend::{LoginOutcome, Refusal};
use crate::challenge::{Answer, Challenge};
use crate::cognito::{CognitoErrorKind, PasswordPolicy};
use crate::web::{AuthError, AuthSession, LocalPath, PendingChallenge};

/// Shows the challenge that waits. Reloading it is harmless.
pub(super) async fn show(view: View, auth: AuthSession, RawQuery(query): RawQuery) -> Shown {
    let next = query_parameter(query.as_deref(), "next");
    let next = next.and_then(|next| view.paths.read_next(&next));

    let Some(pending) = auth.challenge().await? else {
        let query = query.as_deref();
        return Ok(login::no_challenge(&view, query, next.as_ref()));
    };
    let notice = match query_parameter(query.as_deref(), "sent") {
        Some(_) => view.texts.notices.code_may_be_sent,
        None => "",
    };
    let beside = beside(&view, &auth, &pending, notice).await?;
    respond(&view, &auth, &pending, beside, next, &Form::default(), None).await
}

/// Answers the challenge that waits.
pub(super) async fn submit(view: View, auth: AuthSession, mut form: Form) -> Shown {
    let next = form
        .take("next")
        .and_then(|next| view.paths.read_next(&next));
    let Some(pending) = auth.challenge().await? else {
        return Ok(login::after(&view, Before::Expired, next.as_ref()));
    };
    let PendingChallenge {
        challenge,
        id,
        is_first,
        typed,
        ..
    } = pending;

    // The form of another login, in a tab that was left open.
    if form
        .take("challenge")
        .is_some_and(|answered| answered != id)
    {
        let mistake = Mistake::of_form(view.texts.mistakes.other_challenge);
        return again(&view, &auth, next, &Form::default(), &mistake).await;
    }
    let proves = matches!(
        challenge,
        Challenge::Custom(_)
            | Challenge::Password(_)
            | Challenge::PasswordSrp(_)
            | Challenge::SelectChallenge(_)
    );
    let answer = match read(challenge, &mut form, view.texts) {
        Ok(answer) => answer,
        Err(mistake) => return again(&view, &auth, next, &form, &mistake).await,
    };
    Ok(match auth.answer(&id, answer).await {
        Ok(LoginOutcome::Challenge(challenge)) => {
            note_code_of(&auth, &challenge).await?;
            see_other(&login::challenge_path(&view, next.as_ref()))
        }
        Ok(LoginOutcome::Complete(_)) => see_other(&view.destination(next)),
        Ok(LoginOutcome::Refused(_)) if proves => {
            let mistake = Mistake::of_form(view.texts.mistakes.login_refused);
            login::refuse(&view, &auth, &typed, next, &mistake)
        }
        // Whoever has proved something may hear of their account.
        Ok(LoginOutcome::Refused(Refusal::Locked)) if !is_first => {
            login::after(&view, Before::Limited, next.as_ref())
        }
        Ok(LoginOutcome::Refused(_)) => login::after(&view, Before::Expired, next.as_ref()),
        Err(failure)
            if !is_first
                && failure.cognito_kind() == Some(CognitoErrorKind::UserLambdaValidation) =>
        {
            let mistake = Mistake::of(failure, &view)?;
            login::refuse(&view, &auth, &typed, next, &mistake)
        }
        Err(failure) => return show_failure(&view, &auth, next, &form, failure).await,
    })
}

/// Drops the challenge, so that the login starts again. Whoever wants another way finds their name in
/// the form; a new code is sent at once. A form that cannot be read starts again too.
pub(super) async fn restart(view: View, auth: AuthSession, form: Result<Form, PageError>) -> Shown {
    let mut form = form.unwrap_or_default();
    let next = form.take("next");
    let next = next.and_then(|next| view.paths.read_next(&next));
    if let Some(pending) = auth.challenge().await? {
        if form.take("resend").is_some()
            && let Some(way) = resend::way(&auth, &pending)
        {
            return resend::send(&view, &auth, &pending.typed, way, next).await;
        }
        if form.take("other_ways").is_some() {
            Kept::Username.write(&auth, &pending.typed).await?;
        }
    }
    auth.abandon_challenge().await?;

    let login = view.paths.login();
    Ok(see_other(&login.with_next_if(next.as_ref())))
}

/// Shows the form again while the challenge waits for another answer, and says why; or the login
/// page, if it does not.
async fn show_failure(
    view: &View,
    auth: &AuthSession,
    next: Option<LocalPath>,
    form: &Form,
    failure: AuthError,
) -> Shown {
    use CognitoErrorKind as Kind;

    if auth.challenge().await.ok().flatten().is_some() {
        let mistake = Mistake::of(failure, view)?;
        return again(view, auth, next, form, &mistake).await;
    }
    let before = match failure.cognito_kind() {
        Some(Kind::LimitExceeded | Kind::TooManyFailedAttempts) => Before::Limited,
        Some(
            Kind::ChallengeExpired | Kind::CodeMismatch | Kind::DeviceRefused | Kind::ExpiredCode,
        ) => Before::Expired,
        _ if login::refuses(&failure) => Before::Expired,
        _ => return Err(failure.into()),
    };
    Ok(login::after(view, before, next.as_ref()))
}

/// Shows the challenge again, with what is wrong.
async fn again(
    view: &View,
    auth: &AuthSession,
    next: Option<LocalPath>,
    form: &Form,
    mistake: &Mistake,
) -> Shown {
    let Some(pending) = auth.challenge().await? else {
        return Ok(login::after(view, Before::Expired, next.as_ref()));
    };
    let beside = beside(view, auth, &pending, "").await?;
    respond(view, auth, &pending, beside, next, form, Some(mistake)).await
}

async fn beside(
    view: &View,
    auth: &AuthSession,
    pending: &PendingChallenge,
    notice: &'static str,
) -> Result<Beside, AuthError> {
    let chooses = !matches!(
        pending.challenge,
        Challenge::NewPasswordRequired(_) | Challenge::SelectChallenge(_)
    );

    Ok(Beside {
        notice,
        has_other_ways: chooses && !auth.first_factors().is_empty(),
        resend: resend::button(view, auth, pending).await?,
    })
}

async fn respond(
    view: &View,
    auth: &AuthSession,
    pending: &PendingChallenge,
    beside: Beside,
    next: Option<LocalPath>,
    form: &Form,
    mistake: Option<&Mistake>,
) -> Shown {
    let policy = match pending.challenge {
        Challenge::NewPasswordRequired(_) => auth.password_policy().await,
        _ => PasswordPolicy::default(),
    };
    let asked = Asked::new(view, policy, beside, pending, next, form, mistake);

    Ok(Mistake::answer(mistake, |status| {
        page(status, render(&pending.challenge, asked))
    }))
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
        Challenge::Other(challenge) => unknown::render(challenge.name(), asked),
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
