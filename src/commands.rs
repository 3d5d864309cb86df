//! What each command does. Exit codes: 0 done, 1 the check or job failed, 2 wrong use or configuration.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use tokio::net::TcpListener;
use twitterdisco::accounts::{self, Email, Name, Role};
use twitterdisco::clock::Clock;
use twitterdisco::config::Config;
use twitterdisco::db::{self, Db};
use twitterdisco::error::AppError;
use twitterdisco::keys::Keys;
use twitterdisco::mail::Mailer;
use twitterdisco::outgoing::Outgoing;
use twitterdisco::web::connections::PATIENCE;
use twitterdisco::{App, pledges, prepare, site, tracks, worker};

use crate::{RoleArg, Way};

/// How long open requests may take to end once the service stops.
const DRAIN: Duration = Duration::from_secs(10);

/// Logs go to stderr: stdout is for what a command prints.
///
/// # Errors
/// A readable line for a filter that can't be read.
pub fn log_to_stderr(filter: &str, as_json: bool) -> Result<(), String> {
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .map_err(|error| format!("DISCO_LOG {filter:?}: {error}; give info, or twitterdisco=debug"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if as_json {
        log.json().init();
    } else {
        log.init();
    }
    Ok(())
}

/// One readable line, and exit code 2.
#[expect(clippy::print_stderr, reason = "a command tells its user")]
pub fn refuse(message: &str) -> ExitCode {
    eprintln!("twitterdisco: {message}");
    ExitCode::from(2)
}

#[expect(clippy::print_stdout, reason = "a command prints its answer")]
fn say(line: &str) {
    println!("{line}");
}

fn failed(error: &AppError) -> ExitCode {
    match error {
        AppError::Conflict(message) => refuse(message),
        AppError::Invalid(problems) => {
            let told = problems.list().iter().map(|problem| format!("{}: {}", problem.field, problem.message));
            refuse(&told.collect::<Vec<_>>().join("; "))
        }
        other => refuse(&other.to_string()),
    }
}

/// The database, or why there is none. Errors quote the address, and a password may be in it.
async fn connect(url: &str) -> Result<Db, String> {
    let told = |error: sea_orm::DbErr| format!("the database can't be opened: {error}").replace(url, "DATABASE_URL");
    Db::connect(url).await.map_err(told)
}

/// An app on a database whose schema is up to date and whose house isn't empty.
async fn open(config: Config) -> Result<App, String> {
    let db = connect(&config.database_url).await?;
    Migrator::up(db.for_migrations(), None).await.map_err(|error| format!("the schema can't be changed: {error}"))?;
    let key = match &config.secret_key {
        Some(key) => key.clone(),
        None => db::kept_key(db.for_migrations()).await.map_err(|error| format!("no signing key: {error}"))?,
    };
    let mailer = Mailer::new(&config.mail)?;
    let outgoing = config.lookups.then(|| Outgoing::new(&config.agent(), |client| client)).transpose()?;
    let mut app = App::new(config, db, Clock::System, mailer, Keys::new(&key));
    app.outgoing = outgoing;
    prepare(&app).await.map_err(|error| format!("the first data can't be put in: {error}"))?;
    Ok(app)
}

/// An app on a database that is there already. An audit makes no file, changes no schema and puts nothing in.
async fn open_as_it_is(mut config: Config) -> Result<App, String> {
    config.database_url = config.database_url.replace("mode=rwc", "mode=rw");
    let db = connect(&config.database_url).await?;
    let pending = Migrator::get_pending_migrations_read_only(db.for_migrations()).await;
    if pending.map_err(|error| format!("the schema can't be read: {error}"))?.is_empty() {
        let mailer = Mailer::new(&config.mail)?;
        let key = config.secret_key.clone().unwrap_or_default();
        return Ok(App::new(config, db, Clock::System, mailer, Keys::new(&key)));
    }
    Err("this database has no schema, or an old one: run twitterdisco migrate up".to_owned())
}

/// `serve`, with or without the demo.
pub async fn serve(config: Config, demo: bool) -> ExitCode {
    let limits_are_off = !config.limits;
    let app = match open(config).await {
        Ok(app) => app,
        Err(message) => return refuse(&message),
    };
    if limits_are_off {
        tracing::warn!("LIMITS ARE OFF: anyone may do anything as often as they like. For load tests only.");
    }
    if demo && let Err(error) = site::demo::fill(&app).await {
        return failed(&error);
    }
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the open-file limit can't be raised");
    }
    match accounts::make_set_up_link(&app).await {
        Ok(Some(link)) => say(&format!("Set up the first account: {}", app.config.link(&link))),
        Ok(None) => {}
        Err(error) => return failed(&error),
    }
    match run(app).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => refuse(&message),
    }
}

async fn run(app: App) -> Result<(), String> {
    let listen = app.config.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("can't listen on {listen}: {error}"))?;
    app.tracker.spawn(worker(app.clone()).run());
    app.tracker.spawn(twitterdisco::wire(app.clone()));
    say(&format!("Serving {}", app.config.base_url));
    let drained = async {
        stop_signal().await;
        app.stopping.cancel();
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        done = twitterdisco::serve(app.clone(), listener, PATIENCE) => done.map_err(|error| error.to_string())?,
        () = drained => tracing::warn!("some requests were cut off"),
    }
    app.tracker.close();
    if tokio::time::timeout(DRAIN, app.tracker.wait()).await.is_err() {
        tracing::warn!("some tasks were cut off");
    }
    Ok(())
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

/// `migrate up|down|status`
pub async fn migrate(config: Config, way: Way) -> ExitCode {
    let db = match connect(&config.database_url).await {
        Ok(db) => db,
        Err(error) => return refuse(&error),
    };
    let done = match way {
        Way::Up => Migrator::up(db.for_migrations(), None).await,
        Way::Down => Migrator::down(db.for_migrations(), None).await,
        Way::Status => status(&db).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            refuse(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn status(db: &Db) -> Result<(), sea_orm::DbErr> {
    for migration in Migrator::get_migration_with_status_read_only(db.for_migrations()).await? {
        say(&format!("{:<8} {}", migration.status().to_string().to_lowercase(), migration.name()));
    }
    Ok(())
}

/// `organiser add`
pub async fn add_organiser(config: Config, email: &str, name: &str, role: RoleArg) -> ExitCode {
    let app = match open(config).await {
        Ok(app) => app,
        Err(message) => return refuse(&message),
    };
    let (email, name) = match (Email::new(email), Name::new(name)) {
        (Ok(email), Ok(name)) => (email, name),
        (Err(message), _) | (_, Err(message)) => return refuse(&message),
    };
    let role = match role {
        RoleArg::Organiser => Role::Organiser,
        RoleArg::Owner => Role::Owner,
    };
    let made = async {
        let account = accounts::add_organiser(&app, email, name, role).await?;
        accounts::make_sign_in_link(&app, account.id).await
    };
    match made.await {
        Ok(link) => {
            say(&app.config.link(&link));
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}

/// `token`
pub async fn token(config: Config, email: &str, hours: i64) -> ExitCode {
    let app = match open(config).await {
        Ok(app) => app,
        Err(message) => return refuse(&message),
    };
    let Ok(address) = Email::new(email) else { return refuse("that is no mail address") };
    let made = async {
        let account = accounts::find_by_email(app.db.read(), &address).await?.ok_or(AppError::NotFound)?;
        accounts::make_token(&app, account.id, hours).await
    };
    match made.await {
        Ok(token) => {
            say(&token);
            ExitCode::SUCCESS
        }
        Err(AppError::NotFound) => refuse(&format!("no account has the address {email}")),
        Err(error) => failed(&error),
    }
}

/// `link TEXT…`
pub fn link(texts: &[String]) -> ExitCode {
    for text in texts {
        match serde_json::to_string(&tracks::recognise(text)) {
            Ok(line) => say(&line),
            Err(error) => return refuse(&error.to_string()),
        }
    }
    ExitCode::SUCCESS
}

/// `check`
pub async fn check(config: Config) -> ExitCode {
    let app = match open_as_it_is(config).await {
        Ok(app) => app,
        Err(message) => return refuse(&message),
    };
    let shows_progress = std::io::stderr().is_terminal();
    let progress = |done: usize, of: usize| {
        if shows_progress {
            let _ = write!(std::io::stderr(), "\r{done} of {of} events{}", if done == of { "\n" } else { "" });
        }
    };
    let findings = match pledges::check(&app, progress).await {
        Ok(findings) => findings,
        Err(error) => {
            refuse(&format!("the audit can't be finished: {error}"));
            return ExitCode::FAILURE;
        }
    };
    for finding in &findings {
        let word = if finding.broken.is_empty() { "ok    " } else { "BROKEN" };
        say(&format!("{word} {} ({} checked)", finding.rule, finding.checked));
        finding.broken.iter().for_each(|what| say(&format!("       {what}")));
    }
    if findings.iter().all(|finding| finding.broken.is_empty()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
