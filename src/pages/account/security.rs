use axum::http::StatusCode;

use super::owner::Owner;
use crate::pages::error::Shown;
use crate::pages::page::Page;
use crate::pages::sections::Account;
use crate::pages::shown::{SecurityPage, SecurityRow};
use crate::pages::texts::fill;
use crate::pages::view::page;

/// What opens the account, and where each of that is changed.
pub(in crate::pages) async fn show(owner: Owner) -> Shown {
    let view = &owner.view;
    let texts = view.texts;
    let account = Account::of(view, &owner.auth, &owner.user).await;
    let mut rows = Vec::new();
    for (of, label) in [
        (Page::ChangePassword, texts.fields.password),
        (Page::SecondFactor, texts.mfa.heading),
        (Page::Passkeys, texts.passkeys.heading),
        (Page::Devices, texts.devices.heading),
    ] {
        if let Some(path) = view.paths.of(of)
            && account.has(of)
        {
            rows.push(SecurityRow {
                label,
                state: state(&owner, of).await,
                action: match of {
                    Page::ChangePassword => texts.password.change_submit,
                    _ => texts.sections.manage,
                },
                path,
            });
        }
    }

    let shown = SecurityPage {
        texts,
        paths: view.paths.clone(),
        rows,
    };
    Ok(page(StatusCode::OK, view.templates().security(&shown)))
}

/// How something is at the moment, in words; empty where that cannot be told, or where there is
/// nothing to say.
async fn state(owner: &Owner, of: Page) -> String {
    let texts = &owner.view.texts.sections;
    match of {
        Page::SecondFactor => match owner.cognito.get_user().await {
            Ok(profile) if profile.mfa.is_empty() => texts.off.to_owned(),
            Ok(_) => texts.on.to_owned(),
            Err(_) => String::new(),
        },
        Page::Passkeys => match owner.cognito.list_web_authn_credentials().await {
            Ok(passkeys) => match passkeys.len() {
                0 => texts.no_passkey.to_owned(),
                1 => texts.one_passkey.to_owned(),
                count => fill(texts.passkeys, &[("count", &count.to_string())]),
            },
            Err(_) => String::new(),
        },
        _ => String::new(),
    }
}
