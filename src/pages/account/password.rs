use axum::response::Response;

use super::{Account, FormPage, Mistake, outage};
use crate::cognito::CognitoErrorKind;
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::{see_other, texts};
use crate::web::LocalPath;

/// The form in which a user changes the password.
pub(in crate::pages) async fn show(account: Account) -> Response {
    form(account.cognito.username(), None).show()
}

/// Changes the password of whoever knows the old one.
pub(in crate::pages) async fn submit(account: Account, mut typed: Form) -> Response {
    let username = account.cognito.username();
    let again = |mistake: Mistake| form(username, Some(&mistake)).mistaken();
    let Some(old) = typed.take_secret("password") else {
        return again(Mistake::new("password", texts::PASSWORD_MISSING));
    };
    let Some(new) = typed.take_secret("new_password") else {
        return again(Mistake::new("new_password", texts::NEW_PASSWORD_MISSING));
    };

    match account.cognito.change_password(&old, &new).await {
        Ok(()) => see_other(&LocalPath::from_static("/profile?saved=1")),
        Err(failure) if failure.kind() == CognitoErrorKind::NotAuthorized => {
            again(Mistake::new("password", texts::PASSWORD_WRONG))
        }
        Err(failure) => Mistake::of(&failure).map_or_else(|| outage(&failure), again),
    }
}

fn form(username: &str, mistake: Option<&Mistake>) -> FormPage {
    let at = |field: &str| Mistake::at(mistake, field);

    FormPage {
        intro: texts::for_account(username),
        alert: at(""),
        fields: vec![
            Field::password("password", "Current password", "current-password")
                .with_error(at("password"))
                .with_focus(true),
            Field::password("new_password", "New password", "new-password")
                .with_error(at("new_password")),
        ],
        links: vec![("/profile", "Back to your details")],
        ..FormPage::new(
            "Change your password",
            "/profile/password",
            "Change the password",
        )
    }
}
