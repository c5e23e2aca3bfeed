//! What a site's API says of itself to clients that do not know it:
//! [RFC 9728](https://www.rfc-editor.org/rfc/rfc9728).

use axum::http::HeaderValue;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE};
use axum::routing::{Router, get};
use serde_json::{Map, Value, json};

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The metadata of the site's API, by which a client that was refused finds out where to get a token,
/// such as one of the Model Context Protocol.
///
/// Made by [`Auth::protected_resource`](super::Auth::protected_resource).
///
/// # Examples
///
/// ```
/// # use axum::Router;
/// # fn f(auth: axum_cognito::Auth, api: Router) -> Result<Router, axum_cognito::backend::Error> {
/// // COGNITO_RESOURCE=https://api.example.com/orders
/// let metadata = auth.protected_resource()?.with_scopes(["orders/read"]);
/// // GET /.well-known/oauth-protected-resource/orders
/// # Ok(
/// api.merge(metadata.router()).layer(auth.login_layer())
/// # )
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ProtectedResource {
    resource: String,
    authorization_servers: Vec<String>,
    scopes: Vec<String>,
}

impl ProtectedResource {
    pub(in crate::web) fn new(resource: &str, authorization_servers: Vec<String>) -> Self {
        Self {
            resource: resource.to_owned(),
            authorization_servers,
            scopes: Vec::new(),
        }
    }

    /// Names the scopes that a client may ask for.
    pub fn with_scopes<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Names other issuers in place of the user pool's: a site may serve the metadata of its user
    /// pool itself, with what Cognito leaves out.
    pub fn with_authorization_servers<T: Into<String>>(
        mut self,
        issuers: impl IntoIterator<Item = T>,
    ) -> Self {
        self.authorization_servers = issuers.into_iter().map(Into::into).collect();
        self
    }

    /// Returns the document.
    pub fn metadata(&self) -> Value {
        let mut document = Map::new();
        document.insert("resource".to_owned(), json!(self.resource));
        document.insert(
            "authorization_servers".to_owned(),
            json!(self.authorization_servers),
        );
        if !self.scopes.is_empty() {
            document.insert("scopes_supported".to_owned(), json!(self.scopes));
        }
        document.insert("bearer_methods_supported".to_owned(), json!(["header"]));
        Value::Object(document)
    }

    /// Returns the route of the document, which has to be at the root of the host. Pages of other
    /// sites may read it.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let path = format!("{WELL_KNOWN}{}", path_of(&self.resource));
        let document = self.metadata().to_string();
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        ];
        let answer = async move || (headers, document);

        Router::new().without_v07_checks().route(&path, get(answer))
    }
}

/// Returns the URL of the metadata of a resource, as section 3.1 of RFC 9728 makes it.
pub(in crate::web) fn metadata_url(resource: &str) -> String {
    let path = path_of(resource);
    let origin = match path {
        "" => resource.trim_end_matches('/'),
        path => resource.strip_suffix(path).unwrap_or(resource),
    };

    format!("{origin}{WELL_KNOWN}{path}")
}

/// The path of a URL, if there is one.
fn path_of(resource: &str) -> &str {
    let after_scheme = resource.split_once("://").map_or("", |(_, rest)| rest);
    let at = after_scheme.find('/').unwrap_or(after_scheme.len());
    match &after_scheme[at..] {
        "/" => "",
        path => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of section 3.1 of RFC 9728, and those without a path.
    #[test]
    fn the_well_known_path_stands_between_host_and_path() {
        for (resource, url) in [
            (
                "https://resource.example.com",
                "https://resource.example.com/.well-known/oauth-protected-resource",
            ),
            (
                "https://resource.example.com/",
                "https://resource.example.com/.well-known/oauth-protected-resource",
            ),
            (
                "https://resource.example.com/resource1",
                "https://resource.example.com/.well-known/oauth-protected-resource/resource1",
            ),
            (
                "http://localhost:3000/a/b/",
                "http://localhost:3000/.well-known/oauth-protected-resource/a/b/",
            ),
        ] {
            assert_eq!(metadata_url(resource), url);
        }
    }
}
