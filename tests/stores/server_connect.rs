//! Connecting to a server, and what is told when it fails.

use axum_cognito::users::MySqlUsers;
#[cfg(feature = "postgres")]
use axum_cognito::users::PostgresUsers;
use axum_cognito::users::UserStoreErrorKind;
#[cfg(feature = "mysql")]
use std::io::Write as _;
#[cfg(feature = "postgres")]
use std::sync::Arc;
#[cfg(feature = "postgres")]
use std::sync::atomic::{AtomicUsize, Ordering};

/// Nobody listens there.
const NOWHERE: &str = "127.0.0.1:1/app";

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_refuses_the_url_of_another_database() {
    for url in ["sqlite://app.db", "mysql://localhost/app", "app", ""] {
        let error = PostgresUsers::connect(url).await.expect_err(url);
        assert!(error.to_string().contains("postgres://"), "{error}");
    }
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_tells_that_nobody_answers() {
    let url = format!("postgres://{NOWHERE}");

    let error = PostgresUsers::connect(&url).await.expect_err("no server");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_tells_that_there_is_no_such_database() {
    let Some(site) = super::postgres::in_a_schema().await else {
        return;
    };
    let url = format!("{}&dbname=axum_cognito_nowhere", site.url);

    let error = PostgresUsers::connect(&url).await.expect_err("no database");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
}

/// A server on another machine, as far as anybody can tell, that has no TLS.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_sends_nothing_in_the_clear_to_another_machine() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    // Sends nothing: it only asks which address this machine would use.
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").expect("a socket");
    let Ok(()) = socket.connect("192.0.2.1:9") else {
        let _ = writeln!(
            std::io::stderr(),
            "left out: this machine has no address but its own"
        );
        return;
    };
    let address = socket.local_addr().expect("an address").ip();
    let server = tokio::net::TcpListener::bind((address, 0)).await;
    let server = server.expect("a port");
    let port = server.local_addr().expect("an address").port();
    let requests = tokio::spawn(async move {
        let mut requests = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) = server.accept().await.expect("a client");
            let mut request = [0; 8];
            let read = stream.read_exact(&mut request).await;
            let code = i32::from_be_bytes(request[4..].try_into().expect("four"));
            requests.push(read.ok().map(|_| code));
            let _ = stream.write_all(b"N").await;
        }
        requests
    });

    let url = format!("postgres://app@{address}:{port}/app");
    let error = PostgresUsers::connect(&url).await.expect_err("no TLS");
    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
    for word in ["`tls-rustls`", "sslmode=disable"] {
        assert!(error.to_string().contains(word), "{error}");
    }
    let url = format!("{url}?sslmode=disable");
    let error = PostgresUsers::connect(&url).await.expect_err("no server");
    assert!(!error.to_string().contains("sslmode"), "{error}");

    // The request for TLS, or nothing where no TLS is built in; then the start of version 3.
    let requests = requests.await.expect("no panic");
    assert!(
        [None, Some(80_877_103)].contains(&requests[0]),
        "{requests:?}"
    );
    assert_eq!(requests[1], Some(196_608));
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysql_refuses_the_url_of_another_database() {
    for url in ["sqlite://app.db", "postgres://localhost/app", "app", ""] {
        let error = MySqlUsers::connect(url).await.expect_err(url);
        assert!(error.to_string().contains("mysql://"), "{error}");
    }
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysql_tells_that_nobody_answers() {
    let url = format!("mysql://{NOWHERE}");

    let error = MySqlUsers::connect(&url).await.expect_err("no server");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysql_tells_that_there_is_no_such_database() {
    let Some(site) = super::mysql::in_a_database().await else {
        return;
    };
    let url = site.url.replace("/axum_cognito_", "/axum_cognito_no");

    let error = MySqlUsers::connect(&url).await.expect_err("no database");

    assert_eq!(error.kind(), UserStoreErrorKind::Unavailable, "{error:?}");
}

/// After a second of idleness a connection is tested before it is used: the server may have closed it.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_tests_a_connection_that_was_idle() {
    use axum_cognito::users::UserStore as _;

    let Some(site) = super::postgres::in_a_schema().await else {
        return;
    };
    let name = super::server::fresh_name();
    let url = format!("{}&application_name={name}", site.url);
    let users = PostgresUsers::connect(&url).await.expect("a database");
    let connections = async |what: &'static str| -> Vec<i32> {
        let numbers = sqlx::query_scalar(what).bind(&name);
        let numbers = numbers.fetch_all(site.users.pool()).await;
        numbers.expect("numbers")
    };
    let idle = std::time::Duration::from_millis(1_100);
    let find = async || users.find_by_username("nobody").await;
    let all = "select pid from pg_stat_activity where application_name = $1";

    find().await.expect("an answer");
    let before = connections(all).await;
    tokio::time::sleep(idle).await;
    find().await.expect("an answer");
    let after = connections(all).await;
    assert!(!after.is_empty() && after.iter().all(|number| before.contains(number)));

    let end = "select pg_terminate_backend(pid)::int from pg_stat_activity \
               where application_name = $1";
    assert!(!connections(end).await.is_empty());
    tokio::time::sleep(idle).await;
    find().await.expect("another connection");
}

/// As a function is frozen: the other end is gone without a word when the process goes on.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_gives_up_a_connection_that_died_while_the_process_slept() {
    use std::time::Duration;

    use axum_cognito::users::UserStore as _;
    use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

    let Some(site) = super::postgres::in_a_schema().await else {
        return;
    };
    let options: PgConnectOptions = site.url.parse().expect("a URL");
    for (is_idle_then, writes) in [(false, false), (true, false), (false, true)] {
        let network = Network::before((options.get_host().to_owned(), options.get_port()));
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .test_before_acquire(false)
            .connect_lazy_with(options.clone().host("127.0.0.1").port(network.port));
        let users = PostgresUsers::new(pool.clone());
        let find = async || users.find_by_username("nobody").await;

        find().await.expect("an answer");
        network.lose_connections();
        std::thread::sleep(Duration::from_millis(1_100)); // the whole process: it has one thread
        if is_idle_then {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if writes {
            let deleted = users.delete(&0.into()).await;
            assert!(!deleted.expect("an answer by another connection"));
        }
        find().await.expect("an answer by another connection");

        let both = async { (pool.acquire().await, pool.acquire().await) };
        let (first, second) = both.await;
        assert!(first.is_ok() && second.is_ok(), "{second:?}");
    }
}

/// What lies between a pool and its server.
#[cfg(feature = "postgres")]
struct Network {
    port: u16,
    accepted: Arc<AtomicUsize>,
    /// Connections with lower numbers are lost.
    lost: Arc<AtomicUsize>,
}

#[cfg(feature = "postgres")]
impl Network {
    fn before(server: (String, u16)) -> Self {
        use std::io::{Read, Write};
        use std::net::{TcpListener, TcpStream};
        use std::thread;

        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let [accepted, lost] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        let network = Self {
            port,
            accepted: accepted.clone(),
            lost: lost.clone(),
        };
        thread::spawn(move || {
            for client in listener.incoming() {
                let number = accepted.fetch_add(1, Ordering::AcqRel);
                let client = client.expect("a client");
                let server = TcpStream::connect(&server).expect("the server");
                let clones = (client.try_clone(), server.try_clone());
                let clones = (clones.0.expect("a socket"), clones.1.expect("a socket"));
                for (mut from, mut to) in [(client, clones.1), (server, clones.0)] {
                    let lost = lost.clone();
                    thread::spawn(move || {
                        let mut bytes = [0; 4096];
                        // Nothing arrives any more, and nobody hangs up.
                        while let Ok(count @ 1..) = from.read(&mut bytes) {
                            if number >= lost.load(Ordering::Acquire) {
                                to.write_all(&bytes[..count]).expect("a socket");
                            }
                        }
                    });
                }
            }
        });

        network
    }

    fn lose_connections(&self) {
        let accepted = self.accepted.load(Ordering::Acquire);
        self.lost.store(accepted, Ordering::Release);
    }
}

/// A test takes as long as a query.
#[cfg(feature = "mysql")]
#[tokio::test]
async fn mysql_tests_no_connection_that_is_in_use() {
    use axum_cognito::users::UserStore as _;
    use sqlx::Row as _;

    let Some(site) = super::mysql::in_a_database().await else {
        return;
    };
    let users = MySqlUsers::connect(&site.url).await.expect("a database");
    for _ in 0..150 {
        users.find_by_username("nobody").await.expect("an answer");
        let is_deleted = users.delete(&0.into()).await.expect("an answer");
        assert!(!is_deleted);
    }

    // The one that is kept goes back to the pool meanwhile.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let mut connections = Vec::new();
    for _ in 0..users.pool().size() {
        connections.push(users.pool().acquire().await.expect("a connection"));
    }
    let mut counts = [0_u64; 2];
    for (count, what) in counts
        .iter_mut()
        .zip(["Com_stmt_execute", "Com_admin_commands"])
    {
        for connection in &mut connections {
            let sql = sqlx::AssertSqlSafe(format!("show session status like '{what}'"));
            let row = sqlx::raw_sql(sql).fetch_one(&mut **connection).await;
            let value: String = row.expect("a row").get(1);
            *count += value.parse::<u64>().expect("a number");
        }
    }
    let [queries, tests] = counts;
    assert!(queries >= 300, "{queries} queries");
    assert!(tests < queries / 3, "{tests} tests, {queries} queries");
}
