//! What of the secrets leaves the arithmetic on purpose.
//!
//! A plain build has nothing of it. In the proof of constant time (`proofs/constant_time`), secrets
//! are marked in memory, and what is computed with them is marked with them: here the mark is
//! taken off. So the calls of [`disclosed`] are the whole list of what a look at branches and
//! addresses may tell.

/// Takes the mark of a secret off a value: the proof sets it to a request to valgrind.
#[cfg(valgrind)]
pub static TAKE_MARK_OFF: std::sync::OnceLock<fn(*mut u8, usize)> = std::sync::OnceLock::new();

/// Returns the value, which may be known from here on though it was computed from secrets.
#[cfg(not(valgrind))]
#[inline(always)]
pub(super) fn disclosed<T: Copy>(value: T) -> T {
    value
}

/// Returns the value, with the mark taken off by the proof.
#[cfg(valgrind)]
pub(super) fn disclosed<T: Copy>(mut value: T) -> T {
    if let Some(take_off) = TAKE_MARK_OFF.get() {
        take_off((&raw mut value).cast(), size_of::<T>());
    }
    value
}
