//! A house of its own for each scene: a fresh database, a clock that stands still until it is moved, mail in a folder.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use chrono::{DateTime, TimeDelta, Utc};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;
use twitterdisco::accounts::{self, Email, Name, Role};
use twitterdisco::clock::Clock;
use twitterdisco::config::{Config, MailConfig};
use twitterdisco::db::Db;
use twitterdisco::keys::Keys;
use twitterdisco::mail::Mailer;
use twitterdisco::outgoing::Outgoing;
use twitterdisco::{App, build, pledges, prepare, worker};

use super::actor::Actor;
use super::answer::Answer;
use super::post::Letter;
use super::{postgres, run};

/// Which database a scene plays on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A house. Cheap to clone.
#[derive(Clone)]
pub struct House {
    pub app: App,
    pub backend: Backend,
    router: Router,
    rooms: Arc<Rooms>,
}

/// What is taken away when the scene ends.
pub struct Rooms {
    pub dir: PathBuf,
}

impl Rooms {
    /// A folder of its own.
    pub fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("disco-{}", uuid_like()));
        std::fs::create_dir_all(&dir).expect("a folder");
        Self { dir }
    }

    /// The address of a fresh database: on PostgreSQL with its schema, on SQLite a file yet to be made.
    pub async fn database(&self, backend: Backend) -> String {
        match backend {
            Backend::Sqlite => format!("sqlite://{}?mode=rwc", self.dir.join("disco.db").display()),
            Backend::Postgres => {
                let name = self.dir.file_name().unwrap_or_default().to_string_lossy().replace('-', "_");
                postgres_database(&name).await
            }
        }
    }
}

impl Drop for Rooms {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// The evening most scenes begin on: Friday 26 March 2027, seven o'clock in London, two days before the clocks change.
pub const BEGIN: &str = "2027-03-26T19:00:00Z";

impl House {
    /// A house with the founding charities and the stories, and nobody in it.
    pub async fn new(backend: Backend) -> Self {
        Self::furnished(backend, |_| {}).await
    }

    /// As [`House::new`], with other settings.
    pub async fn furnished(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        let rooms = Rooms::new();
        let mut config = Config {
            database_url: rooms.database(backend).await,
            listen: "127.0.0.1:0".parse().expect("an address"),
            base_url: "http://disco.test".parse().expect("a URL"),
            secret_key: None,
            mail: MailConfig { smtp_url: None, dir: rooms.dir.join("mail"), from: "disco@disco.test".to_owned() },
            trusted_proxies: Vec::new(),
            streams_max: 100,
            limits: false,
            lookups: false,
            musicbrainz: false,
        };
        change(&mut config);
        let db = Db::connect(&config.database_url).await.expect("a database");
        if backend == Backend::Sqlite {
            Migrator::up(db.for_migrations(), None).await.expect("a schema");
        }
        let mailer = Mailer::new(&config.mail).expect("a mailer");
        let begin: DateTime<Utc> = BEGIN.parse().expect("a time");
        let app = App::new(config, db, Clock::manual(begin), mailer, Keys::new("a key for tests"));
        prepare(&app).await.expect("the first data");
        let router = build(app.clone()).expect("a router");
        Self { app, backend, router, rooms: Arc::new(rooms) }
    }

    /// Asks the service.
    pub async fn ask(&self, what: String, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        Answer { what, status: parts.status, headers: parts.headers, body }
    }

    /// The service, to listen on a port of its own.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Opens the house to real connections, which are cut when their other end takes nothing for as long as `patience`;
    /// returns what addresses begin with.
    pub async fn open_doors(&self, patience: Duration) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        self.app.tracker.spawn(twitterdisco::serve(self.app.clone(), listener, patience));
        format!("http://{address}")
    }

    /// The same house, whose service asks music services by `outgoing`.
    pub fn asking(mut self, outgoing: Outgoing) -> Self {
        self.app.outgoing = Some(outgoing);
        self.router = build(self.app.clone()).expect("a router");
        self
    }

    /// Nobody in particular.
    pub fn stranger(&self) -> Actor {
        Actor::new(self, None)
    }

    /// An organiser with an account and an API token.
    pub async fn organiser(&self, name: &str) -> Actor {
        self.account(name, Role::Organiser).await
    }

    /// An owner with an account and an API token.
    pub async fn owner(&self, name: &str) -> Actor {
        self.account(name, Role::Owner).await
    }

    async fn account(&self, name: &str, role: Role) -> Actor {
        let email = Email::new(&format!("{}@disco.test", name.to_lowercase())).expect("an address");
        let name = Name::new(name).expect("a name");
        let account = accounts::add_organiser(&self.app, email, name, role).await.expect("an account");
        let token = accounts::make_token(&self.app, account.id, 24 * 30).await.expect("a token");
        Actor::new(self, Some(token))
    }

    /// The same organiser in a browser: signed in by the mailed link.
    pub async fn browser_of(&self, name: &str) -> Actor {
        let email = Email::new(&format!("{}@disco.test", name.to_lowercase())).expect("an address");
        let account = accounts::find_by_email(self.app.db.read(), &email).await.expect("a database");
        let link = accounts::make_sign_in_link(&self.app, account.expect("an account").id).await.expect("a link");
        let browser = self.stranger();
        browser.fill_in(&link, &link, &[]).await.expect(303);
        browser
    }

    /// A guest with a nickname and a token.
    pub async fn guest(&self, nickname: &str) -> Actor {
        let made = self.stranger().post("/api/v1/guests", json!({ "nickname": nickname })).await.expect(201).json();
        Actor::new(self, made["token"].as_str().map(str::to_owned))
    }

    /// A night planned by `host` for nine that evening and published; returns its slug.
    pub async fn night(&self, host: &Actor, more: Value) -> String {
        let mut plan = json!({ "title": "Friday night", "starts_local": "2027-03-26T21:00", "duration_minutes": 120 });
        let fields = more.as_object().cloned().unwrap_or_default();
        plan.as_object_mut().expect("an object").extend(fields);
        let slug =
            host.post("/api/v1/events", plan).await.expect(201).json()["slug"].as_str().expect("a slug").to_owned();
        host.post(&format!("/api/v1/events/{slug}/publication"), json!({})).await.expect(200);
        slug
    }

    /// Moves the clock on and lets the clockwork and the jobs run; fails if a job fails.
    pub async fn pass(&self, time: TimeDelta) {
        self.app.clock.advance(time);
        let failed = worker(self.app.clone()).tick().await.expect("the clockwork");
        assert_eq!(failed, 0, "jobs failed");
    }

    /// The mails written so far, taken apart, in no order: of one moment nobody can tell.
    pub fn letters(&self) -> Vec<Letter> {
        let dir = self.rooms.dir.join("mail");
        let files = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok).map(|file| file.path());
        let mails = files.filter(|path| path.extension().is_some_and(|ending| ending == "eml"));
        mails.map(|path| Letter::read(&std::fs::read_to_string(path).expect("a mail"))).collect()
    }

    /// The mails written so far, the headers and the text, oldest first.
    pub fn mails(&self) -> Vec<String> {
        let dir = self.rooms.dir.join("mail");
        let files = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
        let mut files: Vec<PathBuf> =
            files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|e| e == "eml")).collect();
        files.sort_by_key(|path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok());
        files.iter().map(|path| std::fs::read_to_string(path).expect("a mail").replace("=\r\n", "")).collect()
    }

    /// Runs the audit; fails on the first broken invariant.
    pub async fn check(&self) {
        for finding in pledges::check(&self.app, |_, _| {}).await.expect("an audit") {
            assert!(finding.broken.is_empty(), "{}: {:?}", finding.rule, finding.broken);
        }
    }

    /// Runs SQL on the database behind the service's back.
    pub async fn sql(&self, sql: &str) -> Result<u64, sea_orm::DbErr> {
        Self::sql_on(&self.app.config.database_url, sql).await
    }

    /// As [`House::sql`], on a database of no house.
    pub async fn sql_on(database_url: &str, sql: &str) -> Result<u64, sea_orm::DbErr> {
        let db = Database::connect(database_url).await?;
        let done = db.execute_unprepared(sql).await.map(|done| done.rows_affected());
        db.close().await?;
        done
    }

    /// One number from the database.
    pub async fn count(&self, sql: &str) -> i64 {
        let db = self.app.db.read();
        let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.expect("a query").expect("a row");
        row.try_get_by_index::<i64>(0).expect("a number")
    }
}

/// A fresh database, copied from a template that the run's first test made.
async fn postgres_database(name: &str) -> String {
    const TEMPLATE: &str = "disco_template";
    let server = postgres::server().unwrap_or_else(|why| panic!("{why}"));
    let admin = Database::connect(server).await.expect("PostgreSQL");
    let turn = tokio::task::spawn_blocking(|| run::begin(TEMPLATE))
        .await
        .expect("a turn")
        .unwrap_or_else(|why| panic!("{why}"));
    if let run::Turn::Mine(guard) = turn {
        admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {TEMPLATE}")).await.expect("a template");
        admin.execute_unprepared(&format!("CREATE DATABASE {TEMPLATE}")).await.expect("a template");
        let template = Database::connect(in_database(server, TEMPLATE)).await.expect("the template");
        Migrator::up(&template, None).await.expect("a schema");
        template.close().await.expect("to close");
        guard.done().unwrap_or_else(|why| panic!("{why}"));
    }
    admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await.expect("a database");
    admin.close().await.expect("to close");
    in_database(server, name)
}

/// The server's address with another database.
pub fn in_database(server: &str, name: &str) -> String {
    let mut url: url::Url = server.parse().expect("a URL");
    url.set_path(name);
    url.to_string()
}

fn uuid_like() -> String {
    let mut bytes = [0_u8; 8];
    rand::fill(&mut bytes[..]);
    format!("{}-{:016x}", std::process::id(), u64::from_be_bytes(bytes))
}
