//! Requests that no browser sends. `GARBAGE_TRIES` sets how many each route gets.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::site::{ALICE, NEWBIE, Site};

const ROUTES: [&str; 19] = [
    "/login",
    "/login/challenge",
    "/login/restart",
    "/logout",
    "/logout/everywhere",
    "/password/forgot",
    "/password/reset",
    "/profile",
    "/profile/edit",
    "/profile/verify",
    "/profile/verify/send",
    "/profile/password",
    "/profile/mfa",
    "/profile/devices",
    "/profile/passkeys",
    "/profile/logins",
    "/profile/identities",
    "/profile/data",
    "/members",
];

/// What requests are put together from.
const PIECES: [&[u8]; 40] = [
    b"username",
    b"password",
    b"next",
    b"code",
    b"new_password",
    b"action",
    b"id",
    b"answer",
    b"=",
    b"&",
    b"=",
    b"&",
    b"%",
    b"%00",
    b"%ff",
    b"%zz",
    b"+",
    b"\xff",
    b"\x00",
    b"\r\n",
    b"alice",
    b"//evil.example",
    b"/\\evil",
    b"{\"a\":1}",
    b"<script>",
    b"' or 1=1 --",
    b"\xe2\x80\xae",
    b"eyJhbGciOiJub25lIn0.e30.",
    b"-1",
    b"18446744073709551616",
    b"1e999",
    b"null",
    b"undefined",
    b"[object Object]",
    b"../../..",
    b"%0d%0aSet-Cookie:x=y",
    b"?",
    b"#",
    b"\xf0\x9f\xa6\x80",
    b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

const HEADERS: [&str; 12] = [
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "cookie",
    "host",
    "origin",
    "referer",
    "sec-fetch-site",
    "user-agent",
    "x-forwarded-for",
    "content-length",
];

const VALUES: [&str; 14] = [
    "",
    "*/*",
    "text/html",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/json",
    "id=AAAAAAAAAAAAAAAAAAAAAA",
    "id=",
    "Bearer x.y.z",
    "Basic !!!",
    "de;q=nonsense, *;q=9",
    "same-origin",
    "site.example",
    "https://site.example",
];

struct Dice(u64);

impl Dice {
    fn roll(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("below a usize")
    }

    fn name(&mut self) -> String {
        String::from_utf8_lossy(PIECES[self.roll(8)]).into_owned()
    }

    fn lossy(&mut self) -> String {
        String::from_utf8_lossy(&self.text(4)).into_owned()
    }

    fn text(&mut self, pieces: usize) -> Vec<u8> {
        let pieces = self.roll(pieces);
        (0..pieces)
            .flat_map(|_| PIECES[self.roll(PIECES.len())])
            .copied()
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_makes_a_fault() {
    let tries = std::env::var("GARBAGE_TRIES").ok();
    let tries: usize = tries.and_then(|tries| tries.parse().ok()).unwrap_or(1000);
    let site = Site::start().await;
    let alice = site.logged_in(ALICE).await;
    let mut half_way = site.browser();
    half_way.log_in(NEWBIE, "/").await;
    let cookies = [alice.cookie.clone(), half_way.cookie.clone(), None];
    let seed = RandomState::new().build_hasher().finish() | 1;
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let mut sent = 0;

    for route in ROUTES {
        for _ in 0..tries {
            let query = String::from_utf8_lossy(&dice.text(6)).into_owned();
            let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
            let prefix = ["", "/auth"][dice.roll(2)];
            let uri = if dice.roll(2) == 0 {
                format!("{prefix}{route}?{query}")
            } else {
                format!("{prefix}{route}")
            };
            let method =
                [Method::GET, Method::POST, Method::POST, Method::PUT][dice.roll(4)].clone();
            let mut request = Request::new(Body::from(dice.text(12)));
            *request.method_mut() = method.clone();
            *request.uri_mut() = uri.parse().expect("a path");
            if prefix == "/auth" && dice.roll(3) > 0 {
                let body = serde_json::to_string(&BTreeMap::from([
                    (dice.name(), dice.lossy()),
                    (dice.name(), dice.lossy()),
                ]));
                *request.body_mut() = Body::from(body.expect("JSON"));
                let headers = request.headers_mut();
                headers.insert("content-type", HeaderValue::from_static("application/json"));
                headers.insert("x-requested-with", HeaderValue::from_static("x"));
            } else if dice.roll(3) > 0 {
                let form = HeaderValue::from_static("application/x-www-form-urlencoded");
                request.headers_mut().insert("content-type", form);
            }
            if let Some(cookie) = &cookies[dice.roll(3)] {
                let cookie = HeaderValue::from_str(cookie).expect("a cookie");
                request.headers_mut().insert("cookie", cookie);
            }
            for _ in 0..dice.roll(4) {
                let name = HeaderName::from_static(HEADERS[dice.roll(HEADERS.len())]);
                let value = if dice.roll(2) == 0 {
                    HeaderValue::from_static(VALUES[dice.roll(VALUES.len())])
                } else {
                    HeaderValue::from_bytes(&dice.text(4)).unwrap_or(HeaderValue::from_static("x"))
                };
                request.headers_mut().append(name, value);
            }

            let shown = format!("{request:?}");
            let answer = site
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("infallible");
            sent += 1;
            let status = answer.status();
            let kind = answer.headers().get("content-type").cloned();
            let body = answer
                .into_body()
                .collect()
                .await
                .expect("a body")
                .to_bytes();
            assert!(!status.is_server_error(), "{status}: {shown} {body:?}");
            let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
            if is_page {
                assert!(
                    !body.windows(8).any(|bytes| bytes == b"<script>"),
                    "{shown}"
                );
            }
        }
    }
    println!("{sent} requests sent");
}
