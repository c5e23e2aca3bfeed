use askama::Template;
use serde::Serialize;

use super::Choice;
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::LocalPath;

/// Connected identity providers. Its forms go to `action`, with the `action` `connect` and a
/// `provider`, or `disconnect`, a `provider` and an `id`.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "account/identities.html")]
#[non_exhaustive]
pub struct IdentitiesPage {
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
    /// The accounts that are connected.
    pub identities: Vec<IdentityRow>,
    /// The providers that can be connected.
    pub others: Vec<Choice>,
}

/// An account at an identity provider.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct IdentityRow {
    /// The name that the user pool has for the provider.
    pub provider: String,
    /// The id that the provider has for the user.
    pub id: String,
    /// What people call the provider.
    pub label: String,
    /// What the button says to somebody who does not see the row. `None`: it is the last way in.
    pub disconnect_label: Option<String>,
}
