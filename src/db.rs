//! The database: connecting, and the transaction that every change runs in.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use entity::ids::{JobId, Scope};
use entity::money::Pence;
use entity::{Moment, activity, event_head, job, setting};
use sea_orm::sea_query::Expr;
use sea_orm::sqlx::{self, Row};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, EntityTrait, ExprTrait, IsolationLevel, QueryFilter, Set, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use tokio_util::task::TaskTracker;
use uuid::{ContextV7, Timestamp, Uuid};

use crate::activity::{Audience, Kind};
use crate::clock::Clock;
use crate::error::AppError;

/// Readers beside the one writer on SQLite.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL for writers, and as many for readers; three instances fit its default of 100.
const POSTGRES_CONNECTIONS: u32 = 12;
/// How long a request waits for a connection before it hears that the house is full.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// The first SQLite without the WAL-reset corruption.
const SQLITE_AT_LEAST: [u32; 3] = [3, 51, 3];
/// What each SQLite connection must read back: name, value to set, value read.
const PRAGMAS: &[(&str, &str, &str)] = &[
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", "2"),
    ("foreign_keys", "ON", "1"),
    ("busy_timeout", "5000", "5000"),
];

/// Several reads that see one moment.
pub type Snapshot = DatabaseTransaction;

/// Connections: on SQLite one writer and several readers, on PostgreSQL one pool.
#[derive(Clone, Debug)]
pub struct Db {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    tracker: TaskTracker,
}

impl Db {
    /// Connects and checks what it connected to.
    ///
    /// # Errors
    /// When the database can't be reached, is too old, or doesn't hold the settings that keep pledges safe.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        if url.starts_with("sqlite:") {
            let writer = Database::connect(sqlite(url, 1, false)).await?;
            check_sqlite_version(&writer).await?;
            let reader = Database::connect(sqlite(url, SQLITE_READERS, true)).await?;
            return Ok(Self { writer, reader, tracker: TaskTracker::new() });
        }
        let mut options = ConnectOptions::new(url);
        options.max_connections(POSTGRES_CONNECTIONS).acquire_timeout(ACQUIRE_TIMEOUT).sqlx_logging(false);
        // Apart, so that writers queueing for one night leave pages their connections.
        let writer = Database::connect(options.clone()).await?;
        Ok(Self { writer, reader: Database::connect(options).await?, tracker: TaskTracker::new() })
    }

    /// Waits for what must not be cut off.
    #[must_use]
    pub fn tracker(&self) -> &TaskTracker {
        &self.tracker
    }

    /// For reads outside a transaction.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Several reads that see one moment. Rolled back when dropped.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn snapshot(&self) -> Result<Snapshot, DbErr> {
        let isolation_level = match self.reader.get_database_backend() {
            DbBackend::Postgres => Some(IsolationLevel::RepeatableRead),
            _ => None, // A SQLite transaction reads one snapshot as it is.
        };
        self.begin_on(&self.reader, TransactionOptions { isolation_level, ..Default::default() }).await
    }

    /// Begins on a task of its own: a request that is given up while BEGIN is on its way would else leave the
    /// connection inside a transaction that nobody knows of. One that nobody waits for rolls back when dropped.
    #[expect(clippy::disallowed_methods, reason = "the one place where transactions begin")]
    async fn begin_on(
        &self,
        connection: &DatabaseConnection,
        options: TransactionOptions,
    ) -> Result<DatabaseTransaction, DbErr> {
        let connection = connection.clone();
        let begun = self.tracker.spawn(async move { connection.begin_with_options(options).await });
        begun.await.map_err(|error| DbErr::Custom(error.to_string()))?
    }

    /// The connection that migrations run on.
    #[must_use]
    pub fn for_migrations(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins the transaction of one unit of work; only `App::write` does.
    pub(crate) async fn begin(&self, clock: &Clock, ids: Ids) -> Result<Tx, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let inner = self.begin_on(&self.writer, options).await?;
        // After the wait for a turn, so that time runs the way the numbers do.
        Ok(Tx { inner, now: clock.now(), ids, news: Vec::new() })
    }
}

fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            let options = PRAGMAS.iter().fold(options, |options, (name, set, _)| options.pragma(*name, *set));
            if read_only { options.pragma("query_only", "ON") } else { options }
        })
        .map_sqlx_sqlite_pool_opts(|options| {
            options.after_connect(|connection, _| Box::pin(check_pragmas(connection)))
        });
    options
}

/// Reads the settings back: a pledge is only safe when the file really syncs.
async fn check_pragmas(connection: &mut sqlx::SqliteConnection) -> Result<(), sqlx::Error> {
    for (name, _, expected) in PRAGMAS {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA {name}"))).fetch_one(&mut *connection).await?;
        let value =
            row.try_get::<i64, _>(0).map(|number| number.to_string()).or_else(|_| row.try_get::<String, _>(0))?;
        if value != *expected {
            let message = format!("SQLite's {name} reads back as {value}, and must be {expected}");
            return Err(sqlx::Error::Configuration(message.into()));
        }
    }
    Ok(())
}

async fn check_sqlite_version(db: &DatabaseConnection) -> Result<(), DbErr> {
    let row = db.query_one_raw(sea_orm::Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version()")).await?;
    let version: String = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if parts.as_slice() < SQLITE_AT_LEAST.as_slice() {
        return Err(DbErr::Custom(format!("SQLite {version} can lose data; 3.51.3 or newer is needed")));
    }
    Ok(())
}

/// Makes ids: version 7 UUIDs from the clock that was handed in, rising even within one millisecond.
#[derive(Clone, Debug)]
pub struct Ids(Arc<Mutex<ContextV7>>);

impl Default for Ids {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(ContextV7::new())))
    }
}

impl Ids {
    /// The next id.
    pub(crate) fn next(&self, now: Moment) -> Uuid {
        let context = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos()))
    }
}

/// The transaction of one unit of work: rows, ledger entries, activity and jobs commit together or not at all.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    now: Moment,
    ids: Ids,
    news: Vec<Scope>,
}

/// What an activity is about. Ids and numbers, never words.
#[derive(Clone, Copy, Debug, Default)]
pub struct About {
    /// A share, a pledge, an event: by the kind.
    pub subject: Option<Uuid>,
    /// The account or guest that did it.
    pub actor: Option<Uuid>,
    /// Money, where the kind has some.
    pub amount_pence: Option<Pence>,
}

impl Tx {
    /// The connection to hand to a store.
    #[must_use]
    pub fn db(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// The moment of this unit of work.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.now
    }

    /// A new id.
    #[must_use]
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        T::from(self.ids.next(self.now))
    }

    /// Takes the row lock of a scope's head, so that its writes go one after another on PostgreSQL too.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the scope has no head.
    pub async fn lock(&self, scope: impl Into<Scope>) -> Result<event_head::Model, AppError> {
        use sea_orm::QuerySelect;
        let head = event_head::Entity::find_by_id(scope.into()).lock_exclusive().one(&self.inner).await?;
        head.ok_or(AppError::NotFound)
    }

    /// Appends to the activity of `scope` and returns the number taken: dense, and in commit order, because the
    /// head's row stays locked until the commit.
    ///
    /// # Errors
    /// When the scope has no head, or the database fails.
    pub async fn record(&mut self, scope: impl Into<Scope>, kind: Kind, about: About) -> Result<i64, AppError> {
        self.record_for(kind.audience(), scope, kind, about).await
    }

    /// As [`Tx::record`], for an audience that the kind alone doesn't tell: what befalls a held song is for hosts.
    ///
    /// # Errors
    /// As [`Tx::record`].
    pub async fn record_for(
        &mut self,
        audience: Audience,
        scope: impl Into<Scope>,
        kind: Kind,
        about: About,
    ) -> Result<i64, AppError> {
        let scope = scope.into();
        let heads = event_head::Entity::update_many()
            .col_expr(event_head::Column::Seq, Expr::col(event_head::Column::Seq).add(1))
            .col_expr(event_head::Column::At, Expr::value(self.now))
            .filter(event_head::COLUMN.scope.eq(scope))
            .exec_with_returning(&self.inner)
            .await?;
        let seq = heads.first().ok_or(AppError::NotFound)?.seq;
        let before = crate::activity::hash_of(&self.inner, scope, seq - 1).await?;
        let mut row = activity::Model {
            scope,
            seq,
            at: self.now,
            kind: kind.as_str().to_owned(),
            audience,
            subject: about.subject,
            actor: about.actor,
            amount_pence: about.amount_pence,
            hash: Vec::new(),
        };
        row.hash = crate::activity::chain(&before, &row);
        let row = activity::ActiveModel::from(row).reset_all();
        activity::Entity::insert(row).exec_without_returning(&self.inner).await?;
        if !self.news.contains(&scope) {
            self.news.push(scope);
        }
        Ok(seq)
    }

    /// Queues a job; it runs only if this unit of work commits.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enqueue(&self, kind: &'static str, payload: serde_json::Value) -> Result<(), AppError> {
        self.enqueue_at(self.now, kind, payload).await
    }

    /// As [`Tx::enqueue`], to be run at a later moment.
    ///
    /// # Errors
    /// As [`Tx::enqueue`].
    pub async fn enqueue_at(&self, at: Moment, kind: &'static str, payload: serde_json::Value) -> Result<(), AppError> {
        let row = job::ActiveModel {
            id: Set(self.new_id::<JobId>()),
            kind: Set(kind.to_owned()),
            payload: Set(payload),
            run_at: Set(at),
            attempts: Set(0),
            claimed_until: Set(None),
            last_error: Set(None),
            created_at: Set(self.now),
        };
        row.insert(&self.inner).await?;
        Ok(())
    }

    /// Commits, and says which scopes have news.
    pub(crate) async fn commit(self) -> Result<Vec<Scope>, DbErr> {
        if self.inner.get_database_backend() == DbBackend::Postgres {
            // Told to other instances by the commit itself, so that they never look too early.
            for scope in &self.news {
                let said = [crate::live::wire::NAME.into(), scope.0.to_string().into()];
                let say = Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_notify($1, $2)", said);
                self.inner.execute_raw(say).await?;
            }
        }
        self.inner.commit().await?;
        Ok(self.news)
    }
}

/// Makes the head that a scope's numbers count from, if it isn't there.
///
/// # Errors
/// When the database fails.
pub async fn add_head(tx: &Tx, scope: impl Into<Scope>) -> Result<(), DbErr> {
    let row = event_head::ActiveModel {
        scope: Set(scope.into()),
        seq: Set(0),
        at: Set(tx.now()),
        journal_number: Set(0),
        journal_hash: Set(Vec::new()),
        pledge_number: Set(0),
        base_pence: Set(Pence::ZERO),
        counted_songs: Set(None),
        pledges: Set(0),
        supporters: Set(0),
        shares: Set(0),
    };
    event_head::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The key that signs what this service signs: kept in the database from the first start on.
///
/// # Errors
/// When the database fails.
pub async fn kept_key(db: &impl ConnectionTrait) -> Result<String, DbErr> {
    const NAME: &str = "secret_key";
    let fresh = setting::ActiveModel { name: Set(NAME.to_owned()), value: Set(crate::keys::random_secret()) };
    setting::Entity::insert(fresh).on_conflict_do_nothing().exec_without_returning(db).await?;
    let kept = setting::Entity::find_by_id(NAME.to_owned()).one(db).await?;
    kept.map(|row| row.value).ok_or_else(|| DbErr::RecordNotFound(NAME.to_owned()))
}
