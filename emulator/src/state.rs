//! Everything that outlives the process: what `--state` keeps.
//!
//! Left out are challenges and codes of the domain that wait for an answer, counters of tries and mails, import jobs,
//! and functions, which are code.

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use crate::emulator::Emulator;
use crate::pool::{Directory, Pool};

/// Of the form below. Another one is not read.
const VERSION: u32 = 1;

#[derive(Deserialize, Serialize)]
struct State<P> {
    version: u32,
    ahead_by_millis: u64,
    pools: Vec<P>,
}

/// Writes everything as JSON: passwords, secrets and signing keys in clear.
pub fn dump(emulator: &Emulator) -> String {
    let pools = emulator.pools();
    let pools: Vec<_> = pools.iter().map(|pool| pool.directory()).collect();
    let state = State {
        version: VERSION,
        ahead_by_millis: emulator.clock().ahead_by_millis(),
        pools: pools.iter().map(|directory| &**directory).collect(),
    };
    serde_json::to_string(&state).expect("plain data")
}

/// Adds what [`dump`] has written, and moves the clock at least as far.
///
/// # Errors
///
/// The text is not JSON, or not of this version's form.
pub fn load(emulator: &Emulator, text: &str) -> Result<(), serde_json::Error> {
    let state: State<Directory> = serde_json::from_str(text)?;
    if state.version != VERSION {
        let text = format!("version {} of the form is not known", state.version);
        return Err(serde_json::Error::custom(text));
    }
    emulator.clock().catch_up(state.ahead_by_millis);
    for directory in state.pools {
        let created = directory.created;
        let pool = emulator.add_pool(Pool::from_directory(directory));
        pool.directory().created = created;
    }
    Ok(())
}
