use askama::Template;
use serde::Serialize;

use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::LocalPath;

/// A link to a section of the account.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SectionLink {
    /// The path.
    pub path: LocalPath,
    /// What it says.
    pub label: &'static str,
    /// Whether the page is in this section.
    pub is_current: bool,
}

/// The navigation between the sections of the account.
#[derive(Template)]
#[template(path = "components/sections.html")]
pub(in crate::pages) struct Sections<'a> {
    pub(in crate::pages) texts: &'static Texts,
    pub(in crate::pages) links: &'a [SectionLink],
}

/// What opens the account: password, second factors, passkeys, devices.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "account/security.html")]
#[non_exhaustive]
pub struct SecurityPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// What there is.
    pub rows: Vec<SecurityRow>,
}

/// Something that opens the account.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SecurityRow {
    /// What it is.
    pub label: &'static str,
    /// How it is at the moment, in words. Empty if there is nothing to say.
    pub state: String,
    /// Where it is changed.
    pub path: LocalPath,
    /// What the link there says.
    pub action: &'static str,
}
