use std::io::{Read, Write};
use std::net::TcpStream;

use axum::Router;
use axum::body::Body;
use axum::http::header::{COOKIE, LOCATION};
use axum::http::{HeaderValue, Request, StatusCode};
use axum::response::Response;
use tower::ServiceExt;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{ALICE, Cloud, cookie_of};

/// Where the domain of the user pool sends browsers back to.
pub const CALLBACK: &str = "https://site.example/login/callback";

/// Alice's browser at the domain of the user pool, which knows her from an earlier login.
pub struct DomainVisitor {
    authority: String,
    cookie: String,
}

/// A browser on its way back to the site: the session's cookie, and the address with the code.
pub struct Returning {
    cookie: HeaderValue,
    path: String,
}

impl DomainVisitor {
    /// Logs Alice in at the domain, where the site sends her.
    pub async fn log_in(cloud: &Cloud, router: &Router) -> Self {
        let endpoint: Url = cloud.emulator.endpoint().parse().expect("an address");
        let mut visitor = Self {
            authority: endpoint.authority().to_owned(),
            cookie: String::new(),
        };
        let (_, domain) = begin(router).await;
        let page = target(&visitor.send("GET", &target(domain.as_str()), "").location());

        let (name, password) = ALICE;
        let form = Serializer::new(String::new())
            .append_pair("username", name)
            .append_pair("password", password)
            .append_pair("started", &u64::MAX.to_string()) // never too old
            .finish();
        let answer = visitor.send("POST", &page, &form);
        assert!(answer.location().starts_with(CALLBACK), "the login");
        visitor.cookie = answer.cookie();
        visitor
    }

    /// Begins a login at the site, and goes to the domain and back, up to the callback.
    pub async fn go(&self, router: &Router) -> Returning {
        let (cookie, domain) = begin(router).await;
        let back = self.send("GET", &target(domain.as_str()), "").location();
        assert!(back.starts_with(CALLBACK), "a code");
        let path = target(&back);
        Returning { cookie, path }
    }

    fn send(&self, method: &str, target: &str, form: &str) -> Answer {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{form}",
            self.authority,
            self.cookie,
            form.len()
        );
        let mut stream = TcpStream::connect(&self.authority).expect("the emulator");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        Answer(answer)
    }
}

/// Opens the callback, as the browser does that the domain sends back.
pub async fn come_back(router: &Router, returning: Returning) {
    let request = get(&returning.path).header(COOKIE, returning.cookie);
    let answer = ask(router, request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "the callback");
    assert_eq!(answer.headers()[LOCATION], "/", "the login");
}

/// Opens the page that begins a login, as a browser does for the first time.
pub async fn begin_managed_login(router: &Router) {
    begin(router).await;
}

async fn begin(router: &Router) -> (HeaderValue, Url) {
    let request = get("/login/managed").body(Body::empty());
    let answer = ask(router, request.expect("a request")).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "the beginning");
    let domain = answer.headers()[LOCATION].to_str().expect("visible ASCII");
    (cookie_of(&answer), domain.parse().expect("an address"))
}

fn get(path: &str) -> axum::http::request::Builder {
    Request::get(path).header("host", "site.example")
}

async fn ask(router: &Router, request: Request<Body>) -> Response {
    router.clone().oneshot(request).await.expect("infallible")
}

/// What of an address is sent to the server.
fn target(address: &str) -> String {
    let base: Url = CALLBACK.parse().expect("an address");
    let url = base.join(address).expect("an address");
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

struct Answer(String);

impl Answer {
    fn header(&self, wanted: &str) -> &str {
        let (head, _) = self.0.split_once("\r\n\r\n").expect("a head");
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        let header = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        header.expect("a header").1
    }

    fn location(&self) -> String {
        self.header("location").to_owned()
    }

    fn cookie(&self) -> String {
        let cookie = self.header("set-cookie").split(';').next();
        cookie.expect("a pair").to_owned()
    }
}
