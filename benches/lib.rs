//! What the benchmarks share.

pub mod measure;
pub mod peer;
pub mod process;
pub mod site;
pub mod stack;
pub mod token;
