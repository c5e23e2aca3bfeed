use axum::response::Response;

use super::{FormPage, Kept, is_outage};
use crate::attribute::Attributes;
use crate::cognito::CognitoErrorKind;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::{View, page, see_other};
use crate::web::{AuthError, AuthSession, LocalPath};

/// The form in which strangers sign up.
pub(in crate::pages) async fn show(view: View) -> Response {
    show_form(&view, "", &Attributes::new(), None)
}

/// Signs up. A name that is taken leads to the same page as one that is not.
pub(in crate::pages) async fn submit(view: View, auth: AuthSession, mut typed: Form) -> Response {
    use CognitoErrorKind as Kind;

    let Some(pool) = auth.user_pool() else {
        return view.no_user_pool();
    };
    let mistakes = &view.texts.mistakes;
    let username = typed.take("username").unwrap_or_default();
    let attributes: Attributes = view
        .pages()
        .sign_up_attributes()
        .filter_map(|name| Some((name.clone(), typed.take(name.as_str())?)))
        .collect();
    let again = |mistake: Mistake| show_form(&view, &username, &attributes, Some(&mistake));
    if username.is_empty() {
        return again(Mistake::new("username", mistakes.username_missing));
    }
    let Some(password) = typed.take_secret("new_password") else {
        return again(Mistake::new("new_password", mistakes.new_password_missing));
    };

    if let Err(failure) = auth.count_attempt(&username) {
        return view.failed(&failure);
    }

    match pool.register(&username, &password, &attributes).await {
        Ok(registered) if registered.confirmed => {
            see_other(&LocalPath::from_static("/login?confirmed=1"))
        }
        Ok(_) => go_on(&view, &auth, &username).await,
        Err(failure) => match failure.kind() {
            Kind::UsernameExists | Kind::AliasExists => go_on(&view, &auth, &username).await,
            Kind::InvalidPassword | Kind::InvalidParameter => {
                let mistake = Mistake::of(&failure, view.texts);
                again(mistake.unwrap_or_else(|| Mistake::of_form(mistakes.sign_up_refused)))
            }
            _ if is_outage(&failure) => view.outage(&failure),
            _ => again(Mistake::of_form(mistakes.sign_up_refused)),
        },
    }
}

/// The form for the code with which a sign-up is confirmed.
pub(in crate::pages) async fn show_confirm(view: View, auth: AuthSession) -> Response {
    match known_name(&auth).await {
        Ok(username) => show_confirm_form(&view, &username, "", None),
        Err(failure) => view.failed(&failure),
    }
}

/// Confirms a sign-up.
pub(in crate::pages) async fn confirm(view: View, auth: AuthSession, mut typed: Form) -> Response {
    let Some(pool) = auth.user_pool() else {
        return view.no_user_pool();
    };
    let mistakes = &view.texts.mistakes;
    let username = typed.take("username").unwrap_or_default();
    let username = username.trim();
    let again = |mistake: Mistake| show_confirm_form(&view, username, "", Some(&mistake));
    if username.is_empty() {
        return again(Mistake::new("username", mistakes.username_missing));
    }
    let Some(code) = typed.take_code() else {
        return again(Mistake::new("code", mistakes.code_missing));
    };

    if let Err(failure) = auth.count_attempt(username) {
        return view.failed(&failure);
    }

    match pool.confirm_sign_up(username, &code).await {
        Ok(()) => see_other(&LocalPath::from_static("/login?confirmed=1")),
        Err(failure) if is_outage(&failure) => view.outage(&failure),
        // Whatever is wrong, it is said as of a wrong code: it tells nobody who has an account.
        Err(_) => again(Mistake::new("code", mistakes.code_wrong)),
    }
}

/// Sends the code once more, if there is such a sign-up.
pub(in crate::pages) async fn resend(view: View, auth: AuthSession) -> Response {
    let Some(pool) = auth.user_pool() else {
        return view.no_user_pool();
    };
    let username = match known_name(&auth).await {
        Ok(username) => username,
        Err(failure) => return view.failed(&failure),
    };
    if let Err(failure) = auth.count_attempt(&username) {
        return view.failed(&failure);
    }
    if !username.is_empty()
        && let Err(failure) = pool.resend_confirmation_code(&username).await
        && is_outage(&failure)
    {
        return view.outage(&failure);
    }

    show_confirm_form(&view, &username, view.texts.notices.code_may_be_sent, None)
}

async fn go_on(view: &View, auth: &AuthSession, username: &str) -> Response {
    match Kept::Username.write(auth, username).await {
        Ok(()) => see_other(&LocalPath::from_static("/signup/confirm")),
        Err(failure) => view.failed(&failure),
    }
}

pub(super) async fn known_name(auth: &AuthSession) -> Result<String, AuthError> {
    Ok(Kept::Username.read(auth).await?.unwrap_or_default())
}

fn show_form(
    view: &View,
    username: &str,
    attributes: &Attributes,
    mistake: Option<&Mistake>,
) -> Response {
    let texts = view.texts;
    let at = |field: &str| Mistake::at(mistake, field);
    let own = [Field::username(texts, username).with_error(at("username"))];
    let asked = view.pages().sign_up_attributes().map(|name| {
        let value = attributes.get(name.as_str()).unwrap_or_default();
        Field::attribute(texts, name.as_str())
            .with_value(value)
            .with_error(at(name.as_str()))
    });
    let password = Field::new_password(texts.fields.password).with_error(at("new_password"));
    let form = FormPage {
        alert: at(""),
        fields: own.into_iter().chain(asked).chain([password]).collect(),
        ..FormPage::new(
            texts,
            "/signup",
            texts.sign_up.heading,
            texts.sign_up.submit,
        )
    }
    .with_link("/login", texts.sign_up.log_in);

    page(Mistake::status(mistake), view.templates().sign_up(&form))
}

fn show_confirm_form(
    view: &View,
    username: &str,
    notice: &'static str,
    mistake: Option<&Mistake>,
) -> Response {
    let texts = view.texts;
    let at = |field: &str| Mistake::at(mistake, field);
    let form = FormPage {
        intro: texts.notices.code_may_be_sent.to_owned(),
        notice,
        alert: at(""),
        fields: vec![
            Field::username(texts, username).with_error(at("username")),
            Field::code(texts.fields.code).with_error(at("code")),
        ],
        ..FormPage::new(
            texts,
            "/signup/confirm",
            texts.sign_up.confirm_heading,
            texts.sign_up.confirm_submit,
        )
    }
    .with_button("/signup/resend", texts.sign_up.resend)
    .with_link("/login", texts.common.back_to_login);

    page(
        Mistake::status(mistake),
        view.templates().confirm_sign_up(&form),
    )
}
