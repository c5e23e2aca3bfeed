//! Bodies and heads that are too long, or not what they say.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::Browser;
use crate::memory;
use crate::process::Demo;

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

/// Sends something, and then the rest as long as it is taken. Gives the status.
async fn send(port: u16, head: &str, chunk: &[u8], times: usize) -> u16 {
    let mut connection = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("a connection");
    let (mut reader, mut writer) = connection.split();
    let writing = async {
        let _ = writer.write_all(head.as_bytes()).await;
        for _ in 0..times {
            if writer.write_all(chunk).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut answer = vec![0; 1024];
    let reading = async {
        let read = reader.read(&mut answer).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&answer[..read]).into_owned();
        let status = text.split(' ').nth(1);
        status.and_then(|status| status.parse().ok()).unwrap_or(0)
    };

    tokio::select! {
        status = reading => status,
        () = writing => unreachable!("it goes on for ever"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_long_is_refused_at_once() {
    let demo = Demo::start();
    let port = demo.port();
    Browser::at(port).log_in("alice", "Correct-horse-1").await;
    for _ in 0..20 {
        Browser::at(port).get("/login").await;
    }
    let before = memory(demo.pid());
    let post = |more: &str| format!("POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\n{FORM}{more}\r\n");
    let megabyte = vec![b'a'; 1024 * 1024];
    let chunk = [b"100000\r\n".as_slice(), &megabyte, b"\r\n"].concat();

    for _ in 0..10 {
        for (what, head, body, times, expected) in [
            (
                "100 MB",
                post("content-length: 104857600\r\n"),
                &megabyte,
                100,
                413,
            ),
            (
                "17 KiB more than a form has",
                post("content-length: 50000\r\n"),
                &megabyte,
                1,
                413,
            ),
            (
                "chunks without an end",
                post("transfer-encoding: chunked\r\n"),
                &chunk,
                100,
                413,
            ),
            (
                "two lengths",
                post("content-length: 3\r\ncontent-length: 4\r\n"),
                &megabyte,
                0,
                400,
            ),
            (
                "a length that is none",
                post("content-length: -1\r\n"),
                &megabyte,
                0,
                400,
            ),
        ] {
            let began = Instant::now();
            assert_eq!(send(port, &head, body, times).await, expected, "{what}");
            assert!(
                began.elapsed() < Duration::from_secs(2),
                "{what}: {:?}",
                began.elapsed()
            );
        }
        let header = format!(
            "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-long: {}",
            "a".repeat(1 << 17)
        );
        assert_eq!(send(port, &header, b"", 0).await, 431);
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "x-many: a\r\n".repeat(200));
        assert_eq!(send(port, &many, b"", 0).await, 431);
    }

    let fields = "a=1&".repeat(100_000);
    let answer = Browser::at(port).post("/login", &fields).await;
    assert_eq!(answer.status, 413);
    let zipped = post("content-encoding: gzip\r\ncontent-length: 3\r\n") + "\x1f\u{8b}";
    assert!(send(port, &zipped, b"", 0).await < 500);

    let grown = memory(demo.pid()).saturating_sub(before);
    println!("memory grew by {grown} KiB");
    assert!(grown < 5 * 1024, "{grown} KiB");
    let answer = Browser::at(port).get("/").await;
    assert_eq!(answer.status, 200);
}
