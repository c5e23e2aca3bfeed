//! What every operation is.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;
use crate::shared::Shared;

/// One operation; the type itself is the request.
pub(crate) trait Operation: DeserializeOwned {
    type Answer: Serialize;

    fn run(self, emulator: &Shared) -> Result<Self::Answer, Failure>;
}
