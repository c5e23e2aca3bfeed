//! What a user pool costs that nobody visits.

use std::io::Write;
use std::process::Command;
use std::sync::Arc;

use axum_cognito::users::UserStore;
use axum_cognito::{Auth, Cognito, UserPool};

use crate::site::Users;

const POOLS: usize = 1_000;

/// The number of bytes of this process in memory; `None` where Linux does not tell.
fn resident() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

fn client(number: usize, first: Option<&Cognito>) -> Cognito {
    let pool = format!("eu-west-1_Pool{number:05}").parse();
    let builder = Cognito::builder(
        pool.expect("an id"),
        "1example23456789".parse().expect("an id"),
    );
    match first {
        Some(first) => builder.with_connections_of(first),
        None => builder,
    }
    .build()
    .expect("a client")
}

/// In a process of its own: other tests take memory too.
#[test]
fn an_idle_tenant_costs_no_more_than_20_kilobytes() {
    let name = "memory::measures_an_idle_tenant";
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args([name, "--exact", "--ignored", "--nocapture"])
        .output()
        .expect("a process");

    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let _ = write!(std::io::stderr(), "{told}");
    assert!(output.status.success(), "{told}");
}

#[ignore = "run by the test above, alone"]
#[tokio::test]
async fn measures_an_idle_tenant() {
    let users = Users::create().await;
    let users: Arc<dyn UserStore> = Arc::new(users.store.clone());
    let site = Auth::builder().build_for_tenants();
    let first = client(0, None);
    let tenants = async |numbers: std::ops::Range<usize>| {
        let mut tenants = Vec::with_capacity(numbers.len());
        for number in numbers {
            let pool = UserPool::with_client(client(number, Some(&first)), users.clone());
            let tenant = site.tenant().with_pool(pool).build().await;
            tenants.push(tenant.expect("a tenant"));
        }
        tenants
    };

    // What is made once is there after some of them.
    let some = tenants(1..101).await;
    let Some(before) = resident() else {
        let _ = writeln!(std::io::stderr(), "left out: memory is read on Linux alone");
        return;
    };
    let all = tenants(101..101 + POOLS).await;
    let after = resident().expect("Linux");

    let each = after.saturating_sub(before) / POOLS;
    let _ = writeln!(std::io::stderr(), "an idle tenant costs {each} bytes");
    assert!(each <= 20_000, "{each} bytes for each of {POOLS} tenants");
    drop((some, all));
}
