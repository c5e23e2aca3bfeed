use axum::response::Response;

use super::{Account, FormPage, Kept};
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::fill;
use crate::pages::{page, see_other};
use crate::web::{AuthError, LocalPath};

/// Addresses that can be verified.
const VERIFIABLE: [&str; 2] = ["email", "phone_number"];

/// The form for the code of an address.
pub(in crate::pages) async fn show(account: Account) -> Response {
    match waiting(&account).await {
        Ok(attribute) => show_form(&account, &attribute, "", None),
        Err(failure) => account.view.failed(&failure),
    }
}

/// Sends a code to the address, once more or for the first time.
pub(in crate::pages) async fn send(account: Account, typed: Result<Form, Response>) -> Response {
    let view = &account.view;
    let chosen = typed.ok().and_then(|mut form| form.take("attribute"));
    let attribute = async {
        if let Some(chosen) = chosen.filter(|chosen| VERIFIABLE.contains(&chosen.as_str())) {
            Kept::Attribute.write(&account.auth, &chosen).await?;
        }
        waiting(&account).await
    };

    if let Err(failure) = account.auth.count_attempt(account.cognito.username()) {
        return view.failed(&failure);
    }

    match attribute.await {
        Ok(attribute) => match account.cognito.send_verification(&attribute).await {
            Ok(_) => show_form(&account, &attribute, view.texts.notices.code_sent, None),
            Err(failure) => Mistake::of(&failure, view.texts).map_or_else(
                || view.outage(&failure),
                |mistake| show_form(&account, &attribute, "", Some(&mistake)),
            ),
        },
        Err(failure) => view.failed(&failure),
    }
}

/// Verifies the address.
pub(in crate::pages) async fn submit(account: Account, mut typed: Form) -> Response {
    let view = &account.view;
    let attribute = match waiting(&account).await {
        Ok(attribute) => attribute,
        Err(failure) => return view.failed(&failure),
    };
    let again = |mistake: Mistake| show_form(&account, &attribute, "", Some(&mistake));
    let Some(code) = typed.take_code() else {
        return again(Mistake::new("code", view.texts.mistakes.code_missing));
    };

    if let Err(failure) = account.auth.count_attempt(account.cognito.username()) {
        return view.failed(&failure);
    }

    let verified = account.cognito.validate_verification(&attribute, &code);
    if let Err(failure) = verified.await {
        return Mistake::of(&failure, view.texts).map_or_else(|| view.outage(&failure), again);
    }
    let done = async {
        Kept::Attribute.remove(&account.auth).await?;
        account.auth.reload().await
    };
    match done.await {
        Ok(()) => see_other(&LocalPath::from_static("/profile?saved=1")),
        Err(failure) => view.failed(&failure),
    }
}

/// The attribute that waits for its code.
async fn waiting(account: &Account) -> Result<String, AuthError> {
    let kept = Kept::Attribute.read(&account.auth).await?;
    Ok(kept.unwrap_or_else(|| VERIFIABLE[0].to_owned()))
}

fn show_form(
    account: &Account,
    attribute: &str,
    notice: &'static str,
    mistake: Option<&Mistake>,
) -> Response {
    let view = &account.view;
    let texts = view.texts;
    let at = |field: &str| Mistake::at(mistake, field);
    let attribute = texts.attribute(attribute);
    let form = FormPage {
        intro: fill(texts.account.verify_intro, &[("attribute", &attribute)]),
        notice,
        alert: at(""),
        fields: vec![
            Field::code(texts.fields.code)
                .with_error(at("code"))
                .with_focus(true),
        ],
        ..FormPage::new(
            texts,
            "/profile/verify",
            texts.account.verify_heading,
            texts.account.verify_submit,
        )
    }
    .with_button("/profile/verify/send", texts.account.verify_send)
    .with_link("/profile", texts.common.back_to_details);

    page(Mistake::status(mistake), view.templates().verify(&form))
}
