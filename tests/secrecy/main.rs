//! What a site writes down: everything is logged at TRACE here, into one buffer for the whole
//! process.

mod audit;
mod debug;
#[allow(dead_code, reason = "the flows use the rest")]
#[path = "../flows/domain.rs"]
mod domain;
mod lines;
mod log;
mod pages;
#[allow(dead_code, reason = "the flows use the rest")]
#[path = "../flows/site.rs"]
mod site;
