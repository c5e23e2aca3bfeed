use askama::Template;

use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::LocalPath;

/// The list of all users, in the order of their names.
#[derive(Clone, Debug, Template)]
#[template(path = "users/users.html")]
#[non_exhaustive]
pub struct UsersPage {
    /// The texts of the page's language.
    pub texts: &'static Texts,
    /// Where the pages are.
    pub paths: Paths,
    /// Where the forms go that end a user's logins, with the `id` of the row. Without a query, it
    /// is also the first page of the list.
    pub action: LocalPath,
    /// The users on this page.
    pub users: Vec<UserRow>,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// Whether there are users before these.
    pub has_previous: bool,
    /// The page after this one.
    pub next_page: Option<LocalPath>,
}

/// A user.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UserRow {
    /// The key of the row.
    pub id: String,
    /// The name that Cognito gave the user.
    pub username: String,
    /// First and last name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Whether the site lets the user log in, in a word.
    pub is_active: &'static str,
    /// When the user logged in last, in words.
    pub last_login: String,
    /// What the button says that ends the user's logins.
    pub end_label: String,
}
