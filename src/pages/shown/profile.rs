use askama::Template;
use serde::{Serialize, Serializer};

use super::{Choice, TimedText};
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::ExportedUser;

/// The overview of an account: the user's details. Never a token.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "profile/profile.html")]
#[non_exhaustive]
pub struct ProfilePage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// The row of the user, for programs.
    pub user: ExportedUser,
    /// The groups of the user, as of the last login or refresh.
    pub groups: Vec<String>,
    /// What there is to know of the user and of this login, in words.
    pub details: Vec<Detail>,
    /// Whether the user can log out everywhere: a form to [`Paths::log_out_everywhere`].
    pub has_account: bool,
    /// Addresses that wait to be verified: a form to [`Paths::send_verification`] for each, that
    /// sends it as `attribute`.
    pub unverified: Vec<Choice>,
}

/// Something to know.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Detail {
    /// What it is called.
    pub label: String,
    /// What it is.
    #[serde(serialize_with = "as_text")]
    #[cfg_attr(feature = "json", schemars(with = "String"))]
    pub value: TimedText,
}

impl Detail {
    pub(in crate::pages) fn new(label: impl Into<String>, value: TimedText) -> Self {
        Self {
            label: label.into(),
            value,
        }
    }
}

fn as_text<S: Serializer>(value: &TimedText, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.text())
}
