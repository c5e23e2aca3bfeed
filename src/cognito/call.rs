use std::error::Error as StdError;

use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::CognitoError;

/// Turns what the SDK returned into a result of ours.
pub(super) trait CallResult<T> {
    /// Names the API operation that was called.
    fn of(self, operation: &'static str) -> Result<T, CognitoError>;
}

impl<T, E> CallResult<T> for Result<T, SdkError<E, HttpResponse>>
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    fn of(self, operation: &'static str) -> Result<T, CognitoError> {
        self.map_err(|error| CognitoError::from_sdk(operation, error))
    }
}
