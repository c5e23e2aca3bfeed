//! Visitors who take their time, so that nobody else gets any.

use std::io::Write as _;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::http::Browser;
use crate::open_files;
use crate::process::Demo;

const OF_EACH_KIND: usize = 500;
const PATIENCE: Duration = Duration::from_secs(30);
const HONEST_WAIT: Duration = Duration::from_millis(200);

/// What is sent, and what then drips, a byte every two seconds.
const KINDS: [(&str, &str); 4] = [
    ("", ""),
    ("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-half: ", ""),
    (
        "POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\nusername=",
        "",
    ),
    ("GET / HTTP/1.1\r\nx-drip: ", "a"),
];

/// Holds a connection as long as the site allows. Returns how long that was.
async fn hold(port: u16, (sent, drip): (&'static str, &str)) -> (Duration, &'static str) {
    let mut connection = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("a connection");
    let began = Instant::now();
    connection.write_all(sent.as_bytes()).await.expect("sent");

    let mut answer = Vec::new();
    while began.elapsed() < 2 * PATIENCE {
        let pause = Duration::from_secs(2);
        let ended = tokio::time::timeout(pause, connection.read_to_end(&mut answer)).await;
        if ended.is_ok() || connection.write_all(drip.as_bytes()).await.is_err() {
            break;
        }
    }
    (began.elapsed(), sent)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_visitors_are_shown_out_while_others_are_served() {
    let files = rlimit::increase_nofile_limit(8192).unwrap_or_default();
    if files < 4096 {
        let _ = writeln!(
            std::io::stderr(),
            "left out: 4096 files cannot be open at once here, {files} can (ulimit -n)"
        );
        return;
    }
    let demo = Demo::start();
    let port = demo.port();
    Browser::at(port).get("/").await;
    let before = open_files(demo.pid());

    let mut slow = JoinSet::new();
    for kind in KINDS {
        for number in 0..OF_EACH_KIND {
            slow.spawn(hold(port, kind));
            if number % 50 == 0 {
                // The system drops what waits in too long a queue, and tells a silent one nothing.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    let mut waits = Vec::new();
    let mut held = Vec::new();
    while held.len() < KINDS.len() * OF_EACH_KIND {
        let asked = Instant::now();
        let answer = Browser::at(port).get("/").await;
        assert_eq!(answer.status, 200);
        waits.push(asked.elapsed());
        while let Some(time) = slow.try_join_next() {
            held.push(time.expect("no panic"));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let (longest, kind) = held.iter().max().expect("some");
    assert!(*longest <= PATIENCE, "{longest:?}: {kind:?}");
    waits.sort();
    let honest = waits[waits.len() * 99 / 100];
    println!(
        "{} held at most {longest:?}; honest p99 {honest:?} of {}",
        held.len(),
        waits.len()
    );
    assert!(honest < HONEST_WAIT, "{honest:?}");

    tokio::time::sleep(Duration::from_secs(1)).await;
    let after = open_files(demo.pid());
    assert!(after <= before + 8, "{before} files before, {after} after");
}
