//! The members of a group in the list of users: Cognito says who they are, and the table the rest.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use cognito_emulator::{Fault, FaultKind, User};

use crate::administration::Site;
use crate::site::Page;

/// The users whom a page lists, in its order.
fn listed(page: &Page) -> Vec<String> {
    let rows = page.body.split("<tr><td><a href=").skip(1);
    let names = rows.map(|row| row.split('>').nth(1).expect("a link"));
    names
        .map(|name| name.trim_end_matches("</a").to_owned())
        .collect()
}

/// Where a link of the page leads that says `words`.
fn link(page: &Page, words: &str) -> Option<String> {
    let before = page.body.split(&format!("\">{words}</a>")).next()?;
    let is_there = before.len() < page.body.len();
    let (_, path) = before.rsplit_once("href=\"")?;
    is_there.then(|| path.replace("&#38;", "&").replace("&amp;", "&"))
}

/// Makes members of a group, who have rows.
async fn add_members(site: &Site, group: &str, number: usize) {
    let mut rows = Vec::new();
    for n in 0..number {
        let name = format!("{group}{n:04}");
        let user = User::new(&name).with_group(group);
        rows.push((site.cloud.pool.add_user(user), name));
    }
    let insert = "insert into users (username, sub, email, first_name, last_name, is_active, date_joined)
        select value ->> 1, value ->> 0, value ->> 1 || '@example.com', '', '', true, '2026-01-01T00:00:00Z'
        from json_each(?)";
    let rows = serde_json::to_string(&rows).expect("JSON");
    let table = site.users.store.pool();
    let inserted = sqlx::query(insert).bind(rows).execute(table).await;
    inserted.expect("rows");
}

#[tokio::test]
async fn the_members_of_a_group_are_searched_and_paged() {
    let mut site = Site::start(true).await;
    add_members(&site, "staff", 120).await;
    let outsider = User::new("staff-outsider").with_group("others");
    site.cloud.pool.add_user(outsider);
    let newcomer = User::new("staff-newcomer").with_group("staff");
    site.cloud.pool.add_user(newcomer);

    let page = site.admin.get("/admin/users").await;
    for group in ["admins", "others", "staff"] {
        let option = format!("<option value=\"{group}\">{group}</option>");
        assert!(page.body.contains(&option), "{group}: {}", page.body);
    }
    assert!(listed(&page).contains(&"alice".to_owned()));

    let page = site.admin.get("/admin/users?group=admins").await;
    assert_eq!(listed(&page), ["admin"]);
    assert!(
        page.body.contains("never logged in here aren’t listed"),
        "{}",
        page.body
    );

    let calls = site.cloud.calls("ListUsersInGroup");
    let first = site.admin.get("/admin/users?group=staff").await;
    assert_eq!(site.cloud.calls("ListUsersInGroup"), calls + 3);
    let names: Vec<_> = (0..120).map(|n| format!("staff{n:04}")).collect();
    assert_eq!(listed(&first), names[..50]);
    assert_eq!(link(&first, "Previous page"), None);
    assert_eq!(link(&first, "More members"), None);
    let next = link(&first, "Next page").expect("a link");
    let second = site.admin.get(&next).await;
    assert_eq!(listed(&second), names[50..100]);
    let next = link(&second, "Next page").expect("a link");
    let third = site.admin.get(&next).await;
    assert_eq!(listed(&third), names[100..]);
    assert_eq!(link(&third, "Next page"), None);
    let back = link(&third, "Previous page").expect("a link");
    assert_eq!(listed(&site.admin.get(&back).await), names[50..100]);

    let search = "/admin/users?q=STAFF007&status=active&group=staff";
    let page = site.admin.get(search).await;
    assert_eq!(listed(&page), names[70..80]);
    assert!(
        page.body.contains("<option value=\"staff\" selected>"),
        "{}",
        page.body
    );
    let page = site
        .admin
        .get("/admin/users?group=staff&status=inactive")
        .await;
    assert!(page.body.contains("No users found"), "{}", page.body);
    let page = site.admin.get("/admin/users?group=gone").await;
    assert!(page.body.contains("No users found"), "{}", page.body);
}

/// Five calls at most, whatever the size of the group.
#[tokio::test]
async fn a_large_group_is_looked_at_part_by_part() {
    let mut site = Site::start(true).await;
    site.add_many_users().await;
    // After all others in the order of the names.
    add_members(&site, "zoo", 650).await;
    let names: Vec<_> = (0..650).map(|n| format!("zoo{n:04}")).collect();

    let calls = site.cloud.calls("ListUsersInGroup");
    let asked = Instant::now();
    let first = site.admin.get("/admin/users?group=zoo").await;
    println!("a part of a group: {:?}", asked.elapsed());
    assert!(asked.elapsed() < Duration::from_secs(3));
    assert_eq!(site.cloud.calls("ListUsersInGroup"), calls + 5);
    assert_eq!(listed(&first), names[..50]);
    assert!(first.body.contains("300 of its members"), "{}", first.body);
    assert_eq!(link(&first, "First members"), None);

    let path = link(&first, "More members").expect("a link");
    let second = site.admin.get(&path).await;
    assert_eq!(listed(&second), names[300..350]);
    let next = link(&second, "Next page").expect("a link");
    let page = site.admin.get(&next).await;
    assert_eq!(listed(&page), names[350..400]);
    let found = site.admin.get(&format!("{path}&q=zoo0599")).await;
    assert_eq!(listed(&found), names[599..600]);
    let elsewhere = site.admin.get(&format!("{path}&q=zoo0299")).await;
    assert!(elsewhere.body.contains("No users found"), "in another part");
    assert!(
        elsewhere.body.contains("300 of its members"),
        "{}",
        elsewhere.body
    );

    let path = link(&second, "More members").expect("a link");
    let last = site.admin.get(&path).await;
    assert_eq!(listed(&last), names[600..]);
    assert_eq!(link(&last, "More members"), None);
    let first = link(&last, "First members").expect("a link");
    assert_eq!(listed(&site.admin.get(&first).await), names[..50]);

    // The form sends the part along: for another group it is none.
    let (_, part) = path.split_once("&part=").expect("a part");
    let page = format!("/admin/users?group=admins&part={part}");
    assert_eq!(listed(&site.admin.get(&page).await), ["admin"]);
    let page = site.admin.get("/admin/users?group=zoo&part=zoo+x").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_outage_of_cognito_is_told_from_a_group_without_members() {
    let mut site = Site::start(true).await;
    let fail = |site: &Site, operation: &str| {
        let fault = Fault::on(operation, FaultKind::Status(503));
        site.cloud.emulator.inject(fault.forever());
    };
    fail(&site, "ListGroups");
    let page = site.admin.get("/admin/users?group=admins").await;
    assert_eq!(listed(&page), ["admin"]);
    assert!(
        page.body.contains("value=\"admins\" selected"),
        "{}",
        page.body
    );
    fail(&site, "ListUsersInGroup");

    let page = site.admin.get("/admin/users").await;
    assert_eq!(page.status, StatusCode::OK, "the table is there");
    assert!(listed(&page).contains(&"alice".to_owned()));
    assert!(page.body.contains("can’t load the groups"), "{}", page.body);
    let page = site.admin.get("/admin/users?group=admins").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!page.body.contains("No users found"), "{}", page.body);
}

#[tokio::test]
async fn groups_that_cannot_be_listed_are_not_offered() {
    let mut site = Site::start(false).await;
    let page = site.admin.get("/admin/users").await;
    assert!(!page.body.contains("name=\"group\""), "{}", page.body);
    let page = site.admin.get("/admin/users?group=admins").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "not everybody");

    let mut site = Site::start(true).await;
    let denied = FaultKind::error("AccessDeniedException");
    let fault = Fault::on("ListGroups", denied);
    site.cloud.emulator.inject(fault.forever());
    let page = site.admin.get("/admin/users").await;
    assert!(!page.body.contains("name=\"group\""), "{}", page.body);
    assert!(!page.body.contains("can’t load"), "{}", page.body);
}
