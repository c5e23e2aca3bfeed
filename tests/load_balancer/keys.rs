//! The keys of load balancers: fetched once, and not for strangers.

use std::time::Duration;

use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::json;

use crate::balancer::{BalancedSite, OTHERS, Signer};

#[tokio::test]
async fn a_key_is_fetched_once() {
    let site = BalancedSite::start().await;

    for _ in 0..20 {
        let page = site.get_as("/members", &site.token()).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    }

    assert_eq!(site.keys.asked(), 1);
}

#[tokio::test]
async fn a_key_is_fetched_once_for_many_at_a_time() {
    let site = BalancedSite::start().await;
    let token = site.token();

    let pages = join_all((0..20).map(|_| site.get_as("/members", &token))).await;

    for page in pages {
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    }
    assert_eq!(site.keys.asked(), 1);
}

#[tokio::test]
async fn made_up_key_ids_cost_ten_fetches_a_minute_and_lock_nobody_out() {
    let site = BalancedSite::start().await;
    site.get_as("/members", &site.token()).await;

    for number in 0..100 {
        let mut header = site.header();
        header["kid"] = json!(format!("00000000-0000-4000-8000-{number:012}"));
        let token = site.signer.sign(&header, &site.claims());
        let page = site.get_as("/members", &token).await;
        assert_ne!(page.status, StatusCode::OK, "{}", page.body);
    }
    assert_eq!(site.keys.asked(), 10);
    let page = site.get_as("/members", &site.token()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);

    // What was not there is not asked for again; what was not asked for is, a minute later.
    site.cloud.advance(Duration::from_secs(60));
    for number in [1, 1, 99, 99] {
        let mut header = site.header();
        header["kid"] = json!(format!("00000000-0000-4000-8000-{number:012}"));
        let token = site.signer.sign(&header, &site.claims());
        site.get_as("/members", &token).await;
    }
    assert_eq!(site.keys.asked(), 11);
}

#[tokio::test]
async fn the_keys_of_others_push_no_key_out_that_has_verified_a_token() {
    let site = BalancedSite::start().await;
    site.get_as("/members", &site.token()).await;
    let stranger = Signer::new();

    for number in 0..5 {
        let mut header = site.header();
        header["kid"] = json!(format!("{OTHERS}-0000-4000-8000-{number:012}"));
        let forged = stranger.sign(&header, &site.claims());
        let page = site.get_as("/members", &forged).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
    }
    assert_eq!(site.keys.asked(), 6);

    let page = site.get_as("/members", &site.token()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(site.keys.asked(), 6);
}

/// An outage is no refusal.
#[tokio::test]
async fn while_keys_cannot_be_fetched_it_cannot_be_told_who_is_there() {
    let site = BalancedSite::start().await;
    site.keys.stop();
    // The server stops at its next turn.
    while tokio::net::TcpStream::connect(site.keys.url.trim_start_matches("http://"))
        .await
        .is_ok()
    {
        tokio::task::yield_now().await;
    }

    let page = site.get_as("/members", &site.token()).await;

    assert_eq!(
        page.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        page.body
    );
}
