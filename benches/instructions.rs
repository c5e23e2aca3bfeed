//! What the same work costs in instructions, counted by valgrind's callgrind: the figures hardly
//! move, however busy the machine is. Compare them with earlier ones of the same program; they
//! are not time, and callgrind hides some of what the CPU can do.

use std::env;
use std::hint::black_box;
use std::process::Command;

use axum_cognito::Cognito;
use axum_cognito::srp::{PasswordChallenge, SrpClient, SrpIdentity};
use axum_cognito_benches::site::{ALICE, Cloud, authenticate, cognito_at};
use axum_cognito_benches::stack::*;
use time::OffsetDateTime;
use tokio::runtime::{Builder, Runtime};

const HANDSHAKE: &str = "SRP, one handshake";
const ACCESS_TOKEN: &str = "access token verified";

/// What is counted, and how often it is done more in the second of two runs.
const COUNTED: [(&str, u32); 11] = [
    (HANDSHAKE, 4),
    (ACCESS_TOKEN, 200),
    (UNREAD, 1_000),
    (OURS_PUBLIC, 1_000),
    (READ, 1_000),
    (OURS_MEMORY, 1_000),
    (PEER_MEMORY, 1_000),
    (OURS_USERS, 1_000),
    (PEER_USERS, 1_000),
    (OURS_SQLITE, 1_000),
    (PEER_SQLITE, 1_000),
];

/// In both runs, so that what is done once does not count.
const BEFORE: u32 = 4;

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [work, name, times, place @ ..] = &arguments[..]
        && work == "work"
    {
        return self::work(name, times.parse().expect("a number"), place);
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("left out: `valgrind` is not installed");
        return;
    }

    // Not under callgrind: it makes keys, which takes another time at each start.
    let cloud = Cloud::start();
    println!("\nInstructions, by callgrind");
    for (name, times) in COUNTED {
        let (few, many) = (
            count(name, BEFORE, &cloud),
            count(name, BEFORE + times, &cloud),
        );
        let each = many.saturating_sub(few) / u64::from(times);
        println!("  {name:<58} {each:>12}");
    }
}

/// Does the work under callgrind. Gives the instructions of the whole process.
fn count(name: &str, times: u32, cloud: &Cloud) -> u64 {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().expect("the path of this program"))
        .args(["work", name, &times.to_string()])
        .args(cloud.place())
        .output()
        .expect("valgrind");
    let report = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{name}: {report}");

    let (_, count) = report.split_once("Collected : ").expect("a count");
    let count = count.split_whitespace().next().expect("a figure");
    count.parse().expect("a number")
}

fn work(name: &str, times: u32, place: &[String]) {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    match name {
        HANDSHAKE => (0..times).for_each(|_| handshake()),
        ACCESS_TOKEN => verify(&runtime, times, &cognito_at(place)),
        _ => {
            let mut counted = COUNTED.iter().map(|(known, _)| *known);
            let name = counted.find(|known| *known == name).expect("a stack");
            let mut stack = runtime.block_on(Stack::build(name, &cognito_at(place)));
            runtime.block_on(stack.answer(times));
        }
    }
}

/// With any numbers: it takes as long for all.
fn handshake() {
    let client = SrpClient::new().expect("random bytes");
    let challenge = PasswordChallenge {
        salt: "6f1c8e5ad7f0c2349be1a05c7d3e8f21",
        srp_b: &SERVER_PUBLIC.repeat(24),
        secret_block: "c2VjcmV0IGJsb2Nr",
    };
    let identity = SrpIdentity::user("Benchmark", "alice");
    let proof = client.prove(&identity, ALICE.1, &challenge, OffsetDateTime::UNIX_EPOCH);
    black_box(proof.expect("a sound challenge"));
}

/// A 24th of a number below the modulus.
const SERVER_PUBLIC: &str = "5f1c8e5ad7f0c2349be1a05c7d3e8f21";

fn verify(runtime: &Runtime, times: u32, cognito: &Cognito) {
    runtime.block_on(async {
        let user = authenticate(cognito).await;
        for _ in 0..times {
            let claims = cognito.verify_access_token(&user.tokens().access).await;
            claims.expect("a good token");
        }
    });
}
