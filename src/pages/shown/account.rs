//! The lists of what belongs to an account.

use askama::Template;
use serde::Serialize;

use super::{AppSetup, Choice, Confirmation, TimedText};
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::LocalPath;

/// The devices of a user. Its forms go to `action`, with the `key` of the device and the `action`
/// `forget` or `remember`.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "account/devices.html")]
#[non_exhaustive]
pub struct DevicesPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// Where the forms go.
    pub action: LocalPath,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// The devices that Cognito has met. `None`: the user pool remembers none.
    pub devices: Option<Vec<DeviceRow>>,
}

/// A device.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DeviceRow {
    /// Identifies it among all others.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// When it was used last, in words.
    pub seen: TimedText,
    /// Whether the page is shown on it.
    pub is_this: bool,
    /// What the button says to somebody who does not see the row: which device is forgotten.
    pub forget_label: String,
}

/// The logins of a user in all browsers. Its forms go to `action`, with the `id` of the login to
/// be ended.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "account/logins.html")]
#[non_exhaustive]
pub struct LoginsPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// Where the forms go.
    pub action: LocalPath,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// The logins, the newest first.
    pub logins: Vec<LoginRow>,
}

/// A login.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LoginRow {
    /// Identifies it among all others.
    pub id: String,
    /// Where it is, as the browser said.
    pub name: String,
    /// Since when, and when it was used last, in words.
    pub since: TimedText,
    /// Whether the page is shown in it.
    pub is_this: bool,
    /// What the button says to somebody who does not see the row: which login ends.
    pub end_label: String,
}

/// The second factors of a user. Its forms go to `action` and say what to do as `action`.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "account/mfa.html")]
#[non_exhaustive]
pub struct SecondFactorPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// Where the forms go.
    pub action: LocalPath,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// What is wrong.
    pub alert: String,
    /// The methods that are on.
    pub methods: Vec<MfaMethod>,
    /// What can be done: the form sends one as `action`.
    pub actions: Vec<Choice>,
    /// What can be switched off, by the same form; the page asks before, if it is opened with `?confirm=` and
    /// the value.
    pub off: Vec<Choice>,
    /// What is to be confirmed.
    pub confirmation: Option<Confirmation>,
    /// The app that is being enrolled: its form has the `action` `verify`, and a code.
    pub app: Option<AppSetup>,
}

impl SecondFactorPage {
    /// Whether something is wrong, which the title says too.
    pub fn is_wrong(&self) -> bool {
        let app = self.app.as_ref();
        !self.alert.is_empty() || app.is_some_and(|app| !app.code.error.is_empty())
    }
}

/// A second factor that is on.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MfaMethod {
    /// Cognito's name for it.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// Whether it is asked for before all others.
    pub is_preferred: bool,
}

/// The passkeys of a user. Its forms go to `action`, with the `action` `start`, `register` and a
/// `credential`, or `delete` and the `id` of a passkey; the page asks before it deletes one, if it is opened
/// with `?confirm=` and the `id`.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "account/passkeys.html")]
#[non_exhaustive]
pub struct PasskeysPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// Where the forms go.
    pub action: LocalPath,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// What is wrong.
    pub alert: String,
    /// The passkeys that the user has.
    pub passkeys: Vec<PasskeyRow>,
    /// What is to be confirmed.
    pub confirmation: Option<Confirmation>,
    /// While a passkey is being registered: what `navigator.credentials.create` is given as
    /// `publicKey`, as JSON. What came of it is sent back as `credential`.
    pub options: Option<String>,
}

/// Offers a passkey to a user who has logged in with a password. One form goes to `action`, with the
/// `action` `register`, a `credential` and `next`; another one to [`Paths::passkey_offer`], with `next`,
/// for those who want none.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "account/passkey_offer.html")]
#[non_exhaustive]
pub struct PasskeyOfferPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// Where the form of the passkey goes.
    pub action: LocalPath,
    /// What `navigator.credentials.create` is given as `publicKey`, as JSON.
    pub options: String,
    /// Where the login leads to.
    pub next: LocalPath,
}

/// A passkey.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PasskeyRow {
    /// Identifies it among all others.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// When it was registered, in words.
    pub added: TimedText,
    /// What the button says to somebody who does not see the row: which passkey is deleted.
    pub delete_label: String,
}
