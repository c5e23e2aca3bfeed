//! What keeps others out of a demo that runs on somebody's machine.

use std::os::unix::fs::PermissionsExt;

use crate::process::{Demo, exchange, run};

async fn get(demo: &Demo, path: &str, headers: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nconnection: close\r\n{headers}\r\n");
    exchange(demo.port(), &request).await
}

#[track_caller]
fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).expect("a status")
}

#[test]
fn the_embedded_pool_is_for_this_machine_alone() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let output = run(address, &[], &[]);

        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{address}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        for words in ["DEMO_LISTEN", "127.0.0.1", "COGNITO_USER_POOL_ID"] {
            assert!(error.contains(words), "{words}: {error}");
        }
    }
}

/// A name of another site can lead to this machine, so that its pages read what is here.
#[tokio::test]
async fn the_embedded_pool_answers_to_the_names_of_this_machine_alone() {
    let demo = Demo::start();

    for (host, expected) in [
        ("127.0.0.1", "200"),
        ("127.0.0.1:3000", "200"),
        ("127.1.2.3", "200"),
        ("localhost:3000", "200"),
        ("LOCALHOST", "200"),
        ("demo.localhost", "200"),
        ("[::1]:3000", "200"),
        ("evil.example", "421"),
        ("evil.example:3000", "421"),
        ("127.0.0.1.evil.example", "421"),
        ("localhost.evil.example", "421"),
        ("notlocalhost", "421"),
        ("192.168.1.1", "421"),
        ("localhost@evil.example", "421"),
    ] {
        for path in ["/inbox", "/", "/login", "/demo.css"] {
            let answer = get(&demo, path, &format!("host: {host}\r\n")).await;
            assert_eq!(status(&answer), expected, "{host} {path}: {answer}");
        }
        let health = get(&demo, "/healthz", &format!("host: {host}\r\n")).await;
        assert_eq!(status(&health), "200", "a monitor calls it what it likes");
    }
    assert_eq!(status(&get(&demo, "/inbox", "").await), "421", "no name");
}

#[tokio::test]
async fn other_names_can_be_set() {
    let folder = tempfile::tempdir().expect("a folder");
    let names = [("DEMO_HOSTS", "shop.example,www.shop.example")];
    let demo = Demo::start_with(folder.path(), &names);

    for (host, expected) in [
        ("shop.example", "200"),
        ("www.SHOP.example:8443", "200"),
        ("localhost", "421"),
        ("evil.example", "421"),
    ] {
        let answer = get(&demo, "/inbox", &format!("host: {host}\r\n")).await;
        assert_eq!(status(&answer), expected, "{host}");
    }
}

#[test]
fn what_it_stores_can_be_read_by_its_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let _demo = Demo::start_in(folder.path());

    let mut files = 0;
    for entry in folder.path().join("demo-data").read_dir().expect("files") {
        let entry = entry.expect("a file");
        let mode = entry.metadata().expect("its mode").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
        files += 1;
    }
    assert!(files >= 2, "the database and its key");
}

/// Cookies of one host are sent to all of its ports.
#[tokio::test]
async fn two_demos_on_one_machine_leave_each_others_logins_alone() {
    let demos = [Demo::start(), Demo::start()];
    let mut cookies = Vec::new();
    for demo in &demos {
        let answer = exchange(
            demo.port(),
            "POST /login HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: 39\r\n\r\n\
             username=alice&password=Correct-horse-1",
        )
        .await;
        let (_, cookie) = answer.split_once("set-cookie: ").expect("a cookie");
        cookies.push(cookie.split(';').next().expect("a pair").to_owned());
    }

    let both = format!("host: localhost\r\ncookie: {}\r\n", cookies.join("; "));
    for demo in &demos {
        for path in ["/login", "/", "/members"] {
            let answer = get(demo, path, &both).await;
            assert!(!answer.contains("set-cookie"), "{path}: {answer}");
        }
        assert_eq!(status(&get(demo, "/members", &both).await), "200");
    }
}

#[tokio::test]
async fn says_when_it_is_ready() {
    let demo = Demo::start();

    for (path, words) in [("/healthz", "ok"), ("/readyz", "ready")] {
        let answer = get(&demo, path, "host: localhost\r\n").await;
        assert_eq!(status(&answer), "200", "{answer}");
        assert!(answer.ends_with(words), "{answer}");
    }
}
