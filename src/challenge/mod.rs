//! What Cognito may ask for before it logs a user in.
//!
//! A [`Challenge`] is a value, never an error. Answering one consumes it and
//! gives an [`Answer`], which the client or the backend carries to Cognito. The
//! names are those of the API's `ChallengeName`; each case has its own file.

mod answer;
mod code;
mod custom_challenge;
mod mfa_setup;
mod new_password_required;
mod other;
mod password;
mod record;
mod select_challenge;
mod select_mfa_type;
mod software_token_mfa;
mod web_authn;

pub use self::answer::Answer;
pub use self::code::{EmailOtp, SmsMfa, SmsOtp, plain_code};
pub use self::custom_challenge::CustomChallenge;
pub use self::mfa_setup::MfaSetup;
pub use self::new_password_required::NewPasswordRequired;
pub use self::other::OtherChallenge;
pub use self::password::{Password, PasswordSrp};
pub use self::record::{ChallengeRecord, ChallengeSession};
pub use self::select_challenge::SelectChallenge;
pub use self::select_mfa_type::SelectMfaType;
pub use self::software_token_mfa::SoftwareTokenMfa;
pub use self::web_authn::WebAuthn;

/// One question from Cognito, named as in the API's `ChallengeName`.
///
/// # Examples
///
/// ```
/// use axum_cognito::challenge::{Answer, Challenge};
///
/// /// Answers what a code is for.
/// fn with_code(asked: Challenge, code: &str) -> Option<Answer> {
///     match asked {
///         Challenge::EmailOtp(asked) => Some(asked.answer(code.into())),
///         Challenge::SmsMfa(asked) => Some(asked.answer(code.into())),
///         Challenge::SoftwareTokenMfa(asked) => Some(asked.answer(code.into())),
///         _ => None,
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Challenge {
    /// `CUSTOM_CHALLENGE`: whatever the triggers of the user pool ask.
    Custom(CustomChallenge),
    /// `EMAIL_OTP`: the user must type a code that was mailed.
    EmailOtp(EmailOtp),
    /// `MFA_SETUP`: the user must set up a second factor.
    MfaSetup(MfaSetup),
    /// `NEW_PASSWORD_REQUIRED`: the user must choose a new password.
    NewPasswordRequired(NewPasswordRequired),
    /// A challenge that this version does not know. It carries its name.
    Other(OtherChallenge),
    /// `PASSWORD`: the user must type the password, which is sent.
    Password(Password),
    /// `PASSWORD_SRP`: the user must type the password, which is proved.
    PasswordSrp(PasswordSrp),
    /// `SELECT_CHALLENGE`: the user must choose a first factor.
    SelectChallenge(SelectChallenge),
    /// `SELECT_MFA_TYPE`: the user must choose a second factor.
    SelectMfaType(SelectMfaType),
    /// `SMS_MFA`: the user must type a code from a text message, as a second factor.
    SmsMfa(SmsMfa),
    /// `SMS_OTP`: the user must type a code from a text message, as the first factor.
    SmsOtp(SmsOtp),
    /// `SOFTWARE_TOKEN_MFA`: the user must type a code from their authenticator app.
    SoftwareTokenMfa(SoftwareTokenMfa),
    /// `WEB_AUTHN`: the user must sign with a passkey.
    WebAuthn(WebAuthn),
}

impl Challenge {
    /// Returns the API's name of this challenge, e.g. `SOFTWARE_TOKEN_MFA`.
    pub fn name(&self) -> &str {
        self.record().name()
    }

    /// Returns the user whom Cognito asks, by the name that Cognito gave.
    pub fn username(&self) -> &str {
        self.record().username()
    }

    /// Returns the form in which the challenge can be kept until it is answered.
    pub fn record(&self) -> &ChallengeRecord {
        match self {
            Self::Custom(challenge) => &challenge.record,
            Self::EmailOtp(challenge) => &challenge.record,
            Self::MfaSetup(challenge) => &challenge.record,
            Self::NewPasswordRequired(challenge) => &challenge.record,
            Self::Other(challenge) => &challenge.record,
            Self::Password(challenge) => &challenge.record,
            Self::PasswordSrp(challenge) => &challenge.record,
            Self::SelectChallenge(challenge) => &challenge.record,
            Self::SelectMfaType(challenge) => &challenge.record,
            Self::SmsMfa(challenge) => &challenge.record,
            Self::SmsOtp(challenge) => &challenge.record,
            Self::SoftwareTokenMfa(challenge) => &challenge.record,
            Self::WebAuthn(challenge) => &challenge.record,
        }
    }
}

impl From<ChallengeRecord> for Challenge {
    fn from(record: ChallengeRecord) -> Self {
        match record.name() {
            CustomChallenge::NAME => Self::Custom(CustomChallenge { record }),
            EmailOtp::NAME => Self::EmailOtp(EmailOtp { record }),
            MfaSetup::NAME => Self::MfaSetup(MfaSetup::new(record)),
            NewPasswordRequired::NAME => {
                Self::NewPasswordRequired(NewPasswordRequired::new(record))
            }
            Password::NAME => Self::Password(Password { record }),
            PasswordSrp::NAME => Self::PasswordSrp(PasswordSrp { record }),
            SelectChallenge::NAME => Self::SelectChallenge(SelectChallenge::new(record)),
            SelectMfaType::NAME => Self::SelectMfaType(SelectMfaType::new(record)),
            SmsMfa::NAME => Self::SmsMfa(SmsMfa { record }),
            SmsOtp::NAME => Self::SmsOtp(SmsOtp { record }),
            SoftwareTokenMfa::NAME => Self::SoftwareTokenMfa(SoftwareTokenMfa { record }),
            WebAuthn::NAME => Self::WebAuthn(WebAuthn { record }),
            _ => Self::Other(OtherChallenge { record }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str) -> ChallengeRecord {
        ChallengeRecord::new(name, "alice").with_session("canary-session".into())
    }

    #[test]
    fn an_unknown_challenge_is_a_value_that_carries_its_name() {
        let challenge = Challenge::from(record("GUESS_A_RIDDLE"));

        assert_eq!(challenge.name(), "GUESS_A_RIDDLE");
        assert!(matches!(challenge, Challenge::Other(_)));
    }

    #[test]
    fn survives_being_kept_and_read_again() {
        let kept = serde_json::to_string(&record(SoftwareTokenMfa::NAME)).expect("serializes");

        let read: ChallengeRecord = serde_json::from_str(&kept).expect("deserializes");

        assert!(matches!(
            Challenge::from(read),
            Challenge::SoftwareTokenMfa(_)
        ));
    }

    #[test]
    fn does_not_show_its_session() {
        for name in [NewPasswordRequired::NAME, SoftwareTokenMfa::NAME, "X"] {
            let shown = format!("{:?}", Challenge::from(record(name)));

            assert!(!shown.contains("canary"), "{name}: {shown}");
        }
    }
}
