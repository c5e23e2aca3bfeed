//! A login: what the browser's session has of it, the registry that has all the rest, and the
//! renewal of its tokens.

mod current_user;
mod devices;
mod ends;
mod kept;
#[cfg(feature = "managed-login")]
mod managed;
mod packed;
mod permissions;
mod refresh;
mod registry;
mod renewal;
mod value;
mod warm;

pub use self::current_user::CurrentUser;
pub(super) use self::devices::{KeptDevices, empty, follow as follow_device};
pub(super) use self::kept::{
    KeptChallenge, KeptLogin, KeptReset, TokenCopy, is_on_the_way, login_of,
};
#[cfg(feature = "managed-login")]
pub(super) use self::managed::{KeptManagedLogin, KeptManagedLogins, PATIENCE};
pub use self::permissions::Permissions;
pub(super) use self::refresh::Refreshes;
pub(super) use self::registry::{Ended, Found, Live, Registry};
pub(super) use self::renewal::{Refreshed, hold_newest};
