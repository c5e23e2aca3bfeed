//! Guarded requests over loopback by `wrk`, against axum-login: the same sites as in
//! `guarded_request`, each in a process of its own on one core, with `wrk` on the other.

use std::cell::Cell;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use axum_cognito::Cognito;
use axum_cognito_benches::measure::Contest;
use axum_cognito_benches::process::{Process, end_with_parent};
use axum_cognito_benches::site::{Cloud, cognito_at};
use axum_cognito_benches::stack::*;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

const ROUNDS: usize = 8;
const SECONDS: &str = "2";

const COMPARED: [&str; 11] = [
    BARE,
    UNREAD,
    OURS_PUBLIC,
    READ,
    OURS_MEMORY,
    PEER_MEMORY,
    OURS_USERS,
    PEER_USERS,
    OURS_SQLITE,
    OURS_ALL_WARM,
    PEER_SQLITE,
];

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [serve, name, cookies, place @ ..] = &arguments[..]
        && serve == "serve"
    {
        return self::serve(name, Path::new(cookies), &cognito_at(place));
    }
    if Command::new("wrk").arg("-v").output().is_err() {
        println!("left out: `wrk` is not installed");
        return;
    }

    let folder = tempfile::tempdir().expect("a folder");
    let cloud = Cloud::start();
    let servers: Vec<_> = (COMPARED.iter().enumerate())
        .map(|(number, name)| {
            let cookies = folder.path().join(format!("{number}.cookies"));
            Server::start(name, &cookies, &cloud)
        })
        .collect();

    let mut contest = Contest::new(
        "CPU time of the server for a request, over loopback",
        ROUNDS,
    );
    for server in &servers {
        contest.add(server.name, 1, || server.round());
    }
    let results = contest.run();
    results.ratio(OURS_PUBLIC, UNREAD, 1.03);
    results.ratio(OURS_MEMORY, READ, 1.25);
    results.ratio(OURS_MEMORY, PEER_MEMORY, 0.90);
    results.ratio(OURS_USERS, PEER_USERS, 0.85);
    results.ratio(OURS_SQLITE, PEER_SQLITE, 0.55);
    results.ratio(OURS_ALL_WARM, PEER_SQLITE, 0.15);

    println!("\nRequests a second, best of {ROUNDS} rounds");
    for server in &servers {
        println!("  {:<58} {:>12.0}", server.name, server.best.get());
    }
}

/// A site in a process of its own.
struct Server {
    name: &'static str,
    process: Process,
    cookies: String,
    /// The most requests that it has answered in a second.
    best: Cell<f64>,
}

impl Server {
    fn start(name: &'static str, cookies: &Path, cloud: &Cloud) -> Self {
        let cookies = cookies.display().to_string();
        let arguments = [&["serve", name, &cookies], &cloud.place()[..]].concat();
        Self {
            name,
            process: Process::start(Some(0), &arguments),
            cookies,
            best: Cell::new(0.0),
        }
    }

    /// Lets `wrk` ask for a while. Gives the server's CPU time for one request.
    fn round(&self) -> Duration {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/process/cookies.lua");
        let before = self.process.cpu_time();
        let report = Command::new("taskset")
            .args(["-c", "1", "wrk", "-t1", "-c32", "-d", SECONDS, "-s", script])
            .args([&self.process.said, "--", &self.cookies])
            .output()
            .expect("wrk");
        let time = self.process.cpu_time() - before;

        let report = String::from_utf8_lossy(&report.stdout);
        assert!(
            !report.contains("Non-2xx") && !report.contains("Socket errors"),
            "{}: {report}",
            self.name
        );
        let a_second = after(&report, "Requests/sec:").parse().expect("a number");
        self.best.set(self.best.get().max(a_second));
        let requests: u32 = before_word(&report, "requests in")
            .parse()
            .expect("a number");
        time / requests
    }
}

fn after<'a>(report: &'a str, label: &str) -> &'a str {
    let (_, rest) = report.split_once(label).expect("a line of wrk's report");
    rest.split_whitespace().next().expect("a figure")
}

fn before_word<'a>(report: &'a str, label: &str) -> &'a str {
    let (rest, _) = report.split_once(label).expect("a line of wrk's report");
    rest.split_whitespace().next_back().expect("a figure")
}

/// In the server's process: says where the page is, and writes the sessions' cookies.
fn serve(name: &str, cookies: &Path, cognito: &Cognito) {
    end_with_parent();
    let name = COMPARED.iter().find(|known| **known == name);
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let stack = Stack::build(name.expect("a stack"), cognito).await;
        let lines: Vec<_> = stack
            .cookies
            .iter()
            .flat_map(|cookie| cookie.to_str())
            .collect();
        fs::write(cookies, lines.join("\n")).expect("a file of cookies");

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        println!("http://{address}{}", stack.path);
        axum::serve(listener, stack.router).await.expect("requests");
    });
}
