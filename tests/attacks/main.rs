//! Attacks that are known for sites on Cognito, and how often each was tried.
//! `docs/src/security/promises.md` says which promise each of them tests.

mod accounts;
mod cross_site;
mod faults;
mod garbage;
mod leaving;
mod load;
mod logins;
mod redirects;
mod resets;
#[allow(dead_code, reason = "the flows use the rest")]
#[path = "../flows/site.rs"]
mod site;
mod stores;
mod substitution;
mod warm;
mod ways_out;
