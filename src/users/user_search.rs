use super::User;
use crate::id::Subject;

/// Which users are looked for, and which page of them.
///
/// # Examples
///
/// ```
/// use axum_cognito::users::UserSearch;
///
/// let search = UserSearch::new().with_text("smith").with_active(true).after("jsmith");
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct UserSearch {
    /// What is in the username, the e-mail address, the first or the last name. Case does not
    /// matter, among the letters of ASCII at least.
    pub text: Option<String>,
    /// Whether the site lets the user log in.
    pub is_active: Option<bool>,
    /// Those of whom it is one, such as the members of a group; `None` for everybody.
    pub subs: Option<Vec<Subject>>,
    /// From where to go on.
    pub place: Place,
}

/// From where a page of a list goes on.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Place {
    /// The first users.
    #[default]
    Start,
    /// Those after the one of this name.
    After(String),
    /// Those just before the one of this name.
    Before(String),
}

impl UserSearch {
    /// Creates a search for all users, from the beginning.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the search to users with this text in one of their names or their address.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Limits the search to users who may log in, or to those who may not.
    #[must_use]
    pub fn with_active(mut self, is_active: bool) -> Self {
        self.is_active = Some(is_active);
        self
    }

    /// Looks for users among these.
    #[must_use]
    pub fn with_subs(mut self, subs: impl IntoIterator<Item = Subject>) -> Self {
        self.subs = Some(subs.into_iter().collect());
        self
    }

    /// Continues after the user of this name.
    #[must_use]
    pub fn after(mut self, username: impl Into<String>) -> Self {
        self.place = Place::After(username.into());
        self
    }

    /// Goes back to the users before the one of this name.
    #[must_use]
    pub fn before(mut self, username: impl Into<String>) -> Self {
        self.place = Place::Before(username.into());
        self
    }

    pub(super) fn finds(&self, user: &User) -> bool {
        let has = |needle: &str| {
            [
                &user.username,
                &user.email,
                &user.first_name,
                &user.last_name,
            ]
            .iter()
            .any(|value| value.to_lowercase().contains(needle))
        };

        let is_one = |subs: &Vec<Subject>| user.sub.as_ref().is_some_and(|sub| subs.contains(sub));

        self.is_active.is_none_or(|wanted| user.is_active == wanted)
            && self.subs.as_ref().is_none_or(is_one)
            && self
                .text
                .as_ref()
                .is_none_or(|text| has(&text.to_lowercase()))
    }
}
