//! The words of the table in [`resources`](super::resources).

use axum::http::header::HeaderName;

use crate::pages::page::Page;
use crate::pages::paths::Paths;
use crate::web::LocalPath;

/// The header that every `POST` carries, with any value. No form can send it, and a browser asks before
/// a script of another site may.
pub(super) const REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

/// A path, and what can be done there.
pub(super) struct Resource {
    pub(super) name: &'static str,
    pub(super) page: Page,
    pub(super) path: fn(&Paths) -> LocalPath,
    pub(super) get: Option<Get>,
    pub(super) post: Option<Post>,
}

pub(super) struct Get {
    /// The parameters of the query.
    pub(super) query: &'static [&'static str],
    /// What a good answer may be, besides `done` and `redirect`.
    pub(super) steps: &'static [&'static str],
    pub(super) says: &'static str,
}

pub(super) struct Post {
    /// The fields that a body must have.
    pub(super) required: &'static [&'static str],
    /// Those that it may have.
    pub(super) optional: &'static [&'static str],
    /// Attributes of the user that it has as well.
    pub(super) attributes: Attributes,
    /// What a good answer may be, besides `done` and `redirect`.
    pub(super) steps: &'static [&'static str],
    pub(super) says: &'static str,
}

/// Which attributes a body has.
#[derive(Clone, Copy)]
pub(super) enum Attributes {
    /// Those that the challenge asks for.
    Asked,
    /// None.
    None,
    /// Those that the site lets users change, each optional.
    OfProfile,
    /// Those that the site asks for at sign-up.
    OfSignUp,
}

/// The challenges.
pub(super) const CHALLENGES: &[&str] = &[
    "code",
    "custom",
    "mfa_setup",
    "new_password",
    "passkey",
    "password",
    "select_challenge",
    "select_mfa",
    "software_token",
    "unknown",
];

/// What a login may lead to.
pub(super) const AFTER_A_LOGIN: &[&str] = &[
    "code",
    "custom",
    "mfa_setup",
    "new_password",
    "passkey",
    "passkey_offer",
    "password",
    "select_challenge",
    "select_mfa",
    "software_token",
    "unknown",
];

/// What is sent, by name.
pub(super) const FIELDS: &[(&str, &str)] = &[
    ("account", "The name of the account that is to be deleted."),
    (
        "action",
        "What is to be done: one of those that the step names.",
    ),
    (
        "again",
        "A user who is logged in proves again who they are.",
    ),
    ("answer", "The answer to `custom`."),
    (
        "attribute",
        "The address that is to be verified: `email` or `phone_number`.",
    ),
    ("backend", "Which user pool, where there are several."),
    (
        "challenge",
        "Which challenge is answered: the one that the step names.",
    ),
    ("choice", "One of the options of `select_challenge`."),
    ("code", "A code. Blanks and hyphens in it do no harm."),
    (
        "credential",
        "What the browser's API for passkeys has returned (`toJSON`).",
    ),
    (
        "email",
        "A mail address: where codes are to go, or by which a provider is chosen.",
    ),
    ("id", "The row of the list."),
    ("key", "The device."),
    ("mfa", "One of the options of `select_mfa`."),
    ("new_password", "The password that the account is to have."),
    ("next", "Where the login leads to: a path of the front end."),
    (
        "other_ways",
        "To log in without the password: by one of the `first_factors` of `login`, or by the user pool's triggers.",
    ),
    ("password", "The password that the account has."),
    ("provider", "The identity provider."),
    (
        "resend",
        "To be sent a new code: where the step `code` has a button for it.",
    ),
    ("username", "The name of the account."),
];

/// Buttons, which are pressed or not.
pub(super) const BUTTONS: &[&str] = &["again", "other_ways", "resend"];
