use std::net::TcpListener;

use sqlx::{Connection, Executor, SqliteConnection};

use crate::process::{Demo, exchange, run};

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
    assert_eq!(output.status.code(), Some(1), "{error}");
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
        ("SEALING_KEYS", "canary"),
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
fn a_server_that_is_away_is_exit_code_1_and_says_why() {
    let key = (
        "SEALING_KEYS",
        "qXZtVN0J1y2iW0p1Xj4cJ9vG6xOZk3mJm0h8Qe5rT2A=",
    );
    for (name, value) in [
        ("DATABASE_URL", "postgres://user:canary@127.0.0.1:1/site"),
        ("DATABASE_URL", "mysql://user:canary@127.0.0.1:1/site"),
        ("SESSION_STORE", "redis://user:canary@127.0.0.1:1"),
    ] {
        let output = run("127.0.0.1:0", &[(name, value), key], &[]);

        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{value}: {error}");
        assert!(error.contains(name) && error.contains("refused"), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
}

#[test]
fn wrong_arguments_are_exit_code_2() {
    for arguments in [&["--nonsense"][..], &["--listen"], &["--proxies", "many"]] {
        let output = run("127.0.0.1:0", &[], arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

/// A database of a version whose tables cannot be used any more.
#[tokio::test]
async fn an_old_database_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/old.db", folder.path().display());
    let mut old = SqliteConnection::connect(&format!("{url}?mode=rwc"))
        .await
        .expect("a database");
    let tables = "create table _axum_cognito_migrations (version integer primary key); \
                  create table users (id integer primary key, username text)";
    old.execute(tables).await.expect("tables");
    old.close().await.expect("closed");

    let output = run("127.0.0.1:0", &[("DATABASE_URL", &url)], &[]);

    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    for words in ["DATABASE_URL", "old.db", "drop the tables `logins`"] {
        assert!(error.contains(words), "{words}: {error}");
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

/// What a browser is given to keep, with https and without.
#[tokio::test]
async fn the_cookie_is_for_this_site_alone() {
    for (https, expected) in [
        (
            "true",
            "__Host-session-PORT=ID; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=604800",
        ),
        (
            "false",
            "session-PORT=ID; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder").keep();
        let demo = Demo::start_with(&folder, &[("DEMO_HTTPS", https)]);
        let answer = exchange(
            demo.port(),
            "POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: 39\r\n\r\n\
             username=alice&password=Correct-horse-1",
        )
        .await;

        let header = |wanted: &str| {
            let lines = answer.lines().filter_map(|line| line.split_once(": "));
            let mut found = lines.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            let value = found.next().map(|(_, value)| value.to_owned());
            assert!(found.next().is_none(), "{wanted} twice");
            value
        };
        let cookie = header("set-cookie").unwrap_or_else(|| panic!("no cookie: {answer}"));
        let (name, rest) = cookie.split_once('=').expect("a pair");
        let (id, flags) = rest.split_once(';').expect("flags");
        assert_eq!(id.len(), 22, "{cookie}");
        let port = demo.port().to_string();
        assert_eq!(
            format!("{name}=ID;{flags}"),
            expected.replace("PORT", &port)
        );
        let hsts = header("strict-transport-security");
        assert_eq!(hsts.is_some(), https == "true", "{hsts:?}");
        assert_eq!(header("server"), None);
    }
}
