use askama::Template;

use super::{Asked, ChallengeFrame};
use crate::challenge::{Answer, WebAuthn};
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::texts::Texts;
use crate::pages::{Rendered, SCRIPT};

/// The page that asks for a passkey. It needs a script: [`SCRIPT`] does what its template needs.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge/passkey.html")]
#[non_exhaustive]
pub struct PasskeyPage {
    /// What the pages of all challenges show.
    pub frame: ChallengeFrame,
    /// What `navigator.credentials.get` is given as `publicKey`, as JSON. The form sends what
    /// came of it back as `credential`, as JSON too.
    pub options: String,
    /// The address of the script.
    pub script: &'static str,
}

pub(super) fn render(challenge: &WebAuthn, asked: Asked<'_>) -> Rendered {
    let options = challenge.credential_request_options().unwrap_or("{}");
    let page = PasskeyPage {
        options: options.to_owned(),
        script: SCRIPT,
        frame: asked.frame,
    };

    asked.view.templates().passkey(&page)
}

pub(super) fn read(challenge: WebAuthn, form: &mut Form, texts: &Texts) -> Result<Answer, Mistake> {
    match form.take("credential") {
        Some(credential) => Ok(challenge.answer(&credential)),
        None => Err(Mistake::of_form(texts.passkeys.failed)),
    }
}
