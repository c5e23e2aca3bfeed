//! The pages of the challenges: what they share, and what each has of its own.

use askama::Template;
use serde::Serialize;

use super::{AppSetup, Button, Choice, Field};
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::LocalPath;

/// What the pages of all challenges show. Their forms go to [`Paths::challenge`]; one that starts
/// the login again goes to [`Paths::restart_login`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChallengeFrame {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// Which challenge the form answers: it sends that back as `challenge`. Another one that waits
    /// meanwhile is not given this answer.
    pub challenge: String,
    /// The user's name, for the browser's password store.
    pub username: String,
    /// Where the login leads to: both forms send it back as `next`.
    pub next: Option<LocalPath>,
    /// How many seconds the challenge can be answered: our script counts them down.
    pub seconds_left: u64,
    /// How long the challenge can be answered, in words.
    pub time_left: String,
    /// Whether the user can log in another way: a button with the name `other_ways` in the form
    /// that starts the login again.
    pub has_other_ways: bool,
    /// Sends a new code, where the code is what the user logs in with: a button with the name
    /// `resend` in the same form.
    pub resend: Option<Button>,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// What is wrong with the answer as a whole.
    pub alert: String,
    /// Whether anything is wrong, which the title says too.
    pub is_wrong: bool,
}

/// The page for a code that was sent.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "challenge/code.html")]
#[non_exhaustive]
pub struct CodePage {
    /// What the pages of all challenges show.
    #[serde(flatten)]
    pub frame: ChallengeFrame,
    /// Where the code went, in words.
    pub intro: String,
    /// The code.
    pub code: Field,
}

/// The page for the code of an authenticator app.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "challenge/code.html")]
#[non_exhaustive]
pub struct SoftwareTokenPage {
    /// What the pages of all challenges show.
    #[serde(flatten)]
    pub frame: ChallengeFrame,
    /// Which app to look at, in words.
    pub intro: String,
    /// The code.
    pub code: Field,
}

/// The page for a question of the user pool's triggers.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "challenge/custom.html")]
#[non_exhaustive]
pub struct CustomPage {
    /// What the pages of all challenges show.
    #[serde(flatten)]
    pub frame: ChallengeFrame,
    /// The question. Triggers choose the names of their public parameters; it is looked for
    /// under `question`, `prompt` and `message`.
    pub question: String,
    /// The answer.
    pub answer: Field,
}

/// The page on which a second factor is set up before the login can go on.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "challenge/mfa_setup.html")]
#[non_exhaustive]
pub struct MfaSetupPage {
    /// What the pages of all challenges show.
    #[serde(flatten)]
    pub frame: ChallengeFrame,
    /// An authenticator app, if there may be one.
    pub app: Option<AppSetup>,
    /// An address for codes by mail, if there may be one. It has a form of its own.
    pub email: Option<Field>,
}

/// The page for a password in place of a temporary one.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "challenge/new_password.html")]
#[non_exhaustive]
pub struct NewPasswordPage {
    /// What the pages of all challenges show.
    #[serde(flatten)]
    pub frame: ChallengeFrame,
    /// The new password.
    pub new_password: Field,
    /// Attributes that the user pool wants to know as well.
    pub attributes: Vec<Field>,
}

/// The page that asks for a passkey. It needs [`Paths::script`].
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "challenge/passkey.html")]
#[non_exhaustive]
pub struct PasskeyPage {
    /// What the pages of all challenges show.
    #[serde(flatten)]
    pub frame: ChallengeFrame,
    /// What `navigator.credentials.get` is given as `publicKey`, as JSON. The form sends what
    /// came of it back as `credential`, as JSON too.
    pub options: String,
    /// Whether to ask for it at once.
    pub at_once: bool,
}

/// The page that asks for the password, after the user has chosen to log in with it.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "challenge/password.html")]
#[non_exhaustive]
pub struct PasswordPage {
    /// What the pages of all challenges show.
    #[serde(flatten)]
    pub frame: ChallengeFrame,
    /// For which account, in words.
    pub intro: String,
    /// The password.
    pub password: Field,
}

/// The page on which the user chooses by which first factor to log in.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "challenge/select_challenge.html")]
#[non_exhaustive]
pub struct SelectChallengePage {
    /// What the pages of all challenges show.
    #[serde(flatten)]
    pub frame: ChallengeFrame,
    /// What there is to choose from: the form sends one back as `choice`.
    pub options: Vec<Choice>,
    /// The password, if it is one way: its form sends no `choice`.
    pub password: Option<Field>,
}

/// The page on which the user chooses which second factor to be asked for.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "challenge/select_mfa.html")]
#[non_exhaustive]
pub struct SelectMfaPage {
    /// What the pages of all challenges show.
    #[serde(flatten)]
    pub frame: ChallengeFrame,
    /// What there is to choose from: the form sends one back as `mfa`.
    pub options: Vec<Choice>,
}

/// The page for a challenge that cannot be answered here.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "challenge/unknown.html")]
#[non_exhaustive]
pub struct UnknownPage {
    /// What the pages of all challenges show.
    #[serde(flatten)]
    pub frame: ChallengeFrame,
    /// The API's name of the challenge.
    pub name: String,
    /// What is to be done, in words.
    pub text: String,
}
