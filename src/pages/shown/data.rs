use askama::Template;
use serde::Serialize;

use super::Field;
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::LocalPath;

/// A copy of one's data, and the end of the account. Its forms go to `action`, with the `action`
/// `export`, or `delete` and the field.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "account/data.html")]
#[non_exhaustive]
pub struct DataPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// Where the forms go.
    pub action: LocalPath,
    /// What is wrong.
    pub alert: String,
    /// What the end of the account means, by its name.
    pub delete_text: String,
    /// The name of the account, to be typed.
    pub confirmation: Field,
}

impl DataPage {
    /// Whether something is wrong, which the title says too.
    pub fn is_wrong(&self) -> bool {
        !self.alert.is_empty() || !self.confirmation.error.is_empty()
    }
}

/// Says that the account is deleted.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "account/deleted.html")]
#[non_exhaustive]
pub struct DeletedPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
}
