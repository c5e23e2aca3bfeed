use askama::Template;
use axum::response::Response;

use super::Account;
use crate::cognito::{CognitoError, CognitoErrorKind, Passkey};
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::{Texts, fill};
use crate::pages::{SCRIPT, headers, page, see_other};
use crate::web::LocalPath;

/// The passkeys of a user. Its forms go to `/profile/passkeys`, with the `action` `start`,
/// `register` and a `credential`, or `delete` and the `id` of a passkey.
#[derive(Clone, Debug, Template)]
#[template(path = "account/passkeys.html")]
#[non_exhaustive]
pub struct PasskeysPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// What is wrong.
    pub alert: String,
    /// The passkeys that the user has.
    pub passkeys: Vec<PasskeyRow>,
    /// While a passkey is being registered: what `navigator.credentials.create` is given as
    /// `publicKey`, as JSON. What came of it is sent back as `credential`.
    pub options: Option<String>,
    /// The address of the script that does this.
    pub script: &'static str,
}

/// A passkey.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PasskeyRow {
    /// Tells it from all others.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// When it was registered, in words.
    pub added: String,
    /// What the button says to somebody who does not see the row: which passkey is deleted.
    pub delete_label: String,
}

/// The passkeys of a user.
pub(in crate::pages) async fn show(account: Account) -> Response {
    render(&account, None, None).await
}

/// Registers a passkey, or deletes one.
pub(in crate::pages) async fn submit(account: Account, mut typed: Form) -> Response {
    let user = &account.cognito;
    let done = match typed.take("action").as_deref() {
        // The options are good for one registration, so they are not kept anywhere.
        Some("start") => match user.start_web_authn_registration().await {
            Ok(options) => return render(&account, Some(options), None).await,
            Err(failure) => Err(failure),
        },
        Some("register") => match typed.take("credential") {
            Some(credential) => user.complete_web_authn_registration(&credential).await,
            None => {
                let mistake = Mistake::of_form(account.view.texts.passkeys.failed);
                return render(&account, None, Some(&mistake)).await;
            }
        },
        Some("delete") => {
            let id = typed.take("id").unwrap_or_default();
            user.delete_web_authn_credential(&id).await
        }
        _ => Ok(()),
    };

    match done {
        Ok(()) => see_other(&LocalPath::from_static("/profile/passkeys")),
        Err(failure) if failure.kind() == CognitoErrorKind::ResourceNotFound => {
            see_other(&LocalPath::from_static("/profile/passkeys"))
        }
        Err(failure) => match mistake_of(&account, &failure) {
            Some(mistake) => render(&account, None, Some(&mistake)).await,
            None => account.failed(&failure).await,
        },
    }
}

fn mistake_of(account: &Account, failure: &CognitoError) -> Option<Mistake> {
    use CognitoErrorKind as Kind;

    let texts = account.view.texts;
    Some(match failure.kind() {
        Kind::WebAuthnNotConfigured => Mistake::of_form(texts.passkeys.unavailable),
        Kind::InvalidParameter
        | Kind::WebAuthnChallengeMismatch
        | Kind::WebAuthnCredentialNotSupported => Mistake::of_form(texts.mistakes.passkey_refused),
        Kind::LimitExceeded => Mistake::of_form(texts.mistakes.too_many_tries),
        _ => return None,
    })
}

async fn render(account: &Account, options: Option<String>, mistake: Option<&Mistake>) -> Response {
    let view = &account.view;
    let texts = &view.texts.passkeys;
    let passkeys = match account.cognito.list_web_authn_credentials().await {
        Ok(passkeys) => passkeys,
        Err(failure) if failure.kind() == CognitoErrorKind::WebAuthnNotConfigured => Vec::new(),
        Err(failure) => return account.failed(&failure).await,
    };

    let row = |passkey: Passkey| {
        let added = passkey.created_at.map(|at| {
            let date = view.texts.date(at);
            fill(texts.added, &[("date", &date)])
        });
        PasskeyRow {
            delete_label: fill(texts.delete_named, &[("name", &passkey.name)]),
            id: passkey.id,
            name: passkey.name,
            added: added.unwrap_or_default(),
        }
    };
    let shown = PasskeysPage {
        texts: view.texts,
        alert: Mistake::at(mistake, ""),
        passkeys: passkeys.into_iter().map(row).collect(),
        options,
        script: SCRIPT,
    };
    headers::with_script(page(
        Mistake::status(mistake),
        view.templates().passkeys(&shown),
    ))
}
