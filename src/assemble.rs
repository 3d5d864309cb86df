//! Putting the service together: the router with its layers, the worker with its jobs, the seeds of an empty house.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use entity::ids::Scope;
use futures_util::FutureExt;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::jobs::{Chore, Job, Lane, Worker};
use crate::web::{self, connections, layers};
use crate::{
    accounts, charities, db, events, kindness, live, night, once, pledges, router, rsvps, site, stories, tracks,
};

/// How long the mail address in a report is kept once somebody has decided it.
const REPORT_ADDRESSES_KEPT: chrono::TimeDelta = chrono::TimeDelta::days(90);

/// The service: every route with what happens around it.
///
/// # Errors
/// When the base address can't be an origin.
pub fn build(app: App) -> Result<Router, AppError> {
    around(app, router::routes())
}

/// Answers on `listener` until the app stops and the last answer is whole. A connection on which nothing is taken for as
/// long as `patience` is cut.
///
/// # Errors
/// As [`build`].
pub async fn serve(app: App, listener: TcpListener, patience: Duration) -> Result<(), AppError> {
    let stopping = app.stopping.clone();
    let service = build(app)?.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(connections::patient(listener, patience), service);
    server.with_graceful_shutdown(stopping.cancelled_owned()).await.map_err(AppError::internal)
}

/// `routes` with what happens around every request. Layers run from the last to the first.
///
/// # Errors
/// When the base address can't be an origin.
pub fn around(app: App, routes: Router<App>) -> Result<Router, AppError> {
    let protection = layers::Protection::new(app.config.is_https(), tracks::EMBED_HOSTS);
    let origin = app.config.base_url.origin().ascii_serialization();
    // Behind a proxy that renames the host, our own pages are still known by the base address.
    let own_pages_only =
        CsrfLayer::new().add_trusted_origin(&origin).map_err(|error| AppError::internal(error.to_string()))?;
    Ok(routes
        .layer(from_fn_with_state(app.clone(), accounts::who_is_asking))
        .layer(from_fn(web::once::read_keys))
        .layer(own_pages_only)
        .layer(from_fn(layers::tag))
        .layer(CatchPanicLayer::custom(layers::caught))
        .layer(from_fn(web::faces::dress))
        .layer(from_fn_with_state(protection, layers::protect))
        .layer(from_fn_with_state(app.clone(), layers::identify))
        .layer(CompressionLayer::new())
        // web::once has read the body by then, up to what its address takes.
        .layer(DefaultBodyLimit::disable())
        .with_state(app))
}

/// The worker with every job and chore of the house.
#[must_use]
pub fn worker(app: App) -> Worker {
    const QUICK: Lane = &[
        Job { kind: accounts::jobs::SEND_LINK, run: |app, payload| accounts::jobs::send_link(app, payload).boxed() },
        Job { kind: pledges::jobs::FOLLOW, run: |app, payload| pledges::jobs::follow(app, payload).boxed() },
        Job { kind: pledges::jobs::REMIND, run: |app, payload| pledges::jobs::remind(app, payload).boxed() },
        Job { kind: rsvps::jobs::ROUND, run: |app, payload| rsvps::jobs::round(app, payload).boxed() },
    ];
    // These come by the hundred.
    const MAILS: Lane = &[
        Job { kind: pledges::jobs::MAIL, run: |app, payload| pledges::jobs::mail(app, payload).boxed() },
        Job { kind: rsvps::jobs::MAIL, run: |app, payload| rsvps::jobs::mail(app, payload).boxed() },
    ];
    // Other sites take their time, and the index is filled once: nobody waits for either.
    const PATIENT: Lane = &[
        Job { kind: night::jobs::LOOK_UP, run: |app, payload| night::jobs::look_up(app, payload).boxed() },
        Job { kind: site::indexing::FILL, run: |app, payload| site::indexing::fill(app, payload).boxed() },
    ];
    const CHORES: &[Chore] = &[
        Chore { every: Duration::from_secs(1), run: |app| async move { night::clockwork::turn(&app).await }.boxed() },
        Chore { every: Duration::from_hours(1), run: |app| sweep(app).boxed() },
    ];
    Worker::new(app, &[QUICK, MAILS, PATIENT], CHORES)
}

/// Hears what other instances of the service commit; ends when it stops.
pub async fn wire(app: App) {
    live::wire::run(app.db.read().clone(), app.live.clone(), app.stopping.clone()).await;
}

/// Forgets what has run out.
async fn sweep(app: App) -> Result<(), AppError> {
    app.limits.forget_rested();
    accounts::sweep(&app).await?;
    night::ask_again(&app).await?;
    app.write(async |tx: &mut Tx| Ok(events::forget_faded(tx.db(), tx.now()).await?)).await?;
    app.write(async |tx: &mut Tx| kindness::forget_addresses(tx, tx.now() - REPORT_ADDRESSES_KEPT).await).await?;
    app.write(async |tx: &mut Tx| Ok(once::forget_old(tx.db(), tx.now()).await?)).await?;
    Ok(())
}

/// Puts the founding charities and the stories into an empty database, and has one that is older than the search indexed.
///
/// # Errors
/// When the database fails.
pub async fn prepare(app: &App) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        db::add_head(tx, Scope::SITE).await?;
        charities::seed(tx).await?;
        stories::seed(tx).await?;
        site::indexing::begin(tx).await
    })
    .await
}
