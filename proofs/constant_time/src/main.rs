//! Runs logins with marked secrets under valgrind's memcheck, which reports each branch and each
//! address that depends on a mark. Ours must have none, and the leaky ones must be found.

mod leaky;
mod valgrind;

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use axum_cognito_srp::{PasswordChallenge, SrpClient, SrpIdentity, proof};
use secrecy::ExposeSecret;
use time::OffsetDateTime;

const PASSWORD: &str = "Correct-horse-1";

/// A server value and a salt that were drawn once; nothing about them is secret.
const SRP_B: &str = "afa2e18a1c62c9e1e515b08b8bed1417bed6e1988d02d34de218fbb264cffe7c";
const SALT: &str = "d1c1181916afc59efe7eb71674d627c";

struct Check {
    name: &'static str,
    is_leaky: bool,
    run: fn(),
}

const CHECKS: [Check; 8] = [
    Check::tight(
        "a login: a, and the password, with x, S and the key",
        log_in,
    ),
    Check::tight("a login with 1024 bits of a", log_in_with_a_wide_a),
    Check::tight("a device: its password, and x", make_device),
    Check::leaky("a login that keeps its signature secret", log_in_silently),
    Check::leaky("num-bigint's power", leaky::power),
    Check::leaky("base64 of a secret", leaky::spelling),
    Check::leaky("the index of a table", leaky::index),
    Check::leaky("a comparison that ends early", leaky::comparison),
];

impl Check {
    const fn tight(name: &'static str, run: fn()) -> Self {
        let is_leaky = false;
        Self {
            name,
            is_leaky,
            run,
        }
    }

    const fn leaky(name: &'static str, run: fn()) -> Self {
        let is_leaky = true;
        Self {
            name,
            is_leaky,
            run,
        }
    }
}

fn main() -> ExitCode {
    if !valgrind::runs_us() {
        eprintln!("this says nothing without valgrind: see proofs/README.md");
        return ExitCode::from(2);
    }
    proof::TAKE_MARK_OFF.set(take_mark_off).expect("set once");

    let mut wrong = 0;
    for check in CHECKS {
        let before = valgrind::errors();
        (check.run)();
        let found = valgrind::errors() - before;
        let is_right = (found > 0) == check.is_leaky;
        wrong += u8::from(!is_right);
        let verdict = if is_right { "as it should be" } else { "WRONG" };
        println!("{found:>6} found: {} ({verdict})", check.name);
    }
    ExitCode::from(wrong)
}

/// What is as long as this stays marked, though the library discloses it.
static WITHHELD: AtomicUsize = AtomicUsize::new(0);

fn take_mark_off(start: *mut u8, length: usize) {
    if length != WITHHELD.load(Relaxed) {
        valgrind::take_mark_off(start, length);
    }
}

fn log_in() {
    log_in_with(&[0x5a; 32]);
}

fn log_in_with_a_wide_a() {
    log_in_with(&[0xa5; 128]);
}

fn log_in_with(private: &[u8]) {
    let expected = prove(proof::client(private.to_vec()), PASSWORD);

    let private = private.to_vec();
    valgrind::mark(&private);
    let password = PASSWORD.to_owned();
    valgrind::mark(password.as_bytes());
    let signature = prove(proof::client(private), &password);

    assert_eq!(signature, expected, "the same login");
}

/// Shows that the mark of a password goes all the way: to the signature, whose base64 tells it.
fn log_in_silently() {
    let password = PASSWORD.to_owned();
    valgrind::mark(password.as_bytes());
    WITHHELD.store(32, Relaxed);
    let signature = prove(proof::client(vec![0x5a; 32]), &password);
    WITHHELD.store(0, Relaxed);

    drop(black_box(signature));
}

fn prove(client: SrpClient, password: &str) -> String {
    let challenge = PasswordChallenge {
        salt: SALT,
        srp_b: SRP_B,
        secret_block: "c2VjcmV0",
    };
    let identity = SrpIdentity::user("Pool", "alice");
    let proof = client.prove(&identity, password, &challenge, OffsetDateTime::UNIX_EPOCH);
    proof.expect("a sound challenge").signature
}

fn make_device() {
    let mut drawn = 0;
    let device = proof::device(|bytes| {
        bytes.fill(0x5a);
        // The password comes first; the salt goes to Cognito.
        if drawn == 0 {
            valgrind::mark(bytes);
        }
        drawn += 1;
    });

    let password = device.password().expose_secret();
    valgrind::take_mark_off(password.as_ptr().cast_mut(), password.len());
    assert_eq!(password, "EJ".repeat(40));
}
