//! How a login goes: from the first call, over any chain of challenges, to the tokens.

mod access;
mod answer;
mod ask;
mod before;
mod begin;
mod choice;
mod claims;
mod client_token;
mod custom;
mod device;
mod factor;
mod hosted;
mod new_password;
mod one_time_code;
mod overrides;
mod password;
mod refresh;
mod reply;
mod secret_hash;
mod srp;
mod start;
mod step;

pub(crate) use self::access::{Access, issuer_of};
pub(crate) use self::answer::answer;
pub(crate) use self::before::migrate;
pub(crate) use self::begin::begin;
pub(crate) use self::claims::sign;
pub(crate) use self::client_token::client_token;
pub(crate) use self::hosted::begin_hosted;
pub(crate) use self::overrides::Occasion;
pub(crate) use self::refresh::refresh;
pub(crate) use self::reply::Reply;
pub(crate) use self::secret_hash::{check_secret, check_secret_hash};
pub(crate) use self::start::Start;
pub(crate) use self::step::{Step, Tokens};
