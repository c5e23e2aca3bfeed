//! The operations of the API: a file for each, named as AWS names it.

mod admin_initiate_auth;
mod admin_respond_to_auth_challenge;
mod get_tokens_from_refresh_token;
mod get_user;
mod global_sign_out;
mod initiate_auth;
mod respond_to_auth_challenge;
mod revoke_token;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::emulator::Shared;
use crate::failure::Failure;

/// Whether a call has to be signed with AWS credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signing {
    None,
    Required,
}

/// One operation; the type itself is the request.
pub(crate) trait Operation: DeserializeOwned {
    type Answer: Serialize;
    const SIGNING: Signing;

    fn run(self, emulator: &Shared) -> Result<Self::Answer, Failure>;
}

/// Runs an operation by its name.
pub(crate) fn run(
    emulator: &Shared,
    name: &str,
    has_credentials: bool,
    body: Value,
) -> Result<Value, Failure> {
    let call = Call {
        emulator,
        has_credentials,
        body,
    };
    match name {
        "AdminInitiateAuth" => call.run::<admin_initiate_auth::AdminInitiateAuth>(),
        "AdminRespondToAuthChallenge" => {
            call.run::<admin_respond_to_auth_challenge::AdminRespondToAuthChallenge>()
        }
        "GetTokensFromRefreshToken" => {
            call.run::<get_tokens_from_refresh_token::GetTokensFromRefreshToken>()
        }
        "GetUser" => call.run::<get_user::GetUser>(),
        "GlobalSignOut" => call.run::<global_sign_out::GlobalSignOut>(),
        "InitiateAuth" => call.run::<initiate_auth::InitiateAuth>(),
        "RespondToAuthChallenge" => call.run::<respond_to_auth_challenge::RespondToAuthChallenge>(),
        "RevokeToken" => call.run::<revoke_token::RevokeToken>(),
        _ => Err(Failure::new(
            "UnknownOperationException",
            format!("{name} is not an operation."),
        )),
    }
}

/// A call on its way to its operation.
struct Call<'a> {
    emulator: &'a Shared,
    has_credentials: bool,
    body: Value,
}

impl Call<'_> {
    fn run<O: Operation>(self) -> Result<Value, Failure> {
        if O::SIGNING == Signing::Required && !self.has_credentials {
            return Err(Failure::new(
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
            ));
        }
        let operation = O::deserialize(self.body).map_err(|error| {
            Failure::invalid_parameter(format!("1 validation error detected: {error}"))
        })?;
        let answer = operation.run(self.emulator)?;
        serde_json::to_value(answer)
            .map_err(|_| Failure::new("InternalErrorException", "The answer is not JSON."))
    }
}
