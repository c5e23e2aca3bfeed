//! Who sends a request: the extractors, and what the request itself shows of its sender.

mod any_user;
mod api_user;
mod bearer;
mod bearer_rejection;
mod caller;
mod current_user;
mod verified;
mod visitor;

pub use self::any_user::{AnyUser, AnyUserRejection};
pub use self::api_user::ApiUser;
pub use self::bearer_rejection::{BearerRejection, BearerRejectionKind};
pub use self::caller::{Bearer, BearerMachine, BearerUser};
pub use self::current_user::CurrentUserRejection;
pub(super) use self::verified::Verified;
#[cfg(feature = "pages")]
pub(crate) use self::visitor::shows_pages;
