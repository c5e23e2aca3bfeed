use std::time::{Duration, Instant};

use crate::http::Browser;
use crate::proxy::Proxy;
use crate::service::Service;

const OUTAGE: Duration = Duration::from_secs(10);

/// No visitor waits longer for the answer that there is none.
const PATIENCE: Duration = Duration::from_secs(8);

/// So soon everything works again.
const RECOVERY: Duration = Duration::from_secs(5);

async fn survives(service: &Service, server: &Proxy) {
    let mut alice = service.alice(0).await;
    let ports = [service.demos[0].port, service.demos[1].port];

    server.cut();
    let before = service.demos[0].log().lines().count();
    let guarded = alice.moved_to(ports[0]).get("/members").await;
    assert_eq!(guarded.status, 503, "{}", guarded.body);
    let log = service.demos[0].log();
    assert_eq!(log.lines().count() - before, 1, "one line: {log}");
    let began = Instant::now();
    while began.elapsed() < OUTAGE {
        for port in ports {
            let asked = Instant::now();
            let guarded = alice.moved_to(port).get("/members").await;
            assert_eq!(guarded.status, 503, "{}", guarded.body);
            assert!(guarded.body.contains("<h1>"), "a page of ours");
            let public = alice.moved_to(port).get("/").await;
            assert_eq!(public.status, 200, "{}", public.body);
            let stranger = Browser::at(port).get("/login").await;
            assert_eq!(stranger.status, 200, "{}", stranger.body);
            assert!(asked.elapsed() < PATIENCE, "{:?}", asked.elapsed());
            assert_eq!(Browser::at(port).get("/readyz").await.status, 503);
            assert_eq!(Browser::at(port).get("/healthz").await.status, 200);
        }
    }

    server.restore();
    let restored = Instant::now();
    for port in ports {
        let mut there = alice.moved_to(port);
        while there.get("/members").await.status != 200 {
            assert!(restored.elapsed() < RECOVERY, "it does not come back");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    assert_eq!(alice.get("/members").await.status, 200);
    assert_eq!(alice.get("/readyz").await.status, 200);
    service.alice(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_seconds_without_the_database_are_survived() {
    if let Some(service) = Service::start().await {
        survives(&service, &service.postgres).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_seconds_without_redis_are_survived() {
    if let Some(service) = Service::start().await {
        survives(&service, &service.redis).await;
    }
}
