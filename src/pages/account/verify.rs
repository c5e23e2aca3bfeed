use axum::response::Response;

use super::{Account, Button, FormPage, Kept, Mistake, outage};
use crate::pages::field::Field;
use crate::pages::form::Form;
use crate::pages::{error, see_other, texts};
use crate::web::{AuthError, LocalPath};

/// Addresses that can be verified.
const VERIFIABLE: [&str; 2] = ["email", "phone_number"];

/// The form for the code of an address.
pub(in crate::pages) async fn show(account: Account) -> Response {
    match waiting(&account).await {
        Ok(attribute) => form(&attribute, None).show(),
        Err(failure) => error::failed(&failure),
    }
}

/// Sends a code to the address, once more or for the first time.
pub(in crate::pages) async fn send(account: Account, typed: Result<Form, Response>) -> Response {
    let chosen = typed.ok().and_then(|mut form| form.take("attribute"));
    let attribute = async {
        if let Some(chosen) = chosen.filter(|chosen| VERIFIABLE.contains(&chosen.as_str())) {
            Kept::Attribute.write(&account.auth, &chosen).await?;
        }
        waiting(&account).await
    };

    match attribute.await {
        Ok(attribute) => match account.cognito.send_verification(&attribute).await {
            Ok(_) => FormPage {
                notice: texts::SENT,
                ..form(&attribute, None)
            }
            .show(),
            Err(failure) => Mistake::of(&failure).map_or_else(
                || outage(&failure),
                |mistake| form(&attribute, Some(&mistake)).mistaken(),
            ),
        },
        Err(failure) => error::failed(&failure),
    }
}

/// Verifies the address.
pub(in crate::pages) async fn submit(account: Account, mut typed: Form) -> Response {
    let attribute = match waiting(&account).await {
        Ok(attribute) => attribute,
        Err(failure) => return error::failed(&failure),
    };
    let again = |mistake: Mistake| form(&attribute, Some(&mistake)).mistaken();
    let code = typed.take("code").unwrap_or_default();
    if code.trim().is_empty() {
        return again(Mistake::new("code", texts::CODE_MISSING));
    }

    let verified = account
        .cognito
        .validate_verification(&attribute, code.trim());
    if let Err(failure) = verified.await {
        return Mistake::of(&failure).map_or_else(|| outage(&failure), again);
    }
    let done = async {
        Kept::Attribute.remove(&account.auth).await?;
        account.auth.reload().await
    };
    match done.await {
        Ok(()) => see_other(&LocalPath::from_static("/profile?saved=1")),
        Err(failure) => error::failed(&failure),
    }
}

/// The attribute that waits for its code.
async fn waiting(account: &Account) -> Result<String, AuthError> {
    let kept = Kept::Attribute.read(&account.auth).await?;
    Ok(kept.unwrap_or_else(|| VERIFIABLE[0].to_owned()))
}

fn form(attribute: &str, mistake: Option<&Mistake>) -> FormPage {
    let at = |field: &str| Mistake::at(mistake, field);

    FormPage {
        intro: texts::verify(attribute),
        alert: at(""),
        fields: vec![
            Field::code(texts::SENT_CODE)
                .with_error(at("code"))
                .with_focus(true),
        ],
        button: Some(Button {
            action: "/profile/verify/send",
            label: "Send a code",
        }),
        links: vec![("/profile", "Back to your details")],
        ..FormPage::new("Verify your address", "/profile/verify", "Verify")
    }
}
