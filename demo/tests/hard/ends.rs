//! The end of the demo, with people in it.

use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::http::Browser;
use crate::process::Demo;

const AT_ONCE: usize = 25;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_under_way_finish_when_the_demo_is_asked_to_end() {
    let demo = Demo::start();
    let port = demo.port();
    let mut idle = Vec::new();
    for _ in 0..50 {
        idle.push(
            TcpStream::connect(("127.0.0.1", port))
                .await
                .expect("a connection"),
        );
    }
    let mut logins = JoinSet::new();
    for _ in 0..AT_ONCE {
        logins.spawn(async move {
            Browser::at(port)
                .log_in("alice", "Correct-horse-1")
                .await
                .location
        });
    }
    // All have been accepted by then, and most passwords are not proved yet.
    tokio::time::sleep(Duration::from_millis(100)).await;

    let asked = Instant::now();
    let code = tokio::task::spawn_blocking(|| demo.terminate()).await;
    let took = asked.elapsed();

    assert_eq!(code.expect("no panic"), Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    for location in logins.join_all().await {
        assert_eq!(location, "/members");
    }
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    for mut connection in idle {
        let mut rest = Vec::new();
        assert_eq!(connection.read_to_end(&mut rest).await.unwrap_or(0), 0);
    }
}
