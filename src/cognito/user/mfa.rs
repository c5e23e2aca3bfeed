use std::fmt;

use aws_sdk_cognitoidentityprovider::types::{
    EmailMfaSettingsType, SmsMfaSettingsType, SoftwareTokenMfaSettingsType,
};
use secrecy::{ExposeSecret, SecretString};

use crate::cognito::call::CallResult;
use crate::cognito::{CognitoError, CognitoErrorKind, CognitoUser};

/// The seed of an authenticator app, in base 32.
#[derive(Clone)]
pub struct TotpSecret(SecretString);

impl TotpSecret {
    pub(crate) fn new(secret: String) -> Self {
        Self(secret.into())
    }

    /// The seed itself, to be shown once to its user.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The address that authenticator apps read from a QR code. See "Key URI Format".
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
pub enum MfaSetting {
    /// Switched off.
    Off,
    /// Switched on.
    On,
    /// Switched on, and asked for first.
    Preferred,
}

/// What is to become of each MFA method. One that is `None` stays as it is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct MfaPreference {
    /// Codes by mail.
    pub email: Option<MfaSetting>,
    /// Codes by text message.
    pub sms: Option<MfaSetting>,
    /// Codes of an authenticator app.
    pub software_token: Option<MfaSetting>,
}

impl CognitoUser {
    /// Starts to enrol an authenticator app: gives its seed (`AssociateSoftwareToken`).
    ///
    /// # Errors
    ///
    /// `NotAuthorized`: the access token is no longer good.
    pub async fn associate_software_token(&self) -> Result<TotpSecret, CognitoError> {
        const OPERATION: &str = "AssociateSoftwareToken";

        let answer = self
            .cognito()
            .inner
            .once
            .associate_software_token()
            .access_token(self.tokens().access.expose())
            .send()
            .await
            .of(OPERATION)?;

        answer.secret_code.map(TotpSecret::new).ok_or_else(|| {
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
        self.cognito()
            .inner
            .once
            .verify_software_token()
            .access_token(self.tokens().access.expose())
            .user_code(code)
            .set_friendly_device_name(device_name.map(str::to_owned))
            .send()
            .await
            .of("VerifySoftwareToken")?;
        Ok(())
    }

    /// Switches MFA methods on or off (`SetUserMFAPreference`).
    ///
    /// # Errors
    ///
    /// `InvalidParameter`: a method that the user has not enrolled, or has no address for.
    pub async fn set_user_mfa_preference(
        &self,
        preference: &MfaPreference,
    ) -> Result<(), CognitoError> {
        let parts =
            |setting: MfaSetting| (setting != MfaSetting::Off, setting == MfaSetting::Preferred);
        let email = preference.email.map(|setting| {
            let (on, first) = parts(setting);
            EmailMfaSettingsType::builder()
                .enabled(on)
                .preferred_mfa(first)
                .build()
        });
        let sms = preference.sms.map(|setting| {
            let (on, first) = parts(setting);
            SmsMfaSettingsType::builder()
                .enabled(on)
                .preferred_mfa(first)
                .build()
        });
        let software_token = preference.software_token.map(|setting| {
            let (on, first) = parts(setting);
            SoftwareTokenMfaSettingsType::builder()
                .enabled(on)
                .preferred_mfa(first)
                .build()
        });

        self.cognito()
            .inner
            .client
            .set_user_mfa_preference()
            .access_token(self.tokens().access.expose())
            .set_email_mfa_settings(email)
            .set_sms_mfa_settings(sms)
            .set_software_token_mfa_settings(software_token)
            .send()
            .await
            .of("SetUserMFAPreference")?;
        Ok(())
    }
}
