//! What a client is built of.

use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::{Credentials, SharedCredentialsProvider};
use axum_cognito::clock::ManualClock;
use axum_cognito::cognito::{Cognito, CognitoBuilder, CognitoErrorKind};
use axum_cognito::token::KeySet;

use crate::by_hand::House;
use crate::pool::{Cloud, PASSWORD, log_in};

/// A builder that is not told where the emulator is.
fn bare(cloud: &Cloud) -> CognitoBuilder {
    let pool = cloud.pool.id().parse().expect("a pool id");
    let client = cloud.client.id().parse().expect("an app client id");

    Cognito::builder(pool, client).with_app_client_secret("emulated_secret_of_the_tests")
}

/// A configuration of the SDK that is.
fn sdk_config(cloud: &Cloud, has_credentials: bool) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .endpoint_url(cloud.emulator.endpoint());
    if has_credentials {
        let key = Credentials::new("AKIDEXAMPLE", "emulated", None, None, "tests");
        config = config.credentials_provider(SharedCredentialsProvider::new(key));
    }

    config.build()
}

#[tokio::test]
async fn what_the_sdk_is_configured_with_is_used() {
    let cloud = Cloud::start().await;

    let config = sdk_config(&cloud, false);
    let cognito = bare(&cloud).with_sdk_config(&config).build();
    let cognito = cognito.expect("a client");
    log_in(&cognito, "alice", PASSWORD).await;
    let error = cognito.admin().expect_err("no credentials");
    assert_eq!(error.kind(), CognitoErrorKind::MissingCredentials);

    let config = sdk_config(&cloud, true);
    for builder in [
        bare(&cloud).with_sdk_config(&config),
        bare(&cloud).with_sdk_client(Client::new(&config)),
    ] {
        let cognito = builder.build().expect("a client");
        log_in(&cognito, "alice", PASSWORD).await;
        let admin = cognito.admin().expect("credentials");
        let alice = admin.get_user("alice").await.expect("a user");
        assert_eq!(alice.username, "alice");
    }
}

#[test]
fn tokens_are_those_of_the_pools_region_unless_something_else_is_said() {
    let builder = || {
        let pool = "eu-west-1_Ab12Cd34E".parse().expect("a pool id");
        let client = "1example23456789".parse().expect("an app client id");
        Cognito::builder(pool, client)
    };
    let elsewhere = "https://issuer.example/pool";

    for (builder, issuer) in [
        (
            builder(),
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab12Cd34E",
        ),
        (
            builder().with_region("eu-central-1"),
            "https://cognito-idp.eu-central-1.amazonaws.com/eu-west-1_Ab12Cd34E",
        ),
        (builder().with_issuer(elsewhere), elsewhere),
    ] {
        let cognito = builder.build().expect("a client");

        assert_eq!(cognito.token_verifier().issuer(), issuer);
    }
}

#[tokio::test]
async fn clocks_may_differ_by_what_is_said() {
    let cloud = Cloud::start().await;
    let alice = cloud.alice().await;
    let late = alice.tokens().expires_at + Duration::from_secs(60);

    for (leeway, accepted) in [(30, false), (90, true)] {
        let builder = cloud.builder().with_clock(Arc::new(ManualClock::new(late)));
        let builder = builder.with_leeway(Duration::from_secs(leeway));
        let cognito = builder.build().expect("a client");

        let verified = cognito.verify_tokens(alice.tokens()).await;
        assert_eq!(verified.is_ok(), accepted, "{leeway} seconds");
    }
}

#[tokio::test]
async fn a_token_of_a_stranger_may_be_as_long_as_is_said() {
    let cloud = Cloud::start().await;
    let alice = cloud.alice().await;
    let token = &alice.tokens().access;
    let length = token.expose().len();

    for (most, accepted) in [(length - 1, false), (length, true)] {
        let builder = cloud.builder().with_max_bearer_length(most);
        let cognito = builder.build().expect("a client");

        let verified = cognito.verify_access_token(token).await;
        assert_eq!(verified.is_ok(), accepted, "{most} bytes");
    }
}

#[tokio::test]
async fn keys_that_are_given_are_not_fetched() {
    let cloud = Cloud::start().await;
    let alice = cloud.alice().await;
    let house = House {
        emulator: cloud.emulator.clone(),
        pool: cloud.pool.clone(),
        client: cloud.client.clone(),
    };
    let path = format!("/{}/.well-known/jwks.json", cloud.pool.id());
    let keys = house.get(&path).await.text;
    let keys = KeySet::from_json(keys.as_bytes()).expect("a key set");
    cloud.emulator.clear_calls();

    let cognito = cloud.builder().with_key_set(keys).build();
    let cognito = cognito.expect("a client");
    let verified = cognito.verify_tokens(alice.tokens()).await;

    assert_eq!(verified.expect("good tokens").id.username, "alice");
    assert_eq!(cloud.emulator.calls(), []);
}
