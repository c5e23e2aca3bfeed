use askama::Template;
use serde::Serialize;

use crate::pages::texts::Texts;
use crate::web::LocalPath;

/// What is done only once it is confirmed: a page shows it in place of all else. As text, it is the HTML of
/// its form, which goes to the page itself.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "components/confirmation.html")]
#[non_exhaustive]
pub struct Confirmation {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// The page.
    pub path: LocalPath,
    /// What the form sends as `action`.
    pub action: &'static str,
    /// What the form sends as `id`. Empty: nothing.
    pub id: String,
    /// What will happen.
    pub text: String,
    /// What the button says.
    pub label: String,
}
