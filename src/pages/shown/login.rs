use std::fmt;

use askama::Template;
use serde::Serialize;

use super::{Choice, Field, Link};
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::LocalPath;

/// The login page. Its form goes to [`Paths::login`].
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "login/login.html")]
#[non_exhaustive]
pub struct LoginPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// What has happened before, if anything.
    pub notice: String,
    /// Why the login did not succeed, if it did not.
    pub alert: String,
    /// Whether a user who is logged in proves again who they are: the name is known, and the form
    /// sends `again` back.
    pub again: bool,
    /// The user name.
    pub username: Field,
    /// The password.
    pub password: Field,
    /// Where the login leads to: the form sends it back as `next`.
    pub next: Option<LocalPath>,
    /// What to do about a forgotten password.
    pub forgot_password: Option<Link>,
    /// Where strangers sign up, if they can.
    pub sign_up: Option<Link>,
    /// Where they confirm it.
    pub confirm_sign_up: Option<Link>,
    /// The ways in by managed login, each a link.
    pub managed: Vec<ManagedLink>,
    /// The mail address by which a provider is chosen, where one can be: a form with GET to
    /// [`Paths::managed_login`], which sends `next` and `again` along.
    pub work_email: Option<Field>,
    /// Whether the form for user name and password is shown.
    pub with_password: bool,
    /// What users can log in with in place of their password: a button for each, with the name
    /// `other_ways`.
    pub first_factors: Vec<Choice>,
    /// Whether triggers may let users in without their password: a button with the name
    /// `other_ways` and any value.
    pub other_ways: bool,
}

impl LoginPage {
    /// Whether something is wrong, which the title says too.
    pub fn is_wrong(&self) -> bool {
        let fields = [
            Some(&self.username),
            Some(&self.password),
            self.work_email.as_ref(),
        ];
        !self.alert.is_empty()
            || fields
                .into_iter()
                .flatten()
                .any(|field| !field.error.is_empty())
    }
}

/// A way in by managed login.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ManagedLink {
    /// Where it begins.
    pub path: LocalPath,
    /// What its button says.
    pub label: String,
    /// The picture before it.
    pub icon: ManagedIcon,
}

/// The picture on a button of a managed login.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ManagedIcon {
    /// A drawing of ours: the user pool's own users.
    Key,
    /// A drawing of ours: a provider that everybody can have an account at, or the domain's own
    /// page.
    Globe,
    /// A drawing of ours: the provider of one company.
    Building,
    /// The site's own, at this address.
    Image(String),
}

/// Sends the browser on by itself, from a page of this site: a redirect would not count as one.
#[derive(Clone, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "login/sent_on.html")]
#[non_exhaustive]
pub struct SentOnPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// Where the browser goes.
    pub to: String,
}

impl fmt::Debug for SentOnPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The query may hold a code, or the secrets of an attempt.
        let to = self.to.split('?').next();
        f.debug_struct("SentOnPage")
            .field("to", &to)
            .finish_non_exhaustive()
    }
}

/// The question whether to log out. Its form goes to [`Paths::logout`].
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "logout/logout.html")]
#[non_exhaustive]
pub struct LogoutPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
}
