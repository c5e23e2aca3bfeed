//! A load balancer: its key, the server that hands out the key, and what it signs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use axum_cognito::UserPool;
use axum_cognito::backend::LoginSettings;
use axum_cognito::clock::Clock;
use axum_cognito::cognito::{LoadBalancer, LoginStep};
use axum_cognito::web::AuthBuilder;
use axum_cognito::{Auth, AuthSession};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::site::{Browser, Cloud, Page, Users, routes};

pub(crate) const ARN: &str =
    "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188";
/// Another one of the site's.
pub(crate) const SECOND_ARN: &str =
    "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/shop-2/60dc6c495c0c9188";
pub(crate) const KEY_ID: &str = "c0f9a1f2-7e6c-4a2b-9f53-0d2f0f4f3e11";
/// The beginning of the key ids of other load balancers.
pub(crate) const OTHERS: &str = "ffffffff";
const PKCS8_PARAMETERS: &str = "P-256";

/// A key of a load balancer.
pub(crate) struct Signer {
    fixed: EcdsaKeyPair,
    asn1: EcdsaKeyPair,
}

impl Signer {
    pub(crate) fn new() -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let document = document.expect(PKCS8_PARAMETERS);
        let read = |algorithm| EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref());

        Self {
            fixed: read(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"),
            asn1: read(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"),
        }
    }

    /// The public key, as AWS hands it out.
    pub(crate) fn pem(&self) -> String {
        let der = self.fixed.public_key().as_der().expect("DER");
        let body = STANDARD.encode(der.as_ref());
        let lines: Vec<_> = body
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        let body = lines.join("\n");
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }

    /// The public key as JSON, for judges.
    pub(crate) fn jwk(&self) -> Value {
        let point = self.fixed.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": KEY_ID,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        })
    }

    /// Signs text as a load balancer does: with padding, and over it.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_by(&self.fixed, &URL_SAFE, header, claims)
    }

    /// The same without padding, as RFC 7515 has it.
    pub(crate) fn sign_unpadded(&self, header: &Value, claims: &Value) -> String {
        self.sign_by(&self.fixed, &URL_SAFE_NO_PAD, header, claims)
    }

    /// The same with the signature in ASN.1, as other protocols have it.
    pub(crate) fn sign_asn1(&self, header: &Value, claims: &Value) -> String {
        self.sign_by(&self.asn1, &URL_SAFE, header, claims)
    }

    fn sign_by(
        &self,
        key: &EcdsaKeyPair,
        base64: &impl Engine,
        header: &Value,
        claims: &Value,
    ) -> String {
        let header = base64.encode(header.to_string());
        let signed = format!("{header}.{}", base64.encode(claims.to_string()));
        let signature = key.sign(&SystemRandom::new(), signed.as_bytes());
        format!(
            "{signed}.{}",
            base64.encode(signature.expect("a signature"))
        )
    }
}

/// The server of the keys, and how often it was asked.
pub(crate) struct KeyServer {
    pub(crate) url: String,
    pub(crate) asked: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl KeyServer {
    /// Hands out one key, which stands for those of others too.
    pub(crate) async fn start(pem: String) -> Self {
        let asked: Arc<AtomicUsize> = Arc::default();
        let counter = asked.clone();
        let answer = async move |Path(key_id): Path<String>| {
            counter.fetch_add(1, Ordering::SeqCst);
            match key_id == KEY_ID || key_id.starts_with(OTHERS) {
                true => (StatusCode::OK, pem.clone()),
                false => (StatusCode::FORBIDDEN, "AccessDenied".to_owned()),
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().route("/{key_id}", get(answer));

        Self {
            url,
            asked,
            task: tokio::spawn(async move {
                axum::serve(listener, router).await.expect("a server");
            }),
        }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn stop(&self) {
        self.task.abort();
    }
}

/// What goes on as long as the user may see it.
async fn stream(auth: AuthSession) {
    auth.ended(Duration::from_millis(200)).await;
}

/// A site behind a load balancer. No session is anywhere.
pub(crate) struct BalancedSite {
    pub(crate) cloud: Cloud,
    pub(crate) users: Users,
    pub(crate) signer: Signer,
    pub(crate) keys: KeyServer,
    pub(crate) router: Router,
}

impl BalancedSite {
    pub(crate) async fn start() -> Self {
        Self::with(|auth| auth).await
    }

    pub(crate) async fn with(change: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        Self::build(|_| {}, change).await
    }

    /// With a column `is_staff`, and with AWS credentials.
    pub(crate) async fn with_login(change: impl FnOnce(&mut LoginSettings)) -> Self {
        Self::build(change, |auth| auth).await
    }

    async fn build(
        change_login: impl FnOnce(&mut LoginSettings),
        change: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let cloud = Cloud::start().await;
        let users = Users::create().await;
        sqlx::query("alter table users add column is_staff boolean not null default false")
            .execute(users.store.pool())
            .await
            .expect("a column");
        let signer = Signer::new();
        let keys = KeyServer::start(signer.pem()).await;
        let balancer = LoadBalancer::new(ARN).and_then(|it| it.with_arn(SECOND_ARN));
        let balancer = balancer.expect("two ARNs");
        let balancer = balancer.with_keys_at(&keys.url).expect("a loopback URL");
        let client = cloud
            .builder()
            .with_access_key("AKIDEXAMPLE", "of-the-tests");
        let client = client.build().expect("a client");
        let pool = UserPool::with_client(client, users.store.clone()).configure(|login| {
            login.load_balancer = Some(balancer);
            change_login(login);
        });
        let auth = Auth::builder()
            .with_pool(pool)
            .with_clock(cloud.clock.clone());
        let auth = change(auth).build().await.expect("a site");

        Self {
            router: routes()
                .route("/stream", get(stream))
                .layer(auth.login_layer()),
            cloud,
            users,
            signer,
            keys,
        }
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.cloud.clock.now()
    }

    /// What the load balancer says of somebody, and their access token.
    pub(crate) async fn proof_of(&self, (name, password): (&str, &str)) -> (String, String) {
        let sub = self.cloud.pool.attribute(name, "sub").expect("a sub");
        let mut claims = self.claims();
        claims["sub"] = sub.into();
        claims["username"] = name.into();
        let password = password.to_owned().into();
        let login = self.cloud.cognito().authenticate(name, &password).await;
        let LoginStep::Complete(user) = login.expect("a login") else {
            panic!("a challenge");
        };
        let access = user.tokens().access.expose().to_owned();
        (self.signer.sign(&self.header(), &claims), access)
    }

    /// What the load balancer says of the token, and for how long.
    pub(crate) fn header(&self) -> Value {
        json!({
            "typ": "JWT",
            "kid": KEY_ID,
            "alg": "ES256",
            "iss": self.cloud.cognito().token_verifier().issuer(),
            "client": self.cloud.client.id(),
            "signer": ARN,
            "exp": self.now().unix_timestamp() + 120,
        })
    }

    /// What `/oauth2/userInfo` says of Alice.
    pub(crate) fn claims(&self) -> Value {
        json!({
            "sub": self.cloud.pool.attribute("alice", "sub").expect("a sub"),
            "email_verified": "true",
            "email": "alice@example.com",
            "given_name": "Alice",
            "username": "alice",
            "exp": self.now().unix_timestamp() + 120,
            "iss": self.cloud.cognito().token_verifier().issuer(),
        })
    }

    /// What is in a request of Alice's.
    pub(crate) fn token(&self) -> String {
        self.signer.sign(&self.header(), &self.claims())
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        let mut all = vec![("accept", "application/json")];
        all.extend(headers);
        Browser::new(self.router.clone()).get_with(path, &all).await
    }

    /// A request with what is said to be a load balancer's.
    pub(crate) async fn get_as(&self, path: &str, token: &str) -> Page {
        self.get(path, &[("x-amzn-oidc-data", token)]).await
    }
}
