//! The doctor as an operator runs it: files in, findings out.

mod as_template;
mod bench;
mod command_line;
mod emulated;
mod malformed;
mod policies;
mod sarif;
mod server;
mod single_changes;
mod templates;
