use std::sync::Arc;

use axum::Extension;
use axum::response::Response;

use super::{Button, FormPage, Kept, Mistake, is_outage, no_user_pool, outage};
use crate::attribute::Attributes;
use crate::cognito::CognitoErrorKind;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::{Pages, error, see_other, texts};
use crate::web::{AuthError, AuthSession, LocalPath};

/// The form in which strangers sign up.
pub(in crate::pages) async fn show(Extension(pages): Extension<Arc<Pages>>) -> Response {
    form(&pages, "", &Attributes::new(), None).show()
}

/// Signs up. A name that is taken leads to the same page as one that is not.
pub(in crate::pages) async fn submit(
    Extension(pages): Extension<Arc<Pages>>,
    auth: AuthSession,
    mut typed: Form,
) -> Response {
    use CognitoErrorKind as Kind;

    let Some(pool) = auth.user_pool() else {
        return no_user_pool();
    };
    let username = typed.take("username").unwrap_or_default();
    let attributes: Attributes = pages
        .sign_up_attributes()
        .filter_map(|name| Some((name.clone(), typed.take(name.as_str())?)))
        .collect();
    let again = |mistake: Mistake| form(&pages, &username, &attributes, Some(&mistake)).mistaken();
    if username.is_empty() {
        return again(Mistake::new("username", texts::USERNAME_MISSING));
    }
    let Some(password) = typed.take_secret("new_password") else {
        return again(Mistake::new("new_password", texts::NEW_PASSWORD_MISSING));
    };

    match pool.register(&username, &password, &attributes).await {
        Ok(registered) if registered.confirmed => {
            see_other(&LocalPath::from_static("/login?confirmed=1"))
        }
        Ok(_) => go_on(&auth, &username).await,
        Err(failure) => match failure.kind() {
            Kind::UsernameExists | Kind::AliasExists => go_on(&auth, &username).await,
            Kind::InvalidPassword | Kind::InvalidParameter => {
                let mistake = Mistake::of(&failure);
                again(mistake.unwrap_or_else(|| Mistake::new("", texts::SIGN_UP_REFUSED)))
            }
            _ if is_outage(&failure) => outage(&failure),
            _ => again(Mistake::new("", texts::SIGN_UP_REFUSED)),
        },
    }
}

/// The form for the code with which a sign-up is confirmed.
pub(in crate::pages) async fn show_confirm(auth: AuthSession) -> Response {
    match known_name(&auth).await {
        Ok(username) => confirm_form(&username, None).show(),
        Err(failure) => error::failed(&failure),
    }
}

/// Confirms a sign-up.
pub(in crate::pages) async fn confirm(auth: AuthSession, mut typed: Form) -> Response {
    let Some(pool) = auth.user_pool() else {
        return no_user_pool();
    };
    let username = typed.take("username").unwrap_or_default();
    let code = typed.take("code").unwrap_or_default();
    let (username, code) = (username.trim(), code.trim());
    if username.is_empty() || code.is_empty() {
        let mistake = if username.is_empty() {
            Mistake::new("username", texts::USERNAME_MISSING)
        } else {
            Mistake::new("code", texts::CODE_MISSING)
        };
        return confirm_form(username, Some(&mistake)).mistaken();
    }

    match pool.confirm_sign_up(username, code).await {
        Ok(()) => see_other(&LocalPath::from_static("/login?confirmed=1")),
        Err(failure) if is_outage(&failure) => outage(&failure),
        // Whatever is wrong, it is said as of a wrong code: it tells nobody who has an account.
        Err(_) => {
            let mistake = Mistake::new("code", texts::CODE_WRONG);
            confirm_form(username, Some(&mistake)).mistaken()
        }
    }
}

/// Sends the code once more, if there is such a sign-up.
pub(in crate::pages) async fn resend(auth: AuthSession) -> Response {
    let Some(pool) = auth.user_pool() else {
        return no_user_pool();
    };
    let username = match known_name(&auth).await {
        Ok(username) => username,
        Err(failure) => return error::failed(&failure),
    };
    if !username.is_empty()
        && let Err(failure) = pool.resend_confirmation_code(&username).await
        && is_outage(&failure)
    {
        return outage(&failure);
    }

    let mut again = confirm_form(&username, None);
    again.notice = texts::CODE_SENT;
    again.show()
}

async fn go_on(auth: &AuthSession, username: &str) -> Response {
    match Kept::Username.write(auth, username).await {
        Ok(()) => see_other(&LocalPath::from_static("/signup/confirm")),
        Err(failure) => error::failed(&failure),
    }
}

pub(super) async fn known_name(auth: &AuthSession) -> Result<String, AuthError> {
    Ok(Kept::Username.read(auth).await?.unwrap_or_default())
}

fn form(
    pages: &Pages,
    username: &str,
    attributes: &Attributes,
    mistake: Option<&Mistake>,
) -> FormPage {
    let at = |field: &str| Mistake::at(mistake, field);
    let own = [Field::username(username).with_error(at("username"))];
    let asked = pages.sign_up_attributes().map(|name| {
        let value = attributes.get(name.as_str()).unwrap_or_default();
        Field::attribute(name.as_str())
            .with_value(value)
            .with_error(at(name.as_str()))
    });
    let password =
        Field::password("new_password", "Password", "new-password").with_error(at("new_password"));

    FormPage {
        alert: at(""),
        fields: own.into_iter().chain(asked).chain([password]).collect(),
        links: vec![("/login", "Log in instead")],
        ..FormPage::new("Sign up", "/signup", "Sign up")
    }
}

fn confirm_form(username: &str, mistake: Option<&Mistake>) -> FormPage {
    let at = |field: &str| Mistake::at(mistake, field);

    FormPage {
        intro: texts::CODE_SENT.to_owned(),
        alert: at(""),
        fields: vec![
            Field::username(username).with_error(at("username")),
            Field::code(texts::SENT_CODE).with_error(at("code")),
        ],
        button: Some(Button {
            action: "/signup/resend",
            label: "Send the code again",
        }),
        links: vec![("/login", "Go to the login page")],
        ..FormPage::new("Confirm your account", "/signup/confirm", "Confirm")
    }
}
