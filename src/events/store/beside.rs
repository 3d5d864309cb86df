//! What stands beside an event: its charities, its hosts.

use entity::ids::{AccountId, CharityId, EventId};
use entity::money::Pence;
use entity::{account, event_charity, event_host};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, SelectExt, Set};

use crate::charities::Split;

/// Puts the charities of a split in place of those that were there. Only while no pledge has named any.
///
/// # Errors
/// When the database fails.
pub async fn set_charities(db: &impl ConnectionTrait, id: EventId, split: &Split) -> Result<(), DbErr> {
    event_charity::Entity::delete_many().filter(event_charity::COLUMN.event_id.eq(id)).exec(db).await?;
    let rows = (0..)
        .zip(split.parts())
        .map(|(position, part)| charity_row(id, part.charity, position, i32::try_from(part.parts).unwrap_or(i32::MAX)));
    event_charity::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

fn charity_row(event: EventId, charity: CharityId, position: i32, parts: i32) -> event_charity::ActiveModel {
    event_charity::ActiveModel {
        event_id: Set(event),
        charity_id: Set(charity),
        position: Set(position),
        parts: Set(parts),
        promised_pence: Set(Pence::ZERO),
        claimed_pence: Set(Pence::ZERO),
        received_pence: Set(Pence::ZERO),
        gift_aidable_pence: Set(Pence::ZERO),
    }
}

/// Appoints a host.
///
/// # Errors
/// When the database fails.
pub async fn add_host(db: &impl ConnectionTrait, event: EventId, account: AccountId) -> Result<(), DbErr> {
    let row = event_host::ActiveModel { event_id: Set(event), account_id: Set(account) };
    event_host::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(db).await?;
    Ok(())
}

/// Whether an account is one of an event's hosts. Owners host every event without being one of these.
///
/// # Errors
/// When the database fails.
pub async fn is_host(db: &impl ConnectionTrait, event: EventId, account: AccountId) -> Result<bool, DbErr> {
    event_host::Entity::find_by_id((event, account)).exists(db).await
}

/// The names of an event's hosts.
///
/// # Errors
/// When the database fails.
pub async fn hosts_of(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<String>, DbErr> {
    let places = event_host::Entity::find().filter(event_host::COLUMN.event_id.eq(event)).all(db).await?;
    let ids = places.into_iter().map(|place| place.account_id);
    let accounts = account::Entity::find().filter(account::Column::Id.is_in(ids)).order_by_asc(account::COLUMN.id);
    Ok(accounts.all(db).await?.into_iter().map(|account| account.name).collect())
}
