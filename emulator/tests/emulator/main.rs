//! The emulator from outside: what it accepts, and above all what it refuses.

mod accounts;
mod authenticator;
mod challenges;
mod client;
mod devices;
mod directory;
mod faults;
mod flows;
mod parameters;
mod passwords;
mod protocol;
mod srp;
mod tokens;
