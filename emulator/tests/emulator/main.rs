//! The emulator from outside: what it accepts, and above all what it refuses.

mod accounts;
mod authenticator;
mod browsers;
mod challenges;
mod client;
mod devices;
mod differences;
mod directory;
mod faults;
mod flows;
mod operations;
mod parameters;
mod passwords;
mod protocol;
mod srp;
mod tokens;
mod triggers;
