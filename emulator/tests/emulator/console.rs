//! The page for developers: shows what there is, does what its buttons say, and only for itself.

use std::collections::BTreeSet;
use std::time::Duration;

use cognito_emulator::User;
use serde_json::json;

use crate::client::{Answer, House, claims};

const OWN: &str = "Origin: http://localhost:9229\r\n";

async fn press(house: &House, origin: &str, body: &str) -> Answer {
    let request = format!(
        "POST /_emulator/do HTTP/1.1\r\nHost: localhost:9229\r\nConnection: close\r\n{origin}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    house.raw(request).await.expect("an answer")
}

#[tokio::test]
async fn the_page_shows_users_their_logins_mails_and_calls_as_text() {
    let house = House::new().await;
    house.pool.add_user(
        User::new("<b>alice</b>")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com")
            .with_attribute("given_name", "<i>Alice</i>"),
    );
    house.log_in("nobody", "Correct-horse-1").await;
    house.emulator.advance(Duration::from_secs(60));
    for password in ["wrong-Password-1", "Correct-horse-1"] {
        house.log_in("<b>alice</b>", password).await;
    }
    let forgot = json!({ "ClientId": house.client.id(), "Username": "<b>alice</b>" });
    assert_eq!(house.call("ForgotPassword", forgot).await.status, 200);

    let page = house.get("/?pool=us-east-1_Tested&search=alice").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("&lt;b&gt;alice&lt;/b&gt;") && !page.text.contains("<b>"));
    assert!(page.text.contains("<li>email: alice@example.com</li>"));
    assert!(
        page.text
            .contains("<li>given_name: &lt;i&gt;Alice&lt;/i&gt;</li>")
    );
    // Newest first: the login, and the refusal before it.
    let logins = page.text.split("<li>").filter_map(|it| {
        let (words, _) = it.split_once("</li>")?;
        words.strip_prefix("20")?.rsplit(' ').next()
    });
    assert_eq!(logins.collect::<Vec<_>>(), ["right", "refused"]);
    let mail = house.emulator.outbox().remove(0);
    let row = format!(
        "<tr><td>alice@example.com</td><td>forgot_password</td><td><code>{}</code></td><td></td></tr>",
        mail.code
    );
    assert!(page.text.contains(&row), "{}", page.text);
    assert!(
        page.text.contains("UserNotFoundException"),
        "the call failed"
    );
    assert!(!page.text.contains("Correct-horse-1"));
    assert!(
        page.head
            .contains("content-security-policy: default-src 'none'")
    );
    let other = house.get("/?pool=us-east-1_Tested&search=zoe").await;
    assert!(!other.text.contains("<li>email: alice@example.com</li>"));
}

#[tokio::test]
async fn buttons_work_from_the_page_alone() {
    let house = House::new().await;
    house
        .pool
        .add_user(User::new("alice").with_password("Correct-horse-1"));
    let body = "pool=us-east-1_Tested&user=alice&do=disable";

    for origin in ["", "Origin: http://evil.example\r\n", "Origin: null\r\n"] {
        assert_eq!(press(&house, origin, body).await.status, 403, "{origin:?}");
    }
    assert_eq!(house.log_in("alice", "Correct-horse-1").await.status, 200);
    let answer = press(&house, OWN, body).await;
    assert_eq!(answer.status, 303);
    assert!(
        answer
            .head
            .contains("location: /?pool=us-east-1_tested&notice=admindisableuser")
    );
    assert_eq!(
        house.log_in("alice", "Correct-horse-1").await.message(),
        "User is disabled."
    );
}

/// What the buttons of a page do.
fn buttons(page: &str) -> BTreeSet<String> {
    let parts = page.split("name=\"do\" value=\"").skip(1);
    let names = parts.filter_map(|it| it.split('"').next());
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn every_button_does_what_it_says() {
    let house = House::new().await;
    let pool = &house.pool;
    pool.add_user(
        User::new("alice")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com"),
    );
    pool.add_user(User::new("gone").disabled());
    let body = json!({
        "ClientId": house.client.id(), "Username": "carol", "Password": "Correct-horse-1",
    });
    assert_eq!(house.call("SignUp", body).await.status, 200);
    let mut pressed = BTreeSet::new();
    let mut press = async |action: &str, fields: &str| {
        pressed.insert(action.to_owned());
        let body = format!("pool=us-east-1_Tested&do={action}&{fields}");
        let answer = press(&house, OWN, &body).await;
        assert_eq!(answer.status, 303, "{action}");
        let page = house.get(&answer.location).await.text;
        let (_, notice) = page
            .split_once("role=\"status\" class=\"notice\">")
            .expect("a word");
        notice.split('<').next().expect("a word").to_owned()
    };

    let notice = press("create", "user=bob&email=bob%40example.com").await;
    assert_eq!(notice, "AdminCreateUser: done.");
    let mail = house.emulator.outbox().pop().expect("a mail");
    assert_eq!(mail.kind, "invitation");
    assert_eq!(mail.destination, "bob@example.com");
    let notice = press("create", "user=bob&email=").await;
    assert_eq!(notice, "AdminCreateUser: User account already exists");
    press("password", "user=bob&password=Correct-horse-2").await;
    press("group", "user=bob&group=readers").await;
    press("attribute", "user=bob&name=given_name&value=Bob").await;
    let login = house.log_in("bob", "Correct-horse-2").await.json();
    let tokens = &login["AuthenticationResult"];
    let id = claims(&tokens["IdToken"]);
    assert_eq!(id["given_name"], "Bob");
    assert_eq!(id["cognito:groups"], json!(["readers"]));
    press("sign-out", "user=bob").await;
    let body = json!({ "AccessToken": tokens["AccessToken"] });
    let refused = house.call("GetUser", body).await;
    assert_eq!(refused.error(), "NotAuthorizedException");
    press("delete", "user=bob").await;
    assert_eq!(pool.user_sub("bob"), None);

    press("disable", "user=alice").await;
    let refused = house.log_in("alice", "Correct-horse-1").await;
    assert_eq!(refused.message(), "User is disabled.");
    press("enable", "user=alice").await;
    assert_eq!(house.log_in("alice", "Correct-horse-1").await.status, 200);
    press("reset", "user=alice").await;
    assert_eq!(pool.user_status("alice").as_deref(), Some("RESET_REQUIRED"));
    let mail = house.emulator.outbox().pop().expect("a mail");
    assert_eq!(mail.destination, "alice@example.com");
    press("confirm", "user=carol").await;
    assert_eq!(pool.user_status("carol").as_deref(), Some("CONFIRMED"));

    let before = house.emulator.unix_time();
    press("advance", "minutes=10").await;
    assert!(house.emulator.unix_time() >= before + 600);
    press("fault", "operation=InitiateAuth&kind=throttle&times=9").await;
    let spoilt = house.log_in("carol", "Correct-horse-1").await;
    assert_eq!(spoilt.error(), "TooManyRequestsException");
    let page = house.get("/").await.text;
    assert!(page.contains("<td>TooManyRequestsException</td>"), "{page}");
    press("clear-faults", "").await;
    assert_eq!(house.log_in("carol", "Correct-horse-1").await.status, 200);

    assert_eq!(pressed, buttons(&page));
}

#[tokio::test]
async fn no_other_origin_reads_the_page() {
    let house = House::new().await;
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                   Origin: https://evil.example\r\n\r\n";

    let answer = house.raw(request.to_owned()).await.expect("an answer");
    assert!(!answer.head.contains("access-control-allow-origin"));
}
