use askama::Template;
use serde::Serialize;

use super::{Choice, Confirmation, Detail, DeviceRow, Link, LoginRow, TimedText};
use crate::pages::paths::Paths;
use crate::pages::texts::Texts;
use crate::web::LocalPath;

/// The users that are looked for, in the order of their names. Its form goes to `action` with GET, with
/// the fields `q`, `status` and `group`.
#[derive(Clone, Debug, Serialize, Template)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[template(path = "users/users.html")]
#[non_exhaustive]
pub struct UsersPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// Where the form goes: without a query, everybody from the beginning.
    pub action: LocalPath,
    /// What is looked for.
    pub search: String,
    /// Whom it is looked for among: the form sends one as `status`.
    pub statuses: Vec<Choice>,
    /// The one that is chosen.
    pub status: String,
    /// The groups whose members can be looked for: the form sends one as `group`. Empty where none
    /// can be told.
    pub groups: Vec<Choice>,
    /// The one that is chosen.
    pub group: String,
    /// Which part of a large group it is, if not the first: the form sends it as `part`.
    pub part: String,
    /// What is to be said of the groups.
    pub notes: Vec<String>,
    /// The users on this page.
    pub users: Vec<UserRow>,
    /// The page before this one.
    pub previous_page: Option<LocalPath>,
    /// The page after this one.
    pub next_page: Option<LocalPath>,
    /// The first part of a large group, from a later one.
    pub first_members: Option<LocalPath>,
    /// The next part of a large group.
    pub more_members: Option<LocalPath>,
}

/// A user.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserRow {
    /// The key of the row.
    pub id: String,
    /// The page of the user.
    pub path: LocalPath,
    /// The name that Cognito gave the user.
    pub username: String,
    /// First and last name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Whether the site lets the user log in, in a word.
    pub status: &'static str,
    /// When the user logged in last, in words.
    pub last_login: TimedText,
}

/// One user: what there is to know, and what an administrator can do. The form of a confirmation goes to
/// `action`, with its `action`.
#[derive(Clone, Debug, Serialize, Template)]
#[template(path = "users/user.html")]
#[non_exhaustive]
pub struct UserPage {
    /// The texts of the page's language.
    #[serde(skip)]
    pub texts: &'static Texts,
    /// Where the pages are.
    #[serde(skip)]
    pub paths: Paths,
    /// Where the form goes: the page itself.
    pub action: LocalPath,
    /// What the user is called.
    pub heading: String,
    /// What has happened before, if anything.
    pub notice: &'static str,
    /// What is wrong.
    pub alert: String,
    /// What there is to know.
    pub details: Vec<Detail>,
    /// Where the user is logged in.
    pub logins: Vec<LoginRow>,
    /// The devices that Cognito remembers, the last ten.
    pub devices: Vec<DeviceRow>,
    /// What Cognito has recorded of the user, the last ten. Empty where it records nothing.
    pub events: Vec<EventRow>,
    /// What can be done.
    pub actions: Vec<UserAction>,
    /// What is to be confirmed.
    pub confirmation: Option<Confirmation>,
    /// The list of all users.
    pub back: Link,
}

/// Something that Cognito has recorded of a user: a login, a new password.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EventRow {
    /// What happened, in words.
    pub label: &'static str,
    /// What came of it, in a word, unless it went well.
    pub outcome: &'static str,
    /// When it happened, in words.
    pub at: TimedText,
    /// The browser, the place and the address, as far as they are known.
    pub from: String,
}

/// Something that can be done to a user.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct UserAction {
    /// Where it is confirmed.
    pub path: LocalPath,
    /// What it is called.
    pub label: &'static str,
}
