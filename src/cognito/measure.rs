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

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::mem::take;
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;

    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_smithy_async::rt::sleep::TokioSleep;
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::timeout::TimeoutConfig;
    use metrics::{
        Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    };

    use crate::cognito::Cognito;

    /// What becomes of a request: an answer with a status, an error type and a body, or none.
    #[derive(Clone, Copy, Debug)]
    enum Fate {
        Answered(u16, &'static str, &'static str),
        Lost,
        Unanswered,
    }

    impl HttpConnector for Fate {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            match *self {
                Self::Answered(status, error_type, body) => {
                    let status = StatusCode::try_from(status).expect("a status");
                    let mut answer = HttpResponse::new(status, SdkBody::from(body));
                    if !error_type.is_empty() {
                        answer.headers_mut().insert("x-amzn-errortype", error_type);
                    }
                    HttpConnectorFuture::ready(Ok(answer))
                }
                Self::Lost => {
                    HttpConnectorFuture::ready(Err(ConnectorError::io("no network".into())))
                }
                Self::Unanswered => HttpConnectorFuture::new(pending()),
            }
        }
    }

    /// Notes the labels of what is timed.
    #[derive(Default)]
    struct Noted(Mutex<Vec<Vec<String>>>);

    impl Recorder for Noted {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
            Counter::noop()
        }

        fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
            Gauge::noop()
        }

        fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
            let labels = key.labels().map(|label| label.value().to_owned());
            let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            noted.push(labels.collect());
            Histogram::noop()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_failed_is_timed_by_what_went_wrong() {
        let noted = Noted::default();
        let _recorder = metrics::set_default_local_recorder(&noted);
        let refusal = "NotAuthorizedException:http://internal.amazon.com/coral/";

        for (fate, error) in [
            (Fate::Answered(200, "", "{}"), ""),
            (Fate::Answered(400, refusal, "{}"), "NotAuthorizedException"),
            (Fate::Answered(200, "", "<html>"), "other"),
            (Fate::Answered(502, "", ""), "other"),
            (Fate::Lost, "connection"),
            (Fate::Unanswered, "timeout"),
        ] {
            let connector = SharedHttpConnector::new(fate);
            let timeouts = TimeoutConfig::builder();
            let timeouts = timeouts.operation_attempt_timeout(Duration::from_secs(1));
            let sdk = SdkConfig::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .http_client(http_client_fn(move |_, _| connector.clone()))
                .region(Region::new("eu-west-1"))
                .sleep_impl(TokioSleep::new())
                .timeout_config(timeouts.build())
                .build();
            let pool = "eu-west-1_Ab12Cd34E".parse().expect("an id");
            let app_client = "1h57kf5cpq17m0eml12EXAMPLE".parse().expect("an id");
            let cognito = Cognito::builder(pool, app_client).with_sdk_config(&sdk);
            let cognito = cognito.build().expect("a client");

            let outcome = cognito.initiate_forgot_password("alice").await;

            assert_eq!(outcome.is_ok(), error.is_empty(), "{fate:?}: {outcome:?}");
            let noted = take(&mut *noted.0.lock().unwrap_or_else(PoisonError::into_inner));
            assert_eq!(noted, [["ForgotPassword", error]], "{fate:?}");
        }
    }
}
