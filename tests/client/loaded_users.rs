use axum_cognito::attribute::AttributeName;
use axum_cognito::cognito::{CognitoErrorKind, NewUser};

use crate::pool::Cloud;

fn name(name: &str) -> AttributeName {
    name.parse().expect("a name")
}

#[tokio::test]
async fn a_user_saves_what_they_changed_and_no_more() {
    let cloud = Cloud::start().await;
    let alice = cloud.alice().await;
    let mut loaded = alice.load().await.expect("loaded");
    cloud.emulator.clear_calls();

    loaded.set(name("email"), "alice@example.com");
    assert!(loaded.save().await.expect("nothing to save").is_empty());
    assert!(cloud.emulator.calls().is_empty());
    loaded.set(name("custom:team"), "red");
    assert_eq!(loaded.get("custom:team"), Some("red"));
    assert_eq!(loaded.profile().attributes.get("custom:team"), None);
    assert!(loaded.save().await.expect("saved").is_empty());
    loaded.set(name("email"), "new@example.com");
    let deliveries = loaded.save().await.expect("saved");

    assert_eq!(deliveries[0].attribute, "email");
    assert_eq!(loaded.profile().attributes.get("custom:team"), Some("red"));
    let profile = alice.get_user().await.expect("a user");
    assert_eq!(profile.attributes.get("custom:team"), Some("red"));
}

#[tokio::test]
async fn a_change_that_was_refused_is_still_there() {
    let cloud = Cloud::start().await;
    let mut loaded = cloud.alice().await.load().await.expect("loaded");

    loaded.set(name("custom:unknown"), "x");
    let refused = loaded.save().await.expect_err("no such attribute");

    assert_eq!(refused.kind(), CognitoErrorKind::InvalidParameter);
    assert_eq!(loaded.get("custom:unknown"), Some("x"));
}

#[tokio::test]
async fn an_administrator_saves_and_deletes_a_user() {
    let cloud = Cloud::start().await;
    let admin = cloud.admin();
    let bob = NewUser::new("bob").without_invitation();
    admin.create_user(&bob).await.expect("created");

    let mut bob = admin.load_user("bob").await.expect("loaded");
    bob.set(name("email"), "bob@example.com");
    bob.set(name("email_verified"), "true");
    bob.save().await.expect("saved");
    let profile = admin.get_user("bob").await.expect("a user");
    assert_eq!(profile.attributes.get("email_verified"), Some("true"));
    bob.delete().await.expect("deleted");

    let gone = admin.load_user("bob").await.expect_err("gone");
    assert_eq!(gone.kind(), CognitoErrorKind::UserNotFound);
}

#[tokio::test]
async fn a_loaded_user_can_delete_themselves() {
    let cloud = Cloud::start().await;
    let loaded = cloud.alice().await.load().await.expect("loaded");

    loaded.delete().await.expect("deleted");

    assert!(cloud.admin().get_user("alice").await.is_err());
}
