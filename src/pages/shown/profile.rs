use askama::Template;

use super::Link;
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;

/// The user's details. Never a token.
#[derive(Clone, Debug, Template)]
#[template(path = "profile/profile.html")]
#[non_exhaustive]
pub struct ProfilePage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// Where the pages are.
    pub paths: Paths,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// The columns of the row, with their labels.
    pub details: Vec<(String, String)>,
    /// What Cognito has of the user, by name. `None`: it cannot be told at the moment.
    pub attributes: Option<Vec<(String, String)>>,
    /// What there is to know of this login, with labels.
    pub login: Vec<(&'static str, String)>,
    /// Where the account can be changed. Empty if it is not one of a user pool.
    pub links: Vec<Link>,
    /// Whether the user can log out everywhere: a form to [`Paths::log_out_everywhere`].
    pub has_account: bool,
    /// Addresses that wait to be verified: a form to [`Paths::send_verification`] for each, that
    /// sends the `attribute`, and what its button says.
    pub unverified: Vec<(&'static str, String)>,
}
