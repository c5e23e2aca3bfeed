use std::fmt;

use aws_sdk_cognitoidentityprovider::operation::verify_software_token::VerifySoftwareTokenOutput;
use aws_sdk_cognitoidentityprovider::types::{
    EmailMfaSettingsType, SmsMfaSettingsType, SoftwareTokenMfaSettingsType,
    VerifySoftwareTokenResponseType,
};
use secrecy::{ExposeSecret, SecretString};

use crate::challenge::plain_code;
use crate::cognito::call::CallResult;
use crate::cognito::{CognitoError, CognitoErrorKind, CognitoUser};

/// The seed of an authenticator app, in base 32.
#[derive(Clone)]
pub struct TotpSecret(SecretString);

impl TotpSecret {
    pub(crate) fn new(secret: String) -> Self {
        Self(secret.into())
    }

    /// Returns the seed itself, to be shown once to its user.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns the address that authenticator apps read from a QR code. See "Key URI Format".
    pub fn uri(&self, issuer: &str, account: &str) -> SecretString {
        let encode = |text: &str| {
            url::form_urlencoded::byte_serialize(text.as_bytes())
                .collect::<String>()
                .replace('+', "%20")
        };
        let (issuer, account) = (encode(issuer), encode(account));

        format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}",
            self.expose()
        )
        .into()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret([REDACTED])")
    }
}

/// What an MFA method is to be: off, on, or on and asked for first.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum MfaSetting {
    /// Switched off.
    Off,
    /// Switched on.
    On,
    /// Switched on, and asked for first.
    Preferred,
}

/// What is to become of each MFA method. One that is not named stays as it is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct MfaPreference {
    /// Codes by mail.
    pub email: Option<MfaSetting>,
    /// Codes by text message.
    pub sms: Option<MfaSetting>,
    /// Codes of an authenticator app.
    pub software_token: Option<MfaSetting>,
}

impl MfaPreference {
    /// Creates a preference that leaves everything as it is.
    pub const fn new() -> Self {
        Self {
            email: None,
            sms: None,
            software_token: None,
        }
    }

    /// Sets what is to become of codes by mail.
    pub const fn with_email(mut self, setting: MfaSetting) -> Self {
        self.email = Some(setting);
        self
    }

    /// Sets what is to become of codes by text message.
    pub const fn with_sms(mut self, setting: MfaSetting) -> Self {
        self.sms = Some(setting);
        self
    }

    /// Sets what is to become of the authenticator app.
    pub const fn with_software_token(mut self, setting: MfaSetting) -> Self {
        self.software_token = Some(setting);
        self
    }
}

/// Writes a method that puts the setting of one MFA method into the API's form.
macro_rules! settings {
    ($($method:ident: $field:ident as $settings:ident,)*) => {
        impl MfaPreference {
            $(
                pub(in crate::cognito) fn $method(&self) -> Option<$settings> {
                    let setting = self.$field?;
                    Some(
                        $settings::builder()
                            .enabled(setting != MfaSetting::Off)
                            .preferred_mfa(setting == MfaSetting::Preferred)
                            .build(),
                    )
                }
            )*
        }
    };
}

settings! {
    email_settings: email as EmailMfaSettingsType,
    sms_settings: sms as SmsMfaSettingsType,
    software_token_settings: software_token as SoftwareTokenMfaSettingsType,
}

/// Checks what came of a code: AWS may refuse one in a successful answer.
pub(in crate::cognito) fn check_verified(
    output: &VerifySoftwareTokenOutput,
) -> Result<(), CognitoError> {
    match output.status() {
        Some(VerifySoftwareTokenResponseType::Success) => Ok(()),
        _ => Err(CognitoError::new(
            CognitoErrorKind::EnableSoftwareTokenMfa,
            "VerifySoftwareToken",
            "the code was not accepted",
        )),
    }
}

impl CognitoUser {
    /// Starts to enrol an authenticator app, and returns its seed (`AssociateSoftwareToken`).
    ///
    /// # Errors
    ///
    /// `FeatureNotEnabled`: the user pool has no authenticator apps. `TokenRefused`.
    pub async fn associate_software_token(&self) -> Result<TotpSecret, CognitoError> {
        const OPERATION: &str = "AssociateSoftwareToken";

        let output = self
            .cognito()
            .inner
            .once
            .associate_software_token()
            .access_token(self.tokens().access.expose())
            .send()
            .await
            .of(OPERATION)?;

        output.secret_code.map(TotpSecret::new).ok_or_else(|| {
            CognitoError::new(CognitoErrorKind::Protocol, OPERATION, "no secret came")
        })
    }

    /// Ends the enrolment with a code of the app (`VerifySoftwareToken`).
    ///
    /// The method still has to be switched on; see
    /// [`set_user_mfa_preference`](Self::set_user_mfa_preference).
    ///
    /// # Errors
    ///
    /// `EnableSoftwareTokenMfa`, `CodeMismatch`: the code is wrong; try again.
    pub async fn verify_software_token(
        &self,
        code: &str,
        device_name: Option<&str>,
    ) -> Result<(), CognitoError> {
        let output = self
            .cognito()
            .inner
            .once
            .verify_software_token()
            .access_token(self.tokens().access.expose())
            .user_code(plain_code(code))
            .set_friendly_device_name(device_name.map(str::to_owned))
            .send()
            .await
            .of("VerifySoftwareToken")?;

        check_verified(&output)
    }

    /// Switches MFA methods on or off (`SetUserMFAPreference`).
    ///
    /// # Errors
    ///
    /// `MfaMethodNotFound`: a method that the user has not enrolled, or has no address for.
    pub async fn set_user_mfa_preference(
        &self,
        preference: &MfaPreference,
    ) -> Result<(), CognitoError> {
        self.cognito()
            .inner
            .client
            .set_user_mfa_preference()
            .access_token(self.tokens().access.expose())
            .set_email_mfa_settings(preference.email_settings())
            .set_sms_mfa_settings(preference.sms_settings())
            .set_software_token_mfa_settings(preference.software_token_settings())
            .send()
            .await
            .of("SetUserMFAPreference")?;
        Ok(())
    }
}
