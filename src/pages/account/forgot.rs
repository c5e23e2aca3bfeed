use axum::response::Response;

use super::sign_up::known_name;
use super::{FormPage, Kept, Mistake, is_outage, no_user_pool, outage};
use crate::cognito::CognitoErrorKind;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::{error, see_other, texts};
use crate::web::{AuthSession, LocalPath};

/// The form that asks for a code.
pub(in crate::pages) async fn show() -> Response {
    form(None).show()
}

/// Sends a code, if there is such an account. The answer is the same if there is none.
pub(in crate::pages) async fn submit(auth: AuthSession, mut typed: Form) -> Response {
    let Some(pool) = auth.user_pool() else {
        return no_user_pool();
    };
    let Some(username) = typed.take("username") else {
        let mistake = Mistake::new("username", texts::USERNAME_MISSING);
        return form(Some(&mistake)).mistaken();
    };

    if let Err(failure) = pool.initiate_forgot_password(&username).await
        && is_outage(&failure)
    {
        return outage(&failure);
    }
    match Kept::Username.write(&auth, &username).await {
        Ok(()) => see_other(&LocalPath::from_static("/password/reset")),
        Err(failure) => error::failed(&failure),
    }
}

/// The form for the code and the new password.
pub(in crate::pages) async fn show_reset(auth: AuthSession) -> Response {
    match known_name(&auth).await {
        Ok(username) => reset_form(&username, None).show(),
        Err(failure) => error::failed(&failure),
    }
}

/// Sets the new password.
pub(in crate::pages) async fn reset(auth: AuthSession, mut typed: Form) -> Response {
    let Some(pool) = auth.user_pool() else {
        return no_user_pool();
    };
    let username = typed.take("username").unwrap_or_default();
    let code = typed.take("code").unwrap_or_default();
    let again = |mistake: Mistake| reset_form(&username, Some(&mistake)).mistaken();
    if username.is_empty() {
        return again(Mistake::new("username", texts::USERNAME_MISSING));
    }
    if code.trim().is_empty() {
        return again(Mistake::new("code", texts::CODE_MISSING));
    }
    let Some(password) = typed.take_secret("new_password") else {
        return again(Mistake::new("new_password", texts::NEW_PASSWORD_MISSING));
    };

    let answer = pool.confirm_forgot_password(&username, code.trim(), &password);
    match answer.await {
        Ok(()) => see_other(&LocalPath::from_static("/login?reset=1")),
        Err(failure) if is_outage(&failure) => outage(&failure),
        Err(failure) => again(match failure.kind() {
            CognitoErrorKind::InvalidPassword | CognitoErrorKind::PasswordHistory => {
                Mistake::of(&failure).unwrap_or_else(|| Mistake::new("code", texts::CODE_WRONG))
            }
            // Said of every other reason, so that it tells nobody who has an account.
            _ => Mistake::new("code", texts::CODE_WRONG),
        }),
    }
}

fn form(mistake: Option<&Mistake>) -> FormPage {
    FormPage {
        intro: texts::FORGOT.to_owned(),
        fields: vec![
            Field::username("")
                .with_error(Mistake::at(mistake, "username"))
                .with_focus(true),
        ],
        links: vec![("/login", "Back to the login page")],
        ..FormPage::new("Forgot your password?", "/password/forgot", "Send a code")
    }
}

fn reset_form(username: &str, mistake: Option<&Mistake>) -> FormPage {
    let at = |field: &str| Mistake::at(mistake, field);

    FormPage {
        intro: texts::CODE_SENT.to_owned(),
        alert: at(""),
        fields: vec![
            Field::username(username).with_error(at("username")),
            Field::code(texts::SENT_CODE).with_error(at("code")),
            Field::password("new_password", "New password", "new-password")
                .with_error(at("new_password")),
        ],
        links: vec![("/password/forgot", "Send another code")],
        ..FormPage::new(
            "Choose a new password",
            "/password/reset",
            "Change the password",
        )
    }
}
