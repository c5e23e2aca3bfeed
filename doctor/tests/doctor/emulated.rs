//! Asking a server, with the operator's credentials.

use std::process::Output;
use std::time::Duration;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_cognitoidentityprovider::types::IdentityProviderTypeType;
use cognito_emulator::{AppClient, AuthFlow, Emulator, Fault, FaultKind, Pool};
use serde_json::Value;

use crate::as_template;
use crate::bench::{codes, doctor, stderr, stdout};

const POOL: &str = "us-east-1_Emulated1";

/// The API, to set up what the emulator has no handle for.
fn api(emulator: &Emulator) -> Client {
    let config = aws_sdk_cognitoidentityprovider::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(emulator.endpoint());
    Client::from_conf(config.build())
}

/// An app client for managed login, with what the doctor wants of it.
fn site() -> AppClient {
    AppClient::new("site")
        .with_callback_urls(["https://shop.example.com/login/callback"])
        .with_sign_out_urls(["https://shop.example.com/"])
        .with_oauth_flows(["code"])
        .with_scopes(["openid", "email", "aws.cognito.signin.user.admin"])
        .with_secret("emulated_secret_of_the_tests")
}

/// The findings that are about Cognito's own pages.
fn about_pages(output: &Output) -> Vec<String> {
    let kinds = [
        "oauth",
        "domain",
        "managed",
        "callback",
        "sign-out",
        "provider",
        "verified-by",
    ];
    let mut codes = codes(output);
    codes.retain(|code| kinds.iter().any(|kind| code.starts_with(kind)));
    codes.sort();
    codes
}

async fn ask_all(endpoint: &str) -> Output {
    let mut doctor = doctor();
    doctor
        .args(["--json", "--all-pools", "--region", "us-east-1"])
        .args(["--endpoint", endpoint])
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("COGNITO_DOMAIN", "https://elsewhere.example.com");

    let run = tokio::task::spawn_blocking(move || doctor.output());
    run.await.expect("a thread").expect("the doctor")
}

/// Runs off the emulator's thread, which answers meanwhile.
async fn ask(endpoint: &str, app_client: &str) -> Output {
    let mut doctor = doctor();
    doctor
        .args([
            "--json",
            "--user-pool-id",
            POOL,
            "--app-client-id",
            app_client,
        ])
        .args(["--endpoint", endpoint])
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test");

    let run = tokio::task::spawn_blocking(move || doctor.output());
    run.await.expect("a thread").expect("the doctor")
}

#[tokio::test]
async fn reads_the_settings_of_a_pool_from_a_server() {
    let emulator = Emulator::start().await.expect("an emulator");
    let pool = emulator.add_pool(Pool::new(POOL).with_device_tracking());
    let client = pool.add_client(
        AppClient::new("web")
            .with_secret("emulated_secret_of_the_tests")
            .with_flows([AuthFlow::UserPassword])
            .with_access_token_validity(Duration::from_secs(2 * 60 * 60))
            .with_refresh_token_rotation(Duration::ZERO)
            .with_write_attributes(["email", "given_name", "family_name", "custom:role"]),
    );

    let output = ask(emulator.endpoint(), client.id()).await;

    let found = codes(&output);
    assert_eq!(output.status.code(), Some(1));
    for code in [
        "flow-srp-missing",
        "flow-user-password",
        "access-token-long",
        "rotation-without-grace",
        "custom-rights-writable",
        "device-tracking-on",
        "deletion-protection-off",
    ] {
        assert!(
            found.iter().any(|it| it == code),
            "{code} is not in {found:?}"
        );
    }
    for code in [
        "client-of-another-pool",
        "client-without-secret",
        "id-token-long",
        "mfa-off",
    ] {
        assert!(!found.iter().any(|it| it == code), "{code} is in {found:?}");
    }
    assert!(!stdout(&output).contains("emulated_secret_of_the_tests"));
}

#[tokio::test]
async fn says_what_the_server_refused() {
    let emulator = Emulator::start().await.expect("an emulator");
    emulator.add_pool(Pool::new(POOL));

    let output = ask(emulator.endpoint(), "nobody").await;

    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("DescribeUserPoolClient failed: ResourceNotFoundException"),
        "{said}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_one_sentence() {
    let gone = Emulator::start().await.expect("an emulator");
    let endpoint = gone.endpoint().to_owned();
    drop(gone);

    let output = ask(&endpoint, "emulated").await;

    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("DescribeUserPool failed"), "{said}");
    assert!(!said.contains("DispatchFailure"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[tokio::test]
async fn sees_domains_styles_and_providers_of_a_server() {
    let emulator = Emulator::start().await.expect("an emulator");
    let pool = emulator.add_pool(Pool::new(POOL));
    let client = pool.add_client(site());
    let api = api(&emulator);
    let look = || ask(emulator.endpoint(), client.id());

    assert_eq!(about_pages(&look().await), ["domain-missing", "oauth-on"]);

    let domain = api.create_user_pool_domain().user_pool_id(POOL);
    domain.domain("shop").send().await.expect("a domain");
    let found = about_pages(&look().await);
    assert_eq!(found, ["callback-cross-site", "domain-classic", "oauth-on"]);

    let domain = api.update_user_pool_domain().user_pool_id(POOL);
    let domain = domain.domain("shop").managed_login_version(2);
    domain.send().await.expect("another version");
    let found = about_pages(&look().await);
    assert_eq!(
        found,
        ["callback-cross-site", "managed-login-unstyled", "oauth-on"]
    );

    let style = api.create_managed_login_branding().user_pool_id(POOL);
    let style = style
        .client_id(client.id())
        .use_cognito_provided_values(true);
    style.send().await.expect("a style");
    let provider = api.create_identity_provider().user_pool_id(POOL);
    provider
        .provider_name("Okta")
        .provider_type(IdentityProviderTypeType::Oidc)
        .provider_details("client_id", "shop")
        .provider_details("client_secret", "never-print-the-secret-at-okta")
        .attribute_mapping("email", "email")
        .attribute_mapping("email_verified", "email")
        .send()
        .await
        .expect("a provider");
    let output = look().await;
    assert_eq!(
        about_pages(&output),
        [
            "callback-cross-site",
            "oauth-on",
            "provider-unused",
            "verified-by-other-claim"
        ]
    );
    assert!(!stdout(&output).contains("never-print-the-secret-at-okta"));
}

#[tokio::test]
async fn what_aws_does_not_allow_is_not_known_and_said() {
    let emulator = Emulator::start().await.expect("an emulator");
    let pool = emulator.add_pool(Pool::new(POOL));
    let client = pool.add_client(site());
    let api = api(&emulator);
    let domain = api.create_user_pool_domain().user_pool_id(POOL);
    domain.domain("shop").send().await.expect("a domain");
    for operation in [
        "DescribeUserPoolDomain",
        "ListIdentityProviders",
        "DescribeManagedLoginBrandingByClient",
    ] {
        let refusal = FaultKind::error("AccessDeniedException");
        emulator.inject(Fault::on(operation, refusal).forever());
    }

    let output = ask(emulator.endpoint(), client.id()).await;

    let report: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(
        report["not_seen"],
        serde_json::json!([
            "DescribeUserPoolDomain",
            "ListIdentityProviders",
            "DescribeManagedLoginBrandingByClient"
        ])
    );
    let found = about_pages(&output);
    assert_eq!(found, ["callback-cross-site", "oauth-on"]);
}

#[tokio::test]
async fn sees_every_app_client_of_every_pool() {
    let emulator = Emulator::start().await.expect("an emulator");
    let many = emulator.add_pool(Pool::new(POOL));
    // More than one page of a list.
    for number in 0..61 {
        many.add_client(AppClient::new(format!("client{number}")));
    }
    let single = emulator.add_pool(Pool::new("us-east-1_Emulated2"));
    single.add_client(site());
    emulator.add_pool(Pool::new("us-east-1_Emulated3"));
    emulator.add_pool(Pool::new("eu-west-1_Elsewhere"));

    let output = ask_all(emulator.endpoint()).await;

    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let parts = report["reports"].as_array().expect("reports");
    let of = |pool: &str| parts.iter().filter(|it| it["user_pool_id"] == pool).count();
    assert_eq!(of(POOL), 62, "the pool and its app clients");
    assert_eq!(
        of("us-east-1_Emulated2"),
        1,
        "a pool with its only app client"
    );
    assert_eq!(of("us-east-1_Emulated3"), 1, "a pool alone");
    assert_eq!(parts.len(), 64);

    let all = as_template::codes(&output);
    let count = |code: &str| all.iter().filter(|it| *it == code).count();
    assert_eq!(count("deletion-protection-off"), 3, "once for each pool");
    assert_eq!(
        count("client-without-secret"),
        61,
        "once for each app client"
    );
    assert_eq!(count("domain-other-than-site"), 0, "no site is asked about");
}

#[tokio::test]
async fn lists_more_pools_than_fit_on_a_page() {
    let emulator = Emulator::start().await.expect("an emulator");
    for number in 0..61 {
        emulator.add_pool(Pool::new(format!("us-east-1_Emulated{number}")));
    }

    let output = ask_all(emulator.endpoint()).await;

    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    assert_eq!(report["reports"].as_array().map(Vec::len), Some(61));
}
