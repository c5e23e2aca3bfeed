//! Identity providers, the app client and the user pool.

use axum_cognito::cognito::{CognitoErrorKind, IdentityProvider, MfaRequirement};
use cognito_emulator::{MfaMode, Pool};

use crate::pool::{Cloud, PASSWORD, complete, secret};

#[tokio::test]
async fn tells_how_the_app_client_is_configured() {
    let cloud = Cloud::start().await;

    let client = cloud.admin().describe_app_client().await.expect("a client");

    assert_eq!(client.name, "client");
    assert!(
        client
            .auth_flows
            .iter()
            .any(|flow| flow == "ALLOW_USER_SRP_AUTH")
    );
    assert!(!client.prevents_user_existence_errors);
    assert!(!client.rotates_refresh_tokens);
    assert!(!format!("{client:?}").contains("emulated_secret_of_the_tests"));
}

#[tokio::test]
async fn changes_one_thing_of_the_app_client_and_keeps_the_rest() {
    let cloud = Cloud::start().await;
    let half_an_hour = std::time::Duration::from_secs(30 * 60);
    let client = cloud.client.clone();
    let client = client.with_access_token_validity(half_an_hour);
    cloud.pool.add_client(client);
    let admin = cloud.admin();
    let before = admin.describe_app_client().await.expect("a client");
    let unknown = || async {
        let cognito = cloud.cognito();
        let refused = cognito.authenticate("nobody", &secret(PASSWORD)).await;
        refused.expect_err("refused").kind()
    };
    assert_eq!(unknown().await, CognitoErrorKind::UserNotFound);

    let after = admin
        .update_app_client(|client| {
            client.prevents_user_existence_errors = true;
            client.rotates_refresh_tokens = true;
            client.write_attributes = vec!["email".to_owned()];
        })
        .await
        .expect("changed");

    let described = admin.describe_app_client().await.expect("a client");
    assert_eq!(after, described);
    assert!(after.rotates_refresh_tokens && after.revokes_tokens);
    assert_eq!(after.write_attributes, ["email"]);
    assert_eq!(after.auth_flows, before.auth_flows);
    assert_eq!(after.name, before.name);
    assert_eq!(unknown().await, CognitoErrorKind::WrongPassword);
    let mut alice = complete(
        cloud
            .cognito()
            .authenticate("alice", &secret(PASSWORD))
            .await,
    );
    let lifetime = alice.tokens().expires_at - cloud.cognito().clock().now();
    assert!(lifetime <= half_an_hour, "{lifetime}");
    let first = alice.tokens().refresh.clone().expect("a refresh token");
    alice.renew_access_token().await.expect("renewed");
    let second = alice.tokens().refresh.clone().expect("a refresh token");
    assert_ne!(first.expose(), second.expose());

    let wrong = admin.update_app_client(|client| client.auth_flows = vec!["ALLOW_ALL".to_owned()]);
    let kind = wrong.await.expect_err("no such flow").kind();
    assert_eq!(kind, CognitoErrorKind::InvalidParameter);
}

/// Two requests of one browser can renew with the same token: the second is not to end the login.
#[tokio::test]
async fn a_rotated_token_works_on_for_as_long_as_before_whatever_is_changed() {
    let cloud = Cloud::start().await;
    let a_minute = std::time::Duration::from_secs(60);
    let client = cloud.client.clone().with_refresh_token_rotation(a_minute);
    cloud.pool.add_client(client);
    let admin = cloud.admin();

    let changed = admin.update_app_client(|client| client.name = "another name".to_owned());
    let changed = changed.await.expect("changed");

    assert!(changed.rotates_refresh_tokens);
    let mut alice = cloud.alice().await;
    let mut at_once = alice.clone();
    alice.renew_access_token().await.expect("renewed");
    at_once.renew_access_token().await.expect("within a minute");

    let changed = admin.update_app_client(|client| client.rotates_refresh_tokens = false);
    assert!(!changed.await.expect("changed").rotates_refresh_tokens);
    let described = admin.describe_app_client().await.expect("a client");
    assert!(!described.rotates_refresh_tokens);
}

#[tokio::test]
async fn tells_how_the_user_pool_is_configured() {
    let pool = Pool::new("us-east-1_Client")
        .with_alias_attributes(["email"])
        .with_first_factors(["PASSWORD", "EMAIL_OTP"])
        .with_mfa(MfaMode::On)
        .with_required_attributes(["email"])
        .with_device_tracking();
    let cloud = Cloud::with(pool).await;

    let pool = cloud.admin().describe_user_pool().await.expect("a pool");

    assert_eq!(pool.mfa, MfaRequirement::Required);
    assert_eq!(pool.alias_attributes, ["email"]);
    assert!(pool.first_factors.contains(&"EMAIL_OTP".to_owned()));
    assert!(pool.tracks_devices && pool.case_sensitive);
    assert!(pool.password_policy.min_chars >= 8);
    assert_eq!(pool.custom_attributes, ["custom:team"]);
    let requires = |name: &str| pool.required_attributes.iter().any(|it| it == name);
    assert!(requires("email") && !requires("given_name"));
    assert_eq!(pool.estimated_users, 1);
}

#[tokio::test]
async fn identity_providers_are_made_changed_listed_and_deleted() {
    let cloud = Cloud::start().await;
    let admin = cloud.admin();
    let provider = IdentityProvider::new("Partner", "OIDC")
        .with_detail("client_id", "id-at-partner")
        .with_detail("client_secret", "canary-secret")
        .with_attribute("email", "mail");

    let created = admin.create_identity_provider(&provider).await;
    let mut created = created.expect("created");
    assert_eq!(created, provider);
    assert!(!format!("{created:?}").contains("canary"));
    let again = admin.create_identity_provider(&provider).await;
    assert_eq!(
        again.expect_err("taken").kind(),
        CognitoErrorKind::DuplicateProvider
    );
    created.identifiers = vec!["partner.example".to_owned()];
    let changed = admin.update_identity_provider(&created).await;
    assert_eq!(changed.expect("changed"), created);
    let described = admin.describe_identity_provider("Partner").await;
    let described = described.expect("a provider");
    assert_eq!(described, created);
    assert_eq!(described.details["client_id"], "id-at-partner");
    assert_eq!(described.attribute_mapping["email"], "mail");
    for number in 0..70 {
        let other = IdentityProvider::new(format!("Other{number}"), "SAML");
        let made = admin.create_identity_provider(&other).await;
        made.expect("created");
    }
    let listed = admin.list_identity_providers().await.expect("a list");
    assert_eq!(listed.len(), 71);
    assert!(
        listed
            .iter()
            .any(|it| it.name == "Partner" && it.kind == "OIDC")
    );

    let deleted = admin.delete_identity_provider("Partner").await;
    deleted.expect("deleted");
    for gone in [
        admin.describe_identity_provider("Partner").await.map(drop),
        admin.update_identity_provider(&provider).await.map(drop),
        admin.delete_identity_provider("Partner").await,
    ] {
        let kind = gone.expect_err("gone").kind();
        assert_eq!(kind, CognitoErrorKind::ResourceNotFound);
    }
}
