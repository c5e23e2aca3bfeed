//! The demo as a program: started, visited and ended from outside.

mod browser;
mod process;
mod starting;
