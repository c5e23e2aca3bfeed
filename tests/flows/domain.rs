//! The user pool's domain as a browser meets it: pages, forms, redirects and cookies of its own.

use std::collections::BTreeMap;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;
use url::form_urlencoded::Serializer;

/// A browser at the domain.
#[derive(Clone, Default)]
pub(crate) struct Visitor {
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

impl Visitor {
    pub(crate) async fn get(&mut self, url: &Url) -> Answer {
        self.send("GET", url, "").await
    }

    pub(crate) async fn post(&mut self, url: &Url, form: &[(&str, &str)]) -> Answer {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        self.send("POST", url, &body).await
    }

    /// Goes where the site sends the browser, and follows redirects of the domain. Returns the page
    /// at which it stays, or the address of the site to which it is sent back.
    pub(crate) async fn arrive(&mut self, url: &Url) -> Result<(Url, Answer), Url> {
        let mut url = url.clone();
        for _ in 0..10 {
            let answer = self.get(&url).await;
            let Some(location) = &answer.location else {
                return Ok((url, answer));
            };
            let next = url.join(location).expect("an address");
            if next.host_str() == Some(SITE) {
                return Err(next);
            }
            url = next;
        }
        panic!("too many redirects");
    }

    /// Logs a user of the pool in, on the domain's page. Returns where the browser is sent.
    pub(crate) async fn log_in(&mut self, url: &Url, user: (&str, &str)) -> Url {
        let page = match self.arrive(url).await {
            Ok((page, _)) => page,
            Err(back) => return back,
        };
        // Since 1970, so that the page is never too old.
        let started = u64::MAX.to_string();
        let form = [
            ("username", user.0),
            ("password", user.1),
            ("started", &started),
        ];
        self.submit(&page, &form).await
    }

    /// Says at the emulator's identity provider who one is. Returns where the browser is sent.
    pub(crate) async fn come_as(&mut self, url: &Url, claims: &[(&str, &str)]) -> Url {
        let page = match self.arrive(url).await {
            Ok((page, _)) => page,
            Err(back) => return back,
        };
        let form = [&[("do", "login")], claims].concat();
        self.submit(&page, &form).await
    }

    /// Presses a button of the identity provider's page.
    pub(crate) async fn press(&mut self, url: &Url, button: &str) -> Url {
        let (page, _) = self
            .arrive(url)
            .await
            .unwrap_or_else(|back| panic!("back at {back}"));
        self.submit(&page, &[("do", button)]).await
    }

    async fn submit(&mut self, page: &Url, form: &[(&str, &str)]) -> Url {
        let answer = self.post(page, form).await;
        let location = answer
            .location
            .unwrap_or_else(|| panic!("{} stays at {page}: {}", answer.status, answer.body));
        page.join(&location).expect("an address")
    }

    async fn send(&mut self, method: &str, url: &Url, body: &str) -> Answer {
        let target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let host = url.host_str().expect("a host");
        let port = url.port().expect("a port");
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            cookies.join("; "),
            body.len()
        );
        let mut stream = TcpStream::connect((host, port))
            .await
            .expect("the emulator");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.expect("an answer");

        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let mut location = None;
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            match name.to_ascii_lowercase().as_str() {
                "location" => location = Some(value.to_owned()),
                "set-cookie" => {
                    let pair = value.split(';').next().unwrap_or_default();
                    let (name, value) = pair.split_once('=').unwrap_or_default();
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Answer {
            status: status.expect("a status"),
            location,
            body: body.to_owned(),
        }
    }
}

/// The host of the site that the tests are about. Nothing listens there: the browser of a test asks
/// its router.
pub(crate) const SITE: &str = "site.example";

/// A parameter of an address.
pub(crate) fn parameter(url: &Url, wanted: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
}

/// The same address with another value of a parameter.
pub(crate) fn with_parameter(url: &Url, changed: &str, value: &str) -> Url {
    let kept = url.query_pairs().filter(|(name, _)| name != changed);
    let query = Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair(changed, value)
        .finish();
    let mut url = url.clone();
    url.set_query(Some(&query));
    url
}
