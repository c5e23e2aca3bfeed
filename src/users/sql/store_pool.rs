use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{Connection, Database, Pool};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tracing::debug;

use super::Answer;

/// A connection waits this long for the next statement, where the pool has another to give.
const IDLE: Duration = Duration::from_millis(25);

/// How often a task looks whether it is still to wait: who wants the last connection waits about as long.
const LOOK: Duration = Duration::from_millis(5);

/// The longest that a connection escapes the pool's own rules, such as its lifetime.
const AT_MOST: Duration = Duration::from_secs(1);

/// How long the other end may take to answer where it could be gone.
const PATIENCE: Duration = Duration::from_secs(3);

/// A pool, as a store uses it: one connection stays out of it from one statement to the next.
///
/// sqlx tests each connection that goes back, which takes as long as the read that a guarded
/// request makes. Another connection may have the statements to prepare, and in SQLite the pages to
/// read. A pool that has no other to give gets the connection back after the statement, or within `LOOK`.
pub(crate) struct StorePool<DB: Database> {
    pool: Pool<DB>,
    slot: Arc<Mutex<Slot<DB>>>,
}

struct Slot<DB: Database> {
    kept: Option<Kept<DB>>,
    /// What gives an idle connection back, and the runtime that it runs on.
    giving_back: Option<(JoinHandle<()>, Handle)>,
}

struct Kept<DB: Database> {
    connection: PoolConnection<DB>,
    /// When it left the pool.
    since: Instant,
    used: Instant,
}

impl<DB: Database> Kept<DB> {
    /// Whether the other end answers. If the process has slept, it may be gone without a word; sqlx's
    /// own test would wait for it without a limit, so it is closed here.
    async fn is_sound(&mut self) -> bool {
        if self.used.elapsed() < AT_MOST {
            return true;
        }

        let answer = timeout(PATIENCE, self.connection.ping()).await;
        let is_sound = matches!(answer, Ok(Ok(())));
        if !is_sound {
            self.connection.close_on_drop();
        }
        is_sound
    }
}

impl<DB: Database> StorePool<DB> {
    pub(crate) fn new(pool: Pool<DB>) -> Self {
        let empty = Slot {
            kept: None,
            giving_back: None,
        };

        Self {
            pool,
            slot: Arc::new(Mutex::new(empty)),
        }
    }

    pub(crate) fn pool(&self) -> &Pool<DB> {
        &self.pool
    }

    /// Reads by a connection. If the kept one is lost, the pool gives another.
    pub(crate) async fn read<T>(
        &self,
        run: impl for<'c> Fn(&'c mut DB::Connection) -> Answer<'c, T> + Sync,
    ) -> Result<T, sqlx::Error> {
        if let Some(mut kept) = self.take().await {
            let answer = run(&mut kept.connection).await;
            match self.keep_after(answer, kept) {
                Err(error) if is_lost(&error) => {
                    debug!(%error, "a connection to the users' database was lost");
                }
                answer => return answer,
            }
        }

        let mut connection = self.acquire().await?;
        let answer = run(&mut connection.connection).await;
        self.keep_after(answer, connection)
    }

    /// Writes by a connection. If it is lost, the statement may have been run, and is not run again.
    pub(crate) async fn write<T>(
        &self,
        run: impl for<'c> FnOnce(&'c mut DB::Connection) -> Answer<'c, T>,
    ) -> Result<T, sqlx::Error> {
        let mut connection = match self.take().await {
            Some(kept) => kept,
            None => self.acquire().await?,
        };
        let answer = run(&mut connection.connection).await;
        self.keep_after(answer, connection)
    }

    async fn take(&self) -> Option<Kept<DB>> {
        let mut kept = lock(&self.slot).kept.take()?;

        kept.is_sound().await.then_some(kept)
    }

    async fn acquire(&self) -> Result<Kept<DB>, sqlx::Error> {
        // Boxed: each statement would carry these kilobytes, and most have a connection.
        let connection = Box::pin(self.pool.acquire()).await?;
        let now = Instant::now();

        Ok(Kept {
            connection,
            since: now,
            used: now,
        })
    }

    /// Keeps a connection that has answered, if none is kept yet and the pool has others to give.
    /// What is dropped goes back to the pool.
    fn keep_after<T>(
        &self,
        answer: Result<T, sqlx::Error>,
        mut connection: Kept<DB>,
    ) -> Result<T, sqlx::Error> {
        if answer.as_ref().is_err_and(is_lost) {
            connection.connection.close_on_drop();
        }
        connection.used = Instant::now();
        let is_due = connection.used - connection.since >= AT_MOST;
        if answer.is_err() || is_due || !has_others(&self.pool) {
            return answer;
        }
        let mut slot = lock(&self.slot);
        if slot.kept.is_some() {
            return answer;
        }

        slot.kept = Some(connection);
        let task = slot.giving_back.as_ref().map(|(task, _)| task);
        if task.is_none_or(JoinHandle::is_finished) {
            let runtime = Handle::current();
            let task = runtime.spawn(give_back(Arc::downgrade(&self.slot), self.pool.clone()));
            slot.giving_back = Some((task, runtime));
        }
        answer
    }
}

/// Gives the connection back once nobody has used it for a while, or somebody else may want it.
async fn give_back<DB: Database>(shared: Weak<Mutex<Slot<DB>>>, pool: Pool<DB>) {
    loop {
        sleep(LOOK).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let idle = {
            let mut slot = lock(&shared);
            let waits = |kept: &Kept<DB>| kept.used.elapsed() < IDLE && has_others(&pool);
            if slot.kept.as_ref().is_some_and(waits) {
                continue;
            }
            slot.giving_back = None;
            slot.kept.take()
        };
        if let Some(mut idle) = idle {
            idle.is_sound().await;
        }
        return;
    }
}

/// Whether a pool has another connection to give.
fn has_others<DB: Database>(pool: &Pool<DB>) -> bool {
    !pool.is_closed() && (pool.num_idle() > 0 || pool.size() < pool.options().get_max_connections())
}

impl<DB: Database> Drop for Slot<DB> {
    /// A connection goes back by a task, and a store may outlive its runtime.
    fn drop(&mut self) {
        let _runtime = self
            .giving_back
            .as_ref()
            .map(|(_, runtime)| runtime.enter());
        self.kept = None;
    }
}

/// Whether the connection is of no use. PostgreSQL hangs up with an error of its own
/// (`admin_shutdown` and its like).
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

fn lock<DB: Database>(slot: &Mutex<Slot<DB>>) -> MutexGuard<'_, Slot<DB>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use std::io::ErrorKind;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
    use sqlx::{Sqlite, SqlitePool};
    use tokio::task::JoinSet;

    use super::*;

    async fn pool(max: u32) -> SqlitePool {
        let options = SqlitePoolOptions::new()
            .max_connections(max)
            .acquire_timeout(Duration::from_secs(30));
        let pool = options.connect_with(SqliteConnectOptions::new()).await;
        pool.expect("a pool")
    }

    async fn read(reads: &StorePool<Sqlite>) -> Result<i64, sqlx::Error> {
        let one =
            reads.read(|connection| Box::pin(sqlx::query_scalar("select 1").fetch_one(connection)));
        one.await
    }

    fn is_kept(reads: &StorePool<Sqlite>) -> bool {
        lock(&reads.slot).kept.is_some()
    }

    #[tokio::test]
    async fn one_connection_serves_reads_and_goes_back_when_there_are_none() {
        let pool = pool(2).await;
        let reads = StorePool::new(pool.clone());
        assert_eq!(read(&reads).await.expect("an answer"), 1);
        let is_kept_then = is_kept(&reads);
        assert_eq!(read(&reads).await.expect("an answer"), 1);
        assert_eq!(pool.size(), 1);

        // Whoever wants all connections gets them.
        let both = async { (pool.acquire().await, pool.acquire().await) };
        let (first, second) = both.await;
        drop((first.expect("a connection"), second.expect("another")));
        assert!(is_kept_then);
        assert!(!is_kept(&reads));
        assert_eq!(read(&reads).await.expect("an answer"), 1);
    }

    #[tokio::test]
    async fn a_connection_waits_for_the_next_statement_while_the_pool_has_another() {
        let pool = pool(2).await;
        let reads = StorePool::new(pool.clone());
        let never_idle = || {
            let later = Instant::now() + Duration::from_secs(3600);
            lock(&reads.slot).kept.as_mut().expect("a connection").used = later;
        };
        read(&reads).await.expect("an answer");
        never_idle();
        sleep(4 * LOOK).await;
        let is_kept_then = is_kept(&reads);
        let both = async { (pool.acquire().await, pool.acquire().await) };
        let (first, second) = both.await;
        drop((
            first.expect("a connection"),
            second.expect("the one that was kept"),
        ));
        assert!(is_kept_then);

        let is_given_back = async {
            while !is_kept(&reads) {
                read(&reads).await.expect("an answer");
            }
            while is_kept(&reads) {
                sleep(LOOK).await;
            }
        };
        let is_given_back = timeout(Duration::from_secs(30), is_given_back).await;
        is_given_back.expect("a connection that nobody uses");
    }

    #[tokio::test]
    async fn a_pool_of_one_has_no_other_to_give() {
        let reads = StorePool::new(pool(1).await);
        read(&reads).await.expect("an answer");

        assert!(!is_kept(&reads));
    }

    #[tokio::test]
    async fn nothing_is_read_once_the_pool_is_closed() {
        let pool = pool(2).await;
        let reads = StorePool::new(pool.clone());
        read(&reads).await.expect("an answer");

        let closed = timeout(Duration::from_secs(30), pool.close());
        closed.await.expect("a connection that is given back");
        let error = read(&reads).await.expect_err("a pool that is closed");
        assert!(matches!(error, sqlx::Error::PoolClosed), "{error}");
    }

    /// Reads by a connection that is lost, and then by one that is not. Only the kept one is
    /// replaced. Returns the number of runs.
    async fn read_by_a_lost_one(reads: &StorePool<Sqlite>) -> Result<usize, sqlx::Error> {
        let runs = AtomicUsize::new(0);
        let answer = reads.read(|_| {
            let answer = match runs.fetch_add(1, Ordering::Relaxed) + 1 {
                1 => Err(sqlx::Error::Io(ErrorKind::ConnectionReset.into())),
                runs => Ok(runs),
            };
            Box::pin(async { answer })
        });
        answer.await
    }

    #[tokio::test]
    async fn a_connection_that_is_lost_is_replaced() {
        let reads = StorePool::new(pool(2).await);
        read(&reads).await.expect("an answer");

        assert_eq!(read_by_a_lost_one(&reads).await.expect("an answer"), 2);
    }

    /// Whether a connection was lost before or after it ran a statement is not known.
    #[tokio::test]
    async fn a_write_by_a_connection_that_is_lost_is_not_repeated() {
        let pool = pool(2).await;
        let connections = StorePool::new(pool.clone());
        read(&connections).await.expect("an answer");
        let runs = AtomicUsize::new(0);
        let answer = connections.write(|_| {
            runs.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Err::<(), _>(sqlx::Error::Io(ErrorKind::ConnectionReset.into())) })
        });

        answer.await.expect_err("a lost connection");
        assert_eq!(runs.into_inner(), 1);
        assert!(!is_kept(&connections));
        let is_closed = async {
            while pool.size() > 0 {
                tokio::task::yield_now().await;
            }
        };
        let is_closed = timeout(Duration::from_secs(30), is_closed).await;
        is_closed.expect("no connection that is lost");
    }

    #[tokio::test]
    async fn one_connection_serves_reads_and_writes() {
        let pool = pool(2).await;
        let connections = StorePool::new(pool.clone());
        for number in 0..3 {
            let written = connections.write(|connection| {
                let sql = ["create temp table t (n)", "insert into t values (1)"];
                let write = sqlx::query(sql[usize::from(number > 0)]).execute(connection);
                Box::pin(async { Ok(write.await?.rows_affected()) })
            });
            written.await.expect("a write");
            let count = connections.read(|connection| {
                Box::pin(sqlx::query_scalar("select count(*) from t").fetch_one(connection))
            });
            let count: i64 = count.await.expect("the table of this connection");
            assert_eq!(count, number);
        }
        assert!(is_kept(&connections));
    }

    #[tokio::test]
    async fn a_connection_goes_back_once_a_second_though_there_are_reads() {
        let reads = StorePool::new(pool(2).await);
        read(&reads).await.expect("an answer");
        lock(&reads.slot).kept.as_mut().expect("a connection").since -= AT_MOST;

        read(&reads).await.expect("an answer");
        assert!(!is_kept(&reads));
    }

    /// One connection is out for a long time, and all reads share the other, which was kept.
    #[tokio::test]
    async fn nobody_is_overtaken_where_the_pool_has_no_other_connection() {
        let pool = pool(2).await;
        let reads = Arc::new(StorePool::new(pool.clone()));
        read(&reads).await.expect("an answer");
        assert!(is_kept(&reads));
        let _transaction = pool.acquire().await.expect("a connection");
        let (mut readers, answers) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
        for _ in 0..3 {
            let (reads, answers) = (reads.clone(), answers.clone());
            readers.spawn(async move {
                loop {
                    read(&reads).await.expect("an answer");
                    answers.fetch_add(1, Ordering::Relaxed);
                }
            });
        }

        for _ in 0..20 {
            let before = answers.load(Ordering::Relaxed);
            let writer = pool.acquire().await.expect("a connection");
            let overtaken = answers.load(Ordering::Relaxed) - before;
            drop(writer);
            assert!(overtaken < 20, "{overtaken} reads came first");
        }
        readers.shutdown().await;
    }

    #[tokio::test]
    async fn a_refusal_is_told_at_once() {
        let reads = StorePool::new(pool(2).await);
        read(&reads).await.expect("an answer");
        let runs = AtomicUsize::new(0);
        let refused = reads.read(|connection| {
            runs.fetch_add(1, Ordering::Relaxed);
            Box::pin(sqlx::query_scalar::<_, i64>("select nothing").fetch_one(connection))
        });

        let error = refused.await.expect_err("no such column");
        assert!(matches!(error, sqlx::Error::Database(_)), "{error}");
        assert_eq!(runs.into_inner(), 1);
    }

    #[tokio::test]
    async fn a_read_that_nobody_waits_for_leaves_no_connection_out() {
        let pool = pool(2).await;
        let reads = StorePool::new(pool.clone());
        read(&reads).await.expect("an answer");
        let endless = reads.read(|connection| {
            let sql = "with recursive n(n) as (select 1 union all select n + 1 from n \
                       where n < 3000000) select count(*) from n";
            Box::pin(sqlx::query_scalar::<_, i64>(sql).fetch_one(connection))
        });
        let stopped = timeout(Duration::from_millis(1), endless).await;
        stopped.expect_err("a read that takes longer");

        assert!(!is_kept(&reads));
        let both = async { (pool.acquire().await, pool.acquire().await) };
        let (first, second) = both.await;
        assert!(first.is_ok() && second.is_ok());
    }

    #[test]
    fn a_store_may_outlive_its_runtime() {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let reads = runtime.block_on(async {
            let reads = StorePool::new(pool(2).await);
            read(&reads).await.expect("an answer");
            reads
        });
        drop(runtime);
        drop(reads);
    }
}
