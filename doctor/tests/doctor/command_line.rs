//! Exit codes, outputs, and arguments.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bench::{Bench, SECRET, codes, doctor, run_with_input, stderr, stdout};

#[test]
fn nothing_and_notes_are_exit_code_0() {
    let mut noted = Bench::good();
    noted.set("client.AuthSessionValidity", json!(3));

    for bench in [Bench::good(), noted] {
        let output = bench.run();
        assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    }
}

#[test]
fn errors_and_warnings_are_exit_code_1_and_come_first() {
    let mut bench = Bench::good();
    bench.set("client.AuthSessionValidity", json!(3));
    bench.set("pool.DeletionProtection", json!("INACTIVE"));
    bench.set("client.UserPoolId", json!("eu-west-1_Other1234"));

    let output = bench.run();

    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let heads: Vec<_> = text
        .lines()
        .filter(|line| line.contains(": ") && !line.starts_with(' '))
        .collect();
    assert_eq!(
        heads[..3],
        [
            "error: client-of-another-pool",
            "warning: deletion-protection-off",
            "note: auth-session-short",
        ]
    );
    assert!(text.contains("1 error, 1 warning, 1 note"), "{text}");
    assert!(text.contains("--deletion-protection ACTIVE"), "{text}");
    assert_eq!(text.matches("of AWS Security Hub").count(), 1, "{text}");
    assert!(text.contains("Cognito.6 of AWS Security Hub"), "{text}");
}

#[test]
fn json_has_the_same_findings_for_programs() {
    let mut bench = Bench::good();
    bench.set("pool.DeletionProtection", json!("INACTIVE"));
    bench.argument("--json");

    let output = bench.run();

    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report["user_pool_id"], "eu-west-1_Ab12Cd34E");
    let finding = &report["findings"][0];
    assert_eq!(finding["code"], "deletion-protection-off");
    assert_eq!(finding["severity"], "warning");
    assert_eq!(finding["setting"], "DeletionProtection");
    assert_eq!(finding["value"], "INACTIVE");
    assert_eq!(finding["security_hub"], "Cognito.6");
    assert!(
        finding["why"].is_string() && finding["fix"].is_string(),
        "{finding}"
    );
}

#[test]
fn no_secret_is_ever_printed() {
    let mut bench = Bench::good();
    bench.variable("COGNITO_APP_SECRET", "the-sites-own-secret");
    bench.variable("COGNITO_APP_ID", "other");
    bench.set("client.ExplicitAuthFlows", json!(null));
    let human = bench.run();
    bench.argument("--json");
    let machine = bench.run();

    for output in [human, machine] {
        assert_eq!(output.status.code(), Some(1));
        for text in [stdout(&output), stderr(&output)] {
            assert!(
                !text.contains(SECRET) && !text.contains("the-sites-own"),
                "{text}"
            );
        }
    }
}

#[test]
fn takes_the_inner_objects_too_and_one_from_standard_input() {
    let bench = Bench::good();
    let folder = TempDir::new().expect("a folder");
    let client = folder.path().join("client.json");
    fs::write(&client, bench.client["UserPoolClient"].to_string()).expect("a file");

    let mut doctor = doctor();
    doctor
        .args(["--json", "--user-pool", "-", "--app-client"])
        .arg(client);
    let output = run_with_input(doctor, &bench.pool["UserPool"].to_string());

    assert_eq!(codes(&output), Vec::<String>::new(), "{}", stderr(&output));
}

#[test]
fn wrong_usage_is_one_sentence_and_exit_code_2() {
    let cases: [(&[&str], &str); 8] = [
        (&[], "nothing to look at"),
        (&["--user-pool", "pool.json"], "belong together"),
        (&["--user-pool", "-", "--app-client", "-"], "standard input"),
        (
            &["--user-pool-id", "eu-west-1_Ab12Cd34E"],
            "nothing to look at",
        ),
        (
            &["--user-pool-id", "no-underscore", "--app-client-id", "a"],
            "no-underscore",
        ),
        (&["--frobnicate"], "--frobnicate"),
        (
            &["--attribute-mapping", "[]"],
            "--attribute-mapping: expected",
        ),
        (
            &[
                "--user-pool-id",
                "eu-west-1_A",
                "--app-client-id",
                "a",
                "--endpoint",
                "http://pool.example",
            ],
            "plain `http`",
        ),
    ];

    for (arguments, expected) in cases {
        let output = doctor().args(arguments).output().expect("the doctor");
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_wrong_variable_of_the_site_is_named() {
    let mut bench = Bench::good();
    bench.variable("COGNITO_CREATE_UNKNOWN_USERS", "perhaps");

    let output = bench.run();

    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("COGNITO_CREATE_UNKNOWN_USERS"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_environment_can_be_left_out() {
    let mut bench = Bench::good();
    bench.variable("COGNITO_APP_ID", "other");
    bench.argument("--no-environment");

    assert_eq!(bench.codes(), Vec::<String>::new());
}
