//! The client's methods, one by one: the real SDK against the emulator.

mod accounts;
mod administration;
mod logins;
mod mfa_and_devices;
mod pool;
mod second_factors;
