//! Everything that the pages say, and in which languages.
//!
//! A [`Texts`] holds all texts of one language. English stands beside the names, below; each
//! other language has a file, and does not compile if it lacks a text.

mod english;
mod french;
mod german;
mod language;
mod spanish;

use std::time::Duration;

use time::OffsetDateTime;

pub use self::english::{
    AccountTexts, ChallengeTexts, CommonTexts, DataTexts, DateTexts, DeviceTexts, ErrorTexts,
    FieldTexts, IdentityTexts, LoginListTexts, LoginTexts, LogoutTexts, MfaTexts, MistakeTexts,
    NoticeTexts, PasskeyTexts, PasswordTexts, ProfileTexts, SectionTexts, SignUpTexts, Texts,
    UserListTexts,
};
pub(super) use self::language::{LANGUAGE_COOKIE, named, preferred};

/// Puts values in the places of a text that stand in braces.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, place, after)) = next_place(rest) {
        filled.push_str(before);
        match values.iter().find(|(name, _)| *name == place) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(place),
        }
        rest = after;
    }

    filled + rest
}

/// Splits a text around its first place: `a {b} c` into `a `, `b` and ` c`.
fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (place, after) = rest.split_once('}')?;

    Some((before, place, after))
}

impl Texts {
    /// Returns what people call an attribute. One that the language has no word for is called by its
    /// name: `custom:team` reads "Team".
    pub fn attribute(&self, name: &str) -> String {
        let known = self.attributes.iter().find(|(known, _)| *known == name);
        if let Some((_, word)) = known {
            return (*word).to_owned();
        }

        let words = name
            .strip_prefix("custom:")
            .unwrap_or(name)
            .replace('_', " ");
        let mut letters = words.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect())
            .unwrap_or_default()
    }

    /// Returns what a way to log in is called, by its name in the API.
    pub fn factor<'a>(&'a self, name: &'a str) -> &'a str {
        match name {
            "EMAIL_OTP" | "EMAIL_MFA" => self.challenge.by_mail,
            "SMS_MFA" | "SMS_OTP" => self.challenge.by_text_message,
            "SOFTWARE_TOKEN_MFA" => self.challenge.by_app,
            "PASSWORD" | "PASSWORD_SRP" => self.challenge.by_password,
            "WEB_AUTHN" => self.challenge.by_passkey,
            other => other,
        }
    }

    /// What the button of a first factor says on the login page.
    pub(super) fn way<'a>(&'a self, name: &'a str) -> &'a str {
        match name {
            "WEB_AUTHN" => self.login.passkey,
            other => self.factor(other),
        }
    }

    /// What a second factor is called where it is listed, by its name in the API.
    pub(super) fn factor_name<'a>(&'a self, name: &'a str) -> &'a str {
        match name {
            "EMAIL_OTP" | "EMAIL_MFA" => self.challenge.mail_setup_heading,
            "SMS_MFA" | "SMS_OTP" => self.sections.text_messages,
            "SOFTWARE_TOKEN_MFA" => self.challenge.by_app,
            other => other,
        }
    }

    /// Formats a date and time for people, in UTC.
    pub fn date(&self, at: OffsetDateTime) -> String {
        let at = at.to_offset(time::UtcOffset::UTC);
        let month = self.months[usize::from(u8::from(at.month())) - 1];

        fill(
            self.dates.date,
            &[
                ("day", &at.day().to_string()),
                ("month", month),
                ("year", &at.year().to_string()),
                ("time", &self.time(at)),
            ],
        )
    }

    fn time(&self, at: OffsetDateTime) -> String {
        let at = at.to_offset(time::UtcOffset::UTC);
        let (hour, minute) = (at.hour(), at.minute());

        fill(
            self.dates.time,
            &[
                ("hour", &format!("{hour:02}")),
                ("minute", &format!("{minute:02}")),
            ],
        )
    }

    /// Says how long a challenge can still be answered. The page stands still, so an hour that
    /// can be compared with a clock goes with it.
    pub(super) fn time_left(&self, left: Duration, until: OffsetDateTime) -> String {
        match left.as_secs() {
            0..60 => self.challenge.less_than_a_minute.to_owned(),
            60..90 => self.challenge.about_a_minute.to_owned(),
            seconds => fill(
                self.challenge.minutes_left,
                &[
                    ("minutes", &((seconds + 30) / 60).to_string()),
                    ("until", &self.time(until)),
                ],
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<&str> {
        let mut places = Vec::new();
        let mut rest = text;
        while let Some((_, place, after)) = next_place(rest) {
            places.push(place);
            rest = after;
        }

        places.sort_unstable();
        places
    }

    #[test]
    fn every_language_says_something_with_the_same_values() {
        let same_words = [
            "Code", "Error:", "Name", "Pages", "Passkeys", "Sessions", "Status",
        ];

        for texts in [&Texts::FRENCH, &Texts::GERMAN, &Texts::SPANISH] {
            let language = texts.language;
            for ((name, english), (_, text)) in Texts::ENGLISH.all().into_iter().zip(texts.all()) {
                assert!(!text.is_empty(), "{language}: {name}");
                assert_eq!(places(english), places(text), "{language}: {name}");
                assert!(
                    english != text || same_words.contains(&english),
                    "{language}: {name} is not translated"
                );
                assert!(
                    !text.contains(['\'', '"']),
                    "{language}: {name}: typewriter's quotes"
                );
            }
            for (name, _) in Texts::ENGLISH.attributes {
                let mut known = texts.attributes.iter().map(|(name, _)| name);
                assert!(known.any(|known| known == name), "{language}: {name}");
            }
        }
    }

    #[test]
    fn calls_attributes_what_people_call_them() {
        for (name, english, german) in [
            ("given_name", "First name", "Vorname"),
            ("phone_number", "Phone number", "Telefonnummer"),
            ("custom:team_lead", "Team lead", "Team lead"),
            ("", "", ""),
        ] {
            assert_eq!(Texts::ENGLISH.attribute(name), english);
            assert_eq!(Texts::GERMAN.attribute(name), german);
        }
    }

    #[test]
    fn tells_the_time_left_in_words() {
        let until = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(10 * 3600 + 26 * 60);

        for (seconds, words) in [
            (1, "Less than a minute left."),
            (60, "About a minute left."),
            (90, "About 2 minutes left, until 10:26 UTC."),
            (180, "About 3 minutes left, until 10:26 UTC."),
        ] {
            let left = Duration::from_secs(seconds);
            assert_eq!(Texts::ENGLISH.time_left(left, until), words);
        }
    }

    /// One second has no plural.
    #[test]
    fn seconds_read_well_whatever_their_number() {
        for texts in [Texts::ENGLISH, Texts::FRENCH, Texts::GERMAN, Texts::SPANISH] {
            let counted = texts.all().into_iter();
            let counted = counted.filter_map(|(name, text)| {
                let (_, after) = text.split_once("{seconds}")?;
                Some((name, after))
            });
            let counted: Vec<_> = counted.collect();
            assert_eq!(counted.len(), 3, "{counted:?}");
            for (name, after) in counted {
                let is_abbreviated = after.starts_with(" s ") || after == " s.";
                assert!(is_abbreviated, "{} {name}: {after}", texts.language);
            }
        }
    }

    #[test]
    fn writes_dates_as_people_do() {
        let at = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(62);

        assert_eq!(Texts::ENGLISH.date(at), "1 January 1970, 00:01 UTC");
        assert_eq!(Texts::GERMAN.date(at), "1. Januar 1970, 00:01 Uhr (UTC)");
        assert_eq!(Texts::FRENCH.date(at), "1 janvier 1970 à 00:01 (UTC)");
        assert_eq!(Texts::SPANISH.date(at), "1 de enero de 1970, 00:01 (UTC)");
    }

    #[test]
    fn fills_each_place_once_and_leaves_values_alone() {
        let values = [("a", "{b}"), ("b", "x")];

        assert_eq!(fill("{a} and {b}, {a}", &values), "{b} and x, {b}");
        assert_eq!(fill("no places", &values), "no places");
        assert_eq!(fill("an open { brace", &values), "an open { brace");
    }
}
