//! Every way through the pages, walked in a real browser: forwards and with its mistakes, on a
//! wide screen and on a narrow one. Each page is looked at on the way.

mod account;
mod alone;
mod challenges;
mod comforts;
mod console;
#[path = "../driver/mod.rs"]
mod driver;
mod front_end;
mod linked;
mod managed_login;
mod passkeys;
mod servers;
mod settings;
mod site;
mod strangers;
