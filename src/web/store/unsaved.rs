//! That a session could not be saved, which tower-sessions answers with a bare 500.
//!
//! It saves after the handler, and what it answers then says nothing. Between the failure and that
//! answer nothing is waited for, so whoever polls the request learns of it from the thread.

use std::cell::Cell;

thread_local! {
    static UNSAVED: Cell<bool> = const { Cell::new(false) };
}

/// Forgets what came before: a request is polled from here on.
pub(in crate::web) fn forget() {
    UNSAVED.set(false);
}

/// Whether a session could not be saved since.
pub(in crate::web) fn is_told() -> bool {
    UNSAVED.get()
}

pub(super) fn tell() {
    UNSAVED.set(true);
}
