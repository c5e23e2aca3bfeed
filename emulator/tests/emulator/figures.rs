//! What the program costs: its start, a seed of ten thousand users, each of them in memory, a login.
//!
//! The figures are printed, and bounded so that only a mistake breaks the bounds: this machine may have other work.
//! `cargo test --release` holds them to what the README promises.

use std::fmt::Write;
use std::fs;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::program::Program;
use crate::srp::Prover;

const USERS: usize = 10_000;
const LOGINS: u64 = 40;

/// The most that is right, without optimisation and with it.
fn most<T>(of_tests: T, of_release: T) -> T {
    if cfg!(debug_assertions) {
        of_tests
    } else {
        of_release
    }
}

#[test]
fn the_program_starts_soon_and_users_cost_little() {
    let users: Vec<_> = (0..USERS)
        .map(|number| {
            json!({
                "username": format!("user{number}"), "password": "Correct-horse-1",
                "attributes": { "email": format!("user{number}@example.com") },
            })
        })
        .collect();
    let client = json!({ "id": "web", "flows": ["ALLOW_USER_PASSWORD_AUTH"] });
    let seed =
        json!({ "pools": [{ "id": "us-east-1_Tested", "clients": [client], "users": users }] });
    let folder = std::env::temp_dir().join(format!("emulator-figures-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("seed.json");
    fs::write(&file, seed.to_string()).expect("a file");

    let begin = Instant::now();
    let empty = Program::start(&[]);
    let started = begin.elapsed();
    let begin = Instant::now();
    let full = Program::start(&["--seed", file.to_str().expect("a name of letters")]);
    let seeded = begin.elapsed();
    let (least, most_kilobytes) = (memory(&empty), memory(&full));
    let bytes = (most_kilobytes - least) * 1024 / USERS as u64;
    let login = json!({
        "ClientId": "web", "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "user9999", "PASSWORD": "Correct-horse-1" },
    });
    let tokens = full.call("InitiateAuth", &login);
    fs::remove_dir_all(&folder).expect("removed");

    println!(
        "listens after {started:?}, with {USERS} users after {seeded:?}; empty {least} kB, a user {bytes} bytes"
    );
    assert!(tokens["AuthenticationResult"].is_object(), "{tokens}");
    assert!(started < most(Duration::from_secs(2), Duration::from_millis(50)));
    assert!(seeded < most(Duration::from_secs(15), Duration::from_secs(1)));
    assert!(least < most(40_000, 8_000), "{least} kB");
    assert!(bytes < 5_000, "{bytes} bytes");
}

#[test]
fn a_login_by_srp_costs_little_time() {
    let program = Program::start(&["--demo"]);
    log_in(&program, 1); // the verifier is made at the first

    let before = time_used(&program);
    for number in 0..LOGINS {
        log_in(&program, number + 2);
    }
    let each = (time_used(&program) - before) / u32::try_from(LOGINS).expect("few");

    let a_minute = 60.0 / each.as_secs_f64();
    println!("a login by SRP: {each:?} of CPU time, {a_minute:.0} a minute on one core");
    assert!(
        each < most(Duration::from_millis(120), Duration::from_millis(12)),
        "{each:?}"
    );
}

/// Logs alice in.
fn log_in(program: &Program, secret: u64) {
    let prover = Prover::new(u64::MAX - secret);
    let begin = json!({
        "ClientId": "emulated", "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": { "USERNAME": "alice", "SRP_A": prover.public_hex() },
    });
    let asked = program.call("InitiateAuth", &begin);
    let asked = &asked["ChallengeParameters"];
    let text = |name: &str| asked[name].as_str().expect(name);
    let block = STANDARD.decode(text("SECRET_BLOCK")).expect("base64");
    let timestamp = timestamp();
    let proof = prover.sign(
        ["Emulated1", text("USER_ID_FOR_SRP")],
        "Correct-horse-1",
        [text("SALT"), text("SRP_B")],
        &[&block, timestamp.as_bytes()].concat(),
    );
    let answer = json!({
        "ClientId": "emulated", "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeResponses": {
            "USERNAME": text("USER_ID_FOR_SRP"), "PASSWORD_CLAIM_SECRET_BLOCK": text("SECRET_BLOCK"),
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(proof), "TIMESTAMP": timestamp,
        },
    });
    let tokens = program.call("RespondToAuthChallenge", &answer);
    assert_ne!(tokens["AuthenticationResult"], Value::Null, "{tokens}");
}

/// The time as a claim has it: `Wed Apr 5 22:42:34 UTC 2017`.
#[expect(
    clippy::disallowed_methods,
    reason = "the program has the machine's time"
)]
fn timestamp() -> String {
    let now = OffsetDateTime::now_utc();
    let (weekday, month) = (now.weekday().to_string(), now.month().to_string());
    let mut text = format!("{} {} {}", &weekday[..3], &month[..3], now.day());
    let (hour, minute, second) = now.to_hms();
    let _ = write!(
        text,
        " {hour:02}:{minute:02}:{second:02} UTC {}",
        now.year()
    );
    text
}

/// The memory of a program that is in use, in kB.
fn memory(program: &Program) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", program.id())).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.expect("a line").parse().expect("a number")
}

/// The CPU time that a program has used.
fn time_used(program: &Program) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{}/stat", program.id())).expect("a process");
    // After the name, which may have spaces: utime and stime are the twelfth and thirteenth, in hundredths of a second.
    let (_, fields) = stat.rsplit_once(") ").expect("a name");
    let ticks: u64 = fields
        .split(' ')
        .skip(11)
        .take(2)
        .map(|it| it.parse::<u64>().expect("a number"))
        .sum();
    Duration::from_millis(ticks * 10)
}
