//! The client's methods, one by one: the real SDK against the emulator.

mod accounts;
mod administration;
mod answers;
#[path = "../../emulator/tests/emulator/authenticator.rs"]
mod authenticator;
mod between;
mod builder;
#[allow(dead_code, reason = "the emulator's own tests use the rest")]
#[path = "../../emulator/tests/emulator/client.rs"]
mod by_hand;
mod calls;
mod configuration;
mod connections;
mod emulated;
mod exception_list;
mod exceptions;
mod http;
mod loaded_users;
mod logins;
mod mfa_and_devices;
mod passkeys;
mod pool;
mod requests;
mod second_factors;
mod substitution;
