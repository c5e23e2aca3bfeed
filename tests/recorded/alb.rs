//! What a load balancer says of the user whom it has let in.

use axum::http::StatusCode;

use crate::balancer::BalancedSite;
use crate::facts::tokens;

#[tokio::test]
async fn a_load_balancers_token_opens_the_site() {
    let mut recorded = tokens().tokens.into_iter();
    let token = recorded.find(|token| token.kind == "load balancer");
    let token = token.expect("one is recorded");
    let site = BalancedSite::start().await;

    // Whose it is and until when are the site's; all else stays as it is recorded.
    let (mut header, mut claims) = (token.header, token.claims);
    for (recorded, of_the_site) in [(&mut header, site.header()), (&mut claims, site.claims())] {
        for name in ["client", "exp", "iss", "kid", "signer"] {
            if recorded.get(name).is_some() {
                recorded[name] = of_the_site[name].clone();
            }
        }
    }
    let page = site
        .get_as("/members", &site.signer.sign(&header, &claims))
        .await;

    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let username = token.read["username"].as_str().expect("a name");
    assert!(
        page.body.contains(&format!("<{username}>")),
        "{}",
        page.body
    );
}
