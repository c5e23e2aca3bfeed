//! The query of `/oauth2/authorize` and `/login`: read, checked, and answered by a redirect.

use std::collections::BTreeMap;

use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;

use super::page;
use crate::login::{Occasion, sign};
use crate::pool::{AppClient, Approval, Pool, Visitor};
use crate::random;
use crate::shared::Shared;
use crate::token::Grant;

/// The parameters of a query or a form; of two of one name the last counts.
pub(super) type Fields = BTreeMap<String, String>;

/// A request for a login that may be answered by a redirect.
pub(super) struct LoginRequest {
    pub(super) pool: Pool,
    pub(super) client: AppClient,
    pub(super) fields: Fields,
    redirect_uri: String,
    is_implicit: bool,
    scopes: Vec<String>,
}

/// The name of the cookie of a pool's domain.
pub(super) fn cookie_name(pool: &Pool) -> String {
    format!("cognito-{}", pool.id())
}

impl LoginRequest {
    /// Reads a query.
    ///
    /// # Errors
    ///
    /// The answer: a page where app client or address are not known, or else a redirect that says what is wrong.
    pub(super) fn read(shared: &Shared, fields: Fields) -> Result<Self, Box<Response>> {
        let get = |name: &str| {
            fields
                .get(name)
                .map(String::as_str)
                .filter(|it| !it.is_empty())
        };
        let client_id = get("client_id").unwrap_or_default();
        let Ok((pool, client)) = shared.client(client_id) else {
            return Err(Box::new(page::error("User pool client does not exist.")));
        };
        let redirect_uri = get("redirect_uri").unwrap_or_default().to_owned();
        if !client.oauth.is_on || !client.oauth.callback_urls.contains(&redirect_uri) {
            return Err(Box::new(page::error(
                "An error was encountered with the requested page. (redirect_mismatch)",
            )));
        }

        let mut request = Self {
            is_implicit: get("response_type") == Some("token"),
            pool,
            client,
            redirect_uri,
            scopes: Vec::new(),
            fields: Fields::new(),
        };
        let trouble = request.trouble(&get);
        request.fields = fields;
        match trouble {
            Some((error, description)) => Err(Box::new(request.refuse(error, description))),
            None => Ok(request),
        }
    }

    /// What is wrong with the rest; the scopes are read on the way.
    fn trouble<'a>(
        &mut self,
        get: &impl Fn(&str) -> Option<&'a str>,
    ) -> Option<(&'static str, &'static str)> {
        let flow = match get("response_type") {
            Some("code") => "code",
            Some("token") => "implicit",
            _ => return Some(("invalid_request", "")),
        };
        let oauth = &self.client.oauth;
        if !oauth.flows.contains(flow) {
            return Some(("unauthorized_client", ""));
        }
        let pkce = (get("code_challenge"), get("code_challenge_method"));
        if !matches!(pkce, (None, None) | (Some(_), Some("S256"))) {
            return Some(("invalid_request", ""));
        }
        let asked: Vec<_> = get("scope")
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let has = |scope: &str| asked.iter().any(|it| it == scope);
        let needs_openid = has("email") || has("phone") || has("profile");
        if asked.iter().any(|scope| !oauth.scopes.contains(scope)) || needs_openid && !has("openid")
        {
            return Some(("invalid_scope", ""));
        }
        self.scopes = if asked.is_empty() {
            oauth.scopes.iter().cloned().collect()
        } else {
            asked
        };
        let is_absolute = |uri: &str| {
            uri.split_once("://")
                .is_some_and(|(_, rest)| !rest.is_empty())
        };
        if get("resource").is_some_and(|uri| !is_absolute(uri)) {
            return Some(("invalid_request", ""));
        }
        None
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .get(name)
            .map(String::as_str)
            .filter(|it| !it.is_empty())
    }

    /// The same query again, with other parameters in place of these.
    pub(super) fn query(&self, without: &[&str], with: &[(&str, &str)]) -> String {
        let kept = self
            .fields
            .iter()
            .filter(|(name, _)| !without.contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str()));
        encode(kept.chain(with.iter().copied()))
    }

    /// Who is logged in here already.
    pub(super) fn visitor(&self, headers: &HeaderMap) -> Option<Visitor> {
        let name = cookie_name(&self.pool);
        let directory = self.pool.directory();
        let now = directory.clock.now();
        let visitor = cookies(headers, &name)
            .into_iter()
            .find_map(|value| directory.hosted.visitor(&value, now))?;
        let account = directory.accounts.get(&visitor.username)?;
        (account.sub == visitor.sub && account.enabled).then_some(visitor)
    }

    /// Sends the browser back with an error.
    pub(super) fn refuse(&self, error: &str, description: &str) -> Response {
        let mut answer = vec![("error", error)];
        if !description.is_empty() {
            answer.push(("error_description", description));
        }
        let state = self.fields.get("state").cloned();
        if let Some(state) = &state {
            answer.push(("state", state));
        }
        self.back(&encode(answer))
    }

    /// Logs somebody in at the domain, and sends the browser back with a code.
    pub(super) fn enter(&self, visitor: Visitor) -> Response {
        let cookie = {
            let mut directory = self.pool.directory();
            let now = directory.clock.now();
            directory.hosted.enter(visitor.clone(), now)
        };
        let mut response = self.approve(visitor);
        let name = cookie_name(&self.pool);
        let cookie = format!("{name}={cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }

    /// Sends the browser back with a code, or with tokens in the implicit flow.
    pub(super) fn approve(&self, visitor: Visitor) -> Response {
        // Without one of ours, Cognito puts a nonce of its own into the ID token of who comes from elsewhere.
        let invented = visitor.provider.as_ref().map(|_| random::mixed(86));
        let nonce = self.get("nonce").map(str::to_owned).or(invented);
        let approval = Approval {
            client_id: self.client.id().to_owned(),
            redirect_uri: self.redirect_uri.clone(),
            scopes: self.scopes.clone(),
            nonce,
            challenge: self.get("code_challenge").map(str::to_owned),
            resource: self.get("resource").map(str::to_owned),
            visitor,
        };
        let state = self.fields.get("state").cloned();
        let state = state.as_deref().map(|state| ("state", state));
        if self.is_implicit {
            return self.give_tokens(&approval, state);
        }
        let code = {
            let mut directory = self.pool.directory();
            let now: OffsetDateTime = directory.clock.now();
            directory.hosted.approve(approval, now)
        };
        self.back(&encode([("code", code.as_str())].into_iter().chain(state)))
    }

    fn give_tokens(&self, approval: &Approval, state: Option<(&str, &str)>) -> Response {
        let occasion = Occasion {
            purpose: "HostedAuth",
            metadata: &serde_json::Value::Null,
        };
        let signed = match sign(&self.pool, &self.client, &grant(approval), occasion) {
            Ok(signed) => signed,
            Err(failure) => return self.refuse("invalid_request", failure.message()),
        };
        let life = self.client.access_validity.as_secs().to_string();
        let mut answer = vec![
            ("access_token", signed.access.as_str()),
            ("token_type", "Bearer"),
            ("expires_in", life.as_str()),
        ];
        if approval.scopes.iter().any(|it| it == "openid") {
            answer.push(("id_token", signed.id.as_str()));
        }
        self.back(&encode(answer.into_iter().chain(state)))
    }

    fn back(&self, answer: &str) -> Response {
        let sign = match (self.is_implicit, self.redirect_uri.contains('?')) {
            (true, _) => '#',
            (_, true) => '&',
            _ => '?',
        };
        redirect(&format!("{}{sign}{answer}", self.redirect_uri))
    }
}

/// The grant that an approval gives.
pub(super) fn grant(approval: &Approval) -> Grant {
    Grant {
        username: approval.visitor.username.clone(),
        auth_time: approval.visitor.auth_time,
        origin_jti: random::uuid(),
        event_id: random::uuid(),
        device_key: None,
        scopes: approval.scopes.clone(),
        is_hosted: true,
        nonce: approval.nonce.clone(),
        resource: approval.resource.clone(),
    }
}

pub(super) fn redirect(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::FOUND, [(LOCATION, location)]).into_response(),
        Err(_) => page::error("The address cannot be written."),
    }
}

/// The values of the cookies of one name.
pub(super) fn cookies(headers: &HeaderMap, name: &str) -> Vec<String> {
    let headers = headers.get_all(COOKIE).iter();
    headers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(it, _)| *it == name)
        .map(|(_, value)| value.to_owned())
        .collect()
}

/// Writes fields as in a query.
pub(super) fn encode<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        for (index, part) in [name, value].into_iter().enumerate() {
            if index == 1 {
                text.push('=');
            }
            for byte in part.bytes() {
                match byte {
                    b' ' => text.push('+'),
                    b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
                    _ if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
                    _ => text.push_str(&format!("%{byte:02X}")),
                }
            }
        }
    }
    text
}
