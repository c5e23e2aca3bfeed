//! The challenges that come after a password.

use axum_cognito::challenge::Challenge;
use axum_cognito::cognito::CognitoErrorKind;
use cognito_emulator::{MfaMode, Pool, User};

use crate::pool::{Cloud, PASSWORD, attributes, challenge, complete, log_in, secret};

fn user(name: &str) -> User {
    User::new(name).with_password(PASSWORD)
}

#[tokio::test]
async fn codes_that_were_sent_are_answered() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let mail = user("mail").with_attribute("email", "mail@example.com");
    let phone = user("phone").with_attribute("phone_number", "+12065550100");
    cloud.pool.add_user(mail.with_email_mfa());
    cloud.pool.add_user(phone.with_sms_mfa());

    for (name, medium) in [("mail", "EMAIL"), ("phone", "SMS")] {
        let asked = challenge(cognito.authenticate(name, &secret(PASSWORD)).await);
        let code = secret(&cloud.code(name));
        let (to, answer) = match asked {
            Challenge::EmailOtp(asked) => (
                asked.delivery_medium().map(str::to_owned),
                asked.answer(code),
            ),
            Challenge::SmsMfa(asked) => (
                asked.delivery_medium().map(str::to_owned),
                asked.answer(code),
            ),
            other => panic!("another challenge: {other:?}"),
        };
        assert_eq!(to.as_deref(), Some(medium));
        complete(cognito.respond(&answer).await);
        let again = cognito.respond(&answer).await.expect_err("once only");

        assert_eq!(again.kind(), CognitoErrorKind::ChallengeExpired, "{name}");
    }
}

#[tokio::test]
async fn one_of_two_factors_is_chosen() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let both = user("both")
        .with_attribute("email", "both@example.com")
        .with_attribute("phone_number", "+12065550100");
    cloud.pool.add_user(both.with_email_mfa().with_sms_mfa());

    for option in ["EMAIL_OTP", "SMS_MFA"] {
        let asked = challenge(cognito.authenticate("both", &secret(PASSWORD)).await);
        let Challenge::SelectMfaType(asked) = asked else {
            panic!("another challenge: {asked:?}");
        };
        let asked = asked.answer("SOFTWARE_TOKEN_MFA").expect_err("not offered");
        let chosen = asked.answer(option).expect("offered");
        let asked = challenge(cognito.respond(&chosen).await);
        assert_eq!(asked.name(), option);
        let code = secret(&cloud.code("both"));
        let answer = match asked {
            Challenge::EmailOtp(asked) => asked.answer(code),
            Challenge::SmsMfa(asked) => asked.answer(code),
            other => panic!("another challenge: {other:?}"),
        };

        complete(cognito.respond(&answer).await);
    }
}

#[tokio::test]
async fn an_authenticator_is_set_up_on_the_way() {
    let pool = Pool::new("us-east-1_Client").with_mfa(MfaMode::On);
    let cloud = Cloud::with(pool).await;
    let cognito = cloud.cognito();
    cloud.pool.add_user(user("bare"));

    let asked = challenge(cognito.authenticate("bare", &secret(PASSWORD)).await);
    let record = asked.record().clone();
    let answer = |code: &str| match Challenge::from(record.clone()) {
        Challenge::MfaSetup(asked) => {
            assert!(asked.offers_software_token() && asked.totp_seed().is_some());
            asked.answer_with_code(secret(code))
        }
        other => panic!("another challenge: {other:?}"),
    };
    let wrong = cognito.respond(&answer("000000")).await;
    assert_eq!(
        wrong.expect_err("wrong").kind(),
        CognitoErrorKind::EnableSoftwareTokenMfa
    );
    let code = cloud.pool.totp_code("bare").expect("a code");
    complete(cognito.respond(&answer(&code)).await);

    let asked = challenge(cognito.authenticate("bare", &secret(PASSWORD)).await);
    assert!(matches!(asked, Challenge::SoftwareTokenMfa(_)));
}

#[tokio::test]
async fn an_administrator_sets_a_factor_up_for_a_user() {
    let pool = Pool::new("us-east-1_Client").with_mfa(MfaMode::On);
    let cloud = Cloud::with(pool).await;
    let admin = cloud.admin();
    cloud.pool.add_user(user("bare"));

    let asked = challenge(admin.authenticate("bare", &secret(PASSWORD)).await);
    let Challenge::MfaSetup(asked) = asked else {
        panic!("another challenge: {asked:?}");
    };
    let code = cloud.pool.totp_code("bare").expect("a code");
    let answer = asked.answer_with_code(secret(&code));
    complete(admin.cognito().respond(&answer).await);

    let calls = cloud.emulator.calls();
    let last = calls.last().expect("a call");
    assert_eq!(last.operation, "AdminRespondToAuthChallenge");
}

#[tokio::test]
async fn a_new_password_and_a_second_factor_follow_each_other() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let newbie = User::new("newbie")
        .with_temporary_password("Temporary-1!")
        .with_attribute("email", "newbie@example.com");
    cloud.pool.add_user(newbie.with_email_mfa());

    let asked = cognito
        .authenticate("newbie", &secret("Temporary-1!"))
        .await;
    let Challenge::NewPasswordRequired(asked) = challenge(asked) else {
        panic!("another challenge");
    };
    let answer = asked.answer(secret("Brand-new-pass-1"), &Default::default());
    let Challenge::EmailOtp(asked) = challenge(cognito.respond(&answer).await) else {
        panic!("another challenge");
    };
    let answer = asked.answer(secret(&cloud.code("newbie")));
    let newbie = complete(cognito.respond(&answer).await);

    assert_eq!(newbie.username(), "newbie");
    log_in(&cognito, "alice", PASSWORD).await;
}

#[tokio::test]
async fn a_new_password_comes_with_the_attributes_that_are_required() {
    let pool = Pool::new("us-east-1_Client").with_required_attributes(["email", "given_name"]);
    let cloud = Cloud::with(pool).await;
    let cognito = cloud.cognito();
    let newbie = User::new("newbie").with_temporary_password("Temporary-1!");
    cloud
        .pool
        .add_user(newbie.with_attribute("email", "newbie@example.com"));
    let temporary = secret("Temporary-1!");

    for (given, accepted) in [
        (attributes(&[]), false),
        (
            attributes(&[("given_name", "Nell"), ("custom:team", "red")]),
            true,
        ),
    ] {
        let asked = challenge(cognito.authenticate("newbie", &temporary).await);
        let Challenge::NewPasswordRequired(asked) = asked else {
            panic!("another challenge: {asked:?}");
        };
        let required = asked.required_attributes().iter();
        let required: Vec<_> = required.map(|name| name.as_str()).collect();
        assert_eq!(required, ["given_name"]);
        let answer = asked.answer(secret("Brand-new-pass-1"), &given);
        let outcome = cognito.respond(&answer).await;

        assert_eq!(outcome.is_ok(), accepted, "{outcome:?}");
    }
    let profile = cloud.admin().get_user("newbie").await;
    let profile = profile.expect("a user");
    assert_eq!(profile.attributes.get("given_name"), Some("Nell"));
    assert_eq!(profile.attributes.get("custom:team"), None);
}

#[tokio::test]
async fn an_address_for_codes_is_set_up_on_the_way() {
    let pool = Pool::new("us-east-1_Client").with_mfa(MfaMode::On);
    let cloud = Cloud::with(pool).await;
    let cognito = cloud.cognito();
    cloud.pool.add_user(user("bare"));

    let asked = challenge(cognito.authenticate("bare", &secret(PASSWORD)).await);
    let Challenge::MfaSetup(asked) = asked else {
        panic!("another challenge: {asked:?}");
    };
    assert!(asked.offers_email());
    let answer = asked.answer_with_email("bare@example.com");
    let asked = challenge(cognito.respond(&answer).await);
    let Challenge::EmailOtp(asked) = asked else {
        panic!("another challenge: {asked:?}");
    };
    let answer = asked.answer(secret(&cloud.code("bare")));

    complete(cognito.respond(&answer).await);
}
