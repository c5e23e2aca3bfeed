//! The time that each call takes, for the figures of the site.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

use crate::figures::{Stopwatch, record_call};

/// Times each call, with its retries.
#[derive(Debug)]
pub(super) struct Measure;

impl Storable for Stopwatch {
    type Storer = StoreReplace<Self>;
}

impl Intercept for Measure {
    fn name(&self) -> &'static str {
        "axum_cognito::Measure"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(Stopwatch::start());
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(stopwatch) = config.load::<Stopwatch>() {
            let operation = config.load::<Metadata>().map_or("", Metadata::name);
            record_call(operation.to_owned(), error(context), stopwatch.took());
        }
        Ok(())
    }
}

/// The name that Cognito has for what went wrong, or `timeout`, `connection`, `other`; empty if
/// nothing did.
fn error(context: &FinalizerInterceptorContextRef<'_>) -> String {
    let failure = match context.output_or_error() {
        Some(Ok(_)) => return String::new(),
        Some(Err(failure)) => failure,
        None => return "other".to_owned(),
    };
    let named = context
        .response()
        .and_then(|response| response.headers().get("x-amzn-errortype"))
        .and_then(|header| header.split(':').next());
    let name = match named {
        Some(name) => name,
        None if failure.is_timeout_error() => "timeout",
        None if failure.is_connector_error() => "connection",
        None => "other",
    };
    name.to_owned()
}
