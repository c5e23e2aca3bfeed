use askama::Template;

use crate::pages::Field;
use crate::pages::texts::Texts;

/// A page with one form.
#[derive(Clone, Debug, Template)]
#[template(path = "account/form.html")]
#[non_exhaustive]
pub struct FormPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// What the page is for.
    pub heading: &'static str,
    /// What is to be known before the form is filled in.
    pub intro: String,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// What is wrong with the form as a whole.
    pub alert: String,
    /// Where the form goes to.
    pub action: &'static str,
    /// What is to be filled in.
    pub fields: Vec<Field>,
    /// What the button of the form says.
    pub submit: &'static str,
    /// A second thing to do, with a form of its own.
    pub button: Option<Button>,
    /// Where else to go.
    pub links: Vec<Link>,
}

/// A button that is a form of its own.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Button {
    /// Where its form goes to.
    pub action: &'static str,
    /// What it says.
    pub label: &'static str,
}

/// A link to another of the pages.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Link {
    /// The path.
    pub path: &'static str,
    /// What it says.
    pub label: &'static str,
}

impl FormPage {
    pub(super) fn new(
        texts: &'static Texts,
        action: &'static str,
        heading: &'static str,
        submit: &'static str,
    ) -> Self {
        Self {
            texts,
            heading,
            intro: String::new(),
            notice: "",
            alert: String::new(),
            action,
            fields: Vec::new(),
            submit,
            button: None,
            links: Vec::new(),
        }
    }

    pub(super) fn with_button(mut self, action: &'static str, label: &'static str) -> Self {
        self.button = Some(Button { action, label });
        self
    }

    pub(super) fn with_link(mut self, path: &'static str, label: &'static str) -> Self {
        self.links.push(Link { path, label });
        self
    }
}
