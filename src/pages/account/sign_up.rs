use axum::extract::RawQuery;
use axum::response::Response;

use super::destinations::destinations;
use super::forgot::is_service_s_fault;
use crate::attribute::Attributes;
use crate::backend::Error;
use crate::cognito::{CognitoErrorKind, PasswordPolicy};
use crate::pages::error::{PageError, Shown, see_other};
use crate::pages::form::Form;
use crate::pages::kept::{Kept, known_name, note_code, seconds_to_next_code};
use crate::pages::login::{self, Before};
use crate::pages::mistake::{Marks, Mistake};
use crate::pages::page::Page;
use crate::pages::shown::{Field, FormPage};
use crate::pages::view::{View, page, query_parameter};
use crate::web::{AuthError, AuthSession};

/// The form in which strangers sign up.
pub(in crate::pages) async fn show(view: View, auth: AuthSession) -> Response {
    let policy = auth.password_policy().await;
    show_form(&view, policy, &Form::default(), None)
}

/// Signs up. A name that is taken leads to the same page as one that is not.
pub(in crate::pages) async fn submit(view: View, auth: AuthSession, mut typed: Form) -> Shown {
    use CognitoErrorKind as Kind;

    let pool = view.user_pool(&auth).ok_or(PageError::NO_USER_POOL)?;
    let texts = view.texts;
    let password = typed.take_new_password(texts);
    let policy = auth.password_policy().await;
    let again = |mistake: &Mistake| Ok(show_form(&view, policy, &typed, Some(mistake)));
    let username = match typed.get_trimmed("username") {
        Some(username) => username,
        None => return again(&Mistake::new("username", texts.mistakes.username_missing)),
    };
    let mut attributes = Attributes::new();
    for name in view.pages().sign_up_attributes() {
        match typed.get_trimmed(name.as_str()) {
            Some(value) => attributes.insert(name.clone(), value.to_owned()),
            None => return again(&Mistake::new(name.as_str(), texts.mistakes.value_missing)),
        };
    }
    let password = match password {
        Ok(password) => password,
        Err(mistake) => return again(&mistake),
    };
    for whom in [username].into_iter().chain(destinations(&attributes)) {
        if let Err(failure) = auth.count_attempt(whom) {
            return again(&Mistake::of_limit(&failure, texts));
        }
    }

    let failure = match pool.register(username, &password, &attributes).await {
        Ok(registered) if registered.confirmed => {
            return Ok(login::after(&view, Before::Confirmed, None));
        }
        Ok(_) => return go_on(&view, &auth, username).await,
        Err(failure) => failure,
    };
    match failure.kind() {
        // The last two: the account is there, and its code could not be sent. It can be sent again.
        Kind::AliasExists
        | Kind::UsernameExists
        | Kind::CodeDeliveryFailure
        | Kind::LimitExceeded => go_on(&view, &auth, username).await,
        Kind::UserLambdaValidation if view.pages().trigger_messages => {
            again(&Mistake::of(failure, &view)?)
        }
        Kind::InvalidPassword | Kind::InvalidParameter | Kind::PasswordHistory => {
            again(&Mistake::of(failure, &view)?)
        }
        _ => {
            let failure = AuthError::from(Error::from(failure));
            if is_service_s_fault(&failure) {
                return again(&Mistake::of_the_moment(failure, texts)?);
            }
            again(&Mistake::of_form(texts.mistakes.sign_up_refused))
        }
    }
}

/// The form for the code with which a sign-up is confirmed.
pub(in crate::pages) async fn show_confirm(
    view: View,
    auth: AuthSession,
    RawQuery(query): RawQuery,
) -> Shown {
    let username = known_name(&auth).await?;
    let notice = match query_parameter(query.as_deref(), "sent") {
        Some(_) => view.texts.notices.code_may_be_sent,
        None => "",
    };
    let wait = seconds_to_next_code(&auth).await?;
    Ok(show_confirm_form(&view, &username, wait, notice, None))
}

/// Confirms a sign-up.
pub(in crate::pages) async fn confirm(view: View, auth: AuthSession, mut typed: Form) -> Shown {
    use CognitoErrorKind as Kind;

    let pool = view.user_pool(&auth).ok_or(PageError::NO_USER_POOL)?;
    let texts = view.texts;
    let name = typed.take_username(texts);
    let username = name.as_deref().unwrap_or_default();
    let wait = seconds_to_next_code(&auth).await?;
    let again = |mistake: &Mistake| Ok(show_confirm_form(&view, username, wait, "", Some(mistake)));
    if let Err(mistake) = &name {
        return again(mistake);
    }
    let code = match typed.take_code(texts) {
        Ok(code) => code,
        Err(mistake) => return again(&mistake),
    };
    if let Err(failure) = auth.count_attempt(username) {
        return again(&Mistake::of_limit(&failure, texts));
    }

    let Err(failure) = pool.confirm_sign_up(username, &code).await else {
        return Ok(login::after(&view, Before::Confirmed, None));
    };
    let told = matches!(
        failure.kind(),
        Kind::LimitExceeded | Kind::Locked | Kind::TooManyFailedAttempts
    );
    let failure = AuthError::from(Error::from(failure));
    let mistake = if told || is_service_s_fault(&failure) {
        Mistake::of(failure, &view)?
    } else {
        // Whatever else is wrong, it is said as of a wrong code: it tells nobody who has an account.
        Mistake::new("code", texts.mistakes.code_wrong)
    };
    again(&mistake)
}

/// Sends the code once more, if there is such a sign-up.
pub(in crate::pages) async fn resend(view: View, auth: AuthSession, mut typed: Form) -> Shown {
    let pool = view.user_pool(&auth).ok_or(PageError::NO_USER_POOL)?;
    let texts = view.texts;
    let username = match typed.take_username(texts) {
        Ok(username) => username,
        Err(missing) => {
            let known = known_name(&auth).await?;
            if known.is_empty() {
                return Ok(show_confirm_form(&view, "", 0, "", Some(&missing)));
            }
            known
        }
    };
    let again = |mistake: &Mistake| Ok(show_confirm_form(&view, &username, 0, "", Some(mistake)));
    if let Err(failure) = auth.count_attempt(&username) {
        return again(&Mistake::of_limit(&failure, texts));
    }
    if let Err(failure) = pool.resend_confirmation_code(&username).await {
        let failure = AuthError::from(Error::from(failure));
        if is_service_s_fault(&failure) {
            return again(&Mistake::of_the_moment(failure, texts)?);
        }
    }

    Kept::Username.write(&auth, &username).await?;
    note_code(&auth).await?;
    Ok(see_other(&view.paths.confirm_sign_up().with("sent", "1")))
}

async fn go_on(view: &View, auth: &AuthSession, username: &str) -> Shown {
    Kept::Username.write(auth, username).await?;
    note_code(auth).await?;
    Ok(see_other(&view.paths.confirm_sign_up()))
}

fn show_form(
    view: &View,
    policy: PasswordPolicy,
    typed: &Form,
    mistake: Option<&Mistake>,
) -> Response {
    let texts = view.texts;
    let typed = |name: &str| typed.get_trimmed(name).unwrap_or_default().to_owned();
    let mut marks = Marks::new(mistake);
    let own = [Field::username(texts, typed("username")).with_focus(true)];
    let asked = view
        .pages()
        .sign_up_attributes()
        .map(|name| Field::attribute(texts, name.as_str()).with_value(typed(name.as_str())));
    let password = Field::new_password(texts, texts.fields.password, policy);
    let form = FormPage {
        fields: marks.fields(own.into_iter().chain(asked).chain([password])),
        alert: marks.alert(),
        links: view
            .link(Page::Login, texts.sign_up.log_in)
            .into_iter()
            .collect(),
        ..view.form(
            view.paths.own(Page::SignUp),
            texts.sign_up.heading,
            texts.sign_up.submit,
        )
    };

    Mistake::answer(mistake, |status| {
        page(status, view.templates().sign_up(&form))
    })
}

fn show_confirm_form(
    view: &View,
    username: &str,
    wait: u64,
    notice: &'static str,
    mistake: Option<&Mistake>,
) -> Response {
    let texts = view.texts;
    let mut marks = Marks::new(mistake);
    let fields = [
        Field::username(texts, username).with_focus(username.is_empty()),
        Field::code(texts.fields.code).with_focus(!username.is_empty()),
    ];
    let form = FormPage {
        intro: if username.is_empty() {
            texts.sign_up.confirm_enter.to_owned()
        } else {
            texts.sign_up.confirm_intro.to_owned()
        },
        notice,
        fields: marks.fields(fields),
        alert: marks.alert(),
        button: Some(view.resend_button(view.paths.resend_code(), texts.sign_up.resend, wait)),
        links: view
            .link(Page::Login, texts.common.back_to_login)
            .into_iter()
            .collect(),
        ..view.form(
            view.paths.confirm_sign_up(),
            texts.sign_up.confirm_heading,
            texts.sign_up.confirm_submit,
        )
    };

    Mistake::answer(mistake, |status| {
        page(status, view.templates().confirm_sign_up(&form))
    })
}
