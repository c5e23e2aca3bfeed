//! The operations of the API: a file for each, named as AWS names it.

mod admin_add_user_to_group;
mod admin_confirm_sign_up;
mod admin_create_user;
mod admin_delete_user;
mod admin_delete_user_attributes;
mod admin_devices;
mod admin_disable_user;
mod admin_enable_user;
mod admin_get_user;
mod admin_initiate_auth;
mod admin_list_groups_for_user;
mod admin_remove_user_from_group;
mod admin_reset_user_password;
mod admin_respond_to_auth_challenge;
mod admin_set_user_mfa_preference;
mod admin_set_user_password;
mod admin_update_user_attributes;
mod admin_user_global_sign_out;
mod associate_software_token;
mod auth_events;
mod auth_factors;
mod change_password;
mod client_secrets;
mod client_token;
mod codes;
mod complete_web_authn_registration;
mod confirm_device;
mod confirm_forgot_password;
mod confirm_sign_up;
mod contract;
mod create_group;
mod create_identity_provider;
mod create_user_pool;
mod create_user_pool_client;
mod delete_group;
mod delete_identity_provider;
mod delete_user;
mod delete_user_attributes;
mod delete_user_pool;
mod delete_user_pool_client;
mod delete_web_authn_credential;
mod describe_identity_provider;
mod describe_user_pool;
mod describe_user_pool_client;
mod domains;
mod enrolment;
mod filter;
mod forget_device;
mod forgot_password;
mod get_device;
mod get_group;
mod get_tokens_from_refresh_token;
mod get_user;
mod get_user_attribute_verification_code;
mod get_user_pool_mfa_config;
mod global_sign_out;
mod import_jobs;
mod initiate_auth;
mod kept;
mod linking;
mod list_devices;
mod list_groups;
mod list_identity_providers;
mod list_user_pool_clients;
mod list_users;
mod list_users_in_group;
mod list_web_authn_credentials;
mod mfa_configuration;
mod page;
mod resend_confirmation_code;
mod resource_servers;
mod respond_to_auth_challenge;
mod revoke_token;
mod set_user_mfa_preference;
mod set_user_pool_mfa_config;
mod sign_up;
mod start_web_authn_registration;
mod tags;
mod update_device_status;
mod update_group;
mod update_identity_provider;
mod update_user_attributes;
mod update_user_pool_client;
mod user_pools;
mod verify_software_token;
mod verify_user_attribute;

use serde_json::Value;

use self::contract::Call;
use crate::failure::Failure;
use crate::model;
use crate::shared::Shared;

/// Who calls, as far as the signature tells.
pub(crate) struct Caller {
    pub(crate) has_credentials: bool,
    pub(crate) region: String,
}

/// Runs an operation by its name, after a check of its parameters by the model.
pub(crate) fn run(
    emulator: &Shared,
    name: &str,
    caller: &Caller,
    body: Value,
) -> Result<Value, Failure> {
    let operation = model::operation(name).ok_or_else(|| {
        Failure::new(
            "UnknownOperationException",
            format!("{name} is not an operation."),
        )
    })?;
    if !operation.is_public && !caller.has_credentials {
        return Err(Failure::new(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ));
    }
    operation.check(&body)?;

    let client_id = body["ClientId"].as_str().unwrap_or_default().to_owned();
    let metadata = body["ClientMetadata"].clone();
    let answer = dispatch(emulator, name, caller, body);
    for pool in emulator.pools() {
        let sent = pool.send_drafts(&client_id, &metadata);
        if answer.is_ok() {
            sent?;
        }
    }
    answer
}

fn dispatch(emulator: &Shared, name: &str, caller: &Caller, body: Value) -> Result<Value, Failure> {
    let call = Call {
        emulator,
        region: &caller.region,
        body,
    };
    match name {
        "AdminAddUserToGroup" => call.run::<admin_add_user_to_group::AdminAddUserToGroup>(),
        "AdminConfirmSignUp" => call.run::<admin_confirm_sign_up::AdminConfirmSignUp>(),
        "AdminCreateUser" => call.run::<admin_create_user::AdminCreateUser>(),
        "AdminDeleteUser" => call.run::<admin_delete_user::AdminDeleteUser>(),
        "AdminDeleteUserAttributes" => {
            call.run::<admin_delete_user_attributes::AdminDeleteUserAttributes>()
        }
        "AdminDisableUser" => call.run::<admin_disable_user::AdminDisableUser>(),
        "AdminEnableUser" => call.run::<admin_enable_user::AdminEnableUser>(),
        "AdminGetUser" => call.run::<admin_get_user::AdminGetUser>(),
        "AdminInitiateAuth" => call.run::<admin_initiate_auth::AdminInitiateAuth>(),
        "AdminListGroupsForUser" => {
            call.run::<admin_list_groups_for_user::AdminListGroupsForUser>()
        }
        "AdminRemoveUserFromGroup" => {
            call.run::<admin_remove_user_from_group::AdminRemoveUserFromGroup>()
        }
        "AdminResetUserPassword" => call.run::<admin_reset_user_password::AdminResetUserPassword>(),
        "AdminRespondToAuthChallenge" => {
            call.run::<admin_respond_to_auth_challenge::AdminRespondToAuthChallenge>()
        }
        "AdminSetUserMFAPreference" => {
            call.run::<admin_set_user_mfa_preference::AdminSetUserMFAPreference>()
        }
        "AdminSetUserPassword" => call.run::<admin_set_user_password::AdminSetUserPassword>(),
        "AdminUpdateUserAttributes" => {
            call.run::<admin_update_user_attributes::AdminUpdateUserAttributes>()
        }
        "AdminUserGlobalSignOut" => {
            call.run::<admin_user_global_sign_out::AdminUserGlobalSignOut>()
        }
        "AssociateSoftwareToken" => call.run::<associate_software_token::AssociateSoftwareToken>(),
        "ChangePassword" => call.run::<change_password::ChangePassword>(),
        "CompleteWebAuthnRegistration" => {
            call.run::<complete_web_authn_registration::CompleteWebAuthnRegistration>()
        }
        "ConfirmDevice" => call.run::<confirm_device::ConfirmDevice>(),
        "ConfirmForgotPassword" => call.run::<confirm_forgot_password::ConfirmForgotPassword>(),
        "ConfirmSignUp" => call.run::<confirm_sign_up::ConfirmSignUp>(),
        "CreateGroup" => call.run::<create_group::CreateGroup>(),
        "CreateIdentityProvider" => call.run::<create_identity_provider::CreateIdentityProvider>(),
        "CreateUserPool" => create_user_pool::run(call),
        "CreateUserPoolClient" => call.run::<create_user_pool_client::CreateUserPoolClient>(),
        "DeleteGroup" => call.run::<delete_group::DeleteGroup>(),
        "DeleteIdentityProvider" => call.run::<delete_identity_provider::DeleteIdentityProvider>(),
        "DeleteUser" => call.run::<delete_user::DeleteUser>(),
        "DeleteUserAttributes" => call.run::<delete_user_attributes::DeleteUserAttributes>(),
        "DeleteUserPool" => call.run::<delete_user_pool::DeleteUserPool>(),
        "DeleteUserPoolClient" => call.run::<delete_user_pool_client::DeleteUserPoolClient>(),
        "DeleteWebAuthnCredential" => {
            call.run::<delete_web_authn_credential::DeleteWebAuthnCredential>()
        }
        "DescribeIdentityProvider" => {
            call.run::<describe_identity_provider::DescribeIdentityProvider>()
        }
        "DescribeUserPool" => call.run::<describe_user_pool::DescribeUserPool>(),
        "DescribeUserPoolClient" => call.run::<describe_user_pool_client::DescribeUserPoolClient>(),
        "ForgetDevice" => call.run::<forget_device::ForgetDevice>(),
        "ForgotPassword" => call.run::<forgot_password::ForgotPassword>(),
        "GetDevice" => call.run::<get_device::GetDevice>(),
        "GetGroup" => call.run::<get_group::GetGroup>(),
        "GetTokensFromRefreshToken" => {
            call.run::<get_tokens_from_refresh_token::GetTokensFromRefreshToken>()
        }
        "GetUser" => call.run::<get_user::GetUser>(),
        "GetUserAttributeVerificationCode" => {
            call.run::<get_user_attribute_verification_code::GetUserAttributeVerificationCode>()
        }
        "GetUserPoolMfaConfig" => call.run::<get_user_pool_mfa_config::GetUserPoolMfaConfig>(),
        "GlobalSignOut" => call.run::<global_sign_out::GlobalSignOut>(),
        "InitiateAuth" => call.run::<initiate_auth::InitiateAuth>(),
        "ListDevices" => call.run::<list_devices::ListDevices>(),
        "ListGroups" => call.run::<list_groups::ListGroups>(),
        "ListIdentityProviders" => call.run::<list_identity_providers::ListIdentityProviders>(),
        "ListUserPoolClients" => call.run::<list_user_pool_clients::ListUserPoolClients>(),
        "ListUsers" => call.run::<list_users::ListUsers>(),
        "ListUsersInGroup" => call.run::<list_users_in_group::ListUsersInGroup>(),
        "ListWebAuthnCredentials" => {
            call.run::<list_web_authn_credentials::ListWebAuthnCredentials>()
        }
        "ResendConfirmationCode" => call.run::<resend_confirmation_code::ResendConfirmationCode>(),
        "RespondToAuthChallenge" => call.run::<respond_to_auth_challenge::RespondToAuthChallenge>(),
        "RevokeToken" => call.run::<revoke_token::RevokeToken>(),
        "SetUserMFAPreference" => call.run::<set_user_mfa_preference::SetUserMFAPreference>(),
        "SetUserPoolMfaConfig" => call.run::<set_user_pool_mfa_config::SetUserPoolMfaConfig>(),
        "SignUp" => call.run::<sign_up::SignUp>(),
        "StartWebAuthnRegistration" => {
            call.run::<start_web_authn_registration::StartWebAuthnRegistration>()
        }
        "UpdateDeviceStatus" => call.run::<update_device_status::UpdateDeviceStatus>(),
        "UpdateGroup" => call.run::<update_group::UpdateGroup>(),
        "UpdateIdentityProvider" => call.run::<update_identity_provider::UpdateIdentityProvider>(),
        "UpdateUserAttributes" => call.run::<update_user_attributes::UpdateUserAttributes>(),
        "UpdateUserPoolClient" => call.run::<update_user_pool_client::UpdateUserPoolClient>(),
        "VerifySoftwareToken" => call.run::<verify_software_token::VerifySoftwareToken>(),
        "VerifyUserAttribute" => call.run::<verify_user_attribute::VerifyUserAttribute>(),
        "AddCustomAttributes" => user_pools::add_custom_attributes(call),
        "ListUserPools" => user_pools::list(&call),
        "UpdateUserPool" => user_pools::update(call),
        "CreateResourceServer" => resource_servers::create(call),
        "DescribeResourceServer" => resource_servers::describe(&call),
        "UpdateResourceServer" => resource_servers::update(call),
        "DeleteResourceServer" => resource_servers::delete(&call),
        "ListResourceServers" => resource_servers::list(&call),
        "CreateUserPoolDomain" => domains::create(&call),
        "DescribeUserPoolDomain" => domains::describe(&call),
        "UpdateUserPoolDomain" => domains::update(&call),
        "DeleteUserPoolDomain" => domains::delete(&call),
        "TagResource" => tags::tag(&call),
        "UntagResource" => tags::untag(&call),
        "ListTagsForResource" => tags::list(&call),
        "AddUserPoolClientSecret" => client_secrets::add(&call),
        "ListUserPoolClientSecrets" => client_secrets::list(&call),
        "DeleteUserPoolClientSecret" => client_secrets::delete(&call),
        "AdminLinkProviderForUser" => linking::link(&call),
        "AdminDisableProviderForUser" => linking::unlink(&call),
        "GetIdentityProviderByIdentifier" => linking::provider_by_identifier(&call),
        "AdminGetDevice" => admin_devices::get(&call),
        "AdminListDevices" => admin_devices::list(&call),
        "AdminForgetDevice" => admin_devices::forget(&call),
        "AdminUpdateDeviceStatus" => admin_devices::update_status(&call),
        "AdminListUserAuthEvents" => auth_events::list(&call),
        "AdminUpdateAuthEventFeedback" => auth_events::give_feedback(&call, "Admin"),
        "UpdateAuthEventFeedback" => auth_events::give_feedback(&call, "User"),
        "GetUserAuthFactors" => auth_factors::get(&call),
        "AdminGetUserAuthFactors" => auth_factors::admin_get(&call),
        "AdminDeleteSoftwareToken" => auth_factors::delete_software_token(&call),
        "GetClientToken" => client_token::get(&call),
        "GetCSVHeader" => import_jobs::header(&call),
        "CreateUserImportJob" => import_jobs::create(&call),
        "DescribeUserImportJob" => import_jobs::describe(&call),
        "ListUserImportJobs" => import_jobs::list(&call),
        "StartUserImportJob" => import_jobs::start(&call),
        "StopUserImportJob" => import_jobs::stop(&call),
        "SetRiskConfiguration" => kept::set(&call, "RiskConfiguration"),
        "DescribeRiskConfiguration" => kept::get(&call, "RiskConfiguration"),
        "SetUICustomization" => kept::set(&call, "UICustomization"),
        "GetUICustomization" => kept::get(&call, "UICustomization"),
        "SetLogDeliveryConfiguration" => kept::set(&call, "LogDeliveryConfiguration"),
        "GetLogDeliveryConfiguration" => kept::get(&call, "LogDeliveryConfiguration"),
        "CreateManagedLoginBranding" => kept::create(&call, "ManagedLoginBranding"),
        "DescribeManagedLoginBranding" => kept::describe(&call, "ManagedLoginBranding"),
        "DescribeManagedLoginBrandingByClient" => {
            kept::describe_by_client(&call, "ManagedLoginBranding")
        }
        "UpdateManagedLoginBranding" => kept::update(&call, "ManagedLoginBranding"),
        "DeleteManagedLoginBranding" => kept::delete(&call, "ManagedLoginBranding"),
        "CreateTerms" => kept::create(&call, "Terms"),
        "DescribeTerms" => kept::describe(&call, "Terms"),
        "DescribeTermsByClient" => kept::describe_by_client(&call, "Terms"),
        "UpdateTerms" => kept::update(&call, "Terms"),
        "DeleteTerms" => kept::delete(&call, "Terms"),
        "ListTerms" => kept::list_terms(&call),
        _ => Err(Failure::new(
            "UnsupportedOperationException",
            format!("AWS has {name}, but this emulator does not imitate it."),
        )),
    }
}
