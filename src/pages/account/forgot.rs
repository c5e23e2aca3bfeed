use axum::response::Response;

use super::sign_up::known_name;
use super::{FormPage, Kept, is_outage};
use crate::backend::Error;
use crate::cognito::CognitoErrorKind;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::{View, page, see_other};
use crate::web::{AuthError, AuthSession, LocalPath};

/// The form that asks for a code.
pub(in crate::pages) async fn show(view: View) -> Response {
    show_form(&view, None)
}

/// Sends a code, if there is such an account. The answer is the same if there is none.
pub(in crate::pages) async fn submit(view: View, auth: AuthSession, mut typed: Form) -> Response {
    let Some(pool) = auth.user_pool() else {
        return view.no_user_pool();
    };
    let Some(username) = typed.take("username") else {
        let mistake = Mistake::new("username", view.texts.mistakes.username_missing);
        return show_form(&view, Some(&mistake));
    };

    if let Err(failure) = auth.count_attempt(&username) {
        return view.failed(&failure);
    }
    if let Err(failure) = pool.initiate_forgot_password(&username).await
        && is_outage(&failure)
    {
        return view.outage(&failure);
    }
    match Kept::Username.write(&auth, &username).await {
        Ok(()) => see_other(&LocalPath::from_static("/password/reset")),
        Err(failure) => view.failed(&failure),
    }
}

/// The form for the code and the new password.
pub(in crate::pages) async fn show_reset(view: View, auth: AuthSession) -> Response {
    match known_name(&auth).await {
        Ok(username) => show_reset_form(&view, &username, None),
        Err(failure) => view.failed(&failure),
    }
}

/// Sets the new password. All logins of the user end: whoever needed a new one may have been robbed
/// of the old.
pub(in crate::pages) async fn reset(view: View, auth: AuthSession, mut typed: Form) -> Response {
    let Some(pool) = auth.user_pool() else {
        return view.no_user_pool();
    };
    let mistakes = &view.texts.mistakes;
    let username = typed.take("username").unwrap_or_default();
    let again = |mistake: Mistake| show_reset_form(&view, &username, Some(&mistake));
    if username.is_empty() {
        return again(Mistake::new("username", mistakes.username_missing));
    }
    let Some(code) = typed.take_code() else {
        return again(Mistake::new("code", mistakes.code_missing));
    };
    let Some(password) = typed.take_secret("new_password") else {
        return again(Mistake::new("new_password", mistakes.new_password_missing));
    };

    if let Err(failure) = auth.count_attempt(&username) {
        return view.failed(&failure);
    }
    let answer = pool.confirm_forgot_password(&username, &code, &password);
    match answer.await {
        Ok(()) => match end_logins(&auth, &username).await {
            Ok(()) => see_other(&LocalPath::from_static("/login?reset=1")),
            Err(failure) => view.failed(&failure),
        },
        Err(failure) if is_outage(&failure) => view.outage(&failure),
        Err(failure) => again(match failure.kind() {
            CognitoErrorKind::InvalidPassword | CognitoErrorKind::PasswordHistory => {
                Mistake::of(&failure, view.texts)
                    .unwrap_or_else(|| Mistake::new("code", mistakes.code_wrong))
            }
            // Said of every other reason, so that it tells nobody who has an account.
            _ => Mistake::new("code", mistakes.code_wrong),
        }),
    }
}

/// Ends the logins of whoever has a new password. A name that is not the one in their row, but
/// another one of theirs, is not known here.
async fn end_logins(auth: &AuthSession, username: &str) -> Result<(), AuthError> {
    let Some(users) = auth.user_store() else {
        return Ok(());
    };
    let user = users
        .find_by_username(username)
        .await
        .map_err(Error::from)?;

    match user {
        Some(user) => auth.end_logins_of(user.id).await,
        None => Ok(()),
    }
}

fn show_form(view: &View, mistake: Option<&Mistake>) -> Response {
    let texts = view.texts;
    let form = FormPage {
        intro: texts.password.forgot_intro.to_owned(),
        fields: vec![
            Field::username(texts, "")
                .with_error(Mistake::at(mistake, "username"))
                .with_focus(true),
        ],
        ..FormPage::new(
            texts,
            "/password/forgot",
            texts.password.forgot_heading,
            texts.password.forgot_submit,
        )
    }
    .with_link("/login", texts.common.back_to_login);

    page(
        Mistake::status(mistake),
        view.templates().forgot_password(&form),
    )
}

fn show_reset_form(view: &View, username: &str, mistake: Option<&Mistake>) -> Response {
    let texts = view.texts;
    let at = |field: &str| Mistake::at(mistake, field);
    let form = FormPage {
        intro: texts.notices.code_may_be_sent.to_owned(),
        alert: at(""),
        fields: vec![
            Field::username(texts, username).with_error(at("username")),
            Field::code(texts.fields.code).with_error(at("code")),
            Field::new_password(texts.fields.new_password).with_error(at("new_password")),
        ],
        ..FormPage::new(
            texts,
            "/password/reset",
            texts.password.reset_heading,
            texts.password.reset_submit,
        )
    }
    .with_link("/password/forgot", texts.password.reset_again);

    page(
        Mistake::status(mistake),
        view.templates().reset_password(&form),
    )
}
