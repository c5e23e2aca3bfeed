use super::page::Page;

/// A combination of pages that cannot work. The message says what to change.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PagesError {
    /// The login page is there, and nothing that its challenges lead to.
    #[error(
        "the login page needs the page of the challenges: keep `Page::Challenge`, or leave \
         `Page::Login` out as well"
    )]
    ChallengeLeftOut,
    /// A colour of the [`Brand`](super::Brand) cannot be used.
    #[error("the colour {colour:?} cannot be used: {problem}")]
    Colour {
        /// What was given.
        colour: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no login page.
    #[error(
        "the login page is left out, and the site's own is not named: call \
         `with_own_page(Page::Login, ...)` before"
    )]
    LoginLeftOut,
    /// A page is asked for that nothing was said about.
    #[error("`Page::{page:?}` is asked for, and `{needs}` was not called before")]
    NotSetUp {
        /// The page.
        page: Page,
        /// The method that sets it up.
        needs: &'static str,
    },
    /// A front end is not on such an origin.
    #[error("{origin:?} is no origin: expected `https://...` with a host and nothing after it")]
    Origin {
        /// What was given.
        origin: String,
    },
    /// The prefix is no plain path.
    #[error(
        "{prefix:?} is no prefix for pages: expected `/...` of letters, digits and `-._~`, such \
         as `/account`"
    )]
    Prefix {
        /// What was given.
        prefix: String,
    },
}
