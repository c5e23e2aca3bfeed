use axum::response::Response;

use super::{Account, FormPage};
use crate::cognito::CognitoErrorKind;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::fill;
use crate::pages::{page, see_other};
use crate::web::LocalPath;

/// The form in which a user changes the password.
pub(in crate::pages) async fn show(account: Account) -> Response {
    show_form(&account, None)
}

/// Changes the password of whoever knows the old one. All other logins of theirs end.
pub(in crate::pages) async fn submit(account: Account, mut typed: Form) -> Response {
    let texts = account.view.texts;
    let again = |mistake: Mistake| show_form(&account, Some(&mistake));
    let Some(old) = typed.take_secret("password") else {
        return again(Mistake::new("password", texts.mistakes.password_missing));
    };
    let Some(new) = typed.take_secret("new_password") else {
        return again(Mistake::new(
            "new_password",
            texts.mistakes.new_password_missing,
        ));
    };

    if let Err(failure) = account.auth.count_attempt(account.cognito.username()) {
        return account.view.failed(&failure);
    }

    match account.cognito.change_password(&old, &new).await {
        Ok(()) => match account.auth.end_other_logins().await {
            Ok(()) => see_other(&LocalPath::from_static("/profile?saved=1")),
            Err(failure) => account.view.failed(&failure),
        },
        Err(failure) if failure.kind() == CognitoErrorKind::WrongPassword => {
            again(Mistake::new("password", texts.mistakes.password_wrong))
        }
        Err(failure) => {
            Mistake::of(&failure, texts).map_or_else(|| account.view.outage(&failure), again)
        }
    }
}

fn show_form(account: &Account, mistake: Option<&Mistake>) -> Response {
    let view = &account.view;
    let texts = view.texts;
    let at = |field: &str| Mistake::at(mistake, field);
    let username = [("username", account.cognito.username())];
    let form = FormPage {
        intro: fill(texts.password.change_intro, &username),
        alert: at(""),
        fields: vec![
            Field::password(texts.fields.current_password)
                .with_error(at("password"))
                .with_focus(true),
            Field::new_password(texts.fields.new_password).with_error(at("new_password")),
        ],
        ..FormPage::new(
            texts,
            "/profile/password",
            texts.password.change_heading,
            texts.password.change_submit,
        )
    }
    .with_link("/profile", texts.common.back_to_details);

    page(
        Mistake::status(mistake),
        view.templates().change_password(&form),
    )
}
