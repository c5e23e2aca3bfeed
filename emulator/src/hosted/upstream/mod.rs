//! A real OpenID provider behind the pool: the browser goes there, and comes back to `/oauth2/idpresponse`.

mod id_token;
mod issuer;

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::{HOST, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde_json::{Map, Value};

use self::issuer::{Issuer, Trouble};
use super::federation::{Person, come_in};
use super::page;
use super::request::{Fields, LoginRequest, cookies, encode, redirect};
use crate::pool::{IdentityProvider, Pool, Trip};
use crate::random;
use crate::shared::Shared;

/// The browser's half of a trip: without it, an answer is somebody else's.
fn cookie_name(pool: &Pool) -> String {
    format!("csrf-state-{}", pool.id())
}

/// Sends the browser to the provider.
///
/// As far as is known, Cognito sends no challenge of PKCE there, and always a nonce.
pub(super) fn begin(
    shared: &Shared,
    headers: &HeaderMap,
    request: &LoginRequest,
    provider: &IdentityProvider,
) -> Response {
    let issuer = match Issuer::discover(shared, provider) {
        Ok(issuer) => issuer,
        Err(trouble) => return refuse(request, provider.name(), &trouble),
    };
    let host = headers.get(HOST).and_then(|it| it.to_str().ok());
    let back = host.map_or_else(|| shared.endpoint.clone(), |host| format!("http://{host}"));
    let redirect_uri = format!("{back}/oauth2/idpresponse");
    let nonce = random::mixed(86);
    let state = {
        let mut directory = request.pool.directory();
        let now = directory.clock.now();
        let trip = Trip {
            provider: provider.name().to_owned(),
            fields: request.fields.clone(),
            redirect_uri: redirect_uri.clone(),
            nonce: nonce.clone(),
        };
        directory.hosted.depart(trip, now)
    };

    let prompt = request.get("prompt").filter(|it| *it != "none");
    let query = [
        ("client_id", Some(issuer.client_id.as_str())),
        ("redirect_uri", Some(redirect_uri.as_str())),
        ("response_type", Some("code")),
        ("scope", Some(issuer.scopes.as_str())),
        ("state", Some(state.as_str())),
        ("nonce", Some(nonce.as_str())),
        ("login_hint", request.get("login_hint")),
        ("prompt", prompt),
    ];
    let query = encode(query.iter().filter_map(|(name, it)| Some((*name, (*it)?))));
    let sign = if issuer.authorize.contains('?') {
        '&'
    } else {
        '?'
    };
    let mut response = redirect(&format!("{}{sign}{query}", issuer.authorize));
    let name = cookie_name(&request.pool);
    let cookie = format!("{name}={state}; Path=/; HttpOnly; SameSite=Lax; Max-Age=300");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// `/oauth2/idpresponse`: the browser comes back, with a code or an error.
pub(super) async fn finish(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Response {
    let work = move || answer(&shared, &headers, &fields);
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(_) => page::error("The emulator failed."),
    }
}

fn answer(shared: &Shared, headers: &HeaderMap, fields: &Fields) -> Response {
    let get = |name: &str| fields.get(name).map(String::as_str);
    let state = get("state").unwrap_or_default();
    let trip = shared.pools().into_iter().find_map(|pool| {
        let mut directory = pool.directory();
        let now = directory.clock.now();
        let is_here = cookies(headers, &cookie_name(&pool))
            .iter()
            .any(|it| it == state);
        is_here.then(|| directory.hosted.arrive(state, now))?
    });
    let Some(trip) = trip else {
        return page::error(
            "Something is wrong with the state. Go back to the site and begin again.",
        );
    };
    let mut request = match LoginRequest::read(shared, trip.fields) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };

    if let Some(error) = get("error") {
        return request.refuse(error, get("error_description").unwrap_or_default());
    }
    let provider = request
        .pool
        .directory()
        .providers
        .get(&trip.provider)
        .cloned();
    let Some(provider) = provider else {
        return request.refuse("invalid_request", "The identity provider does not exist.");
    };
    let code = get("code").unwrap_or_default();
    let claims = match person(shared, &provider, code, &trip.redirect_uri, &trip.nonce) {
        Ok(claims) => claims,
        Err(trouble) => return refuse(&request, &trip.provider, &trouble),
    };
    // Without a nonce of the site's, the ID token here has the one that was sent there.
    request
        .fields
        .entry("nonce".to_owned())
        .or_insert(trip.nonce);
    let person = Person { claims };
    match come_in(&request.pool, &request.client, &trip.provider, &person) {
        Ok(visitor) => request.enter(visitor),
        Err(failure) => request.refuse("invalid_request", failure.message()),
    }
}

/// Changes the code for tokens, and returns what they and the provider say about the person.
fn person(
    shared: &Shared,
    provider: &IdentityProvider,
    code: &str,
    redirect_uri: &str,
    nonce: &str,
) -> Result<Fields, Trouble> {
    let issuer = Issuer::discover(shared, provider)?;
    let tokens = issuer.redeem(code, redirect_uri)?;
    let claims = id_token::verify(&tokens.id_token, &issuer, nonce)?;
    let mut all = issuer.user_info(&tokens.access_token)?;
    if all
        .get("sub")
        .is_some_and(|it| Some(it) != claims.get("sub"))
    {
        return Err(Trouble::Bad("Bad sub of the user info".to_owned()));
    }
    // The ID token wins.
    all.extend(claims);
    Ok(texts(all))
}

/// Claims as Cognito maps them: all are texts, and of several values it makes `[a,b]`.
fn texts(claims: Map<String, Value>) -> Fields {
    fn text(value: Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::String(text) => Some(text),
            Value::Array(values) => {
                let values: Vec<_> = values.into_iter().filter_map(text).collect();
                Some(format!("[{}]", values.join(",")))
            }
            other => Some(other.to_string()),
        }
    }
    let pairs = claims.into_iter();
    pairs
        .filter_map(|(name, value)| Some((name, text(value)?)))
        .collect()
}

/// Sends the browser back to the site, with what went wrong at the provider.
fn refuse(request: &LoginRequest, provider: &str, trouble: &Trouble) -> Response {
    let text = match trouble {
        Trouble::Silent(which, why) => format!("Timeout occurred in calling {which}: {why}"),
        Trouble::Status(status) => format!("{provider} Error - {status} error getting token"),
        Trouble::Bad(text) => text.clone(),
    };
    request.refuse("invalid_request", &text)
}
