use axum::extract::RawQuery;
use axum::response::Response;

use super::owner::Owner;
use crate::cognito::{CognitoError, CognitoErrorKind, Passkey};
use crate::pages::error::{Shown, see_other};
use crate::pages::form::Form;
use crate::pages::mistake::{Marks, Mistake};
use crate::pages::page::Page;
use crate::pages::shown::{Confirmation, PasskeyRow, PasskeysPage, TimedText};
use crate::pages::texts::{Texts, fill};
use crate::pages::view::{Change, page, query_parameter};
use crate::web::AccountChange;

/// The passkeys of a user, or the question whether to delete one.
pub(in crate::pages) async fn show(owner: Owner, RawQuery(query): RawQuery) -> Shown {
    let notice = owner.view.saved_notice(query.as_deref());
    let asked = query_parameter(query.as_deref(), "confirm");
    render(&owner, notice, asked.as_deref(), None, None).await
}

/// Registers a passkey, or deletes one.
pub(in crate::pages) async fn submit(owner: Owner, mut typed: Form) -> Shown {
    let user = &owner.cognito;
    let next = typed.take("next");
    let next = next.and_then(|next| owner.view.paths.read_next(&next));
    let action = typed.take("action");
    let done = match action.as_deref() {
        // The options are good for one registration, so they are not kept anywhere.
        Some("start") => match user.start_web_authn_registration().await {
            Ok(options) => return render(&owner, "", None, Some(options), None).await,
            Err(failure) => Err(failure),
        },
        Some("register") => match typed.take("credential") {
            Some(credential) => user.complete_web_authn_registration(&credential).await,
            None => {
                let mistake = Mistake::of_form(owner.view.texts.passkeys.failed);
                return render(&owner, "", None, None, Some(&mistake)).await;
            }
        },
        Some("delete") => {
            let id = typed.take("id").unwrap_or_default();
            user.delete_web_authn_credential(&id).await
        }
        // Nothing that the page has a button for.
        _ => return Ok(back_to_list(&owner)),
    };

    match done {
        Ok(()) => {
            owner.changed(AccountChange::Passkeys).await?;
            Ok(match next {
                Some(next) => see_other(&next),
                None if action.as_deref() == Some("delete") => {
                    see_other(&Change::PasskeyRemoved.of(&owner.view.paths.own(Page::Passkeys)))
                }
                None => see_other(&Change::PasskeyAdded.of(&owner.view.paths.own(Page::Passkeys))),
            })
        }
        Err(failure) if failure.kind() == CognitoErrorKind::ResourceNotFound => {
            Ok(back_to_list(&owner))
        }
        Err(failure) => {
            let mistake = match of_passkey(&failure, owner.view.texts) {
                Some(mistake) => mistake,
                None => owner.mistake(failure).await?,
            };
            render(&owner, "", None, None, Some(&mistake)).await
        }
    }
}

fn back_to_list(owner: &Owner) -> Response {
    see_other(&owner.view.paths.own(Page::Passkeys))
}

fn of_passkey(failure: &CognitoError, texts: &Texts) -> Option<Mistake> {
    use CognitoErrorKind as Kind;

    Some(Mistake::of_form(match failure.kind() {
        Kind::WebAuthnNotConfigured => texts.passkeys.unavailable,
        Kind::InvalidParameter
        | Kind::WebAuthnChallengeMismatch
        | Kind::WebAuthnCredentialNotSupported => texts.mistakes.passkey_refused,
        _ => return None,
    }))
}

async fn render(
    owner: &Owner,
    notice: &'static str,
    asked: Option<&str>,
    options: Option<String>,
    mistake: Option<&Mistake>,
) -> Shown {
    let view = &owner.view;
    let texts = &view.texts.passkeys;
    let passkeys = match owner.cognito.list_web_authn_credentials().await {
        Ok(passkeys) => passkeys,
        Err(failure) if failure.kind() == CognitoErrorKind::WebAuthnNotConfigured => Vec::new(),
        Err(failure) => return Err(owner.failed(failure).await),
    };

    let row = |passkey: Passkey| {
        let added = passkey.created_at;
        let added = added.map(|at| TimedText::new(view.texts, texts.added, &[("date", at)]));
        PasskeyRow {
            delete_label: fill(texts.delete_named, &[("name", &passkey.name)]),
            id: passkey.id,
            name: passkey.name,
            added: added.unwrap_or_default(),
        }
    };
    let path = view.paths.own(Page::Passkeys);
    let asked = asked.and_then(|asked| passkeys.iter().find(|passkey| passkey.id == asked));
    let confirmation = asked.map(|passkey| Confirmation {
        texts: view.texts,
        path: path.clone(),
        action: "delete",
        id: passkey.id.clone(),
        text: fill(texts.delete_text, &[("name", &passkey.name)]),
        label: fill(texts.delete_named, &[("name", &passkey.name)]),
    });
    let shown = PasskeysPage {
        texts: view.texts,
        paths: view.paths.clone(),
        action: path,
        notice,
        alert: Marks::new(mistake).alert(),
        passkeys: passkeys.into_iter().map(row).collect(),
        confirmation,
        options,
    };
    Ok(Mistake::answer(mistake, |status| {
        page(status, view.templates().passkeys(&shown))
    }))
}
