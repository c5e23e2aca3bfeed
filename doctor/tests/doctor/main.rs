//! The doctor as an operator runs it: files in, findings out.

mod bench;
mod command_line;
mod emulated;
mod malformed;
mod policies;
mod server;
mod single_changes;
