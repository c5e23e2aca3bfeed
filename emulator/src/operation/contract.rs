//! What every operation is.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;
use crate::shared::Shared;

/// Whether a call has to be signed with AWS credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signing {
    None,
    Required,
}

/// One operation; the type itself is the request.
pub(crate) trait Operation: DeserializeOwned {
    type Answer: Serialize;
    const SIGNING: Signing;

    fn run(self, emulator: &Shared) -> Result<Self::Answer, Failure>;
}
