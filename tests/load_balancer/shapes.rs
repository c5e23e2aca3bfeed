//! Tokens in all shapes, right and wrong.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::balancer::{ARN, BalancedSite, KEY_ID, SECOND_ARN, Signer};

/// How a token is made of the right header and claims.
type Make = fn(&BalancedSite, Value, Value) -> String;

/// What a token is, whether it opens the site, and whether a key was asked for to find that out.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) token: String,
    pub(crate) is_accepted: bool,
    asks_for_key: bool,
    /// AWS's own verifier is less strict here: it looks at the claims alone, or at no such thing.
    pub(crate) is_stricter: bool,
}

fn with(name: &str, value: Value, mut object: Value) -> Value {
    object[name] = value;
    object
}

fn without(name: &str, mut object: Value) -> Value {
    object.as_object_mut().expect("an object").remove(name);
    object
}

const RIGHT: [(&str, Make); 4] = [
    ("of the site's second load balancer", |site, h, c| {
        site.signer.sign(&with("signer", SECOND_ARN.into(), h), &c)
    }),
    ("as a load balancer signs", |site, h, c| {
        site.signer.sign(&h, &c)
    }),
    ("without padding", |site, h, c| {
        site.signer.sign_unpadded(&h, &c)
    }),
    ("with a claim that makes another padding", |site, h, c| {
        site.signer.sign(&h, &with("custom:x", "y".into(), c))
    }),
];

/// Refused before a key is asked for.
const WRONG_AT_ONCE: [(&str, Make); 20] = [
    ("of nobody's issuer, all over", |site, h, c| {
        let other = || "https://issuer.example".into();
        site.signer
            .sign(&with("iss", other(), h), &with("iss", other(), c))
    }),
    ("of two load balancers", |site, h, c| {
        let signers = json!([ARN, SECOND_ARN]);
        site.signer.sign(&with("signer", signers, h), &c)
    }),
    ("nothing", |_, _, _| String::new()),
    ("garbage", |_, _, _| "garbage".to_owned()),
    ("two parts", |site, h, c| {
        let token = site.signer.sign(&h, &c);
        token.rsplit_once('.').expect("parts").0.to_owned()
    }),
    ("four parts", |site, h, c| {
        format!("{}.AAAA", site.signer.sign(&h, &c))
    }),
    ("unsigned", |site, h, c| {
        site.signer.sign(&with("alg", "none".into(), h), &c)
    }),
    ("by another algorithm", |site, h, c| {
        site.signer.sign(&with("alg", "RS256".into(), h), &c)
    }),
    ("by a secret", |site, h, c| {
        site.signer.sign(&with("alg", "HS256".into(), h), &c)
    }),
    ("without a key id", |site, h, c| {
        site.signer.sign(&without("kid", h), &c)
    }),
    ("with an empty key id", |site, h, c| {
        site.signer.sign(&with("kid", "".into(), h), &c)
    }),
    ("with a key id that climbs", |site, h, c| {
        let kid = format!("../../{KEY_ID}");
        site.signer.sign(&with("kid", kid.into(), h), &c)
    }),
    ("with a key id that has a query", |site, h, c| {
        let kid = KEY_ID.replace("0d2f0f4f3e11", "0d2f0f4f3e?1");
        site.signer.sign(&with("kid", kid.into(), h), &c)
    }),
    ("of another load balancer", |site, h, c| {
        let signer = ARN.replace("111122223333", "999999999999");
        site.signer.sign(&with("signer", signer.into(), h), &c)
    }),
    ("of no load balancer", |site, h, c| {
        site.signer.sign(&without("signer", h), &c)
    }),
    (
        "of a load balancer whose name begins alike",
        |site, h, c| {
            site.signer
                .sign(&with("signer", format!("{ARN}0").into(), h), &c)
        },
    ),
    ("for another app client", |site, h, c| {
        site.signer.sign(&with("client", "2other".into(), h), &c)
    }),
    ("for no app client", |site, h, c| {
        site.signer.sign(&without("client", h), &c)
    }),
    ("for a list of app clients", |site, h, c| {
        let clients = json!([site.cloud.client.id()]);
        site.signer.sign(&with("client", clients, h), &c)
    }),
    ("expired", |site, h, c| {
        let past = json!(site.now().unix_timestamp() - 10);
        let header = with("exp", past.clone(), h);
        site.signer.sign(&header, &with("exp", past, c))
    }),
];

/// The same, where AWS's verifier looks elsewhere.
const STRICTER_AT_ONCE: [(&str, Make); 5] = [
    ("too long", |site, h, c| {
        site.signer
            .sign(&h, &with("name", "x".repeat(16_000).into(), c))
    }),
    ("by another issuer in the header", |site, h, c| {
        let other = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other";
        site.signer.sign(&with("iss", other.into(), h), &c)
    }),
    ("expired by the header", |site, h, c| {
        let past = json!(site.now().unix_timestamp() - 10);
        site.signer.sign(&with("exp", past, h), &c)
    }),
    ("without an expiry in the header", |site, h, c| {
        site.signer.sign(&without("exp", h), &c)
    }),
    ("with an extension", |site, h, c| {
        site.signer.sign(&with("crit", json!(["exp"]), h), &c)
    }),
];

/// Refused by the key.
const WRONG_BY_KEY: [(&str, Make); 8] = [
    ("with a key that is not there", |site, h, c| {
        let kid = "00000000-0000-4000-8000-000000000000";
        site.signer.sign(&with("kid", kid.into(), h), &c)
    }),
    ("by another key", |_, h, c| Signer::new().sign(&h, &c)),
    ("with an ASN.1 signature", |site, h, c| {
        site.signer.sign_asn1(&h, &c)
    }),
    ("with the claims of another", |site, h, c| {
        let other = site
            .signer
            .sign(&h, &with("username", "admin".into(), c.clone()));
        let claims = other.split('.').nth(1).expect("claims").to_owned();
        let token = site.signer.sign(&h, &c);
        let [header, _, signature] = token.split('.').collect::<Vec<_>>()[..] else {
            panic!("three parts");
        };
        format!("{header}.{claims}.{signature}")
    }),
    ("with the header of another", |site, h, c| {
        let token = site.signer.sign(&with("typ", "jwt".into(), h.clone()), &c);
        let other = site.signer.sign(&h, &c);
        let (header, _) = other.split_once('.').expect("parts");
        let (_, rest) = token.split_once('.').expect("parts");
        format!("{header}.{rest}")
    }),
    ("with a signature cut short", |site, h, c| {
        let token = site.signer.sign_unpadded(&h, &c);
        token[..token.len() - 4].to_owned()
    }),
    // The padding is part of what is signed.
    ("signed with padding, sent without", |site, h, c| {
        let claims = with("x", "yy".into(), c);
        let token = site.signer.sign(&with("a", "b".into(), h), &claims);
        assert!(token.contains('='), "no padding to take away");
        token.replace('=', "")
    }),
    ("by another issuer", |site, h, c| {
        let other = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other";
        site.signer.sign(&h, &with("iss", other.into(), c))
    }),
];

impl Shape {
    pub(crate) fn all(site: &BalancedSite) -> Vec<Self> {
        let shapes = |makes: &[(&'static str, Make)], accepted, asks, stricter| {
            let shape = |(name, make): &(&'static str, Make)| Self {
                name,
                token: make(site, site.header(), site.claims()),
                is_accepted: accepted,
                asks_for_key: asks,
                is_stricter: stricter,
            };
            makes.iter().map(shape).collect::<Vec<_>>()
        };

        // The right ones last: until then no key is known.
        let mut all = shapes(&WRONG_AT_ONCE, false, false, false);
        all.extend(shapes(&STRICTER_AT_ONCE, false, false, true));
        all.extend(shapes(&WRONG_BY_KEY, false, true, false));
        all.extend(shapes(&RIGHT, true, true, false));
        all
    }
}

#[tokio::test]
async fn what_a_load_balancer_signs_is_accepted_and_nothing_else() {
    let site = BalancedSite::start().await;

    for shape in Shape::all(&site) {
        let page = site.get_as("/members", &shape.token).await;

        let status = match shape.is_accepted {
            true => StatusCode::OK,
            false => StatusCode::UNAUTHORIZED,
        };
        assert_eq!(page.status, status, "{}: {}", shape.name, page.body);
        if !shape.asks_for_key {
            assert_eq!(site.keys.asked(), 0, "{}", shape.name);
        }
    }
    assert_eq!(
        site.keys.asked(),
        2,
        "the key, and the one that is not there"
    );
}

#[tokio::test]
async fn of_two_headers_neither_counts() {
    let site = BalancedSite::start().await;
    let token = site.token();

    let twice = [("x-amzn-oidc-data", &*token), ("x-amzn-oidc-data", &*token)];
    let page = site.get("/members", &twice).await;

    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
}

/// A rule of a listener can log users in by an app client that is not the site's.
#[tokio::test]
async fn where_the_load_balancer_has_an_app_client_of_its_own_no_other_counts() {
    const ITS_OWN: &str = "2example23456789";
    let site = BalancedSite::with_login(|login| {
        let balancer = login.load_balancer.take().expect("a load balancer");
        let client = ITS_OWN.parse().expect("an app client id");
        login.load_balancer = Some(balancer.with_app_client(client));
    })
    .await;

    let header = with("client", ITS_OWN.into(), site.header());
    let token = site.signer.sign(&header, &site.claims());
    let page = site.get_as("/members", &token).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let page = site.get_as("/members", &site.token()).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
}
