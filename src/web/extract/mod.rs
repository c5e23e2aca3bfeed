//! Who sends a request: the extractors, and what the request itself shows of its sender.

mod any_user;
mod api_user;
mod bearer;
mod bearer_rejection;
mod current_user;
mod visitor;

pub use self::any_user::{AnyUser, AnyUserRejection};
pub use self::api_user::ApiUser;
pub(super) use self::bearer::Verified;
pub use self::bearer::{Bearer, BearerMachine, BearerUser};
pub use self::bearer_rejection::{BearerRejection, BearerRejectionKind};
pub use self::current_user::CurrentUserRejection;
#[cfg(feature = "pages")]
pub(crate) use self::visitor::shows_pages;
