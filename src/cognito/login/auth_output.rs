//! What Cognito returns at each step of a login.

use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::operation::admin_initiate_auth::AdminInitiateAuthOutput;
use aws_sdk_cognitoidentityprovider::operation::admin_respond_to_auth_challenge::AdminRespondToAuthChallengeOutput;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthOutput;
use aws_sdk_cognitoidentityprovider::operation::respond_to_auth_challenge::RespondToAuthChallengeOutput;
use aws_sdk_cognitoidentityprovider::types::AuthenticationResultType;

use crate::cognito::{CognitoError, CognitoErrorKind};

/// What Cognito returns at each step of a login, by any of the four operations.
pub(super) struct AuthOutput {
    pub(super) challenge: Option<String>,
    pub(super) session: Option<String>,
    pub(super) parameters: HashMap<String, String>,
    /// What `SELECT_CHALLENGE` offers.
    pub(super) available: Vec<String>,
    pub(super) result: Option<AuthenticationResultType>,
}

impl AuthOutput {
    pub(super) const DEVICE: &'static str = "DEVICE_SRP_AUTH";

    pub(super) fn asks_for(&self, challenge: &str) -> bool {
        self.challenge.as_deref() == Some(challenge)
    }
}

macro_rules! auth_outputs {
    ($($output:ident,)*) => {
        $(
            impl From<$output> for AuthOutput {
                fn from(output: $output) -> Self {
                    Self {
                        available: output
                            .available_challenges()
                            .iter()
                            .map(|name| name.as_str().to_owned())
                            .collect(),
                        challenge: output.challenge_name.map(|name| name.as_str().to_owned()),
                        session: output.session,
                        parameters: output.challenge_parameters.unwrap_or_default(),
                        result: output.authentication_result,
                    }
                }
            }
        )*
    };
}

auth_outputs! {
    AdminInitiateAuthOutput,
    AdminRespondToAuthChallengeOutput,
    InitiateAuthOutput,
    RespondToAuthChallengeOutput,
}

/// The parameters of `PASSWORD_VERIFIER` and `DEVICE_PASSWORD_VERIFIER`. They are Cognito's
/// own, and not secret.
pub(super) struct Verifier {
    pub(super) user_id: String,
    pub(super) username: Option<String>,
    pub(super) salt: String,
    pub(super) srp_b: String,
    pub(super) secret_block: String,
}

impl Verifier {
    pub(super) const PASSWORD: &'static str = "PASSWORD_VERIFIER";

    pub(super) fn read(asked: &AuthOutput) -> Result<Self, CognitoError> {
        let optional = |name: &str| asked.parameters.get(name).cloned();
        let required = |name: &'static str| optional(name).ok_or_else(|| incomplete(name));
        let user_id = optional("USER_ID_FOR_SRP").or_else(|| optional("USERNAME"));

        Ok(Self {
            username: optional("USERNAME").or_else(|| user_id.clone()),
            user_id: user_id.ok_or_else(|| incomplete("USER_ID_FOR_SRP"))?,
            salt: required("SALT")?,
            srp_b: required("SRP_B")?,
            secret_block: required("SECRET_BLOCK")?,
        })
    }
}

/// Cognito left out what the protocol requires.
pub(super) fn incomplete(what: &'static str) -> CognitoError {
    CognitoError::new(
        CognitoErrorKind::Protocol,
        "InitiateAuth",
        format!("an answer with a gap: {what}"),
    )
}
