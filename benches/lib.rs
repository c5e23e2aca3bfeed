//! What the benchmarks share.

pub mod measure;
pub mod peer;
pub mod site;
