use std::fmt;

use askama::Template;
use axum::http::Extensions;

use crate::pages::brand::Brand;
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::{CurrentUser, LocalPath};

/// A page that is to be put into the site's frame: everything but what is around it.
///
/// [`Templates::layout`](crate::pages::Templates::layout) makes a whole document of it. Where a site
/// writes one of its own, its navigation is around our pages:
///
/// ```
/// use axum_cognito::pages::{Frame, Pages, Rendered, Templates};
///
/// struct Ours;
///
/// impl Templates for Ours {
///     fn layout(&self, frame: &Frame<'_>) -> Rendered {
///         let user = frame.user.as_ref().map_or("", |user| &user.username);
///         Ok(format!(
///             "<!doctype html><html lang={}><title>{}</title><link rel=stylesheet href=\"{}\">{}\
///              <nav><a href=/>Shop</a> {}</nav><main class=\"card{}\">{}</main></html>",
///             frame.texts.language,
///             frame.title,
///             frame.paths.stylesheet(),
///             frame.head,
///             user.replace('<', "&lt;"),
///             frame.card,
///             frame.main
///         ))
///     }
/// }
///
/// let pages = Pages::new().with_templates(Ours);
/// ```
#[derive(Template)]
#[template(path = "layout.html")]
#[non_exhaustive]
pub struct Frame<'a> {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// Where the pages are.
    pub paths: &'a Paths,
    /// Whose pages these are.
    pub brand: &'a Brand,
    /// The title, as HTML, without the site's name.
    pub title: &'a str,
    /// What else belongs into `<head>`, as HTML.
    pub head: &'a str,
    /// Classes for `<main class="card…">`: how wide the page is. Empty, or with a blank before.
    pub card: &'a str,
    /// What belongs into `<main>`, as HTML.
    pub main: &'a str,
    /// The languages that there are, where there is a choice.
    pub languages: Vec<LanguageLink>,
    /// The user who is logged in, if that could be told.
    pub user: Option<CurrentUser>,
    /// What the site's own layers have put into the request.
    pub extensions: &'a Extensions,
}

/// A link to this page in another language, or in the one that it is in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LanguageLink {
    /// Where it leads: the choice is kept in a cookie.
    pub path: LocalPath,
    /// What the language calls itself.
    pub name: &'static str,
    /// Its tag of BCP 47.
    pub language: &'static str,
    /// Whether this page is in it.
    pub is_current: bool,
}

impl fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("title", &self.title)
            .finish_non_exhaustive()
    }
}
