use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use axum::http::{HeaderValue, Uri};
use serde::{Serialize, Serializer};
use url::Url;

/// Longer paths are not worth coming back to.
const MAX_BYTES: usize = 2048;

/// A path on this site, with its query: the only thing that is ever redirected to.
///
/// Whatever a browser would read as another site is not a `LocalPath`, however disguised.
///
/// # Examples
///
/// ```
/// use axum_cognito::web::LocalPath;
///
/// assert!("/reports?year=2026".parse::<LocalPath>().is_ok());
/// assert!("//evil.example".parse::<LocalPath>().is_err());
/// assert!("/\\evil.example".parse::<LocalPath>().is_err());
/// assert!("https://evil.example/".parse::<LocalPath>().is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct LocalPath(String);

impl LocalPath {
    /// Creates a path from a literal.
    ///
    /// # Panics
    ///
    /// If the literal is not a path on this site; in a `const` or a test it shows at once.
    pub fn from_static(path: &'static str) -> Self {
        path.parse().expect("a literal path on this site")
    }

    /// Returns the path of a request, to come back to. `None` if it could lead elsewhere.
    pub fn of_request(uri: &Uri) -> Option<Self> {
        // An absolute-form request line names a host; only what comes after it counts.
        uri.path_and_query()?.as_str().parse().ok()
    }

    /// Returns the path with its query.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path without its query.
    pub fn path(&self) -> &str {
        self.0.split('?').next().unwrap_or_default()
    }

    /// This path with `next` added to its query.
    #[must_use]
    pub fn with_next(&self, next: &Self) -> Self {
        self.with("next", next.as_str())
    }

    /// This path, with `next` added to its query if there is one.
    pub(crate) fn with_next_if(self, next: Option<&Self>) -> Self {
        match next {
            Some(next) => self.with_next(next),
            None => self,
        }
    }

    /// This path with another parameter in its query.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        self.with_all([(name, value)])
    }

    /// Adds parameters to the query, in one go: a query can have hundreds.
    pub(crate) fn with_all(
        &self,
        parameters: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    ) -> Self {
        let mut url = base().join(&self.0).expect("it was joined before");
        url.query_pairs_mut().extend_pairs(parameters);
        if url.query() == Some("") {
            url.set_query(None);
        }

        Self(path_and_query(&url))
    }

    /// Returns the path as the value of a `Location` header.
    pub fn to_header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("the path is visible ASCII")
    }
}

impl FromStr for LocalPath {
    type Err = ParseLocalPathError;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        // Browsers drop tabs and line ends, and read a backslash as a slash.
        let plain = path.len() <= MAX_BYTES
            && path.starts_with('/')
            && !path.starts_with("//")
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if !plain {
            return Err(ParseLocalPathError);
        }

        // Then ask a parser that follows the same standard as browsers do, and keep what it
        // understood: `/.//evil.example` is on this site, but its path is `//evil.example`.
        let url = base().join(path).map_err(|_| ParseLocalPathError)?;
        let understood = path_and_query(&url);
        if url.origin() != base().origin() || understood.starts_with("//") {
            return Err(ParseLocalPathError);
        }

        Ok(Self(understood))
    }
}

impl Serialize for LocalPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "json")]
impl schemars::JsonSchema for LocalPath {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LocalPath".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

impl fmt::Display for LocalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Not a path on this site.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a path on this site: expected `/...` in visible ASCII")]
pub struct ParseLocalPathError;

fn base() -> &'static Url {
    static BASE: LazyLock<Url> =
        LazyLock::new(|| Url::parse("https://this-site.invalid/").expect("a literal address"));
    &BASE
}

fn path_and_query(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_paths_on_this_site() {
        for path in [
            "/",
            "/reports",
            "/reports?year=2026&q=%2F%2Fa",
            "/a//b",
            "/r%C3%A9sum%C3%A9",
            "/path:with:colons",
            "/@user",
        ] {
            let parsed: LocalPath = path.parse().unwrap_or_else(|_| panic!("refused {path}"));

            assert_eq!(parsed.as_str(), path);
        }
    }

    #[test]
    fn refuses_what_leads_elsewhere() {
        for path in [
            "",
            "reports",
            "//evil.example",
            "//this-site.invalid", // the name of the base that paths are read against
            "///evil.example",
            "////evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r\n/evil.example",
            "/.//evil.example",
            "/..//evil.example",
            "/a/..//evil.example",
            "/%2e//evil.example",
            "/%2e%2e//evil.example",
            "https://evil.example",
            "https:evil.example",
            "http:///evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            " /reports",
            "/rep orts",
            "/\u{0}",
            "/\u{202e}",
            "\u{ff0f}/evil.example",
        ] {
            assert!(path.parse::<LocalPath>().is_err(), "accepted {path:?}");
        }
    }

    #[test]
    fn bounds_the_length_to_the_byte() {
        let path = format!("/{}", "a".repeat(MAX_BYTES - 1));

        assert!(path.parse::<LocalPath>().is_ok());
        assert!(format!("{path}a").parse::<LocalPath>().is_err());
    }

    #[test]
    fn carries_another_path_as_next() {
        let next: LocalPath = "/a?b=c&d=e".parse().expect("a path");

        let login = LocalPath::from_static("/login").with_next(&next);

        assert_eq!(login.as_str(), "/login?next=%2Fa%3Fb%3Dc%26d%3De");
    }
}
