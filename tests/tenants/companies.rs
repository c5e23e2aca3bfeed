//! Two companies, each with a user pool: `examples/tenants.rs`, on emulators.

use axum::Router;
use axum::body::Body;
use axum::http::Method;
use cognito_emulator::{AppClient, Emulator, User};

pub(crate) use self::example::Companies;
use crate::site::{ALICE, Browser, Cloud, Page};

#[allow(dead_code, reason = "its `main` listens on a port")]
#[path = "../../examples/tenants.rs"]
mod example;

pub(crate) const ACME: &str = "acme.example";
pub(crate) const GLOBEX: &str = "globex.example";
/// A user of one of them alone.
pub(crate) const GINA: (&str, &str) = ("gina", "Correct-horse-4");

/// A site of two companies, both of which have an Alice.
pub(crate) struct TwoCompanies {
    pub(crate) acme: Cloud,
    pub(crate) globex: Cloud,
    pub(crate) companies: Companies,
    pub(crate) router: Router,
}

impl TwoCompanies {
    pub(crate) async fn start() -> Self {
        let acme = cloud("us-east-1_Acme").await;
        let globex = cloud("us-east-1_Globex").await;
        globex
            .pool
            .add_user(User::new(GINA.0).with_password(GINA.1));
        let companies = Companies::new();
        for (host, cloud) in [(ACME, &acme), (GLOBEX, &globex)] {
            let added = companies.add(host, cloud.cognito()).await;
            added.expect("a company");
        }

        Self {
            router: companies.router(),
            acme,
            globex,
            companies,
        }
    }

    pub(crate) fn at(&self, host: &'static str) -> Visitor {
        Visitor {
            host,
            browser: Browser::new(self.router.clone()),
        }
    }
}

pub(crate) async fn cloud(pool: &str) -> Cloud {
    let emulator = Emulator::start().await.expect("the emulator starts");
    Cloud::of(pool, emulator, AppClient::new("site"))
}

/// A browser at a host. Its cookie goes along to whatever host it is sent to next.
pub(crate) struct Visitor {
    pub(crate) host: &'static str,
    pub(crate) browser: Browser,
}

impl Visitor {
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let headers = [("host", self.host), ("accept", "text/html")];
        self.send(Method::GET, path, &headers, String::new()).await
    }

    pub(crate) async fn log_in(&mut self, user: (&str, &str)) -> Page {
        self.post("/login", &[("username", user.0), ("password", user.1)])
            .await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let kind = "application/x-www-form-urlencoded";
        let headers = [
            ("host", self.host),
            ("accept", "text/html"),
            ("content-type", kind),
        ];
        self.send(Method::POST, path, &headers, body).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Page {
        let body = Body::from(body);
        self.browser.send(method, path, headers, body).await
    }
}

/// As logged in.
pub(crate) async fn alice_at(companies: &TwoCompanies, host: &'static str) -> Visitor {
    let mut visitor = companies.at(host);
    let page = visitor.log_in(ALICE).await;
    assert_eq!(page.status, 303, "{}", page.body);
    visitor
}
