//! The emulator from outside: what it accepts, and above all what it refuses.

mod accounts;
mod authenticator;
mod browsers;
mod challenges;
mod client;
mod console;
mod devices;
mod differences;
mod directory;
mod domain;
mod faults;
#[cfg(target_os = "linux")]
mod figures;
mod flows;
mod managed_login;
mod operations;
mod parameters;
mod passwords;
mod program;
mod protocol;
mod srp;
mod state;
mod tokens;
mod triggers;
mod upstream;
