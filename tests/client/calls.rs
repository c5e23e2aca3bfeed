//! Each operation that the client calls, once.

use std::future::Future;
use std::pin::Pin;

use axum_cognito::attribute::Attributes;
use axum_cognito::challenge::{Challenge, ChallengeRecord, SmsMfa};
use axum_cognito::cognito::{
    Admin, Cognito, CognitoError, CognitoUser, Group, LinkedIdentity, MfaPreference, MfaSetting,
    NewUser,
};
use axum_cognito::token::Tokens;

use crate::pool::{PASSWORD, secret};

pub(crate) type Called = Pin<Box<dyn Future<Output = Option<CognitoError>>>>;

/// A call of the client, whose result does not matter.
pub(crate) fn call<T>(call: impl Future<Output = Result<T, CognitoError>> + 'static) -> Called {
    Box::pin(async { call.await.err() })
}

pub(crate) fn user(cognito: &Cognito) -> CognitoUser {
    cognito.user("alice", Tokens::new("id", "access", Some("refresh".into())))
}

pub(crate) fn admin(cognito: &Cognito) -> Admin {
    cognito.admin().expect("credentials")
}

fn second_factors() -> MfaPreference {
    MfaPreference::new().with_email(MfaSetting::Preferred)
}

fn identity() -> LinkedIdentity {
    LinkedIdentity::new("Google", "1234")
}

type Call = fn(Cognito) -> Called;

/// The operations that need no challenge before them.
pub(crate) const CALLS: &[(&str, Call)] = &[
    ("InitiateAuth", |it| {
        call(async move { it.authenticate("alice", &secret(PASSWORD)).await })
    }),
    ("RespondToAuthChallenge", |it| {
        let Challenge::SmsMfa(asked) = ChallengeRecord::new(SmsMfa::NAME, "alice").into() else {
            panic!("another challenge");
        };
        call(async move { it.respond(&asked.answer(secret("1"))).await })
    }),
    ("GetTokensFromRefreshToken", |it| {
        call(async move { user(&it).renew_access_token().await })
    }),
    ("RevokeToken", |it| {
        call(async move { user(&it).revoke().await })
    }),
    ("GlobalSignOut", |it| {
        call(async move { user(&it).global_sign_out().await })
    }),
    ("SignUp", |it| {
        call(async move {
            it.register("bob", &secret(PASSWORD), &Attributes::new())
                .await
        })
    }),
    ("ConfirmSignUp", |it| {
        call(async move { it.confirm_sign_up("bob", "1").await })
    }),
    ("ResendConfirmationCode", |it| {
        call(async move { it.resend_confirmation_code("bob").await })
    }),
    ("ForgotPassword", |it| {
        call(async move { it.initiate_forgot_password("bob").await })
    }),
    ("ConfirmForgotPassword", |it| {
        call(async move {
            it.confirm_forgot_password("bob", "1", &secret(PASSWORD))
                .await
        })
    }),
    ("ChangePassword", |it| {
        let password = secret(PASSWORD);
        call(async move { user(&it).change_password(&password, &password).await })
    }),
    ("GetUser", |it| {
        call(async move { user(&it).get_user().await })
    }),
    ("UpdateUserAttributes", |it| {
        call(async move { user(&it).update_profile(&Attributes::new()).await })
    }),
    ("DeleteUserAttributes", |it| {
        call(async move { user(&it).delete_attributes(&["nickname"]).await })
    }),
    ("GetUserAttributeVerificationCode", |it| {
        call(async move { user(&it).send_verification("email").await })
    }),
    ("VerifyUserAttribute", |it| {
        call(async move { user(&it).validate_verification("email", "1").await })
    }),
    ("DeleteUser", |it| {
        call(async move { user(&it).delete_user().await })
    }),
    ("ListDevices", |it| {
        call(async move { user(&it).list_devices().await })
    }),
    ("GetDevice", |it| {
        call(async move { user(&it).get_device("key").await })
    }),
    ("UpdateDeviceStatus", |it| {
        call(async move { user(&it).update_device_status("key", true).await })
    }),
    ("ForgetDevice", |it| {
        call(async move { user(&it).forget_device("key").await })
    }),
    ("AssociateSoftwareToken", |it| {
        call(async move { user(&it).associate_software_token().await })
    }),
    ("VerifySoftwareToken", |it| {
        call(async move { user(&it).verify_software_token("1", None).await })
    }),
    ("SetUserMFAPreference", |it| {
        call(async move { user(&it).set_user_mfa_preference(&second_factors()).await })
    }),
    ("GetUserAuthFactors", |it| {
        call(async move { user(&it).get_user_auth_factors().await })
    }),
    ("StartWebAuthnRegistration", |it| {
        call(async move { user(&it).start_web_authn_registration().await })
    }),
    ("CompleteWebAuthnRegistration", |it| {
        call(async move { user(&it).complete_web_authn_registration("{}").await })
    }),
    ("ListWebAuthnCredentials", |it| {
        call(async move { user(&it).list_web_authn_credentials().await })
    }),
    ("DeleteWebAuthnCredential", |it| {
        call(async move { user(&it).delete_web_authn_credential("id").await })
    }),
    ("GetClientToken", |it| {
        call(async move { it.get_client_token(&[]).await })
    }),
    ("AdminInitiateAuth", |it| {
        call(async move { admin(&it).authenticate("alice", &secret(PASSWORD)).await })
    }),
    ("AdminGetUser", |it| {
        call(async move { admin(&it).get_user("alice").await })
    }),
    ("AdminGetUserAuthFactors", |it| {
        call(async move { admin(&it).get_user_auth_factors("alice").await })
    }),
    ("AdminCreateUser", |it| {
        call(async move { admin(&it).create_user(&NewUser::new("bob")).await })
    }),
    ("AdminConfirmSignUp", |it| {
        call(async move { admin(&it).confirm_sign_up("bob").await })
    }),
    ("AdminSetUserPassword", |it| {
        call(async move {
            admin(&it)
                .set_password("alice", &secret(PASSWORD), true)
                .await
        })
    }),
    ("AdminResetUserPassword", |it| {
        call(async move { admin(&it).reset_password("alice").await })
    }),
    ("AdminUpdateUserAttributes", |it| {
        call(async move { admin(&it).update_profile("alice", &Attributes::new()).await })
    }),
    ("AdminDeleteUserAttributes", |it| {
        call(async move { admin(&it).delete_attributes("alice", &["nickname"]).await })
    }),
    ("AdminSetUserMFAPreference", |it| {
        call(async move {
            admin(&it)
                .set_user_mfa_preference("alice", &second_factors())
                .await
        })
    }),
    ("AdminDeleteSoftwareToken", |it| {
        call(async move { admin(&it).delete_software_token("alice").await })
    }),
    ("AdminListDevices", |it| {
        call(async move { admin(&it).list_devices("alice").await })
    }),
    ("AdminGetDevice", |it| {
        call(async move { admin(&it).get_device("alice", "key").await })
    }),
    ("AdminForgetDevice", |it| {
        call(async move { admin(&it).forget_device("alice", "key").await })
    }),
    ("AdminUpdateDeviceStatus", |it| {
        call(async move { admin(&it).update_device_status("alice", "key", true).await })
    }),
    ("AdminListUserAuthEvents", |it| {
        call(async move { admin(&it).list_user_auth_events("alice").await })
    }),
    ("AdminLinkProviderForUser", |it| {
        call(async move {
            admin(&it)
                .link_provider_for_user("alice", &identity())
                .await
        })
    }),
    ("AdminDisableProviderForUser", |it| {
        call(async move { admin(&it).disable_provider_for_user(&identity()).await })
    }),
    ("AdminAddUserToGroup", |it| {
        call(async move { admin(&it).add_user_to_group("alice", "staff").await })
    }),
    ("AdminRemoveUserFromGroup", |it| {
        call(async move { admin(&it).remove_user_from_group("alice", "staff").await })
    }),
    ("GetGroup", |it| {
        call(async move { admin(&it).get_group("staff").await })
    }),
    ("CreateGroup", |it| {
        call(async move { admin(&it).create_group(&Group::new("staff")).await })
    }),
    ("UpdateGroup", |it| {
        call(async move { admin(&it).update_group(&Group::new("staff")).await })
    }),
    ("DeleteGroup", |it| {
        call(async move { admin(&it).delete_group("staff").await })
    }),
    ("DescribeUserPool", |it| {
        call(async move { admin(&it).describe_user_pool().await })
    }),
    ("GetUserPoolMfaConfig", |it| {
        call(async move { admin(&it).get_user_pool_mfa_config().await })
    }),
    ("DescribeUserPoolClient", |it| {
        call(async move { admin(&it).describe_app_client().await })
    }),
    ("AddUserPoolClientSecret", |it| {
        call(async move { admin(&it).add_app_client_secret(None).await })
    }),
    ("ListUserPoolClientSecrets", |it| {
        call(async move { admin(&it).list_app_client_secrets().await })
    }),
    ("DeleteUserPoolClientSecret", |it| {
        call(async move { admin(&it).delete_app_client_secret("id").await })
    }),
    ("DescribeIdentityProvider", |it| {
        call(async move { admin(&it).describe_identity_provider("Google").await })
    }),
    ("DeleteIdentityProvider", |it| {
        call(async move { admin(&it).delete_identity_provider("Google").await })
    }),
];
