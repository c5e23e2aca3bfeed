//! The three challenges that ask for a code which was sent to the user.

use secrecy::{ExposeSecret, SecretString};

use super::{Answer, ChallengeRecord};

/// Returns a code as Cognito takes it: without the blanks and hyphens that it is typed with, or
/// copied with from a message.
///
/// # Examples
///
/// ```
/// use axum_cognito::challenge::plain_code;
///
/// assert_eq!(plain_code(" 123-456 "), "123456");
/// ```
pub fn plain_code(typed: &str) -> String {
    let is_left_out = |c: char| {
        c.is_whitespace() || matches!(c, '-' | '\u{200b}' | '\u{2010}'..='\u{2015}' | '\u{2212}')
    };

    typed.replace(is_left_out, "")
}

/// Does the same to a code that is kept as a secret.
pub(super) fn plain_secret(typed: SecretString) -> SecretString {
    let plain = plain_code(typed.expose_secret());

    match plain == typed.expose_secret() {
        true => typed,
        false => plain.into(),
    }
}

macro_rules! sent_codes {
    ($($(#[$doc:meta])* $challenge:ident: $name:literal answered by $response:literal,)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $challenge {
                pub(super) record: ChallengeRecord,
            }

            impl $challenge {
                /// The API's name of this challenge.
                pub const NAME: &'static str = $name;

                /// Returns where the code went, shortened by Cognito, e.g. `a***@e***`.
                pub fn destination(&self) -> Option<&str> {
                    self.record.parameter("CODE_DELIVERY_DESTINATION")
                }

                /// Returns by which way the code went: `EMAIL` or `SMS`.
                pub fn delivery_medium(&self) -> Option<&str> {
                    self.record.parameter("CODE_DELIVERY_DELIVERY_MEDIUM")
                }

                /// Answers with the code that the user typed.
                pub fn answer(self, code: SecretString) -> Answer {
                    Answer::new(self.record, $response, plain_secret(code))
                }
            }
        )*
    };
}

sent_codes! {
    /// Requires a code that was mailed.
    EmailOtp: "EMAIL_OTP" answered by "EMAIL_OTP_CODE",
    /// Requires a code that was sent as a text message, as a second factor.
    SmsMfa: "SMS_MFA" answered by "SMS_MFA_CODE",
    /// Requires a code that was sent as a text message, as the first factor.
    SmsOtp: "SMS_OTP" answered by "SMS_OTP_CODE",
}
