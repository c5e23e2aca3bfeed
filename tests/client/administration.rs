use axum_cognito::cognito::{CognitoErrorKind, Group, NewUser, UserQuery, UserStatus};

use axum_cognito::challenge::Challenge;
use axum_cognito::cognito::LoginStep;

use crate::pool::{Cloud, PASSWORD, attributes, log_in, secret};

#[tokio::test]
async fn creates_changes_and_deletes_users() {
    let cloud = Cloud::start().await;
    let admin = cloud.admin();
    let bob = NewUser::new("bob")
        .with_attributes(attributes(&[
            ("email", "bob@example.com"),
            ("email_verified", "true"),
        ]))
        .with_temporary_password(secret("Temporary-1!"))
        .without_invitation();

    let created = admin.create_user(&bob).await.expect("created");
    assert_eq!(created.status, Some(UserStatus::ForceChangePassword));
    assert!(cloud.emulator.outbox().is_empty(), "an invitation");
    let temporary = secret("Temporary-1!");
    let asked = cloud.cognito().authenticate("bob", &temporary).await;
    assert!(
        matches!(
            asked,
            Ok(LoginStep::Challenge(Challenge::NewPasswordRequired(_)))
        ),
        "{asked:?}"
    );
    let again = admin.create_user(&bob).await.expect_err("taken");
    assert_eq!(again.kind(), CognitoErrorKind::UsernameExists);
    admin
        .set_password("bob", &secret("Bobs-horse-1"), true)
        .await
        .expect("set");
    admin
        .update_profile(
            "bob",
            &attributes(&[("given_name", "Bob"), ("custom:team", "red")]),
        )
        .await
        .expect("changed");
    admin
        .delete_attributes("bob", &["custom:team"])
        .await
        .expect("deleted");

    let profile = admin.get_user("bob").await.expect("a user");
    assert_eq!(profile.status, Some(UserStatus::Confirmed));
    assert_eq!(profile.attributes.get("given_name"), Some("Bob"));
    assert_eq!(profile.attributes.get("custom:team"), None);
    log_in(&cloud.cognito(), "bob", "Bobs-horse-1").await;
    admin.delete_user("bob").await.expect("deleted");
    let gone = admin.get_user("bob").await.expect_err("gone");
    assert_eq!(gone.kind(), CognitoErrorKind::UserNotFound);
}

#[tokio::test]
async fn disables_resets_confirms_and_signs_out() {
    let cloud = Cloud::start().await;
    let (admin, cognito) = (cloud.admin(), cloud.cognito());
    let mut alice = cloud.alice().await;

    admin.global_sign_out("alice").await.expect("signed out");
    assert!(alice.renew_access_token().await.is_err());
    admin.disable_user("alice").await.expect("disabled");
    assert!(
        cognito
            .authenticate("alice", &secret(PASSWORD))
            .await
            .is_err()
    );
    admin.enable_user("alice").await.expect("enabled");
    log_in(&cognito, "alice", PASSWORD).await;
    admin.reset_password("alice").await.expect("reset");
    let reset = cognito.authenticate("alice", &secret(PASSWORD)).await;
    assert_eq!(
        reset.expect_err("must reset").kind(),
        CognitoErrorKind::PasswordResetRequired
    );

    let none = attributes(&[]);
    let signed_up = cognito
        .register("bob", &secret("Bobs-horse-1"), &none)
        .await;
    signed_up.expect("signed up");
    admin.confirm_sign_up("bob").await.expect("confirmed");
    log_in(&cognito, "bob", "Bobs-horse-1").await;
}

#[tokio::test]
async fn lists_all_users_over_all_pages() {
    let cloud = Cloud::start().await;
    for number in 0..150 {
        cloud.pool.add_user(
            cognito_emulator::User::new(format!("user{number:03}"))
                .with_attribute("email", format!("{number:03}@example.com")),
        );
    }
    let admin = cloud.admin();

    let all: Vec<_> = admin
        .list_users(&UserQuery::new())
        .await
        .expect("all users");
    let some: Vec<_> = admin
        .list_users(&UserQuery::new().with_prefix("username", "user00"))
        .await
        .expect("some users");
    let one: Vec<_> = admin
        .list_users(&UserQuery::new().with_attribute("email", "007@example.com"))
        .await
        .expect("one user");
    let quoted: Vec<_> = admin
        .list_users(&UserQuery::new().with_attribute("email", r#"" or email ^= ""#))
        .await
        .expect("nobody");

    assert_eq!(all.len(), 151);
    assert_eq!(some.len(), 10);
    assert_eq!(one.len(), 1);
    assert_eq!(one[0].username, "user007");
    assert!(quoted.is_empty());
}

#[tokio::test]
async fn groups_are_made_filled_and_seen_in_tokens() {
    let cloud = Cloud::start().await;
    let admin = cloud.admin();

    for number in 0..70 {
        let group = Group::new(format!("group{number:02}")).with_precedence(number);
        admin.create_group(&group).await.expect("created");
    }
    let again = admin.create_group(&Group::new("group00")).await;
    assert_eq!(
        again.expect_err("taken").kind(),
        CognitoErrorKind::GroupExists
    );
    assert_eq!(admin.list_groups().await.expect("groups").len(), 70);
    let described = Group::new("group00").with_description("the first");
    admin.update_group(&described).await.expect("changed");
    let first = admin.get_group("group00").await.expect("a group");
    assert_eq!(first.description.as_deref(), Some("the first"));
    let last = admin.get_group("group69").await.expect("a group");
    assert_eq!(last.precedence, Some(69));

    admin
        .add_user_to_group("alice", "group00")
        .await
        .expect("added");
    let groups = admin.list_groups_for_user("alice").await.expect("groups");
    assert_eq!(groups.len(), 1);
    let members = admin.list_users_in_group("group00").await.expect("members");
    assert_eq!(members[0].username, "alice");
    let tokens = cloud
        .alice()
        .await
        .verify_tokens()
        .await
        .expect("good tokens");
    assert_eq!(tokens.id.groups, ["group00"]);
    assert_eq!(tokens.access.groups, ["group00"]);

    admin
        .remove_user_from_group("alice", "group00")
        .await
        .expect("removed");
    admin.delete_group("group00").await.expect("deleted");
    let gone = admin.get_group("group00").await.expect_err("gone");
    assert_eq!(gone.kind(), CognitoErrorKind::ResourceNotFound);
}

#[tokio::test]
async fn without_credentials_nothing_is_even_tried() {
    let cloud = Cloud::start().await;
    let cognito = cloud.cognito();
    assert!(!cognito.has_credentials());

    let error = cognito.admin().expect_err("refused");

    assert_eq!(error.kind(), CognitoErrorKind::MissingCredentials);
    assert!(error.kind().is_setup());
    assert!(cloud.emulator.calls().is_empty());
}

#[tokio::test]
async fn an_administrator_logs_a_user_in_and_answers_for_them() {
    let cloud = Cloud::start().await;
    let admin = cloud.admin();
    let newbie = cognito_emulator::User::new("newbie").with_temporary_password("Temporary-1!");
    cloud.pool.add_user(newbie);

    let alice = admin.authenticate("alice", &secret(PASSWORD)).await;
    assert!(matches!(alice, Ok(LoginStep::Complete(_))), "{alice:?}");
    let wrong = admin.authenticate("alice", &secret("not it")).await;
    assert_eq!(
        wrong.expect_err("refused").kind(),
        CognitoErrorKind::WrongPassword
    );

    let asked = admin.authenticate("newbie", &secret("Temporary-1!")).await;
    let Ok(LoginStep::Challenge(Challenge::NewPasswordRequired(asked))) = asked else {
        panic!("another outcome: {asked:?}");
    };
    cloud.emulator.clear_calls();
    let answer = asked.answer(secret("Brand-new-pass-1"), &attributes(&[]));
    let denied = cloud.cognito().respond(&answer).await;
    assert_eq!(
        denied.expect_err("denied").kind(),
        CognitoErrorKind::MissingCredentials
    );
    assert!(cloud.emulator.calls().is_empty());
    let done = admin.cognito().respond(&answer).await;

    assert!(matches!(done, Ok(LoginStep::Complete(_))), "{done:?}");
    let calls = cloud.emulator.calls();
    assert_eq!(calls[0].operation, "AdminRespondToAuthChallenge");
}

#[tokio::test]
async fn an_invitation_is_sent_again_until_it_was_taken() {
    let cloud = Cloud::start().await;
    let admin = cloud.admin();
    let email = attributes(&[
        ("email", "bob@example.com"),
        ("phone_number", "+12065550100"),
    ]);
    let bob = NewUser::new("bob").with_attributes(email);

    let mailed = bob.clone().with_invitation_by_email();
    admin.create_user(&mailed).await.expect("invited");
    let first = cloud.code("bob");
    let texted = bob.clone().with_invitation_by_sms();
    let again = admin.resend_invitation(&texted).await;
    again.expect("invited again");

    let second = cloud.code("bob");
    assert_ne!(first, second);
    let media: Vec<_> = cloud
        .emulator
        .outbox()
        .into_iter()
        .map(|message| message.medium)
        .collect();
    assert_eq!(media, ["EMAIL", "SMS"]);
    let own = secret("Bobs-horse-1");
    let set = admin.set_password("bob", &own, true).await;
    set.expect("set");
    let late = admin.resend_invitation(&bob).await;
    let kind = late.expect_err("taken").kind();
    assert_eq!(kind, CognitoErrorKind::UnsupportedUserState);
}

#[tokio::test]
async fn an_address_that_another_user_has_is_taken_over_only_on_demand() {
    let cloud = Cloud::start().await;
    let admin = cloud.admin();
    let email = attributes(&[("email", "alice@example.com"), ("email_verified", "true")]);
    let bob = NewUser::new("bob")
        .with_attributes(email)
        .with_temporary_password(secret("Temporary-1!"))
        .without_invitation();

    let refused = admin.create_user(&bob).await;
    let kind = refused.expect_err("taken").kind();
    assert_eq!(kind, CognitoErrorKind::AliasExists);
    let created = admin.create_user(&bob.with_alias_taken_over()).await;

    assert_eq!(created.expect("created").username, "bob");
    let by_alias = admin.get_user("alice@example.com").await;
    assert_eq!(by_alias.expect("a user").username, "bob");
}
