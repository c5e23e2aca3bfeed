use crate::http::Browser;
use crate::service::Service;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_at_one_is_a_login_at_the_other_and_so_is_a_logout() {
    let Some(service) = Service::start().await else {
        return;
    };
    let (one, other) = (service.demos[0].port, service.demos[1].port);

    let mut alice = service.alice(0).await;
    assert_eq!(alice.get("/members").await.status, 200);
    let mut there = alice.moved_to(other);
    assert_eq!(there.get("/members").await.status, 200);

    there.post("/logout", "").await;
    for port in [one, other] {
        let page = alice.moved_to(port).get("/members").await;
        assert_eq!(page.status, 303, "the old cookie at {port}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_first_logins_at_once_make_one_row() {
    let Some(service) = Service::start().await else {
        return;
    };
    let mut logins = tokio::task::JoinSet::new();
    for number in 0..50 {
        let port = service.demos[number % 2].port;
        logins.spawn(async move {
            let mut browser = Browser::at(port);
            browser.log_in("alice", "Correct-horse-1").await.location
        });
    }

    for location in logins.join_all().await {
        assert_eq!(location, "/members");
    }
    assert_eq!(service.rows().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_that_is_killed_takes_no_login_with_it() {
    let Some(mut service) = Service::start().await else {
        return;
    };
    for killed in 0..2 {
        let alice = service.alice(killed).await;
        let other = service.demos[1 - killed].port;

        service.demos[killed].kill();
        let page = alice.moved_to(other).get("/members").await;
        assert_eq!(page.status, 200, "at the other");

        service.demos[killed] = service.start_demo().await;
        let again = service.demos[killed].port;
        let page = alice.moved_to(again).get("/members").await;
        assert_eq!(page.status, 200, "started again");
    }
}
