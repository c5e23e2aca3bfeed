//! The page for developers: shows what there is, does what its buttons say, and only for itself.

use cognito_emulator::User;

use crate::client::{Answer, House};

async fn press(house: &House, origin: &str, body: &str) -> Answer {
    let request = format!(
        "POST /_emulator/do HTTP/1.1\r\nHost: localhost:9229\r\nConnection: close\r\n{origin}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    house.raw(request).await.expect("an answer")
}

#[tokio::test]
async fn the_page_shows_users_mails_and_calls_as_text() {
    let house = House::new().await;
    house.pool.add_user(
        User::new("<b>alice</b>")
            .with_password("Correct-horse-1")
            .with_attribute("email", "alice@example.com"),
    );
    house.log_in("nobody", "Correct-horse-1").await;

    let page = house.get("/?pool=us-east-1_Tested&search=alice").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("&lt;b&gt;alice&lt;/b&gt;") && !page.text.contains("<b>"));
    assert!(page.text.contains("alice@example.com"));
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
    assert!(!other.text.contains("alice@example.com"));
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
    let own = "Origin: http://localhost:9229\r\n";
    let answer = press(&house, own, body).await;
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
    let before = house.emulator.unix_time();
    press(&house, own, "do=advance&minutes=10").await;
    assert!(house.emulator.unix_time() >= before + 600);
    press(
        &house,
        own,
        "do=fault&operation=InitiateAuth&kind=throttle&times=1",
    )
    .await;
    assert_eq!(
        house.log_in("alice", "Correct-horse-1").await.error(),
        "TooManyRequestsException"
    );
}

#[tokio::test]
async fn no_other_origin_reads_the_page() {
    let house = House::new().await;
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                   Origin: https://evil.example\r\n\r\n";

    let answer = house.raw(request.to_owned()).await.expect("an answer");
    assert!(!answer.head.contains("access-control-allow-origin"));
}
