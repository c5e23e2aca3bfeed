//! What the pages say that is decided in Rust. The rest stands in the templates.

use std::time::Duration;

use time::OffsetDateTime;

/// One text for every reason, so that it tells nobody who has an account.
pub(super) const REFUSED: &str =
    "The user name or the password is not right, or the account cannot be used yet.";

/// Cognito, or what else a login needs, cannot be asked.
pub(super) const UNAVAILABLE: &str =
    "The service that checks logins cannot be reached. Please try again in a moment.";

pub(super) const ENDED: &str =
    "That login has ended, perhaps because it took too long. Please start again.";
pub(super) const USERNAME_MISSING: &str = "Please enter your user name.";
pub(super) const PASSWORD_MISSING: &str = "Please enter your password.";
pub(super) const NEW_PASSWORD_MISSING: &str = "Please choose a password.";
pub(super) const PASSWORD_USED_BEFORE: &str = "You have used this password before.";
pub(super) const PASSWORD_TOO_WEAK: &str = "This password does not follow the rules.";
pub(super) const TOO_MANY: &str = "Too many tries. Please wait a while before the next.";
pub(super) const PASSWORD_WRONG: &str = "This is not your password.";
pub(super) const SIGN_UP_REFUSED: &str = "This sign-up is not possible here.";
pub(super) const CONFIRMED: &str = "Your account is confirmed. You can log in now.";
pub(super) const RESET: &str = "Your password is changed. You can log in now.";
pub(super) const CHANGED: &str = "Your change is saved.";
pub(super) const FORGOT: &str = "Enter your user name, and a code is sent to your address.";
pub(super) const SENT: &str = "A code is on its way.";
pub(super) const VALUE_REFUSED: &str = "This was refused.";
pub(super) const NAMELESS_DEVICE: &str = "A device without a name";
pub(super) const CODE_SENT: &str = "If there is such an account, a code is on its way.";
pub(super) const APP_CODE: &str = "Six-digit code";
pub(super) const SENT_CODE: &str = "Code";
pub(super) const ANSWER: &str = "Answer";
pub(super) const METHOD_MISSING: &str = "Please choose one.";
pub(super) const CODE_MISSING: &str = "Please enter the code.";
pub(super) const CODE_WRONG: &str = "This code is not right. Please try again.";
pub(super) const VALUE_MISSING: &str = "Please fill this in.";

pub(super) const PHONE_NUMBER_HINT: &str =
    "With the country code and without spaces, such as +442079460000.";

/// What people call an attribute: `phone_number` reads "Phone number", `custom:team` "Team".
pub(super) fn attribute(name: &str) -> String {
    let words = match name {
        "birthdate" => "date of birth".to_owned(),
        "email" => "e-mail".to_owned(),
        "family_name" => "last name".to_owned(),
        "given_name" => "first name".to_owned(),
        "zoneinfo" => "time zone".to_owned(),
        other => other
            .strip_prefix("custom:")
            .unwrap_or(other)
            .replace('_', " "),
    };
    let mut letters = words.chars();

    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Says how long a challenge can still be answered. The page stands still, so an hour that
/// can be compared with a clock goes with it.
pub(super) fn time_left(left: Duration, until: OffsetDateTime) -> String {
    match left.as_secs() {
        0..60 => "You have less than a minute.".to_owned(),
        60..90 => "You have about a minute.".to_owned(),
        seconds => format!(
            "You have about {} minutes, until {}.",
            (seconds + 30) / 60,
            hour(until)
        ),
    }
}

/// A date and time for people, in UTC.
pub(super) fn date(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);

    format!("{} {} {}, {}", at.day(), at.month(), at.year(), hour(at))
}

fn hour(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);

    format!("{:02}:{:02} UTC", at.hour(), at.minute())
}

/// Says whose account a form is about.
pub(super) fn for_account(username: &str) -> String {
    format!("For the account {username}.")
}

/// Asks for the code of an address.
pub(super) fn verify(attribute: &str) -> String {
    format!(
        "Enter the code that was sent to your {}, or have one sent.",
        self::attribute(attribute).to_lowercase()
    )
}

/// When a device was used last.
pub(super) fn last_used(at: OffsetDateTime) -> String {
    format!("Last used {}", date(at))
}

/// What a second factor is called, by its name in the API.
pub(super) fn mfa_method(name: &str) -> &str {
    match name {
        "EMAIL_OTP" | "EMAIL_MFA" => "A code by mail",
        "SMS_MFA" => "A code by text message",
        "SOFTWARE_TOKEN_MFA" => "A code from your authenticator app",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_attributes_what_people_call_them() {
        for (name, words) in [
            ("given_name", "First name"),
            ("phone_number", "Phone number"),
            ("custom:team", "Team"),
            ("", ""),
        ] {
            assert_eq!(attribute(name), words);
        }
    }

    #[test]
    fn tells_the_time_left_in_words() {
        let until = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(10 * 3600 + 26 * 60);

        for (seconds, words) in [
            (1, "You have less than a minute."),
            (60, "You have about a minute."),
            (90, "You have about 2 minutes, until 10:26 UTC."),
            (180, "You have about 3 minutes, until 10:26 UTC."),
        ] {
            assert_eq!(time_left(Duration::from_secs(seconds), until), words);
        }
    }
}
