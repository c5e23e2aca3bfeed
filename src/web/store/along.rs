//! What a session store has to say beyond the records that it returns.
//!
//! tower-sessions asks its store by ways of its own, so the word goes past it: in a value of the
//! task, for the time of one call.

use std::cell::{Cell, RefCell};

use tokio::task_local;

use crate::users::LiveLogin;

task_local! {
    static ALONG: Along;
}

#[derive(Default)]
struct Along {
    login: RefCell<Option<LiveLogin>>,
    is_protected: Cell<bool>,
}

/// Runs `read`, which reads a session. Returns with it the login that the store has read along, if
/// it was able to.
pub(in crate::web) async fn read_along<F: Future>(read: F) -> (F::Output, Option<LiveLogin>) {
    ALONG
        .scope(Along::default(), async {
            let read = read.await;
            (read, ALONG.with(|along| along.login.take()))
        })
        .await
}

/// Runs `save`, which writes a session. Returns with it whether the store was a
/// [`ProtectedStore`](super::ProtectedStore).
pub(in crate::web) async fn is_protected<F: Future>(save: F) -> (F::Output, bool) {
    ALONG
        .scope(Along::default(), async {
            let saved = save.await;
            (saved, ALONG.with(|along| along.is_protected.get()))
        })
        .await
}

#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub(super) fn tell_login(login: LiveLogin) {
    let _ = ALONG.try_with(|along| along.login.replace(Some(login)));
}

/// Returns whether somebody hears of it, which is so when a login is saved.
pub(super) fn tell_protected() -> bool {
    ALONG.try_with(|along| along.is_protected.set(true)).is_ok()
}
