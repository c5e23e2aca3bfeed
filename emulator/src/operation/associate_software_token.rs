//! `AssociateSoftwareToken`.

use serde::{Deserialize, Serialize};

use super::contract::Operation;
use super::enrolment;
use crate::failure::Failure;
use crate::pool::Totp;
use crate::random;
use crate::shared::Shared;

/// Gives a secret for an authenticator app.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssociateSoftwareToken {
    access_token: Option<String>,
    session: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    secret_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Operation for AssociateSoftwareToken {
    type Answer = Answer;

    fn run(self, emulator: &Shared) -> Result<Answer, Failure> {
        let totp = Totp::from_bytes(random::bytes::<32>().to_vec());
        let secret_code = totp.secret_base32();
        let (pool, who) = enrolment::find(emulator, self.access_token, self.session)?;
        let mut directory = pool.directory();
        let session = who.renew(&mut directory, false)?;
        who.account(&mut directory)?.mfa.enrolling = Some(totp);
        Ok(Answer {
            secret_code,
            session,
        })
    }
}
