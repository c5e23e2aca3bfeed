use axum_cognito::cognito::{CognitoErrorKind, SignUp};

use crate::pool::{Cloud, PASSWORD, attributes, log_in, secret};

#[tokio::test]
async fn signs_up_confirms_and_logs_in() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let typed = attributes(&[("email", "bob@example.com"), ("custom:team", "blue")]);

    let registered = cognito
        .register("bob", &secret("Bobs-horse-1"), &typed)
        .await;
    let registered = registered.expect("signed up");
    assert!(!registered.confirmed);
    assert_eq!(
        registered.delivery.expect("a code was sent").medium,
        "EMAIL"
    );
    let early = cognito.authenticate("bob", &secret("Bobs-horse-1")).await;
    assert_eq!(
        early.expect_err("too early").kind(),
        CognitoErrorKind::UserNotConfirmed
    );

    cognito
        .resend_confirmation_code("bob")
        .await
        .expect("sent again");
    let wrong = cognito.confirm_sign_up("bob", "000000").await;
    assert_eq!(
        wrong.expect_err("wrong").kind(),
        CognitoErrorKind::CodeMismatch
    );
    let code = cloud.code("bob");
    cognito
        .confirm_sign_up("bob", &code)
        .await
        .expect("confirmed");

    let bob = log_in(&cognito, "bob", "Bobs-horse-1").await;
    let profile = bob.get_user().await.expect("a user");
    assert_eq!(profile.attributes.get("custom:team"), Some("blue"));
    assert_eq!(profile.sub(), Some(registered.sub));
}

#[tokio::test]
async fn a_name_that_is_taken_and_a_weak_password_have_kinds() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let none = attributes(&[]);

    for (name, password, kind) in [
        ("alice", "Bobs-horse-1", CognitoErrorKind::UsernameExists),
        ("bob", "weaker", CognitoErrorKind::InvalidPassword),
    ] {
        let error = cognito.register(name, &secret(password), &none).await;

        assert_eq!(error.expect_err("refused").kind(), kind, "{name}");
    }
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_a_code() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();

    let delivery = cognito
        .initiate_forgot_password("alice")
        .await
        .expect("sent");
    let shown = format!("{:?}", delivery.expect("a code was sent"));
    assert!(shown.starts_with("CodeDelivery") && shown.contains("EMAIL"));
    assert!(!shown.contains('@'), "{shown}");
    let new = secret("Another-horse-2");
    let wrong = cognito
        .confirm_forgot_password("alice", "000000", &new)
        .await;
    assert_eq!(
        wrong.expect_err("wrong").kind(),
        CognitoErrorKind::CodeMismatch
    );
    let code = cloud.code("alice");
    cognito
        .confirm_forgot_password("alice", &code, &new)
        .await
        .expect("reset");

    log_in(&cognito, "alice", "Another-horse-2").await;
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_the_old_one() {
    let cloud = Cloud::start().await;
    let alice = cloud.alice().await;
    let new = secret("Another-horse-2");

    let wrong = alice.change_password(&secret("not it"), &new).await;
    assert_eq!(
        wrong.expect_err("wrong").kind(),
        CognitoErrorKind::WrongPassword
    );
    let weak = alice
        .change_password(&secret(PASSWORD), &secret("weaker"))
        .await;
    assert_eq!(
        weak.expect_err("weak").kind(),
        CognitoErrorKind::InvalidPassword
    );
    alice
        .change_password(&secret(PASSWORD), &new)
        .await
        .expect("changed");

    log_in(&cloud.cognito(), "alice", "Another-horse-2").await;
}

#[tokio::test]
async fn a_changed_address_is_verified_by_a_code() {
    let cloud = Cloud::start().await;
    let alice = cloud.alice().await;
    let changed = attributes(&[("email", "new@example.com"), ("custom:team", "red")]);

    let deliveries = alice.update_profile(&changed).await.expect("changed");
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].attribute, "email");
    alice.send_verification("email").await.expect("sent again");
    let wrong = alice.validate_verification("email", "000000").await;
    assert_eq!(
        wrong.expect_err("wrong").kind(),
        CognitoErrorKind::CodeMismatch
    );
    let code = cloud.code("alice");
    alice
        .validate_verification("email", &code)
        .await
        .expect("verified");

    let profile = alice.get_user().await.expect("a user");
    assert_eq!(profile.attributes.get("email"), Some("new@example.com"));
    assert_eq!(profile.attributes.get("email_verified"), Some("true"));
    alice
        .delete_attributes(&["custom:team"])
        .await
        .expect("deleted");
    let profile = alice.get_user().await.expect("a user");
    assert_eq!(profile.attributes.get("custom:team"), None);
}

#[tokio::test]
async fn a_user_can_delete_themselves() {
    let cloud = Cloud::start().await;

    cloud.alice().await.delete_user().await.expect("deleted");

    let gone = cloud
        .cognito()
        .authenticate("alice", &secret(PASSWORD))
        .await;
    assert_eq!(
        gone.expect_err("gone").kind(),
        CognitoErrorKind::UserNotFound
    );
}

#[tokio::test]
async fn a_custom_attribute_is_named_with_its_prefix_or_without() {
    let cloud = Cloud::start().await;
    let (cognito, admin) = (cloud.cognito(), cloud.admin());

    for (username, name) in [("bob", "team"), ("carol", "custom:team")] {
        let sign_up = SignUp::new(username, secret("Bobs-horse-1"))
            .with_attributes(&attributes(&[("given_name", "Bob")]))
            .with_custom_attribute(name, "blue")
            .expect("a name")
            .with_validation_data("shop", "north");
        assert!(!format!("{sign_up:?}").contains("Bobs-horse-1"));
        cognito.register_with(&sign_up).await.expect("signed up");

        let profile = admin.get_user(username).await.expect("a user");
        assert_eq!(profile.attributes.get("custom:team"), Some("blue"));
        assert_eq!(profile.attributes.get("given_name"), Some("Bob"));
    }
    let blank = SignUp::new("dave", secret("Bobs-horse-1")).with_custom_attribute("a b", "");
    assert!(blank.is_err());
}

#[tokio::test]
async fn a_code_that_is_too_old_or_was_never_sent_has_a_kind() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    let new = secret("Another-horse-2");

    let never = cognito.confirm_forgot_password("alice", "123456", &new);
    let kind = never.await.expect_err("never sent").kind();
    assert_eq!(kind, CognitoErrorKind::ExpiredCode);
    let sent = cognito.initiate_forgot_password("alice").await;
    sent.expect("sent");
    cloud
        .emulator
        .advance(std::time::Duration::from_secs(60 * 60 + 1));
    let code = cloud.code("alice");
    let late = cognito.confirm_forgot_password("alice", &code, &new);

    let kind = late.await.expect_err("too late").kind();
    assert_eq!(kind, CognitoErrorKind::ExpiredCode);
}
