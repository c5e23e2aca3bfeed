use askama::Template;
use serde::Serialize;

use super::Field;
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::LocalPath;

/// A page with one form.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "account/form.html")]
#[non_exhaustive]
pub struct FormPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// What the page is for.
    pub heading: &'static str,
    /// What is to be known before the form is filled in.
    pub intro: String,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// What is wrong with the form as a whole.
    pub alert: String,
    /// Where the form goes to.
    pub action: LocalPath,
    /// The user's name, for the browser's password store: a hidden field.
    pub account: String,
    /// What is to be filled in.
    pub fields: Vec<Field>,
    /// What the button of the form says.
    pub submit: &'static str,
    /// A second thing to do with what is in the form: a button with a `formaction` of its own.
    pub button: Option<Button>,
    /// Where else to go.
    pub links: Vec<Link>,
}

impl FormPage {
    /// A page without anything to fill in.
    pub(in crate::pages) fn new(
        texts: &'static Texts,
        paths: &Paths,
        action: LocalPath,
        heading: &'static str,
        submit: &'static str,
    ) -> Self {
        Self {
            texts,
            paths: paths.clone(),
            heading,
            intro: String::new(),
            notice: "",
            alert: String::new(),
            action,
            account: String::new(),
            fields: Vec::new(),
            submit,
            button: None,
            links: Vec::new(),
        }
    }

    /// Whether something is wrong, which the title says too.
    pub fn is_wrong(&self) -> bool {
        !self.alert.is_empty() || self.fields.iter().any(|field| !field.error.is_empty())
    }
}

/// A second button of a form, which sends it elsewhere.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Button {
    /// Where it sends the form to.
    pub action: LocalPath,
    /// What it says.
    pub label: &'static str,
    /// How many seconds to wait before it is pressed: our script counts them down.
    pub wait: u64,
    /// The same, in words.
    pub wait_text: String,
}

/// Something to choose.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What it says.
    pub label: String,
}

impl Choice {
    pub(in crate::pages) fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// A link to another of the pages.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Link {
    /// The path.
    pub path: LocalPath,
    /// What it says.
    pub label: &'static str,
}
