//! What is read of answers that the emulator does not give.

use axum_cognito::challenge::{Challenge, ChallengeRecord, MfaSetup};
use axum_cognito::cognito::{
    Cognito, CognitoErrorKind, CognitoUser, Group, LoginRequest, MfaRequirement,
};
use axum_cognito::token::Tokens;
use cognito_emulator::Pool;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::between::Between;
use crate::pool::{Cloud, PASSWORD, log_in, secret};

fn user(cognito: &Cognito) -> CognitoUser {
    cognito.user("alice", Tokens::new("id", "access", None))
}

#[tokio::test]
async fn a_code_that_is_refused_in_a_successful_answer_is_refused() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);
    let refused = || json!({ "Status": "ERROR", "Session": "s" });

    between.answer("VerifySoftwareToken", 200, refused());
    let error = user(&cognito).verify_software_token("123456", None).await;
    let kind = error.expect_err("refused").kind();
    assert_eq!(kind, CognitoErrorKind::EnableSoftwareTokenMfa);

    between.answer("VerifySoftwareToken", 200, refused());
    let record = ChallengeRecord::new(MfaSetup::NAME, "alice").with_session("s".into());
    let Challenge::MfaSetup(setup) = Challenge::from(record) else {
        panic!("another challenge");
    };
    let answer = setup.answer_with_code(secret("123456"));
    let error = cognito.respond(&answer).await.expect_err("refused");
    assert_eq!(error.kind(), CognitoErrorKind::EnableSoftwareTokenMfa);
    assert_eq!(between.last().0, "VerifySoftwareToken", "nothing after it");
}

/// Nobody could enrol it.
#[tokio::test]
async fn an_authenticator_app_without_a_seed_is_not_offered() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);
    let asked = json!({
        "ChallengeName": "MFA_SETUP",
        "Session": "s",
        "ChallengeParameters": { "MFAS_CAN_SETUP": r#"["SOFTWARE_TOKEN_MFA"]"# },
    });
    between.answer("InitiateAuth", 200, asked);
    between.answer("AssociateSoftwareToken", 200, json!({ "Session": "t" }));

    let request = LoginRequest::new("alice", secret(PASSWORD)).dangerous_with_plain_password();
    let error = cognito.authenticate_with(&request).await;

    let error = error.expect_err("no seed");
    assert_eq!(error.kind(), CognitoErrorKind::Protocol);
    assert_eq!(between.last().0, "AssociateSoftwareToken");
}

#[tokio::test]
async fn a_list_goes_over_all_pages_and_ends_where_a_page_comes_again() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let admin = between.cognito(&cloud).admin().expect("credentials");
    let page = |key: &str, next: Option<&str>| json!({ "Devices": [{ "DeviceKey": key }], "PaginationToken": next });

    between.answer("AdminListDevices", 200, page("one", Some("1")));
    between.answer("AdminListDevices", 200, page("two", Some("2")));
    between.answer("AdminListDevices", 200, page("three", None));
    let devices = admin.list_devices("alice").await.expect("devices");
    let keys: Vec<_> = devices.into_iter().map(|device| device.key).collect();
    assert_eq!(keys, ["one", "two", "three"]);
    assert_eq!(between.last().1["PaginationToken"], "2");

    between.answer("AdminListDevices", 200, page("one", Some("1")));
    between.answer("AdminListDevices", 200, page("two", Some("1")));
    let devices = admin.list_devices("alice").await.expect("devices");
    assert_eq!(devices.len(), 2);

    between.answer("AdminListDevices", 200, page("one", Some("1")));
    between.refuse("AdminListDevices", "NotAuthorizedException", "No more.");
    let mut devices = admin.list_devices("alice");
    assert!(devices.next().await.expect("an item").is_ok());
    assert!(devices.next().await.expect("an item").is_err());
    assert!(devices.next().await.is_none());

    let asked = between.asked().len();
    drop(admin.list_devices("alice"));
    assert_eq!(
        between.asked().len(),
        asked,
        "nothing before an item is wanted"
    );
}

#[tokio::test]
async fn events_of_threat_protection_are_read() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let admin = between.cognito(&cloud).admin().expect("credentials");
    let event = json!({
        "EventId": "e", "EventType": "SignIn", "CreationDate": 1_700_000_000,
        "EventResponse": "Fail",
        "EventRisk": {
            "RiskDecision": "Block", "RiskLevel": "High", "CompromisedCredentialsDetected": true,
        },
        "ChallengeResponses": [
            { "ChallengeName": "Password", "ChallengeResponse": "Failure" },
        ],
        "EventContextData": { "IpAddress": "192.0.2.7", "City": "Springfield" },
    });
    between.answer(
        "AdminListUserAuthEvents",
        200,
        json!({ "AuthEvents": [event] }),
    );

    let events = admin.list_user_auth_events("alice").await.expect("events");

    let [event] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!((event.kind.as_str(), event.id.as_str()), ("SignIn", "e"));
    assert_eq!(event.response.as_deref(), Some("Fail"));
    assert_eq!(event.risk_level.as_deref(), Some("High"));
    assert_eq!(event.risk_decision.as_deref(), Some("Block"));
    assert!(event.compromised_credentials);
    let challenges = [("Password".to_owned(), "Failure".to_owned())];
    assert_eq!(event.challenges, challenges);
    assert_eq!(event.city.as_deref(), Some("Springfield"));
    let at = event.created_at.map(|at| at.unix_timestamp());
    assert_eq!(at, Some(1_700_000_000));
    assert!(!format!("{event:?}").contains("192.0.2.7"));
}

#[tokio::test]
async fn the_configuration_of_second_factors_is_read() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let admin = between.cognito(&cloud).admin().expect("credentials");
    let configuration = json!({
        "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "EmailMfaConfiguration": { "Subject": "Your code" },
        "WebAuthnConfiguration": {
            "RelyingPartyId": "shop.example", "UserVerification": "required",
        },
    });
    between.answer("GetUserPoolMfaConfig", 200, configuration);

    let mfa = admin.get_user_pool_mfa_config().await.expect("read");

    assert_eq!(mfa.requirement, MfaRequirement::Optional);
    assert!(mfa.software_token && mfa.email && !mfa.sms);
    assert_eq!(mfa.relying_party.as_deref(), Some("shop.example"));
    assert_eq!(mfa.user_verification.as_deref(), Some("required"));
}

#[tokio::test]
async fn a_group_that_does_not_come_is_no_empty_one() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let admin = between.cognito(&cloud).admin().expect("credentials");
    for operation in ["GetGroup", "CreateGroup", "UpdateGroup"] {
        between.answer(operation, 200, json!({}));
    }
    let staff = Group::new("staff");

    for answer in [
        admin.get_group("staff").await,
        admin.create_group(&staff).await,
        admin.update_group(&staff).await,
    ] {
        let error = answer.expect_err("no group");
        assert_eq!(error.kind(), CognitoErrorKind::Protocol);
    }
}

#[tokio::test]
async fn what_a_user_can_log_in_with_is_read_for_both() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);
    let factors = || {
        json!({
            "Username": "alice",
            "PreferredMfaSetting": "EMAIL_OTP",
            "UserMFASettingList": ["EMAIL_OTP"],
            "ConfiguredUserAuthFactors": ["PASSWORD", "WEB_AUTHN"],
        })
    };
    between.answer("GetUserAuthFactors", 200, factors());
    between.answer("AdminGetUserAuthFactors", 200, factors());

    let own = user(&cognito).get_user_auth_factors().await.expect("read");
    let admin = cognito.admin().expect("credentials");
    let told = admin.get_user_auth_factors("alice").await.expect("read");

    assert_eq!(own, told);
    assert_eq!(own.configured, ["PASSWORD", "WEB_AUTHN"]);
    assert_eq!(own.preferred_mfa.as_deref(), Some("EMAIL_OTP"));
}

#[tokio::test]
async fn a_secret_is_told_once_and_never_shown() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let admin = between.cognito(&cloud).admin().expect("credentials");
    let added = json!({
        "ClientSecretDescriptor": {
            "ClientSecretId": "client--1", "ClientSecretValue": "canary",
            "ClientSecretCreateDate": 1_700_000_000,
        },
    });
    between.answer("AddUserPoolClientSecret", 200, added);
    let listed = json!({ "ClientSecrets": [{ "ClientSecretId": "client--1" }] });
    between.answer("ListUserPoolClientSecrets", 200, listed);

    let added = admin.add_app_client_secret(None).await.expect("added");
    let listed = admin.list_app_client_secrets().await.expect("listed");

    assert_eq!(added.id, "client--1");
    let secret = added.secret.as_ref().expect("a secret");
    assert_eq!(secret.expose(), "canary");
    assert!(!format!("{added:?}").contains("canary"));
    assert!(listed[0].secret.is_none());
}

#[tokio::test]
async fn a_token_of_the_app_client_itself_expires() {
    let cloud = Cloud::start().await;
    let between = Between::start(&cloud);
    let cognito = between.cognito(&cloud);
    let token = json!({
        "ClientAuthenticationResult": { "AccessToken": "canary", "ExpiresIn": 300 },
    });
    between.answer("GetClientToken", 200, token);

    let token = cognito.get_client_token(&[]).await.expect("a token");

    assert_eq!(token.access.expose(), "canary");
    let left = token.expires_at - cognito.clock().now();
    assert!((290..=300).contains(&left.whole_seconds()), "{left}");
    assert!(!format!("{token:?}").contains("canary"));
}

#[tokio::test]
async fn a_user_is_asked_about_a_device_where_the_pool_wants_it() {
    let cloud = Cloud::with(Pool::new("us-east-1_Devices").with_device_tracking()).await;
    let between = Between::start(&cloud);
    let alice = log_in(&between.cognito(&cloud), "alice", PASSWORD).await;

    for necessary in [true, false] {
        let answer = json!({ "UserConfirmationNecessary": necessary });
        between.answer("ConfirmDevice", 200, answer);
        let confirmed = alice.confirm_device("laptop").await.expect("confirmed");

        let confirmed = confirmed.expect("a new device");
        assert_eq!(confirmed.user_confirmation_necessary, necessary);
        assert!(!confirmed.device.password.expose_secret().is_empty());
    }
}
