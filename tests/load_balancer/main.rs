//! Sites behind a load balancer that logs users in: what it signs opens them, and nothing else does.

mod balancer;
#[path = "../flows/diary.rs"]
mod diary;
mod judge;
mod keys;
#[path = "../flows/node_judge.rs"]
mod node_judge;
mod shapes;
#[allow(dead_code, reason = "the flows use the rest")]
#[path = "../flows/site.rs"]
mod site;
mod users;
