//! The operations of the API: a file for each, named as AWS names it.

mod admin_add_user_to_group;
mod admin_create_user;
mod admin_delete_user;
mod admin_disable_user;
mod admin_enable_user;
mod admin_get_user;
mod admin_initiate_auth;
mod admin_respond_to_auth_challenge;
mod admin_set_user_password;
mod admin_update_user_attributes;
mod associate_software_token;
mod create_group;
mod create_user_pool;
mod create_user_pool_client;
mod delete_user_pool;
mod describe_user_pool;
mod describe_user_pool_client;
mod get_tokens_from_refresh_token;
mod get_user;
mod global_sign_out;
mod initiate_auth;
mod list_users;
mod respond_to_auth_challenge;
mod revoke_token;
mod set_user_mfa_preference;
mod update_user_attributes;
mod verify_software_token;

mod absent;
mod enrolment;
mod filter;
mod page;

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
        "AdminAddUserToGroup" => call.run::<admin_add_user_to_group::AdminAddUserToGroup>(),
        "AdminCreateUser" => call.run::<admin_create_user::AdminCreateUser>(),
        "AdminDeleteUser" => call.run::<admin_delete_user::AdminDeleteUser>(),
        "AdminDisableUser" => call.run::<admin_disable_user::AdminDisableUser>(),
        "AdminEnableUser" => call.run::<admin_enable_user::AdminEnableUser>(),
        "AdminGetUser" => call.run::<admin_get_user::AdminGetUser>(),
        "AdminInitiateAuth" => call.run::<admin_initiate_auth::AdminInitiateAuth>(),
        "AdminRespondToAuthChallenge" => {
            call.run::<admin_respond_to_auth_challenge::AdminRespondToAuthChallenge>()
        }
        "AdminSetUserPassword" => call.run::<admin_set_user_password::AdminSetUserPassword>(),
        "AdminUpdateUserAttributes" => {
            call.run::<admin_update_user_attributes::AdminUpdateUserAttributes>()
        }
        "AssociateSoftwareToken" => call.run::<associate_software_token::AssociateSoftwareToken>(),
        "CreateGroup" => call.run::<create_group::CreateGroup>(),
        "CreateUserPool" => call.run::<create_user_pool::CreateUserPool>(),
        "CreateUserPoolClient" => call.run::<create_user_pool_client::CreateUserPoolClient>(),
        "DeleteUserPool" => call.run::<delete_user_pool::DeleteUserPool>(),
        "DescribeUserPool" => call.run::<describe_user_pool::DescribeUserPool>(),
        "DescribeUserPoolClient" => call.run::<describe_user_pool_client::DescribeUserPoolClient>(),
        "GetTokensFromRefreshToken" => {
            call.run::<get_tokens_from_refresh_token::GetTokensFromRefreshToken>()
        }
        "GetUser" => call.run::<get_user::GetUser>(),
        "GlobalSignOut" => call.run::<global_sign_out::GlobalSignOut>(),
        "InitiateAuth" => call.run::<initiate_auth::InitiateAuth>(),
        "ListUsers" => call.run::<list_users::ListUsers>(),
        "RespondToAuthChallenge" => call.run::<respond_to_auth_challenge::RespondToAuthChallenge>(),
        "RevokeToken" => call.run::<revoke_token::RevokeToken>(),
        "SetUserMFAPreference" => call.run::<set_user_mfa_preference::SetUserMFAPreference>(),
        "UpdateUserAttributes" => call.run::<update_user_attributes::UpdateUserAttributes>(),
        "VerifySoftwareToken" => call.run::<verify_software_token::VerifySoftwareToken>(),
        // AWS has more than these.
        _ => Err(absent::refusal(name)),
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
