//! What holds for whatever a browser sends.

use axum::http::Uri;
use url::Url;

use super::LocalPath;

/// Pages of sites that somebody is sent on from.
const PAGES: [&str; 3] = [
    "https://site.example/login",
    "http://localhost:3000/a/b/login?next=/x",
    "https://user:word@site.example:8443/login/",
];

/// Whatever is accepted as a path on this site is one to a browser, both as it was given and as
/// it stands in `Location`.
pub fn next(bytes: &[u8]) {
    let given = String::from_utf8_lossy(bytes);
    if let Ok(path) = given.parse::<LocalPath>() {
        stays_here(&given, &path);
    }
    if let Ok(uri) = Uri::try_from(bytes)
        && let Some(path) = LocalPath::of_request(&uri)
    {
        stays_here(path.as_str(), &path);
    }
}

fn stays_here(given: &str, path: &LocalPath) {
    let location = path.to_header();
    let location = location.to_str().expect("visible ASCII");
    let again: LocalPath = location.parse().expect("a path again");
    assert_eq!(again, *path, "reading it twice changes nothing");

    let login = LocalPath::from_static("/login?a=b").with_next(path);
    for page in PAGES {
        let page = Url::parse(page).expect("a literal address");
        let target = page.join(location).expect("an address");
        assert_eq!(target.origin(), page.origin(), "as emitted");
        let mut as_given = page.join(given).expect("an address");
        as_given.set_fragment(None); // never in `Location`: only a browser knows it
        assert_eq!(as_given, target, "as given");

        let login = page.join(login.as_str()).expect("an address");
        assert_eq!(login.origin(), page.origin(), "the login page");
        let next = login.query_pairs().find(|(name, _)| name == "next");
        let next = next.expect("it is there").1;
        assert_eq!(next, location, "the login page gets it unchanged");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn next(path in "[/\\\\.%a-z2eEfF:@?#&=\t\n ]{0,24}") {
            super::next(path.as_bytes());
        }

        #[test]
        fn next_with_a_query(path in "/[a-z/.%0-9]{0,9}", query in "\\?[ -~]{0,20}") {
            super::next(format!("{path}{query}").as_bytes());
        }

        #[test]
        fn next_of_any_text(start in "/?", rest in any::<String>()) {
            super::next(format!("{start}{rest}").as_bytes());
        }
    }
}
