//! The wire between instances on one PostgreSQL: whoever commits something says which scope has news, and every
//! instance hears it. It only wakes; the table says what happened. While it is down, the table is looked at each second.

use std::time::Duration;

use entity::ids::Scope;
use sea_orm::sqlx::postgres::{PgListener, PgNotification};
use sea_orm::{DatabaseConnection, DbBackend};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Hub;

/// What PostgreSQL calls the wire.
pub const NAME: &str = "disco_news";
/// How long before the wire is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Hears what other instances commit, until the service stops. On SQLite there are none, and it ends at once.
pub async fn run(db: DatabaseConnection, hub: Hub, stopping: CancellationToken) {
    if db.get_database_backend() != DbBackend::Postgres {
        return;
    }
    hub.set_wired(false);
    tokio::select! {
        () = stopping.cancelled() => {}
        () = hear(&db, &hub) => {}
    }
}

async fn hear(db: &DatabaseConnection, hub: &Hub) {
    loop {
        if let Err(error) = hear_once(db, hub).await {
            tracing::warn!(%error, "other instances can't be heard just now; the table is looked at instead");
        }
        hub.set_wired(false);
        hub.wake_all();
        tokio::time::sleep(RETRY_AFTER).await;
    }
}

/// Hears until the connection is lost.
async fn hear_once(db: &DatabaseConnection, hub: &Hub) -> Result<(), sea_orm::sqlx::Error> {
    let mut listener = PgListener::connect_with(db.get_postgres_connection_pool()).await?;
    listener.listen(NAME).await?;
    hub.set_wired(true);
    // What was said before we listened is in the table.
    hub.wake_all();
    while let Some(notification) = listener.try_recv().await? {
        if let Some(scope) = scope_of(&notification) {
            hub.wake(scope);
        }
    }
    Ok(())
}

fn scope_of(notification: &PgNotification) -> Option<Scope> {
    notification.payload().parse::<Uuid>().ok().map(Scope)
}
