use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;

use super::brand::Brand;
use super::page::Page;
use super::pages_error::PagesError;
use super::paths::Paths;
use super::templates::{DefaultTemplates, Templates};
use super::texts::Texts;
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
    paths: Paths,
    pub(super) after_login: LocalPath,
    pub(super) after_logout: LocalPath,
    sign_up: Option<Vec<AttributeName>>,
    profile: Vec<AttributeName>,
    pub(super) languages: Vec<&'static Texts>,
    pub(super) templates: Arc<dyn Templates>,
    pub(super) content_security_policy: Option<HeaderValue>,
    pub(super) issuer: String,
    pub(super) sent_codes: bool,
    pub(super) trigger_messages: bool,
    pub(super) recent_login: Duration,
    pub(super) with_password: bool,
    pub(super) passkey_offer: bool,
    pub(super) brand: Arc<Brand>,
    user_list: Option<String>,
}

impl Pages {
    /// Creates pages with the defaults.
    pub fn new() -> Self {
        Self {
            paths: Paths::new(),
            after_login: LocalPath::from_static("/"),
            after_logout: LocalPath::from_static("/"),
            sign_up: None,
            profile: names(&["given_name", "family_name", "email"]),
            languages: vec![&Texts::ENGLISH],
            templates: Arc::new(DefaultTemplates),
            content_security_policy: None,
            issuer: "Login".to_owned(),
            sent_codes: false,
            trigger_messages: false,
            recent_login: Duration::from_secs(10 * 60),
            with_password: true,
            passkey_offer: false,
            brand: Arc::default(),
            user_list: None,
        }
    }

    /// Moves all pages below a prefix, such as `/account`.
    ///
    /// The router is merged as before: the prefix is said here and nowhere else. Guards learn it
    /// by [`AuthBuilder::with_login_path`](crate::web::AuthBuilder::with_login_path), which takes
    /// [`login_path`](Self::login_path). A router that is nested by the site notices that by
    /// itself: its links and forms lead to where it is.
    ///
    /// # Errors
    ///
    /// [`PagesError::Prefix`] if it is no plain path.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::Router;
    /// use axum_cognito::pages::{Page, Pages};
    /// use axum_cognito::tower_sessions::MemoryStore;
    /// use axum_cognito::{Auth, CognitoBackend};
    ///
    /// # async fn run(pool: impl CognitoBackend) -> Result<(), Box<dyn std::error::Error>> {
    /// let pages = Pages::new().at("/account")?.without([Page::Profile])?;
    /// let auth = Auth::builder()
    ///     .with_pool(pool)
    ///     .with_login_path(pages.login_path())
    ///     .build()
    ///     .await?;
    /// let app: Router = Router::new()
    ///     .merge(pages.router())
    ///     .layer(auth.layer(MemoryStore::default()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn at(mut self, prefix: &str) -> Result<Self, PagesError> {
        self.paths = self.paths.at(prefix)?;
        Ok(self)
    }

    /// Omits all pages but these. No page has a link to one that is left out.
    ///
    /// # Errors
    ///
    /// [`PagesError`] if what remains cannot work.
    pub fn only(self, pages: impl IntoIterator<Item = Page>) -> Result<Self, PagesError> {
        let kept: Vec<Page> = pages.into_iter().collect();
        for page in &kept {
            let needs = match page {
                Page::SignUp if self.sign_up.is_none() => "with_sign_up",
                Page::Users if self.user_list.is_none() => "with_user_list",
                _ => continue,
            };
            return Err(PagesError::NotSetUp { page: *page, needs });
        }

        self.without(Page::ALL.into_iter().filter(|page| !kept.contains(page)))
    }

    /// Omits pages, for instance where the site has its own at the same path.
    ///
    /// # Errors
    ///
    /// As for [`only`](Self::only).
    pub fn without(mut self, pages: impl IntoIterator<Item = Page>) -> Result<Self, PagesError> {
        self.paths = pages.into_iter().fold(self.paths, Paths::without);

        if self.paths.of(Page::Login).is_none() {
            return Err(PagesError::LoginLeftOut);
        }
        if self.paths.is_ours(Page::Login) && self.paths.of(Page::Challenge).is_none() {
            return Err(PagesError::ChallengeLeftOut);
        }
        Ok(self)
    }

    /// Omits a page, and links to the site's own in its place.
    pub fn with_own_page(mut self, page: Page, path: LocalPath) -> Self {
        self.paths = self.paths.with_own(page, path);
        self
    }

    /// Sets the site's home page, which the pages lead back to. The default is `/`.
    pub fn with_home(mut self, path: LocalPath) -> Self {
        self.paths = self.paths.with_home(path);
        self
    }

    /// Returns the paths of the pages, as they are set up so far.
    pub fn paths(&self) -> Paths {
        let mut paths = self.paths.clone();
        if self.sign_up.is_none() {
            paths = paths.without(Page::SignUp);
        }
        if self.user_list.is_none() {
            paths = paths.without(Page::Users);
        }
        if cfg!(not(feature = "managed-login")) {
            paths = paths.without(Page::Identities);
        }
        paths
    }

    /// Returns the path of the login page, for
    /// [`AuthBuilder::with_login_path`](crate::web::AuthBuilder::with_login_path).
    pub fn login_path(&self) -> LocalPath {
        self.paths.login()
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

    /// Adds the page on which strangers sign up, with these attributes.
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

    /// Omits the form for user name and password from the login page, on a site whose users come in by
    /// managed login alone.
    #[cfg(feature = "managed-login")]
    pub fn without_password_form(mut self) -> Self {
        self.with_password = false;
        self
    }

    /// Shows the site's name, logo and colours on all pages.
    pub fn with_brand(mut self, brand: Brand) -> Self {
        self.paths = self.paths.with_style(&brand.css());
        self.brand = Arc::new(brand);
        self
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

    /// Sets the `Content-Security-Policy` of the pages, for templates that need more than styles,
    /// pictures and the script of this site. Keep `form-action` and `frame-ancestors` strict; the
    /// pages of passkeys need `script-src 'self'`.
    pub fn with_content_security_policy(mut self, policy: HeaderValue) -> Self {
        self.content_security_policy = Some(policy);
        self
    }

    /// Sets how long ago users may have proved who they are to change what opens their account: the
    /// address, second factors, passkeys, remembered devices, identity providers, other logins; and
    /// to take a copy of their data or delete their account. The default is ten minutes. After that they are asked again, and then led back. See
    /// [`recent_login`](crate::web::recent_login) for pages of your own.
    pub fn with_recent_login(mut self, max_age: Duration) -> Self {
        self.recent_login = max_age;
        self
    }

    /// Sets the name under which authenticator apps show the account. The default is `Login`.
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// Offers codes by mail and by text message as second factors, for addresses
    /// that are verified. The user pool must have both. Without this, only what is on already
    /// can be switched off.
    pub fn with_sent_codes(mut self, offered: bool) -> Self {
        self.sent_codes = offered;
        self
    }

    /// Offers users a passkey after they have logged in with a password and have none yet. Who says
    /// "Not now" is not asked again in that browser for ninety days. It takes
    /// [`LoginFlow::Choice`](crate::backend::LoginFlow::Choice), and a user pool with passkeys.
    pub fn with_passkey_offer(mut self, offered: bool) -> Self {
        self.passkey_offer = offered;
        self
    }

    /// Shows visitors what a trigger of the user pool says when it refuses something, such as a
    /// sign-up. It is in the language of the trigger. The default is a text of the pages.
    pub fn with_trigger_messages(mut self, shown: bool) -> Self {
        self.trigger_messages = shown;
        self
    }

    /// Adds the pages at `/admin/users`, where members of a group look after users: search them, end
    /// their logins, disable and enable them; and where `COGNITO_AWS_CREDENTIALS` is on, reset passwords, remove lost
    /// second factors and send invitations again. Without this there are no such pages.
    pub fn with_user_list(mut self, group: impl Into<String>) -> Self {
        self.user_list = Some(group.into());
        self
    }

    /// The same at other paths, written by other templates.
    #[cfg(feature = "json")]
    pub(super) fn as_json(&self, paths: Paths, templates: Arc<dyn Templates>) -> Self {
        Self {
            paths,
            templates,
            ..self.clone()
        }
    }

    pub(super) fn sign_up_attributes(&self) -> impl Iterator<Item = &AttributeName> {
        self.sign_up.iter().flatten()
    }

    pub(super) fn profile_attributes(&self) -> impl Iterator<Item = &AttributeName> {
        self.profile.iter()
    }

    pub(super) fn user_list_group(&self) -> Option<&str> {
        self.user_list.as_deref()
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
            .field("paths", &self.paths)
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
