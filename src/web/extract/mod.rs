//! Who sends a request: the extractors, and what the request itself shows of its sender.

mod bearer;
mod current_user;
mod visitor;

pub use self::bearer::{BearerUser, BearerUserRejection};
pub use self::current_user::CurrentUserRejection;
#[cfg(feature = "pages")]
pub(crate) use self::visitor::shows_pages;
