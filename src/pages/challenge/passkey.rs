use super::asked::Asked;
use crate::challenge::{Answer, WebAuthn};
use crate::pages::form::Form;
use crate::pages::mistake::Mistake;
use crate::pages::shown::PasskeyPage;
use crate::pages::templates::Rendered;
use crate::pages::texts::Texts;

pub(super) fn render(challenge: &WebAuthn, asked: Asked<'_>) -> Rendered {
    let view = asked.view;
    let options = challenge.credential_request_options().unwrap_or("{}");
    let page = PasskeyPage {
        options: options.to_owned(),
        at_once: !asked.is_wrong(),
        frame: asked.frame(),
    };

    view.templates().passkey(&page)
}

pub(super) fn read(challenge: WebAuthn, form: &mut Form, texts: &Texts) -> Result<Answer, Mistake> {
    match form.take("credential") {
        Some(credential) => Ok(challenge.answer(&credential)),
        None => Err(Mistake::of_form(texts.passkeys.failed)),
    }
}
