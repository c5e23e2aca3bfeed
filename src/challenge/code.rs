//! The three challenges that ask for a code which was sent to the user.

use secrecy::SecretString;

use super::{Answer, ChallengeRecord};

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

                /// Where the code went, shortened by Cognito, e.g. `a***@e***`.
                pub fn destination(&self) -> Option<&str> {
                    self.record.parameter("CODE_DELIVERY_DESTINATION")
                }

                /// By which way the code went: `EMAIL` or `SMS`.
                pub fn delivery_medium(&self) -> Option<&str> {
                    self.record.parameter("CODE_DELIVERY_DELIVERY_MEDIUM")
                }

                /// Answers with the code that the user typed.
                pub fn answer(self, code: SecretString) -> Answer {
                    Answer::new(self.record, $response, code)
                }
            }
        )*
    };
}

sent_codes! {
    /// Asks for a code that was mailed.
    EmailOtp: "EMAIL_OTP" answered by "EMAIL_OTP_CODE",
    /// Asks for a code that was sent as a text message, as a second factor.
    SmsMfa: "SMS_MFA" answered by "SMS_MFA_CODE",
    /// Asks for a code that was sent as a text message, as the first factor.
    SmsOtp: "SMS_OTP" answered by "SMS_OTP_CODE",
}
