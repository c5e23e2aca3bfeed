//! What administrators see of the users, and what they can do.

mod action;
mod directory;
mod group;
mod known;
mod list;
mod one;

pub(super) use self::list::show;
pub(super) use self::one::{show as show_user, submit as submit_user};
