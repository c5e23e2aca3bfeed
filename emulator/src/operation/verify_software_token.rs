//! `VerifySoftwareToken`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use super::enrolment::{self, Enrolment};
use crate::failure::Failure;
use crate::pool::Factor;
use crate::shared::Shared;

/// Proves that an authenticator app has the secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VerifySoftwareToken {
    access_token: Option<String>,
    session: Option<String>,
    user_code: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Operation for VerifySoftwareToken {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let (pool, who) = enrolment::find(emulator, self.access_token, self.session)?;
        let mut directory = pool.directory();
        let unix = directory.clock.unix();
        let mfa = &who.account(&mut directory)?.mfa;
        let Some(mut totp) = mfa.enrolling.clone() else {
            return Err(Failure::new(
                "SoftwareTokenMFANotFoundException",
                "No software token is being set up: call AssociateSoftwareToken first.",
            ));
        };
        let step = totp
            .step_of(&self.user_code, unix)
            .ok_or_else(|| Failure::new("EnableSoftwareTokenMFAException", "Code mismatch"))?;

        let session = who.renew(&mut directory, true)?;
        let mfa = &mut who.account(&mut directory)?.mfa;
        totp.verified = true;
        totp.use_up(step);
        mfa.totp = Some(totp);
        mfa.enrolling = None;
        // In a login the app is the second factor from now on, whether or not that login comes to its end.
        if matches!(who, Enrolment::LoggingIn { .. }) {
            mfa.set(Factor::SoftwareToken, true, true);
        }
        Ok(Answer {
            status: "SUCCESS",
            session,
        })
    }
}
