//! What Cognito knows of a user, on the page of an administrator.

use cognito_emulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::administration::Site;
use crate::site::TOTP;

/// Has Cognito answer with these events, as a user pool does in which threat protection is on.
fn record(site: &Site, events: &[Value]) {
    let answer = FaultKind::Answer(json!({ "AuthEvents": events }).to_string());
    let fault = Fault::on("AdminListUserAuthEvents", answer);
    site.cloud.emulator.inject(fault.forever());
}

fn event(number: i64, kind: &str, response: &str, risk: &str) -> Value {
    json!({
        "EventId": format!("event-{number}"),
        "EventType": kind,
        "CreationDate": 1_767_225_600 - number * 60,
        "EventResponse": response,
        "EventRisk": { "RiskDecision": risk },
        "EventContextData": {
            "IpAddress": format!("192.0.2.{number}"),
            "DeviceName": "Firefox 140, <Linux>",
            "City": "Springfield",
        },
    })
}

/// The items of the list under a heading, without marks.
fn items(page: &str, heading: &str) -> Vec<String> {
    let Some((_, rest)) = page.split_once(&format!("<h2>{heading}</h2>")) else {
        return Vec::new();
    };
    let (list, _) = rest.split_once("</ul>").expect("a list");
    let items = list.split("<li>").skip(1);
    items
        .map(|item| {
            let texts = item.split('<').map(|part| part.rsplit('>').next());
            let texts: Vec<_> = texts.flatten().map(str::trim).collect();
            texts
                .join(" ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

#[tokio::test]
async fn the_last_ten_events_of_a_user_are_shown() {
    let mut site = Site::start(true).await;
    let path = site.path_of("alice").await;
    let mut events = vec![
        event(1, "SignIn", "Pass", "NoRisk"),
        event(2, "SignIn", "Fail", "NoRisk"),
        event(3, "SignIn", "Fail", "Block"),
        event(4, "SignIn", "Pass", "AccountTakeover"),
        event(5, "SignUp", "InProgress", "NoRisk"),
        event(6, "ForgotPassword", "Pass", "NoRisk"),
        event(7, "PasswordChange", "Pass", "NoRisk"),
        event(8, "ResendCode", "Pass", "NoRisk"),
        event(9, "SomethingNew", "Pass", "NoRisk"),
        json!({ "EventId": "bare", "EventType": "SignIn" }),
    ];
    events.extend((10..60).map(|number| event(number, "SignUp", "Fail", "NoRisk")));
    record(&site, &events);

    let page = site.admin.get(&path).await.body;

    let from = |number: i64| format!("Firefox 140, &#60;Linux&#62;, Springfield, 192.0.2.{number}");
    let expected = [
        format!("Login 31 December 2025, 23:59 UTC , {}", from(1)),
        format!("Login Failed 31 December 2025, 23:58 UTC , {}", from(2)),
        format!("Login Blocked 31 December 2025, 23:57 UTC , {}", from(3)),
        format!("Login Suspicious 31 December 2025, 23:56 UTC , {}", from(4)),
        format!(
            "Sign-up Not finished 31 December 2025, 23:55 UTC , {}",
            from(5)
        ),
        format!("Password reset 31 December 2025, 23:54 UTC , {}", from(6)),
        format!("Password change 31 December 2025, 23:53 UTC , {}", from(7)),
        format!("New code 31 December 2025, 23:52 UTC , {}", from(8)),
        format!("Other 31 December 2025, 23:51 UTC , {}", from(9)),
        "Login".to_owned(),
    ];
    assert_eq!(items(&page, "Recent activity"), expected, "{page}");
    assert_eq!(site.cloud.calls("AdminListUserAuthEvents"), 1);

    let asked = site.admin.get(&format!("{path}&confirm=end")).await.body;
    assert!(!asked.contains("Recent activity"), "{asked}");
    assert_eq!(site.cloud.calls("AdminListUserAuthEvents"), 1);
}

/// A user pool without threat protection refuses the list, and there may be no right to it.
#[tokio::test]
async fn a_user_is_shown_without_what_the_user_pool_refuses() {
    let mut site = Site::start(true).await;
    let path = site.path_of("alice").await;

    let page = site.admin.get(&path).await.body;
    assert_eq!(site.cloud.calls("AdminListUserAuthEvents"), 1);
    assert!(page.contains("Reset password"), "{page}");
    assert!(!page.contains("Recent activity"), "{page}");
    let lists = [
        "AdminListDevices",
        "AdminListGroupsForUser",
        "AdminListUserAuthEvents",
    ];
    for list in lists {
        let denied = FaultKind::error("AccessDeniedException");
        site.cloud
            .emulator
            .inject(Fault::on(list, denied).forever());
    }
    let page = site.admin.get(&path).await.body;
    assert!(page.contains("Reset password"), "{page}");
    for heading in ["Recent activity", "Devices"] {
        assert!(!page.contains(heading), "{heading}: {page}");
    }
}

#[tokio::test]
async fn devices_are_shown_by_name() {
    let mut site = Site::start(true).await;
    site.cloud.pool.clone().with_device_tracking();
    let mut owner = site.browser();
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let headers = [("user-agent", firefox)];
    let form = [("username", TOTP.0), ("password", TOTP.1)];
    owner.post_with("/login", &form, &headers).await;
    let code = site.cloud.pool.totp_code(TOTP.0).expect("an app");
    let form = [("code", code.as_str()), ("next", "/")];
    let page = owner.post_with("/login/challenge", &form, &headers).await;
    assert_eq!(page.location(), "/", "{}", page.body);

    let path = site.path_of(TOTP.0).await;
    let page = site.admin.get(&path).await.body;

    let devices = items(&page, "Devices");
    let [device] = &devices[..] else {
        panic!("one device: {page}");
    };
    assert!(device.starts_with("Firefox, Linux Last used "), "{device}");
}
