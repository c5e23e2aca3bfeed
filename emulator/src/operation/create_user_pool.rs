//! `CreateUserPool`.

use serde_json::{Value, json};

use super::contract::Call;
use crate::failure::Failure;
use crate::pool::{Pool, PoolSettings};
use crate::random;

/// Makes a user pool with a random id, in the region that the call was signed for.
pub(super) fn run(call: Call<'_>) -> Result<Value, Failure> {
    let id = format!("{}_{}", call.region, random::mixed(9));
    let emulator = call.emulator;
    let settings = call.read::<PoolSettings>()?.build()?;
    let pool = Pool::new(id);
    pool.directory().settings = settings;
    emulator.add_pool(&pool);
    let description = pool.directory().describe();
    Ok(json!({ "UserPool": description }))
}
