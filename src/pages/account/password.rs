use axum::extract::RawQuery;
use axum::response::Response;

use super::owner::Owner;
use crate::cognito::{CognitoErrorKind, PasswordPolicy};
use crate::pages::error::{Shown, see_other};
use crate::pages::form::Form;
use crate::pages::mistake::{Marks, Mistake};
use crate::pages::page::Page;
use crate::pages::shown::{Field, FormPage};
use crate::pages::texts::fill;
use crate::pages::view::{Change, page};
use crate::web::AccountChange;

/// The form in which a user changes the password.
pub(in crate::pages) async fn show(owner: Owner, RawQuery(query): RawQuery) -> Response {
    let notice = owner.view.saved_notice(query.as_deref());
    let policy = owner.auth.password_policy().await;
    show_form(&owner, policy, notice, None)
}

/// Changes the password of whoever knows the old one. All other logins of theirs end.
pub(in crate::pages) async fn submit(owner: Owner, mut typed: Form) -> Shown {
    let texts = owner.view.texts;
    let policy = owner.auth.password_policy().await;
    let again = |mistake: &Mistake| Ok(show_form(&owner, policy, "", Some(mistake)));
    let Some(old) = typed.take_secret("password") else {
        let missing = texts.mistakes.current_password_missing;
        return again(&Mistake::new("password", missing));
    };
    let new = match typed.take_new_password(texts) {
        Ok(new) => new,
        Err(mistake) => return again(&mistake),
    };
    if let Err(mistake) = owner.count_attempt() {
        return again(&mistake);
    }

    match owner.cognito.change_password(&old, &new).await {
        Ok(()) => {
            owner.changed(AccountChange::Password).await?;
            owner.auth.rekey().await?;
            Ok(see_other(
                &owner.view.saved(Page::ChangePassword, Change::Password),
            ))
        }
        Err(failure) if failure.kind() == CognitoErrorKind::WrongPassword => {
            again(&Mistake::new("password", texts.mistakes.password_wrong))
        }
        Err(failure) => {
            // No new id: the answer to a failure brings no cookie.
            if failure.kind().may_be_done() {
                owner.auth.end_other_logins().await?;
            }
            again(&owner.mistake(failure).await?)
        }
    }
}

fn show_form(
    owner: &Owner,
    policy: PasswordPolicy,
    notice: &'static str,
    mistake: Option<&Mistake>,
) -> Response {
    let view = &owner.view;
    let texts = view.texts;
    let mut marks = Marks::new(mistake);
    let fields = [
        Field::password(texts.fields.current_password).with_focus(true),
        Field::new_password(texts, texts.fields.new_password, policy),
    ];
    let username = owner.cognito.username();
    let form = FormPage {
        intro: fill(texts.password.change_intro, &[("username", username)]),
        notice,
        account: username.to_owned(),
        fields: marks.fields(fields),
        alert: marks.alert(),
        ..view.form(
            view.paths.own(Page::ChangePassword),
            texts.password.change_heading,
            texts.password.change_submit,
        )
    };

    Mistake::answer(mistake, |status| {
        page(status, view.templates().change_password(&form))
    })
}
