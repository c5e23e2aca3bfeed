//! The client's methods, one by one: the real SDK against the emulator.

mod accounts;
mod administration;
#[path = "../../emulator/tests/emulator/authenticator.rs"]
mod authenticator;
mod configuration;
mod loaded_users;
mod logins;
mod mfa_and_devices;
mod passkeys;
mod pool;
mod second_factors;
