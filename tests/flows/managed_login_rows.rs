//! Whose row a managed login leads to, and what the user is there.

use axum_cognito::UserStore;

use crate::domain::Visitor;
use crate::managed_login::{ADA, begin, come_back, come_in_as_ada, site, site_that};
use crate::site::{ALICE, Site};

/// The mail address of a user of the pool, who is not the one at the provider.
const EVE: [(&str, &str); 2] = [("sub", "666"), ("email", "alice@example.com")];

async fn names(site: &Site) -> Vec<String> {
    let rows = site.users.store.list(None, 10).await.expect("rows");
    rows.into_iter().map(|row| row.username).collect()
}

#[tokio::test]
async fn the_group_of_a_provider_counts_where_it_is_asked_for() {
    let site = site_that(|login| login.keeps_provider_groups = true).await;

    let (mut browser, _) = come_in_as_ada(&site).await;

    let shown = browser.get("/who").await.body;
    let group = format!("{}_Corp", site.cloud.pool.id());
    let expected = format!(r#"Corp_4711 Some("Corp") ["{group}"] external=true"#);
    assert_eq!(shown, expected);
    // Renewals keep it too.
    site.cloud.advance(std::time::Duration::from_secs(61 * 60));
    assert_eq!(browser.get("/who").await.body, expected);
}

#[tokio::test]
async fn who_has_no_row_gets_none_where_rows_are_made_otherwise() {
    let site = site_that(|login| {
        login.create_unknown_user = false;
        login.adopts_rows = true; // the row below has no subject
    })
    .await;
    let mut browser = site.browser();

    let domain = begin(&mut browser, "provider=Corp").await;
    let back = Visitor::default().come_as(&domain, &ADA).await;
    let page = come_back(&mut browser, &back).await;
    assert_eq!(page.location(), "/login?not_allowed=1");
    assert!(names(&site).await.is_empty());

    let sql = "insert into users (username, date_joined) values (?, '2026-01-01T00:00:00Z')";
    let row = sqlx::query(sql).bind("Corp_4711");
    row.execute(site.users.store.pool()).await.expect("a row");
    come_in_as_ada(&site).await;
    assert_eq!(names(&site).await, ["Corp_4711"]);
}

/// A provider may let people claim any address.
#[tokio::test]
async fn who_has_the_mail_address_of_another_user_is_not_that_user() {
    let site = site().await;
    site.logged_in(ALICE).await;
    let find = async |name: &str| {
        let row = site.users.store.find_by_username(name).await;
        row.expect("an answer").expect("a row")
    };
    let alice = find("alice").await;

    for claims in [&EVE[..], &[EVE[0], EVE[1], ("email_verified", "true")]] {
        let mut browser = site.browser();
        let domain = begin(&mut browser, "provider=Corp").await;
        let back = Visitor::default().come_as(&domain, claims).await;
        assert_eq!(come_back(&mut browser, &back).await.location(), "/");

        let shown = browser.get("/who").await.body;
        assert!(shown.starts_with("Corp_666 "), "{shown}");
        let eve = find("Corp_666").await;
        assert_eq!(eve.email, alice.email, "the same address");
        assert_ne!(eve.id, alice.id);
        assert_eq!(find("alice").await, alice, "and her row is as it was");
    }
    assert_eq!(names(&site).await.len(), 2);
}
