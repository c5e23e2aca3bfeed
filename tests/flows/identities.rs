//! Connected identity providers: an account elsewhere that opens the account here.

use std::time::Duration;

use axum::http::StatusCode;
use axum_cognito::UserStore;
use axum_cognito::cognito::{LoginProvider, ManagedLogin};
use axum_cognito::pages::{Pages, Texts};
use cognito_emulator::{Fault, FaultKind, Trigger};
use serde_json::json;
use url::Url;

use crate::domain::{Visitor, parameter, with_parameter};
use crate::managed_login::{ADA, MINUTE, app_client, begin, come_back, settings, site_on};
use crate::site::{ADMIN, ALICE, Browser, Cloud, NEWBIE, Page, Site};

const PAGE: &str = "/profile/identities";
const EVE: [(&str, &str); 2] = [("sub", "666"), ("email", "eve@corp.example")];

pub(crate) async fn site() -> Site {
    site_with(settings, Pages::new(), true).await
}

async fn site_with(
    settings: impl FnOnce(&Cloud) -> ManagedLogin,
    pages: Pages,
    with_credentials: bool,
) -> Site {
    let client = app_client().with_identity_providers(["COGNITO", "Corp", "Other"]);
    let cloud = Cloud::with_client(client).await;
    let mapping = [("email", "email"), ("given_name", "name")];
    cloud.pool.add_identity_provider("Corp", mapping);
    cloud.pool.add_identity_provider("Other", mapping);
    let managed = settings(&cloud);
    let builder = cloud.builder();
    let builder = match with_credentials {
        true => builder.with_access_key("AKIDEXAMPLE", "secret"),
        false => builder,
    };
    let cognito = builder.build().expect("a client");
    site_on(cloud, cognito, managed, pages).await
}

/// Presses the button that connects a provider, and returns where the browser goes.
async fn connect(browser: &mut Browser, provider: &str) -> Url {
    let form = [("action", "connect"), ("provider", provider)];
    let page = browser.post(PAGE, &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.location());
    let (_, on) = page.body.split_once("0; url=").expect("a way on");
    let (on, _) = on.split_once('"').expect("an end");
    on.replace("&#38;", "&").parse().expect("an address")
}

/// Connects the provider, as somebody there.
async fn connect_as(browser: &mut Browser, claims: &[(&str, &str)]) -> Page {
    let domain = connect(browser, "Corp").await;
    let back = Visitor::default().come_as(&domain, claims).await;
    come_back(browser, &back).await
}

/// Who a new browser is that comes in from the provider.
async fn comes_in_as(site: &Site, claims: &[(&str, &str)]) -> (Browser, String) {
    let mut browser = site.browser();
    let domain = begin(&mut browser, "provider=Corp").await;
    let back = Visitor::default().come_as(&domain, claims).await;
    let page = come_back(&mut browser, &back).await;
    assert_eq!(page.location(), "/", "{}", page.body);
    let shown = browser.get("/who").await.body;
    (browser, shown)
}

async fn disconnect(browser: &mut Browser, provider: &str, id: &str) -> Page {
    let form = [("action", "disconnect"), ("provider", provider), ("id", id)];
    browser.post(PAGE, &form).await
}

/// What the page says after something has led to it.
async fn said(browser: &mut Browser, page: &Page, query: &str) -> String {
    assert_eq!(
        page.location(),
        format!("{PAGE}?{query}=1"),
        "{}",
        page.body
    );
    let shown = browser.get(page.location()).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    shown.body
}

fn operations(site: &Site) -> Vec<String> {
    let calls = site.cloud.emulator.calls().into_iter();
    calls.map(|call| call.operation).collect()
}

#[tokio::test]
async fn an_account_elsewhere_is_connected_opens_the_account_and_is_disconnected() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let profile = alice.get("/profile").await.body;
    assert!(
        profile.contains("href=\"/profile/identities\""),
        "{profile}"
    );
    let page = alice.get(PAGE).await.body;
    assert!(page.contains("No other account is connected"), "{page}");
    assert!(page.contains("Connect Corp Inc."), "{page}");
    assert!(!page.contains("our login page"), "{page}");

    let domain = connect(&mut alice, "Corp").await;
    for (name, value) in [("identity_provider", "Corp"), ("prompt", "login")] {
        assert_eq!(parameter(&domain, name).as_deref(), Some(value), "{domain}");
    }
    let back = Visitor::default().come_as(&domain, &ADA).await;
    site.cloud.emulator.clear_calls();
    let page = come_back(&mut alice, &back).await;

    let shown = said(&mut alice, &page, "connected").await;
    assert!(shown.contains("Connected. You can use it"), "{shown}");
    assert!(shown.contains("Corp Inc."), "{shown}");
    assert!(shown.contains("4711"), "{shown}");
    assert!(!shown.contains("Connect Corp Inc."), "{shown}");
    let calls = operations(&site);
    let at = |name: &str| calls.iter().position(|call| call == name);
    assert!(at("RevokeToken") < at("AdminDeleteUser"), "{calls:?}");
    assert!(
        at("AdminDeleteUser") < at("AdminLinkProviderForUser"),
        "{calls:?}"
    );
    assert!(at("RevokeToken").is_some(), "{calls:?}");
    assert_eq!(site.cloud.pool.user_sub("Corp_4711"), None);
    let rows = site.users.store.list(None, 10).await.expect("rows");
    assert_eq!(rows.len(), 1, "whoever proves an identity gets no row");
    assert!(alice.get("/who").await.body.starts_with("alice None"));

    let (mut by_corp, shown) = comes_in_as(&site, &ADA).await;
    assert_eq!(shown, r#"alice Some("Corp") [] external=false"#);
    let page = disconnect(&mut alice, "Corp", "4711").await;
    let shown = said(&mut alice, &page, "disconnected").await;
    assert!(shown.contains("Disconnected."), "{shown}");
    assert!(shown.contains("Connect Corp Inc."), "{shown}");
    let over = by_corp.get("/who").await;
    assert_eq!(over.status, StatusCode::SEE_OTHER, "logins by it are over");
    let (_, shown) = comes_in_as(&site, &ADA).await;
    assert_eq!(shown, r#"Corp_4711 Some("Corp") [] external=true"#);
}

/// The user name of who comes from a provider is in small letters and split by an underscore; Cognito
/// links by the id as it is.
#[tokio::test]
async fn an_id_is_taken_to_the_letter() {
    let site = site().await;
    site.cloud.pool.clone().with_case_insensitive_usernames();
    let mut alice = site.logged_in(ALICE).await;
    let claims = [("sub", "AbC_12_Xy"), ("email", "ada@corp.example")];

    let page = connect_as(&mut alice, &claims).await;

    let shown = said(&mut alice, &page, "connected").await;
    assert!(shown.contains("AbC_12_Xy"), "{shown}");
    let (_, shown) = comes_in_as(&site, &claims).await;
    assert_eq!(shown, r#"alice Some("Corp") [] external=false"#);
    let page = disconnect(&mut alice, "Corp", "AbC_12_Xy").await;
    said(&mut alice, &page, "disconnected").await;
}

#[tokio::test]
async fn an_account_that_is_used_here_stays_what_it_is() {
    let site = site().await;
    let (mut ada, shown) = comes_in_as(&site, &ADA).await;
    assert!(shown.starts_with("Corp_4711"), "{shown}");
    let sub = site.cloud.pool.user_sub("Corp_4711");
    site.cloud.pool.link_identity("admin", "Corp", "of-admin");
    let mut alice = site.logged_in(ALICE).await;

    for claims in [
        &ADA[..],
        &[("sub", "of-admin"), ("email", "x@corp.example")],
    ] {
        let page = connect_as(&mut alice, claims).await;
        let shown = said(&mut alice, &page, "in_use").await;
        assert!(shown.contains("That account is already used"), "{shown}");
    }

    assert_eq!(site.cloud.pool.user_sub("Corp_4711"), sub);
    assert!(ada.get("/who").await.body.starts_with("Corp_4711"));
    assert_eq!(site.cloud.calls("AdminDeleteUser"), 0);
    assert_eq!(site.cloud.calls("AdminLinkProviderForUser"), 0);
}

/// A user who has been given something in the pool is not deleted either.
#[tokio::test]
async fn a_user_with_a_role_or_another_identity_is_not_deleted() {
    for given in ["a role", "an identity"] {
        let site = site().await;
        let (_, shown) = comes_in_as(&site, &EVE).await;
        assert!(shown.starts_with("Corp_666"), "{shown}");
        match given {
            "a role" => site.cloud.pool.add_user_to_group("Corp_666", "editors"),
            _ => site.cloud.pool.link_identity("Corp_666", "Other", "x"),
        }
        let row = site.users.store.find_by_username("Corp_666").await;
        let row = row.expect("an answer").expect("a row");
        site.users.store.delete(&row.id).await.expect("deleted");
        let mut alice = site.logged_in(ALICE).await;

        let page = connect_as(&mut alice, &EVE).await;

        said(&mut alice, &page, "in_use").await;
        assert!(site.cloud.pool.user_sub("Corp_666").is_some(), "{given}");
    }
}

/// Who has the name by now need not be the user whom the proof has made.
#[tokio::test]
async fn only_the_user_whom_the_proof_has_made_is_deleted() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let identity = json!([{ "userId": "4711", "providerName": "Corp", "primary": true }]);
    let of_another = json!({ "UserAttributes": [
        { "Name": "sub", "Value": "of-another" },
        { "Name": "identities", "Value": identity.to_string() },
    ]});
    let with_a_password = json!({ "UserStatus": "CONFIRMED" });

    for (answer, query) in [
        (FaultKind::error("AccessDeniedException"), "failed"),
        (FaultKind::error("UserNotFoundException"), "in_use"),
        (FaultKind::Patch(of_another.to_string()), "in_use"),
        (FaultKind::Patch(with_a_password.to_string()), "in_use"),
    ] {
        // The first that is asked about is alice.
        let fault = Fault::on("AdminGetUser", answer.clone()).after(1);
        site.cloud.emulator.inject(fault);

        let page = connect_as(&mut alice, &ADA).await;

        said(&mut alice, &page, query).await;
        assert_eq!(site.cloud.calls("AdminDeleteUser"), 0, "{answer:?}");
        assert!(site.cloud.pool.user_sub("Corp_4711").is_some());
    }
    let page = connect_as(&mut alice, &ADA).await;
    said(&mut alice, &page, "connected").await;
}

/// A refusal need not mean that nothing is connected, nor that somebody else has it.
#[tokio::test]
async fn a_refusal_is_read_by_what_is_connected_then() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let refusal = |exception: &str, message: &str| {
        let kind = FaultKind::ErrorWithMessage(exception.to_owned(), message.to_owned());
        Fault::on("AdminLinkProviderForUser", kind)
    };
    let merging = "Merging is not currently supported";

    for (fault, query) in [
        (refusal("AliasExistsException", "It has a user."), "in_use"),
        (refusal("InvalidParameterException", merging), "in_use"),
        (refusal("InvalidParameterException", "Wrong."), "failed"),
        // Another tab was faster.
        (
            refusal("AliasExistsException", "It has.").once_done(),
            "connected",
        ),
    ] {
        site.cloud.emulator.inject(fault);

        let page = connect_as(&mut alice, &ADA).await;

        let shown = said(&mut alice, &page, query).await;
        let is_connected = !shown.contains("No other account is connected");
        assert_eq!(is_connected, query == "connected", "{query}: {shown}");
    }
}

#[tokio::test]
async fn what_proves_nothing_is_told_from_an_outage() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;

    let domain = connect(&mut alice, "Corp").await;
    let domain = with_parameter(&domain, "nonce", "of-somebody-else");
    let back = Visitor::default().come_as(&domain, &ADA).await;
    let page = come_back(&mut alice, &back).await;
    said(&mut alice, &page, "not_proved").await;

    let domain = connect(&mut alice, "Corp").await;
    let back = Visitor::default().come_as(&domain, &ADA).await;
    let page = come_back(&mut alice, &with_parameter(&back, "code", "x")).await;
    said(&mut alice, &page, "too_late").await;

    // Without the keys nobody can tell.
    site.cloud.pool.rotate_keys();
    site.cloud.advance(2 * MINUTE);
    let domain = connect(&mut alice, "Corp").await;
    let back = Visitor::default().come_as(&domain, &ADA).await;
    let down = Fault::on("jwks", FaultKind::Status(500)).forever();
    site.cloud.emulator.inject(down);
    let page = come_back(&mut alice, &back).await;
    assert!(page.status.is_server_error(), "{}", page.location());
    assert_eq!(site.cloud.calls("AdminLinkProviderForUser"), 0);
}

/// Who was at the provider before, and never had an account here, is the same person.
#[tokio::test]
async fn a_user_whom_an_earlier_try_left_behind_is_taken() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let domain = connect(&mut alice, "Corp").await;
    Visitor::default().come_as(&domain, &ADA).await; // and the browser never came back
    assert!(site.cloud.pool.user_sub("Corp_4711").is_some());

    let page = connect_as(&mut alice, &ADA).await;

    said(&mut alice, &page, "connected").await;
    assert_eq!(site.cloud.pool.user_sub("Corp_4711"), None);
}

#[tokio::test]
async fn what_is_connected_already_is_done() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;

    for _ in 0..2 {
        let page = connect_as(&mut alice, &ADA).await;
        said(&mut alice, &page, "connected").await;
    }

    assert_eq!(site.cloud.calls("AdminLinkProviderForUser"), 1);
}

#[tokio::test]
async fn a_trigger_that_links_first_is_no_obstacle() {
    let site = site().await;
    let pool = site.cloud.pool.clone();
    site.cloud
        .pool
        .set_trigger(Trigger::PreSignUp, move |event| {
            pool.link_identity("alice", "Corp", "4711");
            Ok(event)
        });
    let mut alice = site.logged_in(ALICE).await;

    let restarted = connect_as(&mut alice, &ADA).await;
    let domain: Url = restarted.location().parse().expect("the domain once more");
    assert_eq!(parameter(&domain, "prompt").as_deref(), Some("login"));
    let back = Visitor::default().come_as(&domain, &ADA).await;
    let page = come_back(&mut alice, &back).await;

    said(&mut alice, &page, "connected").await;
    assert!(alice.get("/who").await.body.starts_with("alice None"));
}

#[tokio::test]
async fn five_are_the_most() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;
    for id in ["1", "2", "3", "4", "5"] {
        site.cloud.pool.link_identity("alice", "Corp", id);
    }
    let page = alice.get(PAGE).await.body;
    assert!(!page.contains("value=\"connect\""), "{page}");

    let page = connect_as(&mut alice, &ADA).await;

    let shown = said(&mut alice, &page, "too_many").await;
    assert!(shown.contains("as many accounts as possible"), "{shown}");
    assert_eq!(site.cloud.calls("AdminDeleteUser"), 0);
    let page = disconnect(&mut alice, "Corp", "3").await;
    said(&mut alice, &page, "disconnected").await;
    let page = connect_as(&mut alice, &ADA).await;
    said(&mut alice, &page, "connected").await;
}

/// To a user who has five already, or whom a provider has made, Cognito connects no other.
#[tokio::test]
async fn another_provider_is_offered_where_it_can_be_connected() {
    let both =
        |cloud: &Cloud| settings(cloud).with_providers(["Corp", "Other"].map(LoginProvider::new));
    let site = site_with(both, Pages::new(), true).await;
    let mut alice = site.logged_in(ALICE).await;
    for id in ["1", "2", "3", "4", "5"] {
        let page = alice.get(PAGE).await.body;
        assert!(page.contains("Connect Other"), "before {id}: {page}");
        site.cloud.pool.link_identity("alice", "Corp", id);
    }
    let page = alice.get(PAGE).await.body;
    assert!(!page.contains("Connect Other"), "{page}");

    let (mut ada, shown) = comes_in_as(&site, &ADA).await;
    assert!(shown.starts_with("Corp_4711"), "{shown}");
    let page = ada.get(PAGE).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(!page.body.contains("Connect Other"), "{}", page.body);
}

#[tokio::test]
async fn every_end_at_the_provider_has_its_words_here() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;
    for (button, query, words) in [
        ("refuse", "cancelled", "You didn’t finish logging in there"),
        ("fail", "failed", "The login failed on the other side"),
    ] {
        let domain = connect(&mut alice, "Corp").await;
        let back = Visitor::default().press(&domain, button).await;
        let page = come_back(&mut alice, &back).await;
        let shown = said(&mut alice, &page, query).await;
        assert!(shown.contains(words), "{shown}");
        assert!(shown.contains("role=\"alert\""), "{shown}");
    }

    let refuse = |_| Err("Only staff.".to_owned());
    site.cloud.pool.set_trigger(Trigger::PreSignUp, refuse);
    let page = connect_as(&mut alice, &ADA).await;
    let shown = said(&mut alice, &page, "not_allowed").await;
    assert!(shown.contains("can’t be used here"), "{shown}");
    assert!(!shown.contains("staff"), "{shown}");
}

#[tokio::test]
async fn an_outage_changes_nothing() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let domain = connect(&mut alice, "Corp").await;
    let back = Visitor::default().come_as(&domain, &ADA).await;
    let Site { cloud, .. } = site;
    drop(cloud);

    let page = come_back(&mut alice, &back).await;

    assert_eq!(
        page.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        page.body
    );
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let site = site().await;
    let mut tried = 0;
    let mut stays = async |browser: &mut Browser, id: &str, name: &str| {
        tried += 1;
        let page = browser.get(PAGE).await.body;
        assert!(!page.contains("value=\"disconnect\""), "{name}: {page}");
        assert!(page.contains("no other way to log in"), "{name}: {page}");
        let page = disconnect(browser, "Corp", id).await;
        said(browser, &page, "last").await;
    };

    // Made by the provider: whatever else is linked, nobody is left without it.
    let (mut ada, _) = comes_in_as(&site, &ADA).await;
    stays(&mut ada, "4711", "ada").await;
    let page = ada.get(PAGE).await.body;
    assert!(!page.contains("value=\"connect\""), "{page}");
    let page = connect_as(&mut ada, &EVE).await;
    said(&mut ada, &page, "not_possible").await;

    // Made by an administrator, and never given a password of their own.
    site.cloud.pool.link_identity(NEWBIE.0, "Corp", "of-newbie");
    let claims = [("sub", "of-newbie"), ("email", "newbie@example.com")];
    let (mut newbie, shown) = comes_in_as(&site, &claims).await;
    assert!(shown.starts_with("newbie"), "{shown}");
    stays(&mut newbie, "of-newbie", "newbie").await;
    // A second one does only if the login page leads there.
    site.cloud.pool.link_identity(NEWBIE.0, "Other", "x");
    let page = disconnect(&mut newbie, "Corp", "of-newbie").await;
    said(&mut newbie, &page, "last").await;
    let page = disconnect(&mut newbie, "Other", "x").await;
    said(&mut newbie, &page, "disconnected").await;
    site.cloud.pool.link_identity(NEWBIE.0, "Corp", "another");
    let page = disconnect(&mut newbie, "Corp", "of-newbie").await;
    said(&mut newbie, &page, "disconnected").await;
    stays(&mut newbie, "another", "newbie").await;
    assert_eq!(tried, 3);
    let (_, shown) = comes_in_as(&site, &[("sub", "another")]).await;
    assert!(shown.starts_with("newbie"), "{shown}");
}

/// A password is no way in where the site takes none.
#[tokio::test]
async fn a_site_without_passwords_counts_none() {
    let only_corp = |cloud: &Cloud| settings(cloud).with_providers([LoginProvider::new("Corp")]);
    let pages = Pages::new().without_password_form();
    let site = site_with(only_corp, pages, true).await;
    site.cloud.pool.link_identity("alice", "Corp", "4711");
    let (mut alice, shown) = comes_in_as(&site, &ADA).await;
    assert!(shown.starts_with("alice"), "{shown}");

    let page = disconnect(&mut alice, "Corp", "4711").await;

    said(&mut alice, &page, "last").await;
    assert_eq!(site.cloud.calls("AdminDisableProviderForUser"), 0);
}

/// The domain's own page takes passwords, too.
#[tokio::test]
async fn a_password_counts_where_the_login_page_leads_to_the_domain_s_own() {
    let pages = Pages::new().without_password_form();
    let site = site_with(settings, pages, true).await;
    site.cloud.pool.link_identity("alice", "Corp", "4711");
    let (mut alice, _) = comes_in_as(&site, &ADA).await;

    let page = disconnect(&mut alice, "Corp", "4711").await;

    said(&mut alice, &page, "disconnected").await;
}

#[tokio::test]
async fn a_failure_is_no_disconnection_unless_somebody_was_faster() {
    let site = site().await;
    site.cloud.pool.link_identity("alice", "Corp", "4711");
    let mut alice = site.logged_in(ALICE).await;
    let fails = |name: &str| Fault::on("AdminDisableProviderForUser", FaultKind::error(name));

    let fault = fails("InternalErrorException").forever();
    site.cloud.emulator.inject(fault);
    let page = disconnect(&mut alice, "Corp", "4711").await;
    assert!(page.status.is_server_error(), "{}", page.location());
    site.cloud.emulator.clear_faults();

    let fault = fails("UserNotFoundException").once_done();
    site.cloud.emulator.inject(fault);
    let page = disconnect(&mut alice, "Corp", "4711").await;
    let shown = said(&mut alice, &page, "disconnected").await;
    assert!(shown.contains("No other account is connected"), "{shown}");
}

#[tokio::test]
async fn two_browsers_cannot_take_the_last_two_ways_at_once() {
    let site = site().await;
    for id in ["one", "two"] {
        site.cloud.pool.link_identity(NEWBIE.0, "Corp", id);
    }
    let mut ways = 0;
    for _ in 0..10 {
        let (first, _) = comes_in_as(&site, &[("sub", "one")]).await;
        let (second, _) = comes_in_as(&site, &[("sub", "two")]).await;
        let take = async |mut browser: Browser, id: &str| {
            disconnect(&mut browser, "Corp", id)
                .await
                .location()
                .to_owned()
        };
        tokio::join!(take(first, "one"), take(second, "two"));

        let mut left = 0;
        for id in ["one", "two"] {
            let (_, shown) = comes_in_as(&site, &[("sub", id)]).await;
            left += usize::from(shown.starts_with("newbie"));
            site.cloud.pool.delete_user(&format!("Corp_{id}"));
            site.cloud.pool.link_identity(NEWBIE.0, "Corp", id);
        }
        assert!(left > 0, "nobody can log in as newbie any more");
        ways += left;
        // The rows that the tries have made are in the way of the next.
        for id in ["one", "two"] {
            let name = format!("Corp_{id}");
            let row = site.users.store.find_by_username(&name).await;
            if let Some(row) = row.expect("an answer") {
                site.users.store.delete(&row.id).await.expect("deleted");
            }
        }
    }
    println!("{ways} ways remained after 10 races for the last two");
}

#[tokio::test]
async fn it_takes_a_recent_proof() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;
    site.cloud.pool.link_identity("alice", "Corp", "4711");
    site.cloud.advance(10 * MINUTE);
    assert_eq!(alice.get(PAGE).await.status, StatusCode::OK);

    for form in [
        [("action", "connect"), ("provider", "Corp"), ("id", "")],
        [
            ("action", "disconnect"),
            ("provider", "Corp"),
            ("id", "4711"),
        ],
    ] {
        let page = alice.post(PAGE, &form).await;
        assert_eq!(
            page.location(),
            "/login?again=1&next=%2Fprofile%2Fidentities"
        );
    }

    assert_eq!(site.cloud.calls("AdminDisableProviderForUser"), 0);
    let proof = [("again", "1"), ("password", ALICE.1), ("next", PAGE)];
    assert_eq!(alice.post("/login", &proof).await.location(), PAGE);
    let page = disconnect(&mut alice, "Corp", "4711").await;
    said(&mut alice, &page, "disconnected").await;
}

#[tokio::test]
async fn the_page_is_there_where_it_can_work() {
    let no_provider = |cloud: &Cloud| {
        settings(cloud).with_providers([LoginProvider::new(LoginProvider::COGNITO)])
    };
    for site in [
        site_with(settings, Pages::new(), false).await,
        site_with(no_provider, Pages::new(), true).await,
    ] {
        let mut alice = site.logged_in(ALICE).await;
        let profile = alice.get("/profile").await.body;
        assert!(!profile.contains(PAGE), "{profile}");
        assert_eq!(alice.get(PAGE).await.status, StatusCode::NOT_FOUND);
        let form = [("action", "connect"), ("provider", "Corp")];
        assert_eq!(alice.post(PAGE, &form).await.status, StatusCode::NOT_FOUND);
        assert_eq!(site.browser().get(PAGE).await.status, StatusCode::SEE_OTHER);
    }

    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;
    for provider in ["", "corp", "Other", "COGNITO", "Cognito"] {
        let form = [("action", "connect"), ("provider", provider)];
        let page = alice.post(PAGE, &form).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{provider:?}");
    }
}

#[tokio::test]
async fn it_speaks_german() {
    let pages = Pages::new().with_languages([&Texts::ENGLISH, &Texts::GERMAN]);
    let site = site_with(settings, pages, true).await;
    let mut alice = site.logged_in(ALICE).await;

    let page = alice
        .get_with(PAGE, &[("accept-language", "de")])
        .await
        .body;

    assert!(page.contains("Verbundene Konten"), "{page}");
    assert!(page.contains("Corp Inc. verbinden"), "{page}");
}

/// Each try is to end with nothing connected to alice's account, and with nobody else in her browser.
#[tokio::test]
async fn nobody_connects_what_they_have_not_proved() {
    let site = site().await;
    let mut tries = 0;
    let mut refused = async |browser: &mut Browser, back: &Url, what: &str| {
        tries += 1;
        let page = come_back(browser, back).await;
        assert!(!page.location().contains("connected=1"), "{what}");
        let shown = site.logged_in(ALICE).await.get(PAGE).await.body;
        assert!(shown.contains("No other account"), "{what}: {shown}");
    };

    for _ in 0..5 {
        let mut alice = site.logged_in(ALICE).await;
        // The whole answer that an attacker was given: to a login, and to a connection of theirs.
        let mut eve = site.browser();
        let domain = begin(&mut eve, "provider=Corp").await;
        let login = Visitor::default().come_as(&domain, &EVE).await;
        refused(&mut alice, &login, "a login of another browser").await;
        let mut admin = site.logged_in(ADMIN).await;
        let domain = connect(&mut admin, "Corp").await;
        let theirs = Visitor::default().come_as(&domain, &EVE).await;
        refused(&mut alice, &theirs, "a connection of another browser").await;

        // The attacker's code with the state of the victim's own connection.
        for attackers in [&login, &theirs] {
            let code = parameter(attackers, "code").expect("a code");
            let domain = connect(&mut alice, "Corp").await;
            let state = parameter(&domain, "state").expect("a state");
            let forged = with_parameter(&with_parameter(attackers, "state", &state), "code", &code);
            refused(&mut alice, &forged, "the code of another").await;
        }

        // What goes to the domain is changed on the way.
        for (name, value) in [
            ("nonce", "of-somebody-else"),
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ),
            ("identity_provider", "Other"),
        ] {
            let domain = with_parameter(&connect(&mut alice, "Corp").await, name, value);
            let back = Visitor::default().come_as(&domain, &EVE).await;
            refused(&mut alice, &back, name).await;
        }
        let domain = connect(&mut alice, "Corp").await;
        let domain = with_parameter(&domain, "identity_provider", "COGNITO");
        for user in [ALICE, ADMIN] {
            let back = Visitor::default().log_in(&domain, user).await;
            refused(&mut alice, &back, "a user of the pool").await;
        }

        // A session at the domain, of whoever sat here before.
        let mut visitor = Visitor::default();
        let domain = begin(&mut site.browser(), "provider=Corp").await;
        visitor.come_as(&domain, &[("sub", "old")]).await;
        site.cloud.advance(MINUTE);
        let quiet = with_parameter(&connect(&mut alice, "Corp").await, "prompt", "");
        let back = visitor
            .arrive(&quiet)
            .await
            .err()
            .expect("sent back at once");
        refused(&mut alice, &back, "no new proof").await;

        // States that are made up, cut, or doubled; and no code.
        for forge in ["", "x", "doubled", "no code"] {
            let domain = connect(&mut alice, "Corp").await;
            let back = Visitor::default().come_as(&domain, &EVE).await;
            let state = parameter(&back, "state").expect("a state");
            let mut forged = with_parameter(&back, "state", &state);
            match forge {
                "doubled" => drop(forged.query_pairs_mut().append_pair("state", &state)),
                "no code" => forged = with_parameter(&back, "code", ""),
                forge => forged = with_parameter(&back, "state", forge),
            }
            refused(&mut alice, &forged, forge).await;
        }
    }
    assert_eq!(tries, 5 * (2 + 2 + 3 + 2 + 1 + 4));
    println!("{tries} tries, 0 connected");
}

/// What is begun in one login is not ended in another.
#[tokio::test]
async fn a_session_that_was_swapped_connects_nothing() {
    let site = site().await;
    for who in ["nobody", "admin", "alice anew"] {
        let mut browser = site.logged_in(ALICE).await;
        let domain = connect(&mut browser, "Corp").await;
        let back = Visitor::default().come_as(&domain, &EVE).await;
        if who != "alice anew" {
            browser.post("/logout", &[]).await;
        }
        match who {
            "admin" => drop(browser.log_in(ADMIN, "/").await),
            "alice anew" => {
                let proof = [("again", "1"), ("password", ALICE.1), ("next", "/")];
                assert_eq!(browser.post("/login", &proof).await.location(), "/");
            }
            _ => {}
        }

        let page = come_back(&mut browser, &back).await;

        assert!(!page.location().contains("connected=1"), "{who}");
        for user in [ALICE, ADMIN] {
            let shown = site.logged_in(user).await.get(PAGE).await.body;
            assert!(shown.contains("No other account"), "{who}: {shown}");
        }
    }

    // Nor is it ended twice.
    let mut alice = site.logged_in(ALICE).await;
    let domain = connect(&mut alice, "Corp").await;
    let back = Visitor::default().come_as(&domain, &EVE).await;
    let page = come_back(&mut alice, &back).await;
    said(&mut alice, &page, "connected").await;
    let page = disconnect(&mut alice, "Corp", "666").await;
    said(&mut alice, &page, "disconnected").await;
    let page = come_back(&mut alice, &back).await;
    assert!(
        !page.location().contains("connected=1"),
        "{}",
        page.location()
    );
    let shown = alice.get(PAGE).await.body;
    assert!(shown.contains("No other account"), "{shown}");
}

#[tokio::test]
async fn an_attempt_is_forgotten_after_ten_minutes() {
    let site = site().await;
    let mut alice = site.logged_in(ALICE).await;
    let domain = connect(&mut alice, "Corp").await;
    site.cloud.clock.advance(Duration::from_secs(600));
    let back = Visitor::default().come_as(&domain, &ADA).await;

    let page = come_back(&mut alice, &back).await;

    assert!(
        !page.location().contains("connected=1"),
        "{}",
        page.location()
    );
    assert_eq!(site.cloud.calls("AdminLinkProviderForUser"), 0);
}

#[tokio::test]
async fn forms_of_other_sites_and_ids_of_others_do_nothing() {
    let site = site().await;
    site.cloud.pool.link_identity("admin", "Corp", "of-admin");
    site.cloud.pool.link_identity("alice", "Corp", "4711");
    let mut alice = site.logged_in(ALICE).await;
    let calls = site.cloud.emulator.calls().len();
    let mut tries = 0;
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("referer", "https://evil.example/")],
    ] {
        for form in [
            [("action", "connect"), ("provider", "Corp"), ("id", "")],
            [
                ("action", "disconnect"),
                ("provider", "Corp"),
                ("id", "4711"),
            ],
        ] {
            tries += 1;
            let page = alice.post_with(PAGE, &form, headers).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?}");
        }
    }
    assert_eq!(site.cloud.emulator.calls().len(), calls);

    for (provider, id) in [
        ("Corp", "of-admin"),
        ("Cognito", "alice"),
        ("Cognito", "admin"),
        ("Other", "4711"),
        ("Corp", ""),
        ("", "4711"),
        ("corp", "4711"),
    ] {
        tries += 1;
        let page = disconnect(&mut alice, provider, id).await;
        said(&mut alice, &page, "last").await;
    }
    assert_eq!(site.cloud.calls("AdminDisableProviderForUser"), 0);
    assert_eq!(tries, 17);
}

/// The token of a connected user does not tell by which identity somebody came.
#[tokio::test]
async fn whoever_came_by_a_provider_is_out_when_it_is_disconnected() {
    for begun in ["provider=COGNITO".to_owned(), "backend=".to_owned()] {
        let site = site().await;
        let mut alice = site.logged_in(ALICE).await;
        let page = connect_as(&mut alice, &ADA).await;
        said(&mut alice, &page, "connected").await;

        let mut thief = site.browser();
        let query = match begun.as_str() {
            "backend=" => format!("{begun}{}", site.cloud.pool.id()),
            _ => begun,
        };
        let domain = begin(&mut thief, &query).await;
        let domain = with_parameter(&domain, "identity_provider", "Corp");
        let back = Visitor::default().come_as(&domain, &ADA).await;
        come_back(&mut thief, &back).await;
        let shown = thief.get("/who").await.body;
        assert!(shown.starts_with("alice"), "{query}: {shown}");

        let page = disconnect(&mut alice, "Corp", "4711").await;
        said(&mut alice, &page, "disconnected").await;
        let page = thief.get("/who").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{query}: {}", page.body);
    }
}
