//! Asking a server, with the operator's credentials.

use std::process::Output;
use std::time::Duration;

use cognito_emulator::{AppClient, AuthFlow, Emulator, Pool};

use crate::bench::{codes, doctor, stderr, stdout};

const POOL: &str = "us-east-1_Emulated1";

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
