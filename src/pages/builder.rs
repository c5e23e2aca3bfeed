use std::fmt;
use std::sync::Arc;

use axum::http::HeaderValue;

use super::{DefaultTemplates, Templates, Texts};
use crate::attribute::{AttributeName, ParseAttributeNameError};
use crate::web::LocalPath;

/// Configures the pages.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use axum_cognito::pages::{Pages, Texts};
/// use axum_cognito::web::LocalPath;
///
/// let pages: Router = Pages::new()
///     .with_after_login(LocalPath::from_static("/dashboard"))
///     .with_languages([&Texts::ENGLISH, &Texts::GERMAN])
///     .router();
/// ```
#[derive(Clone)]
#[must_use]
pub struct Pages {
    pub(super) after_login: LocalPath,
    pub(super) after_logout: LocalPath,
    pub(super) sign_up: Option<Vec<AttributeName>>,
    pub(super) profile: Vec<AttributeName>,
    pub(super) languages: Vec<&'static Texts>,
    pub(super) templates: Arc<dyn Templates>,
    pub(super) content_security_policy: Option<HeaderValue>,
    pub(super) issuer: String,
    pub(super) sent_codes: bool,
    pub(super) user_list: Option<String>,
}

impl Pages {
    /// Creates pages with the defaults.
    pub fn new() -> Self {
        Self {
            after_login: LocalPath::from_static("/"),
            after_logout: LocalPath::from_static("/"),
            sign_up: None,
            profile: names(&["given_name", "family_name", "email"]),
            languages: vec![&Texts::ENGLISH],
            templates: Arc::new(DefaultTemplates),
            content_security_policy: None,
            issuer: "Login".to_owned(),
            sent_codes: false,
            user_list: None,
        }
    }

    /// Sets where users go who did not come from another page. The default is `/`.
    pub fn with_after_login(mut self, path: LocalPath) -> Self {
        self.after_login = path;
        self
    }

    /// Sets where users go who have logged out. The default is `/`.
    pub fn with_after_logout(mut self, path: LocalPath) -> Self {
        self.after_logout = path;
        self
    }

    /// Lets strangers sign up, with these attributes. Without this there is no such page.
    ///
    /// # Errors
    ///
    /// [`ParseAttributeNameError`] for a name that Cognito cannot have.
    pub fn with_sign_up<'a>(
        mut self,
        attributes: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ParseAttributeNameError> {
        let names: Result<_, _> = attributes.into_iter().map(str::parse).collect();
        self.sign_up = Some(names?);
        Ok(self)
    }

    /// Sets the attributes that users can change themselves. The default is `given_name`,
    /// `family_name` and `email`. The app client must be allowed to write them.
    ///
    /// # Errors
    ///
    /// [`ParseAttributeNameError`] for a name that Cognito cannot have.
    pub fn with_profile_attributes<'a>(
        mut self,
        attributes: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ParseAttributeNameError> {
        self.profile = attributes
            .into_iter()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Sets the languages that the pages speak. A visitor gets the one that the browser prefers
    /// (`Accept-Language`), or else the first. The default is English alone.
    pub fn with_languages(mut self, languages: impl IntoIterator<Item = &'static Texts>) -> Self {
        self.languages = languages.into_iter().collect();
        self
    }

    /// Sets what the pages look like.
    pub fn with_templates(mut self, templates: impl Templates) -> Self {
        self.templates = Arc::new(templates);
        self
    }

    /// Sets the `Content-Security-Policy` of the pages, for templates that need more than styles
    /// and pictures of this site. Keep `form-action` and `frame-ancestors` strict; the pages of
    /// passkeys need `script-src 'self'`.
    pub fn with_content_security_policy(mut self, policy: HeaderValue) -> Self {
        self.content_security_policy = Some(policy);
        self
    }

    /// Sets the name under which authenticator apps show the account. The default is `Login`.
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// Lets users switch on codes by mail and by text message as second factors, for addresses
    /// that are verified. The user pool must have both. Without this, only what is on already
    /// can be switched off.
    pub fn with_sent_codes(mut self, offered: bool) -> Self {
        self.sent_codes = offered;
        self
    }

    /// Shows the members of a group the list of all users, at `/admin/users`. Without this there
    /// is no such page.
    pub fn with_user_list(mut self, group: impl Into<String>) -> Self {
        self.user_list = Some(group.into());
        self
    }

    pub(super) fn sign_up_attributes(&self) -> impl Iterator<Item = &AttributeName> {
        self.sign_up.iter().flatten()
    }

    pub(super) fn profile_attributes(&self) -> impl Iterator<Item = &AttributeName> {
        self.profile.iter()
    }

    /// Where a login leads to: back to where it was needed, if that is a page of this site
    /// that is worth coming back to.
    pub(super) fn destination(&self, next: Option<LocalPath>) -> LocalPath {
        next.unwrap_or_else(|| self.after_login.clone())
    }
}

impl Default for Pages {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("after_login", &self.after_login)
            .field("after_logout", &self.after_logout)
            .field("sign_up", &self.sign_up)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

/// Parses names that are written in this module.
fn names(names: &[&str]) -> Vec<AttributeName> {
    names
        .iter()
        .map(|name| name.parse().expect("a name of Cognito's"))
        .collect()
}
