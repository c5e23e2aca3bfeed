//! What every operation is.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::Failure;
use crate::pool::Pool;
use crate::shared::Shared;

/// One operation; the type itself is the request.
pub(crate) trait Operation: DeserializeOwned {
    type Answer: Serialize;

    fn run(self, emulator: &Shared) -> Result<Self::Answer, Failure>;
}

/// A call on its way to its operation. Its parameters fit the model.
pub(super) struct Call<'a> {
    pub(super) emulator: &'a Shared,
    /// Of the signature.
    pub(super) region: &'a str,
    pub(super) body: Value,
}

impl Call<'_> {
    pub(super) fn run<O: Operation>(self) -> Result<Value, Failure> {
        let emulator = self.emulator;
        let answer = self.read::<O>()?.run(emulator)?;
        serde_json::to_value(answer)
            .map_err(|_| Failure::new("InternalErrorException", "The answer is not JSON."))
    }

    /// Reads the whole request.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Failure> {
        T::deserialize(self.body).map_err(|error| Failure::serialization(error.to_string()))
    }

    /// The pool of `UserPoolId`.
    pub(super) fn pool(&self) -> Result<Pool, Failure> {
        self.emulator.pool(self.text("UserPoolId"))
    }

    /// A text of the request; empty where it is not given.
    pub(super) fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_default()
    }

    /// How many entries of a list are wanted.
    pub(super) fn limit(&self, name: &str) -> Option<usize> {
        usize::try_from(self.body[name].as_u64()?).ok()
    }

    /// A text of the request that may be missing.
    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.body[name].as_str()
    }
}
