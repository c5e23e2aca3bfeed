//! Sites of several tenants, each with a user pool and users of its own.

mod companies;
mod logins;
mod memory;
mod nested;
mod paths;
#[allow(dead_code, reason = "the flows use the rest")]
#[path = "../flows/site.rs"]
mod site;
