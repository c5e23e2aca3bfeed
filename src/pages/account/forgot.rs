use axum::response::Response;

use crate::backend::Error;
use crate::cognito::{CognitoErrorKind, PasswordPolicy};
use crate::pages::error::{PageError, Shown, see_other};
use crate::pages::form::Form;
use crate::pages::kept::{Kept, known_name};
use crate::pages::login::{self, Before};
use crate::pages::mistake::{Marks, Mistake};
use crate::pages::page::Page;
use crate::pages::shown::{Field, FormPage, Link};
use crate::pages::view::{View, page};
use crate::web::{AuthError, AuthSession};

/// The form that asks for a code.
pub(in crate::pages) async fn show(view: View) -> Response {
    show_form(&view, "", None)
}

/// Sends a code, if there is such an account. The answer is the same if there is none.
pub(in crate::pages) async fn submit(view: View, auth: AuthSession, mut typed: Form) -> Shown {
    let pool = view.user_pool(&auth).ok_or(PageError::NO_USER_POOL)?;
    let texts = view.texts;
    let username = match typed.take_username(texts) {
        Ok(username) => username,
        Err(mistake) => return Ok(show_form(&view, "", Some(&mistake))),
    };
    let again = |mistake: &Mistake| Ok(show_form(&view, &username, Some(mistake)));

    if let Err(failure) = auth.count_attempt(&username) {
        return again(&Mistake::of_limit(&failure, texts));
    }
    if let Err(failure) = pool.initiate_forgot_password(&username).await {
        let failure = AuthError::from(Error::from(failure));
        if is_service_s_fault(&failure) {
            return again(&Mistake::of_the_moment(failure, texts)?);
        }
    }
    Kept::Username.write(&auth, &username).await?;
    Ok(see_other(&view.paths.reset_password()))
}

/// The form for the code and the new password.
pub(in crate::pages) async fn show_reset(view: View, auth: AuthSession) -> Shown {
    let username = known_name(&auth).await?;
    let policy = auth.password_policy().await;
    Ok(show_reset_form(&view, policy, &username, None))
}

/// Sets the new password. All logins of the user end: whoever needed a new one may have been robbed
/// of the old.
pub(in crate::pages) async fn reset(view: View, auth: AuthSession, mut typed: Form) -> Shown {
    use CognitoErrorKind as Kind;

    let pool = view.user_pool(&auth).ok_or(PageError::NO_USER_POOL)?;
    let texts = view.texts;
    let name = typed.take_username(texts);
    let username = name.as_deref().unwrap_or_default();
    let policy = auth.password_policy().await;
    let again = |mistake: &Mistake| Ok(show_reset_form(&view, policy, username, Some(mistake)));
    if let Err(mistake) = &name {
        return again(mistake);
    }
    let code = match typed.take_code(texts) {
        Ok(code) => code,
        Err(mistake) => return again(&mistake),
    };
    let password = match typed.take_new_password(texts) {
        Ok(password) => password,
        Err(mistake) => return again(&mistake),
    };

    if let Err(failure) = auth.count_attempt(username) {
        return again(&Mistake::of_limit(&failure, texts));
    }
    let answer = pool.confirm_forgot_password(username, &code, &password);
    let Err(failure) = answer.await else {
        let before = match auth.end_logins_after_reset(username, &password).await? {
            true => Before::Reset,
            false => Before::ResetAlone,
        };
        return Ok(login::after(&view, before, None));
    };
    // The rules for passwords are not among these: only known accounts would hear of them.
    let told = matches!(
        failure.kind(),
        Kind::LimitExceeded | Kind::Locked | Kind::TooManyFailedAttempts
    );
    let failure = AuthError::from(Error::from(failure));
    let mistake = if told || is_service_s_fault(&failure) {
        Mistake::of(failure, &view)?
    } else if is_about_the_password(&failure) {
        Mistake::new("new_password", texts.mistakes.password_malformed)
    } else {
        // Said of every other reason, so that it tells nobody who has an account.
        Mistake::new("code", texts.mistakes.reset_refused)
    };
    again(&mistake)
}

/// Whether the API could not take the password: it says so before it looks at any account.
fn is_about_the_password(failure: &AuthError) -> bool {
    failure.cognito().is_some_and(|failure| {
        let message = failure.message().unwrap_or_default();
        failure.kind() == CognitoErrorKind::InvalidParameter && message.contains("'password'")
    })
}

/// Whether the service, and neither the account nor what was typed, is why a call failed.
pub(super) fn is_service_s_fault(failure: &AuthError) -> bool {
    let Some(kind) = failure.cognito_kind() else {
        return true;
    };

    kind.is_transient()
        || matches!(
            kind,
            CognitoErrorKind::Forbidden
                | CognitoErrorKind::ResourceNotFound
                | CognitoErrorKind::Unexpected
                | CognitoErrorKind::UnknownOperation
        )
        // What the pool does not have, a visitor cannot have: that is no outage.
        || kind.is_setup()
            && !matches!(
                kind,
                CognitoErrorKind::AttributeNotPermitted | CognitoErrorKind::FeatureNotEnabled
            )
}

fn show_form(view: &View, username: &str, mistake: Option<&Mistake>) -> Response {
    let texts = view.texts;
    let mut marks = Marks::new(mistake);
    let username = Field::username(texts, username).with_focus(true);
    let form = FormPage {
        intro: texts.password.forgot_intro.to_owned(),
        fields: marks.fields([username]),
        alert: marks.alert(),
        links: view
            .link(Page::Login, texts.common.back_to_login)
            .into_iter()
            .collect(),
        ..view.form(
            view.paths.own(Page::ResetPassword),
            texts.password.forgot_heading,
            texts.password.forgot_submit,
        )
    };

    Mistake::answer(mistake, |status| {
        page(status, view.templates().forgot_password(&form))
    })
}

fn show_reset_form(
    view: &View,
    policy: PasswordPolicy,
    username: &str,
    mistake: Option<&Mistake>,
) -> Response {
    let texts = view.texts;
    let mut marks = Marks::new(mistake);
    let fields = [
        Field::username(texts, username).with_focus(username.is_empty()),
        Field::code(texts.fields.code).with_focus(!username.is_empty()),
        Field::new_password(texts, texts.fields.new_password, policy),
    ];
    let form = FormPage {
        intro: texts.notices.reset_code_may_be_sent.to_owned(),
        fields: marks.fields(fields),
        alert: marks.alert(),
        links: vec![Link {
            path: view.paths.own(Page::ResetPassword),
            label: texts.password.reset_again,
        }],
        ..view.form(
            view.paths.reset_password(),
            texts.password.reset_heading,
            texts.password.reset_submit,
        )
    };

    Mistake::answer(mistake, |status| {
        page(status, view.templates().reset_password(&form))
    })
}
