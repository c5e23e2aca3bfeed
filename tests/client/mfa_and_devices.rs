use axum_cognito::attribute::Attributes;
use axum_cognito::challenge::{Challenge, ChallengeRecord};
use axum_cognito::cognito::{
    CognitoErrorKind, LoginRequest, LoginStep, MfaPreference, MfaSetting, RememberedDevice,
};
use cognito_emulator::Pool;
use secrecy::ExposeSecret;

use crate::pool::{Cloud, PASSWORD, challenge, complete, log_in, secret};

#[tokio::test]
async fn enrols_an_authenticator_and_is_asked_for_it() {
    let cloud = Cloud::start().await;
    let (cognito, alice) = (cloud.cognito(), cloud.alice().await);

    let seed = alice.associate_software_token().await.expect("a seed");
    assert!(!format!("{seed:?}").contains(seed.expose()));
    let wrong = alice.verify_software_token("000000", None).await;
    assert_eq!(
        wrong.expect_err("wrong").kind(),
        CognitoErrorKind::EnableSoftwareTokenMfa
    );
    let code = cloud.pool.totp_code("alice").expect("a code");
    alice
        .verify_software_token(&code, Some("my phone"))
        .await
        .expect("enrolled");
    let preferred = MfaPreference::new().with_software_token(MfaSetting::Preferred);
    alice.set_user_mfa_preference(&preferred).await.expect("on");

    let profile = alice.get_user().await.expect("a user");
    assert_eq!(profile.preferred_mfa.as_deref(), Some("SOFTWARE_TOKEN_MFA"));
    let asked = cognito.authenticate("alice", &secret(PASSWORD)).await;
    assert!(matches!(
        asked,
        Ok(LoginStep::Challenge(Challenge::SoftwareTokenMfa(_)))
    ));

    let off = MfaPreference::new().with_software_token(MfaSetting::Off);
    alice.set_user_mfa_preference(&off).await.expect("off");
    log_in(&cognito, "alice", PASSWORD).await;
}

#[tokio::test]
async fn devices_are_confirmed_listed_and_forgotten() {
    let cloud = Cloud::with(Pool::new("us-east-1_Devices").with_device_tracking()).await;
    let alice = cloud.alice().await;
    assert!(alice.new_device().is_some());

    let device = alice.confirm_device("laptop").await.expect("confirmed");
    let device = device.expect("a new device").device;
    alice
        .update_device_status(&device.key, true)
        .await
        .expect("remembered");
    let listed = alice.list_devices().await.expect("devices");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].key, device.key);
    assert_eq!(listed[0].name(), Some("laptop"));
    assert!(
        alice
            .get_device(&device.key)
            .await
            .expect("a device")
            .is_some()
    );

    alice.forget_device(&device.key).await.expect("forgotten");
    assert!(alice.list_devices().await.expect("devices").is_empty());
    let gone = alice.forget_device(&device.key).await.expect_err("gone");
    assert_eq!(gone.kind(), CognitoErrorKind::ResourceNotFound);
}

#[tokio::test]
async fn the_address_of_a_seed_names_site_and_user() {
    let cloud = Cloud::start().await;
    let seed = cloud.alice().await.associate_software_token().await;
    let seed = seed.expect("a seed");

    let uri = seed.uri("My site", "alice@example.com");

    let expected = format!(
        "otpauth://totp/My%20site:alice%40example.com?secret={}&issuer=My%20site",
        seed.expose()
    );
    assert_eq!(uri.expose_secret(), expected);
}

#[tokio::test]
async fn a_remembered_device_logs_in_by_itself() {
    let cloud = Cloud::with(Pool::new("us-east-1_Devices").with_device_tracking()).await;
    let cognito = cloud.cognito();
    let alice = cloud.alice().await;
    let device = alice.confirm_device("laptop").await.expect("confirmed");
    let device = device.expect("a new device").device;
    alice
        .update_device_status(&device.key, true)
        .await
        .expect("remembered");
    cloud.emulator.clear_calls();

    let request = LoginRequest::new("alice", secret(PASSWORD)).with_device(device);
    let mut again = complete(cognito.authenticate_with(&request).await);

    let kinds: Vec<_> = cloud
        .emulator
        .calls()
        .into_iter()
        .filter_map(|call| call.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            "USER_SRP_AUTH",
            "PASSWORD_VERIFIER",
            "DEVICE_SRP_AUTH",
            "DEVICE_PASSWORD_VERIFIER"
        ]
    );
    assert!(again.new_device().is_none());
    assert!(!again.device_forgotten());
    again.renew_access_token().await.expect("renewed");
    again.renew_access_token().await.expect("and again");
}

#[tokio::test]
async fn a_device_that_cognito_has_forgotten_is_dropped() {
    let cloud = Cloud::with(Pool::new("us-east-1_Devices").with_device_tracking()).await;
    let alice = cloud.alice().await;
    let device = alice.confirm_device("laptop").await.expect("confirmed");
    let device = device.expect("a new device").device;
    cloud.pool.forget_devices("alice");

    let request = LoginRequest::new("alice", secret(PASSWORD)).with_device(device);
    let again = complete(cloud.cognito().authenticate_with(&request).await);

    assert!(again.new_device().is_some());
    assert!(again.device_forgotten());
}

#[tokio::test]
async fn a_device_that_cannot_prove_itself_does_not_read_as_a_wrong_password() {
    let cloud = Cloud::with(Pool::new("us-east-1_Devices").with_device_tracking()).await;
    let cognito = cloud.cognito();
    let alice = cloud.alice().await;
    let device = alice.confirm_device("laptop").await.expect("confirmed");
    let device = device.expect("a new device").device;
    let spoilt = RememberedDevice::new(device.key, device.group_key, secret("spoilt"));

    let request = LoginRequest::new("alice", secret(PASSWORD)).with_device(spoilt.clone());
    let again = complete(cognito.authenticate_with(&request).await);
    assert!(again.device_forgotten() && again.new_device().is_some());

    let admin = cloud.admin();
    let temporary = secret("Temporary-1!");
    let set = admin.set_password("alice", &temporary, false).await;
    set.expect("a temporary password");
    let request = LoginRequest::new("alice", temporary).with_device(spoilt);
    let asked = challenge(cognito.authenticate_with(&request).await);
    let Challenge::NewPasswordRequired(asked) = asked else {
        panic!("another challenge: {asked:?}");
    };
    let answer = asked.answer(secret("Another-horse-2"), &Attributes::new());
    let refused = cognito.respond(&answer).await.expect_err("refused");
    assert_eq!(refused.kind(), CognitoErrorKind::DeviceRefused);
}

#[tokio::test]
async fn codes_by_mail_and_by_text_message_can_be_preferred() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    cloud
        .pool
        .set_attribute("alice", "phone_number", "+12065550100");
    cloud
        .pool
        .set_attribute("alice", "phone_number_verified", "true");
    let alice = cloud.alice().await;
    let off = MfaSetting::Off;
    let (on, preferred) = (MfaSetting::On, MfaSetting::Preferred);

    for (email, sms, asked) in [
        (preferred, on, Some("EMAIL_OTP")),
        (on, preferred, Some("SMS_MFA")),
        (on, on, Some("SELECT_MFA_TYPE")),
        (off, on, Some("SMS_MFA")),
        (off, off, None),
    ] {
        let preference = MfaPreference::new().with_email(email).with_sms(sms);
        let set = alice.set_user_mfa_preference(&preference).await;
        set.expect("set");

        let outcome = cognito.authenticate("alice", &secret(PASSWORD)).await;

        match outcome.expect("no refusal") {
            LoginStep::Challenge(challenge) => assert_eq!(Some(challenge.name()), asked),
            LoginStep::Complete(_) => assert_eq!(asked, None),
        }
    }
}

#[tokio::test]
async fn a_custom_flow_asks_after_the_password() {
    let pool = Pool::new("us-east-1_Custom");
    let cloud = Cloud::with(pool.with_custom_question([("question", "A colour?")], "blue")).await;
    let cognito = cloud.cognito();
    let request = LoginRequest::new("alice", secret(PASSWORD)).with_custom_flow();

    let asked = cognito.authenticate_with(&request).await;
    let Ok(LoginStep::Challenge(Challenge::Custom(asked))) = asked else {
        panic!("another outcome: {asked:?}");
    };
    assert_eq!(asked.parameter("question"), Some("A colour?"));
    complete(cognito.respond(&asked.answer(secret("blue"))).await);

    let wrong = LoginRequest::new("alice", secret("not it")).with_custom_flow();
    let error = cognito.authenticate_with(&wrong).await;
    assert_eq!(
        error.expect_err("refused").kind(),
        CognitoErrorKind::WrongPassword
    );
}

#[tokio::test]
async fn a_device_goes_along_through_challenges() {
    let cloud = Cloud::with(Pool::new("us-east-1_Devices").with_device_tracking()).await;
    let cognito = cloud.cognito();
    let alice = cloud.alice().await;
    let device = alice.confirm_device("laptop").await.expect("confirmed");
    let device = device.expect("a new device").device;
    let admin = cloud.admin();
    let temporary = secret("Temporary-1!");
    let set = admin.set_password("alice", &temporary, false).await;
    set.expect("a temporary password");

    let request = LoginRequest::new("alice", temporary).with_device(device.clone());
    let asked = challenge(cognito.authenticate_with(&request).await);
    let kept = serde_json::to_string(asked.record()).expect("kept in a session");
    let record: ChallengeRecord = serde_json::from_str(&kept).expect("read again");
    let Challenge::NewPasswordRequired(asked) = Challenge::from(record) else {
        panic!("another challenge");
    };
    assert!(!format!("{asked:?}").contains(&device.key));
    let answer = asked.answer(secret("Another-horse-2"), &Attributes::new());
    let mut again = complete(cognito.respond(&answer).await);

    assert!(again.new_device().is_none());
    let calls = cloud.emulator.calls();
    let last = calls.last().and_then(|call| call.kind.as_deref());
    assert_eq!(last, Some("DEVICE_PASSWORD_VERIFIER"));
    again.renew_access_token().await.expect("renewed");
}

#[tokio::test]
async fn a_device_that_is_kept_can_be_read_again() {
    let device = RememberedDevice::new("key", "group", secret("its password"));

    let kept = serde_json::to_string(&device).expect("kept");
    let read: RememberedDevice = serde_json::from_str(&kept).expect("read");

    assert_eq!(read.key, "key");
    assert_eq!(read.password.expose_secret(), "its password");
    assert!(!format!("{read:?}").contains("its password"));
}
