use std::net::TcpListener;

use crate::process::{Demo, run};

#[test]
fn tells_its_address_and_its_users() {
    let demo = Demo::start();

    for text in [
        "http://127.0.0.1:",
        "alice",
        "Correct-horse-1",
        "admin",
        "newbie",
        "totp",
        "demo-data",
    ] {
        assert!(demo.greeting.contains(text), "{text}: {}", demo.greeting);
    }
}

#[test]
fn a_port_in_use_is_an_error_that_names_the_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("its address").to_string();

    let output = run(&address, &[], &[]);

    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(error.contains("DEMO_LISTEN"), "{error}");
}

#[test]
fn a_wrong_setting_is_one_sentence_and_exit_code_2() {
    for (name, value) in [
        ("DEMO_LISTEN", "nonsense"),
        ("COGNITO_USER_POOL_ID", "no-underscore"),
        ("COGNITO_ATTR_MAPPING", "{not json"),
        ("COGNITO_CREATE_UNKNOWN_USERS", "perhaps"),
        ("DATABASE_URL", "oracle://somewhere"),
        ("DATABASE_URL", "postgres://user:canary@:x"),
        ("DATABASE_URL", "mysql://user:canary@localhost"),
        ("SESSION_STORE", "somewhere"),
        ("SESSION_STORE", "redis://user:canary@/x"),
    ] {
        let output = run("127.0.0.1:0", &[(name, value)], &[]);

        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {error}");
        assert!(error.contains(name), "{name}: {error}");
        assert!(!error.contains("panicked"), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
}

#[test]
fn help_lists_the_settings() {
    let output = run("127.0.0.1:0", &[], &["--help"]);

    let help = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success());
    for name in [
        "DEMO_LISTEN",
        "DATABASE_URL",
        "COGNITO_USER_POOL_ID",
        "COGNITO_ENDPOINT",
    ] {
        assert!(help.contains(name), "{name}: {help}");
    }
}

#[test]
fn ends_cleanly_when_it_is_asked_to() {
    assert_eq!(Demo::start().terminate(), Some(0));
}

#[test]
fn keeps_its_users_over_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");

    for _ in 0..2 {
        let demo = Demo::start_in(folder.path());
        assert_eq!(demo.terminate(), Some(0));
    }
    assert!(folder.path().join("demo-data").is_dir());
}
