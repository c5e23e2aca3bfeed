//! What the pages say that is decided in Rust. The rest stands in the templates.

use std::time::Duration;

use time::OffsetDateTime;

/// One text for every reason, so that it tells nobody who has an account.
pub(super) const REFUSED: &str =
    "The user name or the password is not right, or the account cannot be used yet.";

pub(super) const EXPIRED: &str = "That took too long, so the login has ended. Please start again.";
pub(super) const USERNAME_MISSING: &str = "Please enter your user name.";
pub(super) const PASSWORD_MISSING: &str = "Please enter your password.";
pub(super) const NEW_PASSWORD_MISSING: &str = "Please choose a password.";
pub(super) const PASSWORD_USED_BEFORE: &str = "You have used this password before.";
pub(super) const PASSWORD_TOO_WEAK: &str = "This password does not follow the rules.";
pub(super) const CODE_MISSING: &str = "Please enter the code.";
pub(super) const CODE_WRONG: &str = "This code is not right. Please try again.";
pub(super) const VALUE_MISSING: &str = "Please fill this in.";

/// Says how long a challenge can still be answered.
pub(super) fn time_left(left: Duration) -> String {
    match left.as_secs() {
        0..=90 => format!("You have {} seconds left.", left.as_secs()),
        seconds => format!("You have about {} minutes left.", (seconds + 30) / 60),
    }
}

/// A date and time for people, in UTC.
pub(super) fn date(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);

    format!(
        "{} {} {}, {:02}:{:02} UTC",
        at.day(),
        at.month(),
        at.year(),
        at.hour(),
        at.minute()
    )
}
