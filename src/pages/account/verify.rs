use axum::extract::RawQuery;
use axum::response::Response;

use super::owner::Owner;
use crate::attribute::Attributes;
use crate::pages::error::{PageError, Shown, see_other};
use crate::pages::form::Form;
use crate::pages::kept::{Kept, note_code, seconds_to_next_code};
use crate::pages::mistake::{Marks, Mistake};
use crate::pages::page::Page;
use crate::pages::shown::{Field, FormPage};
use crate::pages::texts::fill;
use crate::pages::view::{Change, page, query_parameter};
use crate::web::AccountChange;
use crate::web::AuthError;

/// Addresses that can be verified.
const VERIFIABLE: [&str; 2] = ["email", "phone_number"];

/// The form for the code of an address.
pub(in crate::pages) async fn show(owner: Owner, RawQuery(query): RawQuery) -> Shown {
    let attribute = waiting(&owner).await?;
    let notice = match query_parameter(query.as_deref(), "sent") {
        Some(_) => owner.view.texts.notices.code_sent,
        None => "",
    };
    let wait = seconds_to_next_code(&owner.auth).await?;
    Ok(show_form(&owner, &attribute, wait, notice, None))
}

/// Sends a code to the address, once more or for the first time.
pub(in crate::pages) async fn send(owner: Owner, typed: Result<Form, PageError>) -> Shown {
    let view = &owner.view;
    let chosen = typed.ok().and_then(|mut form| form.take("attribute"));
    if let Some(chosen) = chosen.filter(|chosen| VERIFIABLE.contains(&chosen.as_str())) {
        Kept::Attribute.write(&owner.auth, &chosen).await?;
    }
    let attribute = waiting(&owner).await?;
    let wait = seconds_to_next_code(&owner.auth).await?;
    let again = |mistake: &Mistake| Ok(show_form(&owner, &attribute, wait, "", Some(mistake)));
    let attributes = owner.auth.attributes().await?;
    let address = attributes.get(&attribute).unwrap_or_default();
    if let Err(mistake) = owner.count_message(address) {
        return again(&mistake);
    }

    match owner.cognito.send_verification(&attribute).await {
        Ok(_) => {
            note_code(&owner.auth).await?;
            Ok(see_other(&view.paths.verify().with("sent", "1")))
        }
        Err(failure) => again(&owner.mistake(failure).await?),
    }
}

/// Verifies the address.
pub(in crate::pages) async fn submit(owner: Owner, mut typed: Form) -> Shown {
    let attribute = waiting(&owner).await?;
    let wait = seconds_to_next_code(&owner.auth).await?;
    let again = |mistake: &Mistake| Ok(show_form(&owner, &attribute, wait, "", Some(mistake)));
    let code = match typed.take_code(owner.view.texts) {
        Ok(code) => code,
        Err(mistake) => return again(&mistake),
    };
    if let Err(mistake) = owner.count_attempt() {
        return again(&mistake);
    }

    let verified = owner.cognito.validate_verification(&attribute, &code);
    if let Err(failure) = verified.await {
        return again(&owner.mistake(failure).await?);
    }
    Kept::Attribute.remove(&owner.auth).await?;
    owner.changed(AccountChange::Attributes).await?;
    owner.auth.reload(&Attributes::new()).await?;
    Ok(see_other(
        &owner.view.saved(Page::EditProfile, Change::AddressVerified),
    ))
}

/// The attribute that waits for its code.
async fn waiting(owner: &Owner) -> Result<String, AuthError> {
    let kept = Kept::Attribute.read(&owner.auth).await?;
    Ok(kept.unwrap_or_else(|| VERIFIABLE[0].to_owned()))
}

fn show_form(
    owner: &Owner,
    attribute: &str,
    wait: u64,
    notice: &'static str,
    mistake: Option<&Mistake>,
) -> Response {
    let view = &owner.view;
    let texts = view.texts;
    let mut marks = Marks::new(mistake);
    let attribute = texts.attribute(attribute);
    let code = Field::code(texts.fields.code).with_focus(true);
    let form = FormPage {
        intro: fill(texts.account.verify_intro, &[("attribute", &attribute)]),
        notice,
        fields: marks.fields([code]),
        alert: marks.alert(),
        button: Some(view.resend_button(
            view.paths.send_verification(),
            texts.account.verify_send,
            wait,
        )),
        ..view.form(
            view.paths.verify(),
            texts.account.verify_heading,
            texts.account.verify_submit,
        )
    };

    Mistake::answer(mistake, |status| {
        page(status, view.templates().verify(&form))
    })
}
