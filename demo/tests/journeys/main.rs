//! Every way through the pages, walked in a real browser: forwards and with its mistakes, on a
//! wide screen and on a narrow one. Each page is looked at on the way.

mod account;
mod challenges;
#[path = "../driver/mod.rs"]
mod driver;
mod linked;
mod managed_login;
mod passkeys;
mod site;
mod strangers;
