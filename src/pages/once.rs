use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{OriginalUri, Request, State};
use axum::http::header::{COOKIE, LOCATION};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::error::PageError;

/// How long a form that is sent again is taken for a second press of its button.
const WINDOW: Duration = Duration::from_secs(10);

/// More than this many browsers are not remembered at once.
const MOST: usize = 10_000;

/// The form that each browser sent last. Both are digests, keyed and gone with the process: a form
/// may hold a password.
#[derive(Default)]
pub(super) struct Sent {
    keys: [RandomState; 2],
    forms: Mutex<HashMap<Digest, LastForm>>,
}

type Digest = [u64; 2];

#[derive(Clone)]
struct LastForm {
    digest: Digest,
    at: Instant,
    /// Where it led, if it did what it was for. Locked while it does.
    led_to: Arc<tokio::sync::Mutex<Option<HeaderValue>>>,
}

impl Sent {
    fn digest(&self, value: impl Hash) -> Digest {
        self.keys.each_ref().map(|key| key.hash_one(&value))
    }

    /// The form that this browser sent last, if it is the same; or else this one, which then is.
    fn last(&self, browser: Digest, form: Digest) -> LastForm {
        let now = Instant::now();
        let is_recent = |last: &LastForm| now.duration_since(last.at) < WINDOW;
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = forms.get(&browser).filter(|last| last.digest == form)
            && is_recent(last)
        {
            return last.clone();
        }

        if forms.len() >= MOST {
            forms.retain(|_, last| is_recent(last));
        }
        let this = LastForm {
            digest: form,
            at: now,
            led_to: Arc::default(),
        };
        if forms.len() < MOST {
            forms.insert(browser, this.clone());
        }
        this
    }
}

/// In the extensions of a response: what the form is for is done each time that it comes.
#[derive(Clone, Copy)]
struct EachTime;

/// Has a form done each time that it comes, however soon: what it ends may have begun anew meanwhile,
/// and once more does no harm.
pub(super) fn each_time(mut answer: Response) -> Response {
    answer.extensions_mut().insert(EachTime);
    answer
}

/// Does only once what a form is for that comes twice: a button that was pressed twice, or a proxy
/// that tried again.
///
/// The second waits for the first, and goes where that led: nothing is sent, changed or counted
/// again. A form that was wrong, or is done [`each_time`], is looked at again. Forms that reach
/// another process are not known here; a browser with scripts does not send them.
pub(super) async fn answer_repeats(
    State(sent): State<Arc<Sent>>,
    request: Request,
    next: Next,
) -> Response {
    // Without a cookie, two forms that are alike may be of two browsers.
    let cookie = request.headers().get(COOKIE).cloned();
    if request.method() != Method::POST {
        return next.run(request).await;
    }

    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, super::MAX_FORM_BYTES).await else {
        return PageError::Refused(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    };
    let Some(cookie) = cookie else {
        let request = Request::from_parts(parts, Body::from(body));
        return finish(next.run(request)).await;
    };
    let original = parts.extensions.get::<OriginalUri>();
    let path = original.map_or(&parts.uri, |original| &original.0);
    let browser = sent.digest(cookie.as_bytes());
    let form = sent.last(browser, sent.digest((path, &body)));

    let mut led_to = form.led_to.lock_owned().await;
    if let Some(path) = &*led_to {
        return (StatusCode::SEE_OTHER, [(LOCATION, path.clone())]).into_response();
    }
    finish(async move {
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        let is_repeated = response.extensions().get::<EachTime>().is_some();
        if response.status() == StatusCode::SEE_OTHER && !is_repeated {
            *led_to = response.headers().get(LOCATION).cloned();
        }
        response
    })
    .await
}

/// Does what a form is for, whether or not its visitor waits for it. What Cognito has changed has
/// consequences here: a new password ends logins, and whoever closes the page must not undo that.
async fn finish(response: impl Future<Output = Response> + Send + 'static) -> Response {
    match tokio::spawn(response.in_current_span()).await {
        Ok(response) => response,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The process stops.
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
    }
}
