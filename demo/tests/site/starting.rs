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

/// What a browser is given to keep, with https and without.
#[tokio::test]
async fn the_cookie_is_for_this_site_alone() {
    for (https, expected) in [
        (
            "true",
            "__Host-session=ID; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=604800",
        ),
        (
            "false",
            "session=ID; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder").keep();
        let demo = Demo::start_with(&folder, &[("DEMO_HTTPS", https)]);
        let answer = exchange(
            demo.port(),
            "POST /login HTTP/1.1\r\nhost: site.example\r\nconnection: close\r\n\
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
        assert_eq!(format!("{name}=ID;{flags}"), expected);
        let hsts = header("strict-transport-security");
        assert_eq!(hsts.is_some(), https == "true", "{hsts:?}");
        assert_eq!(header("server"), None);
    }
}

async fn exchange(port: u16, request: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let connection = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
    let mut connection = connection.expect("a connection");
    connection
        .write_all(request.as_bytes())
        .await
        .expect("sent");
    let mut answer = String::new();
    connection
        .read_to_string(&mut answer)
        .await
        .expect("an answer");
    answer
}
