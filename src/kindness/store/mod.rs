//! Queries about the word list and blocks; reports have a file of their own.

mod reports;

pub use reports::{close_matter, count_open, find_matter, forget_addresses, matters_of_event, matters_of_owners};
pub(super) use reports::{insert_matter, insert_report, open_matter, report_by};

use entity::ids::{AccountId, EventId, GuestId, ListedWordId};
use entity::{Moment, guest_block, listed_word};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, SelectExt,
    Set,
};

use super::word_list::{ListedWord, WordList};
use crate::db::Tx;
use crate::error::AppError;

/// Blocks shown at once.
const BLOCKS_MAX: u64 = 200;

/// The words of the list with their ids, by the alphabet.
pub(super) async fn words(db: &impl ConnectionTrait) -> Result<Vec<(ListedWordId, String)>, DbErr> {
    let rows = listed_word::Entity::find().order_by_asc(listed_word::COLUMN.key).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.word)).collect())
}

/// The list, ready to look with.
///
/// # Errors
/// When the database fails.
pub async fn word_list(db: &impl ConnectionTrait) -> Result<WordList, DbErr> {
    let rows = listed_word::Entity::find().all(db).await?;
    Ok(WordList::new(rows.into_iter().map(|row| ListedWord { word: row.word, key: row.key })))
}

pub(super) async fn count_words(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    listed_word::Entity::find().count(db).await
}

/// The word that is on the list under the same key.
pub(super) async fn word_by_key(db: &impl ConnectionTrait, key: &str) -> Result<Option<(ListedWordId, String)>, DbErr> {
    let row = listed_word::Entity::find().filter(listed_word::COLUMN.key.eq(key)).one(db).await?;
    Ok(row.map(|row| (row.id, row.word)))
}

pub(super) async fn insert_word(tx: &Tx, word: ListedWord, by: AccountId) -> Result<ListedWordId, AppError> {
    let ListedWord { word, key } = word;
    let id: ListedWordId = tx.new_id();
    let row = listed_word::ActiveModel {
        id: Set(id),
        word: Set(word),
        key: Set(key),
        added_by: Set(by),
        added_at: Set(tx.now()),
    };
    listed_word::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(id)
}

/// Takes a word off the list; false when it isn't on it.
pub(super) async fn delete_word(tx: &Tx, id: ListedWordId) -> Result<bool, AppError> {
    Ok(listed_word::Entity::delete_by_id(id).exec(tx.db()).await?.rows_affected > 0)
}

/// Somebody who sits a night out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub guest: GuestId,
    pub by: AccountId,
    pub at: Moment,
}

/// Whether a guest sits a night out.
///
/// # Errors
/// When the database fails.
pub async fn is_blocked(db: &impl ConnectionTrait, event: EventId, guest: GuestId) -> Result<bool, DbErr> {
    guest_block::Entity::find_by_id((event, guest)).exists(db).await
}

/// Has a guest sit a night out; false when they do already.
///
/// # Errors
/// When the database fails.
pub async fn block(tx: &Tx, event: EventId, guest: GuestId, by: AccountId) -> Result<bool, AppError> {
    if is_blocked(tx.db(), event, guest).await? {
        return Ok(false);
    }
    let row = guest_block::ActiveModel {
        event_id: Set(event),
        guest_id: Set(guest),
        blocked_by: Set(by),
        blocked_at: Set(tx.now()),
    };
    guest_block::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(true)
}

/// Lets a guest back in; false when nobody had blocked them.
///
/// # Errors
/// When the database fails.
pub async fn unblock(tx: &Tx, event: EventId, guest: GuestId) -> Result<bool, AppError> {
    Ok(guest_block::Entity::delete_by_id((event, guest)).exec(tx.db()).await?.rows_affected > 0)
}

/// Who sits a night out, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn blocks_of_event(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<Block>, DbErr> {
    let rows = guest_block::Entity::find()
        .filter(guest_block::COLUMN.event_id.eq(event))
        .order_by_desc(guest_block::COLUMN.blocked_at)
        .limit(BLOCKS_MAX);
    let noun = |row: guest_block::Model| {
        let guest_block::Model { event_id: _, guest_id, blocked_by, blocked_at } = row;
        Block { guest: guest_id, by: blocked_by, at: blocked_at }
    };
    Ok(rows.all(db).await?.into_iter().map(noun).collect())
}
