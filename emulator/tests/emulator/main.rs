//! The emulator from outside: what it accepts, and above all what it refuses.

mod challenges;
mod client;
mod faults;
mod passwords;
mod protocol;
mod srp;
mod tokens;
