//! The demo as a program: started, visited and ended from outside.

mod browser;
#[path = "../driver/mod.rs"]
mod driver;
mod process;
mod starting;
