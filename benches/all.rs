//! All benchmarks, one after the other, for a plain `cargo bench`. They are a package of their own,
//! so that the peers stay out of the library's lock file.

use std::env;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    // `cargo test --all-targets` starts this, too, and wants nothing to be measured.
    if !env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }

    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/Cargo.toml");
    let run = Command::new(cargo)
        .args(["bench", "--manifest-path", manifest])
        .status();
    match run {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo could not be started: {error}");
            ExitCode::FAILURE
        }
    }
}
