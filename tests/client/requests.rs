//! What each call sends, of what the emulator does not look at.

use axum_cognito::attribute::Attributes;
use axum_cognito::challenge::{Challenge, ChallengeRecord, ChallengeSession, SmsMfa};
use axum_cognito::cognito::{
    CallContext, Cognito, LinkedIdentity, LoginRequest, MfaPreference, MfaSetting, NewUser, SignUp,
    UserQuery,
};
use serde_json::{Value, json};

use crate::between::Between;
use crate::calls::{Called, admin, call, user};
use crate::pool::{Cloud, PASSWORD, challenge, secret};

fn context() -> CallContext {
    CallContext::new()
        .with_ip_address([192, 0, 2, 7].into())
        .with_encoded_data("fingerprint")
        .with_server("shop.example", "/login")
        .with_header("user-agent", "a browser")
        .with_client_metadata("shop", "north")
}

/// Calls once, and checks that all of `expected` is in what was sent.
async fn sends(
    between: &Between,
    cognito: &Cognito,
    operation: &str,
    expected: Value,
    called: impl FnOnce(Cognito) -> Called,
) {
    between.refuse(operation, "NotAuthorizedException", "Not now.");

    let error = called(cognito.clone()).await.expect("an error");

    assert_eq!(error.operation(), operation);
    let (asked, parameters) = between.last();
    assert_eq!(asked, operation);
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&parameters[name], value, "{operation}: {name}");
    }
}

#[tokio::test]
async fn the_context_goes_along_with_each_call_that_takes_it() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud).with_context(context());
    let metadata = json!({ "shop": "north" });
    let both = json!({
        "ClientMetadata": metadata,
        "UserContextData": { "IpAddress": "192.0.2.7", "EncodedData": "fingerprint" },
    });
    let metadata = json!({ "ClientMetadata": metadata });
    let of_admin = json!({
        "ClientMetadata": { "shop": "north" },
        "ContextData": {
            "IpAddress": "192.0.2.7",
            "ServerName": "shop.example",
            "ServerPath": "/login",
            "HttpHeaders": [{ "headerName": "user-agent", "headerValue": "a browser" }],
            "EncodedData": "fingerprint",
        },
    });

    sends(&between, &cognito, "InitiateAuth", both.clone(), |it| {
        call(async move { it.authenticate("alice", &secret(PASSWORD)).await })
    })
    .await;
    sends(
        &between,
        &cognito,
        "RespondToAuthChallenge",
        both.clone(),
        |it| {
            let record = ChallengeRecord::new(SmsMfa::NAME, "alice");
            let Challenge::SmsMfa(asked) = Challenge::from(record) else {
                panic!("another challenge");
            };
            call(async move { it.respond(&asked.answer(secret("1"))).await })
        },
    )
    .await;
    sends(&between, &cognito, "SignUp", both.clone(), |it| {
        let sign_up = SignUp::new("bob", secret(PASSWORD));
        call(async move { it.register_with(&sign_up).await })
    })
    .await;
    sends(&between, &cognito, "ConfirmSignUp", both.clone(), |it| {
        call(async move { it.confirm_sign_up("bob", "1").await })
    })
    .await;
    sends(
        &between,
        &cognito,
        "ResendConfirmationCode",
        both.clone(),
        |it| call(async move { it.resend_confirmation_code("bob").await }),
    )
    .await;
    sends(&between, &cognito, "ForgotPassword", both.clone(), |it| {
        call(async move { it.initiate_forgot_password("bob").await })
    })
    .await;
    sends(&between, &cognito, "ConfirmForgotPassword", both, |it| {
        call(async move {
            it.confirm_forgot_password("bob", "1", &secret(PASSWORD))
                .await
        })
    })
    .await;

    let refresh = "GetTokensFromRefreshToken";
    sends(&between, &cognito, refresh, metadata.clone(), |it| {
        call(async move { user(&it).renew_access_token().await })
    })
    .await;
    sends(
        &between,
        &cognito,
        "UpdateUserAttributes",
        metadata.clone(),
        |it| call(async move { user(&it).update_profile(&Attributes::new()).await }),
    )
    .await;
    let send_code = "GetUserAttributeVerificationCode";
    sends(&between, &cognito, send_code, metadata.clone(), |it| {
        call(async move { user(&it).send_verification("email").await })
    })
    .await;
    sends(
        &between,
        &cognito,
        "GetClientToken",
        metadata.clone(),
        |it| call(async move { it.get_client_token(&[]).await }),
    )
    .await;

    sends(
        &between,
        &cognito,
        "AdminCreateUser",
        metadata.clone(),
        |it| call(async move { admin(&it).create_user(&NewUser::new("bob")).await }),
    )
    .await;
    sends(
        &between,
        &cognito,
        "AdminConfirmSignUp",
        metadata.clone(),
        |it| call(async move { admin(&it).confirm_sign_up("bob").await }),
    )
    .await;
    sends(
        &between,
        &cognito,
        "AdminResetUserPassword",
        metadata.clone(),
        |it| call(async move { admin(&it).reset_password("bob").await }),
    )
    .await;
    sends(
        &between,
        &cognito,
        "AdminUpdateUserAttributes",
        metadata,
        |it| call(async move { admin(&it).update_profile("bob", &Attributes::new()).await }),
    )
    .await;
    sends(
        &between,
        &cognito,
        "AdminInitiateAuth",
        of_admin.clone(),
        |it| call(async move { admin(&it).authenticate("alice", &secret(PASSWORD)).await }),
    )
    .await;

    // What an administrator has begun is answered as one.
    let asked = json!({
        "ChallengeName": "SMS_MFA", "Session": "s", "ChallengeParameters": {},
    });
    between.answer("AdminInitiateAuth", 200, asked);
    let begun = admin(&between.cognito(&cloud))
        .authenticate("alice", &secret(PASSWORD))
        .await;
    let Challenge::SmsMfa(asked) = challenge(begun) else {
        panic!("another challenge");
    };
    sends(
        &between,
        &cognito,
        "AdminRespondToAuthChallenge",
        of_admin,
        |it| call(async move { it.respond(&asked.answer(secret("1"))).await }),
    )
    .await;
}

#[tokio::test]
async fn without_a_context_nothing_is_told_of_the_visitor() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);

    cognito
        .authenticate("alice", &secret(PASSWORD))
        .await
        .expect("logged in");

    for (operation, parameters) in between.asked() {
        assert_eq!(parameters["UserContextData"], Value::Null, "{operation}");
        assert_eq!(parameters["ClientMetadata"], Value::Null, "{operation}");
    }
}

#[tokio::test]
async fn what_a_login_began_with_goes_along_to_its_last_call() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);
    let asked = json!({
        "ChallengeName": "SMS_MFA", "Session": "s", "ChallengeParameters": {},
    });
    between.answer("InitiateAuth", 200, asked);
    let request = LoginRequest::new("alice", secret(PASSWORD)).dangerous_with_plain_password();
    let begun = cognito.with_context(context());
    let asked = challenge(begun.authenticate_with(&request).await);
    let Challenge::SmsMfa(asked) = asked else {
        panic!("another challenge: {asked:?}");
    };
    let elsewhere = CallContext::new()
        .with_ip_address([192, 0, 2, 9].into())
        .with_client_metadata("step", "two");

    let expected = json!({
        "ClientMetadata": { "shop": "north", "step": "two" },
        "UserContextData": { "IpAddress": "192.0.2.9" },
    });
    let cognito = cognito.with_context(elsewhere);
    sends(
        &between,
        &cognito,
        "RespondToAuthChallenge",
        expected,
        |it| call(async move { it.respond(&asked.answer(secret("12-34 56"))).await }),
    )
    .await;
    let (_, parameters) = between.last();
    assert_eq!(parameters["ChallengeResponses"]["SMS_MFA_CODE"], "123456");
}

#[tokio::test]
async fn names_are_trimmed_and_codes_lose_blanks_and_hyphens() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);
    let bare = json!({ "Username": "bob", "ConfirmationCode": "123456" });

    sends(&between, &cognito, "ConfirmSignUp", bare.clone(), |it| {
        call(async move { it.confirm_sign_up(" bob\u{a0}", " 123-456\t").await })
    })
    .await;
    sends(&between, &cognito, "ConfirmForgotPassword", bare, |it| {
        let new = secret(PASSWORD);
        call(async move { it.confirm_forgot_password("\tbob ", "12 34 56", &new).await })
    })
    .await;
    sends(
        &between,
        &cognito,
        "VerifyUserAttribute",
        json!({ "Code": "123456" }),
        |it| {
            call(async move {
                user(&it)
                    .validate_verification("email", "123\u{2011}456")
                    .await
            })
        },
    )
    .await;
    sends(
        &between,
        &cognito,
        "VerifySoftwareToken",
        json!({ "UserCode": "123456" }),
        |it| call(async move { user(&it).verify_software_token("123 456", None).await }),
    )
    .await;

    cognito
        .authenticate(" alice\u{200b}", &secret(PASSWORD))
        .await
        .expect("logged in");
}

#[tokio::test]
async fn a_sign_up_carries_its_session_and_its_validation_data() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);
    let signed_up = json!({ "UserConfirmed": false, "UserSub": "a", "Session": "one" });
    between.answer("SignUp", 200, signed_up);
    between.answer("ConfirmSignUp", 200, json!({ "Session": "two" }));

    let sign_up = SignUp::new("bob", secret(PASSWORD)).with_validation_data("captcha", "solved");
    let registration = cognito.register_with(&sign_up).await.expect("signed up");
    let (_, parameters) = between.last();
    let data = json!([{ "Name": "captcha", "Value": "solved" }]);
    assert_eq!(parameters["ValidationData"], data);
    let session = registration.session.expect("a session");
    let session = cognito.confirm_sign_up_in(&session, "bob", "123456").await;
    let (_, parameters) = between.last();
    assert_eq!(parameters["Session"], "one");

    let session: ChallengeSession = session.expect("confirmed").expect("another session");
    let expected = json!({ "AuthFlow": "USER_AUTH", "Session": "two" });
    sends(&between, &cognito, "InitiateAuth", expected, |it| {
        let request = LoginRequest::after_sign_up("bob", session);
        call(async move { it.authenticate_with(&request).await })
    })
    .await;
    sends(
        &between,
        &cognito,
        "AdminCreateUser",
        json!({ "ValidationData": data }),
        |it| {
            let user = NewUser::new("bob").with_validation_data("captcha", "solved");
            call(async move { admin(&it).create_user(&user).await })
        },
    )
    .await;
}

#[tokio::test]
async fn an_invitation_goes_the_ways_that_are_named() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);
    let bob = || NewUser::new("bob");
    let ways = |names: &[&str]| json!({ "MessageAction": null, "DesiredDeliveryMediums": names });

    for (user, expected) in [
        (bob(), json!({ "DesiredDeliveryMediums": null })),
        (bob().with_invitation_by_email(), ways(&["EMAIL"])),
        (bob().with_invitation_by_sms(), ways(&["SMS"])),
        (
            bob().with_invitation_by_sms().with_invitation_by_email(),
            ways(&["SMS", "EMAIL"]),
        ),
        (
            bob().without_invitation(),
            json!({ "MessageAction": "SUPPRESS" }),
        ),
    ] {
        sends(&between, &cognito, "AdminCreateUser", expected, |it| {
            call(async move { admin(&it).create_user(&user).await })
        })
        .await;
    }
}

#[tokio::test]
async fn users_are_listed_with_the_attributes_that_are_wanted_alone() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);

    for (query, wanted) in [
        (UserQuery::new(), Value::Null),
        (
            UserQuery::new().with_attributes_to_get(["email", "sub"]),
            json!(["email", "sub"]),
        ),
    ] {
        let expected = json!({ "AttributesToGet": wanted });
        sends(&between, &cognito, "ListUsers", expected, |it| {
            call(async move { admin(&it).list_users(&query).await })
        })
        .await;
    }
}

#[tokio::test]
async fn an_identity_can_be_named_by_an_attribute_in_place_of_its_id() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);
    let expected = json!({
        "SourceUser": {
            "ProviderName": "Corp",
            "ProviderAttributeName": "email",
            "ProviderAttributeValue": "alice@corp.example",
        },
    });

    let operation = "AdminLinkProviderForUser";
    sends(&between, &cognito, operation, expected, |it| {
        let identity = LinkedIdentity::new("Corp", "alice@corp.example").with_attribute("email");
        call(async move { admin(&it).link_provider_for_user("alice", &identity).await })
    })
    .await;
}

#[tokio::test]
async fn operations_of_administrators_name_the_pool_and_what_they_are_about() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);
    let pool = cloud.pool.id().to_owned();
    let of = |mut rest: Value| {
        rest["UserPoolId"] = json!(pool);
        rest
    };
    let alice = || of(json!({ "Username": "alice" }));
    let device = || of(json!({ "Username": "alice", "DeviceKey": "key" }));

    let preferred = of(json!({
        "Username": "alice",
        "SoftwareTokenMfaSettings": { "Enabled": false, "PreferredMfa": false },
        "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true },
    }));
    sends(
        &between,
        &cognito,
        "AdminSetUserMFAPreference",
        preferred,
        |it| {
            let preference = MfaPreference::new()
                .with_software_token(MfaSetting::Off)
                .with_email(MfaSetting::Preferred);
            call(async move {
                admin(&it)
                    .set_user_mfa_preference("alice", &preference)
                    .await
            })
        },
    )
    .await;
    sends(
        &between,
        &cognito,
        "AdminDeleteSoftwareToken",
        alice(),
        |it| call(async move { admin(&it).delete_software_token("alice").await }),
    )
    .await;
    sends(&between, &cognito, "AdminListDevices", alice(), |it| {
        call(async move { admin(&it).list_devices("alice").await })
    })
    .await;
    sends(&between, &cognito, "AdminGetDevice", device(), |it| {
        call(async move { admin(&it).get_device("alice", "key").await })
    })
    .await;
    sends(&between, &cognito, "AdminForgetDevice", device(), |it| {
        call(async move { admin(&it).forget_device("alice", "key").await })
    })
    .await;
    let mut remembered = device();
    remembered["DeviceRememberedStatus"] = json!("remembered");
    sends(
        &between,
        &cognito,
        "AdminUpdateDeviceStatus",
        remembered,
        |it| call(async move { admin(&it).update_device_status("alice", "key", true).await }),
    )
    .await;
    sends(
        &between,
        &cognito,
        "AdminListUserAuthEvents",
        alice(),
        |it| call(async move { admin(&it).list_user_auth_events("alice").await }),
    )
    .await;
    sends(
        &between,
        &cognito,
        "AdminGetUserAuthFactors",
        alice(),
        |it| call(async move { admin(&it).get_user_auth_factors("alice").await }),
    )
    .await;
    let identity = json!({
        "ProviderName": "Google",
        "ProviderAttributeName": "Cognito_Subject",
        "ProviderAttributeValue": "1234",
    });
    let linked = of(json!({
        "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": "alice" },
        "SourceUser": identity,
    }));
    sends(
        &between,
        &cognito,
        "AdminLinkProviderForUser",
        linked,
        |it| {
            let identity = LinkedIdentity::new("Google", "1234");
            assert!(!format!("{identity:?}").contains("1234"));
            call(async move { admin(&it).link_provider_for_user("alice", &identity).await })
        },
    )
    .await;
    let disabled = of(json!({ "User": identity }));
    sends(
        &between,
        &cognito,
        "AdminDisableProviderForUser",
        disabled,
        |it| {
            let identity = LinkedIdentity::new("Google", "1234");
            call(async move { admin(&it).disable_provider_for_user(&identity).await })
        },
    )
    .await;
    sends(
        &between,
        &cognito,
        "GetUserPoolMfaConfig",
        of(json!({})),
        |it| call(async move { admin(&it).get_user_pool_mfa_config().await }),
    )
    .await;

    let client = json!(cloud.client.id());
    let added = of(json!({ "ClientId": client, "ClientSecret": "a secret of our own" }));
    sends(&between, &cognito, "AddUserPoolClientSecret", added, |it| {
        let secret = "a secret of our own".into();
        call(async move { admin(&it).add_app_client_secret(Some(&secret)).await })
    })
    .await;
    let listed = of(json!({ "ClientId": client }));
    sends(
        &between,
        &cognito,
        "ListUserPoolClientSecrets",
        listed,
        |it| call(async move { admin(&it).list_app_client_secrets().await }),
    )
    .await;
    let deleted = of(json!({ "ClientId": client, "ClientSecretId": "id" }));
    sends(
        &between,
        &cognito,
        "DeleteUserPoolClientSecret",
        deleted,
        |it| call(async move { admin(&it).delete_app_client_secret("id").await }),
    )
    .await;

    let factors = json!({ "AccessToken": "access" });
    sends(&between, &cognito, "GetUserAuthFactors", factors, |it| {
        call(async move { user(&it).get_user_auth_factors().await })
    })
    .await;
    let scoped = json!({ "ClientId": client, "Scopes": ["shop/read"], "Secret": "emulated_secret_of_the_tests" });
    sends(&between, &cognito, "GetClientToken", scoped, |it| {
        call(async move { it.get_client_token(&["shop/read"]).await })
    })
    .await;
}
