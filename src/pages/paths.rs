//! Where the pages are. Handlers and templates are given these; none of them writes a path.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::page::Page;
use super::pages_error::PagesError;
use crate::web::LocalPath;

/// The paths of the pages, as they are mounted.
///
/// Every page that is shown holds them; [`Pages::paths`](super::Pages::paths) has them for the
/// site's own links. [`of`](Self::of) is `None` for a page that is left out.
///
/// # Examples
///
/// ```
/// use axum_cognito::pages::{Page, Pages};
///
/// let paths = Pages::new().at("/account")?.without([Page::Devices])?.paths();
///
/// assert_eq!(paths.login().as_str(), "/account/login");
/// assert_eq!(paths.of(Page::Devices), None);
/// # Ok::<(), axum_cognito::pages::PagesError>(())
/// ```
#[derive(Clone)]
pub struct Paths {
    /// What stands before every path: empty, or `/...` without a slash at its end.
    prefix: Arc<str>,
    /// The pages that are not ours.
    others: Arc<BTreeMap<Page, Other>>,
    home: LocalPath,
    /// Whether a front end asks, and no browser for its user.
    is_json: bool,
    /// Distinguishes this style sheet from earlier ones in the caches of browsers.
    style: Arc<str>,
}

/// A page that is not ours.
#[derive(Clone, Debug)]
enum Other {
    LeftOut,
    OfTheSite(LocalPath),
}

impl Paths {
    pub(super) fn new() -> Self {
        Self {
            prefix: "".into(),
            others: Arc::default(),
            home: LocalPath::from_static("/"),
            is_json: false,
            style: env!("CARGO_PKG_VERSION").into(),
        }
    }

    /// Sets the prefix of all pages.
    pub(super) fn at(self, prefix: &str) -> Result<Self, PagesError> {
        let wrong = || PagesError::Prefix {
            prefix: prefix.to_owned(),
        };
        let plain = prefix.trim_end_matches('/');
        let is_plain = plain.split('/').skip(1).all(|part| {
            let mut letters = part.bytes();
            !part.is_empty()
                && letters.all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        });
        let parsed = plain.parse::<LocalPath>().map_err(|_| wrong())?;
        if !is_plain || parsed.as_str() != plain {
            return Err(wrong());
        }

        Ok(Self {
            prefix: plain.into(),
            ..self
        })
    }

    /// The paths of the same pages as JSON. Those of the site's own are ours there.
    #[cfg(feature = "json")]
    pub(super) fn for_json(mut self, prefix: &str) -> Result<Self, PagesError> {
        Arc::make_mut(&mut self.others).retain(|_, other| matches!(other, Other::LeftOut));
        self.is_json = true;
        // Looking after users is no flow of a visitor.
        self.without(Page::Users).at(prefix)
    }

    /// Whether these are the paths of JSON.
    pub(super) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Whether a path is below the prefix.
    #[cfg(feature = "json")]
    pub(super) fn is_below(&self, path: &LocalPath) -> bool {
        let rest = path.path().strip_prefix(&*self.prefix);
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    pub(super) fn with_home(self, home: LocalPath) -> Self {
        Self { home, ..self }
    }

    /// Sets what comes after our own style sheet.
    pub(super) fn with_style(mut self, css: &str) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let sum = css.bytes().fold(0u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(byte.into())
        });
        self.style = match sum {
            0 => version.into(),
            sum => format!("{version}-{sum:08x}").into(),
        };
        self
    }

    pub(super) fn without(mut self, page: Page) -> Self {
        let others = Arc::make_mut(&mut self.others);
        others.entry(page).or_insert(Other::LeftOut);
        self
    }

    pub(super) fn with_own(mut self, page: Page, path: LocalPath) -> Self {
        Arc::make_mut(&mut self.others).insert(page, Other::OfTheSite(path));
        self
    }

    /// The same pages inside of a router that is nested below `outer`.
    pub(super) fn below(&self, outer: &str) -> Self {
        if outer.is_empty() || outer.parse::<LocalPath>().is_err() {
            return self.clone();
        }

        Self {
            prefix: format!("{outer}{}", self.prefix).into(),
            ..self.clone()
        }
    }

    /// Whether the page is one of ours, and not left out.
    pub(super) fn is_ours(&self, page: Page) -> bool {
        !self.others.contains_key(&page)
    }

    /// Where a route is mounted by the router, whatever is around it.
    pub(super) fn route(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Returns the path of a page, or of the site's own in its place; `None` if there is no such page.
    pub fn of(&self, page: Page) -> Option<LocalPath> {
        match self.others.get(&page) {
            None => Some(self.path(page.path())),
            Some(Other::OfTheSite(path)) => Some(path.clone()),
            Some(Other::LeftOut) => None,
        }
    }

    /// Returns the path of the site's home page.
    pub fn home(&self) -> LocalPath {
        self.home.clone()
    }

    /// Returns the path of the login page. A site that leaves it out names its own.
    pub fn login(&self) -> LocalPath {
        self.of(Page::Login).unwrap_or_else(|| self.home())
    }

    /// Returns the path of the page of the challenge that waits; its forms go there.
    pub fn challenge(&self) -> LocalPath {
        self.of(Page::Challenge).unwrap_or_else(|| self.login())
    }

    /// Returns where a form goes that starts the login again.
    pub fn restart_login(&self) -> LocalPath {
        self.path("/login/restart")
    }

    /// Returns where the form goes that logs out.
    pub fn logout(&self) -> LocalPath {
        self.of(Page::Logout).unwrap_or_else(|| self.home())
    }

    /// Returns where a form goes that logs out everywhere, if there is one.
    pub fn log_out_everywhere(&self) -> Option<LocalPath> {
        self.is_ours(Page::Logout).then(|| self.everywhere())
    }

    /// Returns where a managed login begins.
    pub fn managed_login(&self) -> LocalPath {
        self.path("/login/managed")
    }

    /// Returns where browsers come back to from managed login: the path of the app client's callback URL.
    pub fn callback(&self) -> LocalPath {
        self.path("/login/callback")
    }

    pub(super) fn everywhere(&self) -> LocalPath {
        self.path("/logout/everywhere")
    }

    /// Returns the path of the page for the code and the new password.
    pub fn reset_password(&self) -> LocalPath {
        self.path("/password/reset")
    }

    /// Returns the path of the page for the code with which a sign-up is confirmed.
    pub fn confirm_sign_up(&self) -> LocalPath {
        self.path("/signup/confirm")
    }

    /// Returns where a form goes that has this code sent again.
    pub fn resend_code(&self) -> LocalPath {
        self.path("/signup/resend")
    }

    /// Returns the path of the page for the code that verifies an address.
    pub fn verify(&self) -> LocalPath {
        self.path("/profile/verify")
    }

    /// Returns where a form goes that has such a code sent.
    pub fn send_verification(&self) -> LocalPath {
        self.path("/profile/verify/send")
    }

    /// Returns the path of the page of a user, for administrators: the `id` of the row is in its query.
    pub fn user(&self) -> LocalPath {
        self.path("/admin/users/user")
    }

    /// Returns where a passkey is offered after a login with a password.
    pub fn passkey_offer(&self) -> LocalPath {
        self.path("/profile/passkeys/offer")
    }

    /// Returns the path of the pages' style sheet, for pages of a site's own that want to match.
    pub fn stylesheet(&self) -> LocalPath {
        self.path("/axum-cognito.css").with("v", &self.style)
    }

    /// Returns the path of the pages' script. [`Frame::head`](super::Frame::head) has it already.
    pub fn script(&self) -> LocalPath {
        self.path(concat!("/axum-cognito.js?v=", env!("CARGO_PKG_VERSION")))
    }

    /// The script of pages that are steps of something.
    pub(super) fn steps_script(&self) -> LocalPath {
        self.path(concat!(
            "/axum-cognito-steps.js?v=",
            env!("CARGO_PKG_VERSION")
        ))
    }

    /// The page of ours that a handler shows, wherever it is.
    pub(super) fn own(&self, page: Page) -> LocalPath {
        self.path(page.path())
    }

    /// Reads `next`. The pages of the login itself are no place to come back to.
    pub(super) fn read_next(&self, next: &str) -> Option<LocalPath> {
        let next: LocalPath = next.parse().ok()?;
        let path = next.path();
        let of_the_login = ["/login", "/logout", "/password", "/signup"]
            .map(|page| self.route(page))
            .iter()
            .any(|page| {
                path.strip_prefix(page.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });

        #[cfg(feature = "json")]
        let of_the_login = of_the_login || self.is_json && self.is_below(&next);

        (!of_the_login).then_some(next)
    }

    fn path(&self, path: &str) -> LocalPath {
        let whole = self.route(path);
        // A prefix of the request's own, which somebody made too long: the site without it.
        whole.parse().unwrap_or_else(|_| self.home())
    }
}

impl Default for Paths {
    /// Those of [`Pages::new`](super::Pages::new).
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Paths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paths")
            .field("prefix", &self.prefix)
            .field("others", &self.others)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_plain_path() {
        for (prefix, before) in [("/account", "/account"), ("/a/b-c/", "/a/b-c")] {
            let paths = Paths::new().at(prefix).expect("a prefix");
            assert_eq!(paths.login().as_str(), format!("{before}/login"));
        }
        for prefix in [
            "",
            "/",
            "account",
            "//account",
            "/a//b",
            "/{tenant}",
            "/:a",
            "/*a",
            "/a b",
            "/a?b",
            "/a/../b",
            "/\u{e9}",
            "https://evil.example",
        ] {
            assert!(Paths::new().at(prefix).is_err(), "{prefix:?}");
        }
    }

    #[test]
    fn next_is_a_page_of_this_site_outside_the_login() {
        let at_the_root = Paths::new();
        let below = Paths::new().at("/account").expect("a prefix");

        for (next, kept, kept_below) in [
            ("/reports?year=2026", true, true),
            ("/", true, true),
            ("/login-history", true, true),
            ("/login", false, true),
            ("/login?next=/x", false, true),
            ("/login/challenge", false, true),
            ("/account/login/challenge", true, false),
            ("/account/logout", true, false),
            ("/logout", false, true),
            ("//evil.example", false, false),
            ("https://evil.example", false, false),
            ("", false, false),
        ] {
            assert_eq!(at_the_root.read_next(next).is_some(), kept, "{next}");
            assert_eq!(below.read_next(next).is_some(), kept_below, "{next}");
        }
    }

    #[test]
    fn what_is_around_the_pages_stands_before_them() {
        let paths = Paths::new().at("/account").expect("a prefix");

        for (outer, login) in [
            ("", "/account/login"),
            ("/acme", "/acme/account/login"),
            ("//evil.example", "/account/login"),
            ("/\\evil.example", "/account/login"),
        ] {
            assert_eq!(paths.below(outer).login().as_str(), login, "{outer}");
        }
    }
}
