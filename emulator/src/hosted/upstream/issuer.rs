//! The endpoints of a provider: found, and called.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::request::encode;
use crate::outward::{Answer, Request, send};
use crate::pool::IdentityProvider;
use crate::shared::Shared;

/// Why nobody comes in.
pub(super) enum Trouble {
    /// Nothing came from an endpoint: which, and why.
    Silent(&'static str, String),
    /// The token endpoint answered with this status.
    Status(u16),
    /// In Cognito's words, or in ours.
    Bad(String),
}

/// A provider as `ProviderDetails` and its own document describe it.
pub(super) struct Issuer {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) scopes: String,
    pub(super) authorize: String,
    client_secret: String,
    token: String,
    jwks: String,
    user_info: Option<String>,
    user_info_method: &'static str,
    /// It has to be on this machine.
    is_loopback: bool,
}

/// What the token endpoint gives.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    pub(super) access_token: String,
}

impl Issuer {
    /// Reads the discovery document, unless all endpoints are given.
    pub(super) fn discover(shared: &Shared, provider: &IdentityProvider) -> Result<Self, Trouble> {
        let detail = |name: &str| provider.detail(name).map(str::to_owned);
        let issuer = detail("oidc_issuer").unwrap_or_default();
        let is_loopback = !shared.reachable_issuers.contains(&issuer);
        let given = [
            detail("authorize_url"),
            detail("token_url"),
            detail("jwks_uri"),
        ];
        let document = if given.iter().all(Option::is_some) {
            Value::Null
        } else {
            let url = format!("{issuer}/.well-known/openid-configuration");
            let document: Value = get(&url, is_loopback, "the issuer")?;
            if document["issuer"] != issuer.as_str() {
                return Err(Trouble::Bad(format!(
                    "The issuer {issuer} calls itself {}",
                    document["issuer"]
                )));
            }
            document
        };
        let [authorize, token, jwks] = given;
        let endpoint = |given: Option<String>, name: &str| {
            given
                .or_else(|| document[name].as_str().map(str::to_owned))
                .ok_or_else(|| Trouble::Bad(format!("The issuer {issuer} has no {name}")))
        };

        Ok(Self {
            authorize: endpoint(authorize, "authorization_endpoint")?,
            token: endpoint(token, "token_endpoint")?,
            jwks: endpoint(jwks, "jwks_uri")?,
            user_info: endpoint(detail("attributes_url"), "userinfo_endpoint").ok(),
            user_info_method: match provider.detail("attributes_request_method") {
                Some("POST") => "POST",
                _ => "GET",
            },
            client_id: detail("client_id").unwrap_or_default(),
            client_secret: detail("client_secret").unwrap_or_default(),
            scopes: detail("authorize_scopes").unwrap_or_else(|| "openid".to_owned()),
            issuer,
            is_loopback,
        })
    }

    /// Changes a code for tokens: the client's secret goes in the body, in no other way.
    pub(super) fn redeem(&self, code: &str, redirect_uri: &str) -> Result<Tokens, Trouble> {
        let body = encode([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
        ]);
        let answer = send(&Request {
            method: "POST",
            url: &self.token,
            headers: &[("Content-Type", "application/x-www-form-urlencoded")],
            body: &body,
            is_loopback: self.is_loopback,
        });
        let answer = answer.map_err(|why| Trouble::Silent("IdP token endpoint", why))?;
        if answer.status != 200 {
            return Err(Trouble::Status(answer.status));
        }
        read(&answer)
    }

    /// The public keys.
    pub(super) fn keys(&self) -> Result<Value, Trouble> {
        get(&self.jwks, self.is_loopback, "jwks uri")
    }

    /// What the provider says about the bearer of a token; nothing if it has no endpoint for that.
    pub(super) fn user_info(&self, access_token: &str) -> Result<Map<String, Value>, Trouble> {
        let Some(url) = &self.user_info else {
            return Ok(Map::new());
        };
        let bearer = format!("Bearer {access_token}");
        let answer = send(&Request {
            method: self.user_info_method,
            url,
            headers: &[("Authorization", &bearer)],
            body: "",
            is_loopback: self.is_loopback,
        });
        let answer = answer.map_err(|why| Trouble::Silent("IdP user info endpoint", why))?;
        if answer.status != 200 {
            return Err(Trouble::Status(answer.status));
        }
        read(&answer)
    }
}

fn get(url: &str, is_loopback: bool, which: &'static str) -> Result<Value, Trouble> {
    let answer = send(&Request {
        method: "GET",
        url,
        headers: &[],
        body: "",
        is_loopback,
    });
    match answer {
        Ok(answer) if answer.status == 200 => read(&answer),
        Ok(answer) => Err(Trouble::Silent(which, format!("status {}", answer.status))),
        Err(why) => Err(Trouble::Silent(which, why)),
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, Trouble> {
    serde_json::from_str(&answer.body)
        .map_err(|_| Trouble::Bad(format!("Bad response: HTTP {}", answer.status)))
}
