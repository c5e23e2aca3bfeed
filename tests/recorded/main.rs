//! What real user pools have answered, as people and AWS have published it: how the library reads it.

mod alb;
mod answers;
mod aws;
#[allow(dead_code, reason = "the tests of load balancers use the rest")]
#[path = "../load_balancer/balancer.rs"]
mod balancer;
#[allow(dead_code, reason = "the tests of the client use the rest")]
#[path = "../client/calls.rs"]
mod calls;
mod domain;
mod errors;
mod facts;
#[path = "../client/http.rs"]
mod http;
#[allow(dead_code, reason = "the tests of the client use the rest")]
#[path = "../client/pool.rs"]
mod pool;
mod reading;
#[allow(dead_code, reason = "the flows use the rest")]
#[path = "../flows/site.rs"]
mod site;
mod tokens;
