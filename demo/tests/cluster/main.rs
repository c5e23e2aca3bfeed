//! Two demos, one service: the real programs on a real PostgreSQL and a real Redis, with a proxy
//! before each server that can be cut.

mod http;
mod matrix;
mod outage;
mod proxy;
mod service;
mod together;
