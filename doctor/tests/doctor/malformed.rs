//! Files that are not what they should be get one sentence, and exit code 2.

use std::fs;

use tempfile::TempDir;

use crate::bench::{SECRET, doctor, stderr, stdout};

#[test]
fn says_which_file_is_wrong_and_what_was_expected() {
    let good_pool = include_str!("good/pool.json");
    let good_client = include_str!("good/client.json");
    let wrong_kind = good_client.replace(
        "\"AuthSessionValidity\": 5",
        "\"AuthSessionValidity\": \"5\"",
    );
    let cut = &good_client[..good_client.len() / 2];
    let cases = [
        ("", good_client, "pool.json: not a JSON object"),
        ("[]", good_client, "pool.json: not a JSON object"),
        (
            "{}",
            good_client,
            "pool.json: it has neither `UserPool` nor `Id`",
        ),
        (
            r#"{"UserPool": 3}"#,
            good_client,
            "pool.json: what it holds is not an object",
        ),
        (
            good_client,
            good_client,
            "`aws cognito-idp describe-user-pool`",
        ),
        (
            good_pool,
            good_pool,
            "client.json: it has neither `UserPoolClient` nor `ClientId`",
        ),
        (good_pool, cut, "client.json: not a JSON object (line"),
        (
            good_pool,
            &wrong_kind,
            "client.json: `AuthSessionValidity` has a value of another kind",
        ),
    ];

    for (pool, client, expected) in cases {
        let folder = TempDir::new().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a file");
            path
        };
        let output = doctor()
            .arg("--user-pool")
            .arg(write("pool.json", pool))
            .arg("--app-client")
            .arg(write("client.json", client))
            .output()
            .expect("the doctor");

        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "expected {expected:?} in {said:?}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!said.contains(SECRET), "{said}");
        assert_eq!(stdout(&output), "");
    }
}

#[test]
fn says_which_file_is_not_there() {
    let output = doctor()
        .args([
            "--user-pool",
            "no-such-pool.json",
            "--app-client",
            "no-such-client.json",
        ])
        .output()
        .expect("the doctor");

    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("no-such-pool.json"),
        "{}",
        stderr(&output)
    );
}
