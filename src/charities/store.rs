//! Queries about charities. There are few, so they are read whole.

use entity::{charity, charity_merger, charity_name, charity_number};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set};

use super::book::Book;
use super::charity::{Charity, CharityName, CharityNumber, Merger};
use super::giving::GivingLink;

impl Book {
    /// Reads every charity.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        all(db).await.map(Self::of)
    }
}

async fn all(db: &impl ConnectionTrait) -> Result<Vec<Charity>, DbErr> {
    let rows = charity::Entity::find().order_by_asc(charity::COLUMN.position).all(db).await?;
    let names = charity_name::Entity::find().order_by_asc(charity_name::COLUMN.position).all(db).await?;
    let numbers = charity_number::Entity::find().order_by_asc(charity_number::COLUMN.register).all(db).await?;
    let mergers = charity_merger::Entity::find().all(db).await?;
    let noun = |row| {
        let charity::Model { id, slug, about, giving_url, checked_on, position: _ } = row;
        let names = names.iter().filter(|name| name.charity_id == id).map(|row| CharityName {
            name: row.name.clone(),
            from: row.from_on,
            until: row.until_on,
        });
        let numbers = numbers
            .iter()
            .filter(|number| number.charity_id == id)
            .map(|row| CharityNumber { register: row.register.clone(), number: row.number.clone() });
        let (names, numbers) = (names.collect(), numbers.collect());
        let merged = mergers.iter().find(|merger| merger.charity_id == id);
        let merged = merged.map(|row| Merger { into: row.into_id, from: row.from_on });
        Charity { id, slug, about, giving: GivingLink::stored(giving_url), checked_on, names, numbers, merged }
    };
    Ok(rows.into_iter().map(noun).collect())
}

/// The charities that a night raises for unless it says otherwise.
///
/// # Errors
/// When the database fails.
pub async fn founding(db: &impl ConnectionTrait) -> Result<Vec<Charity>, DbErr> {
    Ok(Book::read(db).await?.founding())
}

pub(super) async fn insert(db: &impl ConnectionTrait, new: &Charity, position: i32) -> Result<(), DbErr> {
    let row = charity::ActiveModel { position: Set(position), ..facts_of(new) };
    charity::Entity::insert(row).exec_without_returning(db).await?;
    set_names(db, new).await?;
    set_numbers(db, new).await
}

/// Saves what is said about a charity, but not its names.
pub(super) async fn save(db: &impl ConnectionTrait, changed: &Charity) -> Result<(), DbErr> {
    charity::Entity::update(facts_of(changed)).exec(db).await?;
    set_numbers(db, changed).await
}

fn facts_of(charity: &Charity) -> charity::ActiveModel {
    let Charity { id, slug, about, giving, checked_on, names: _, numbers: _, merged: _ } = charity.clone();
    charity::ActiveModel {
        id: Set(id),
        slug: Set(slug),
        about: Set(about),
        giving_url: Set(giving.as_str().to_owned()),
        checked_on: Set(checked_on),
        ..Default::default()
    }
}

/// Puts a charity's names in place of those that were there.
pub(super) async fn set_names(db: &impl ConnectionTrait, charity: &Charity) -> Result<(), DbErr> {
    let old = charity_name::Entity::delete_many().filter(charity_name::COLUMN.charity_id.eq(charity.id));
    old.exec(db).await?;
    let names = (0..).zip(charity.names.clone()).map(|(position, CharityName { name, from, until })| {
        charity_name::ActiveModel {
            charity_id: Set(charity.id),
            position: Set(position),
            name: Set(name),
            from_on: Set(from),
            until_on: Set(until),
        }
    });
    charity_name::Entity::insert_many(names).exec_without_returning(db).await?;
    Ok(())
}

async fn set_numbers(db: &impl ConnectionTrait, charity: &Charity) -> Result<(), DbErr> {
    let old = charity_number::Entity::delete_many().filter(charity_number::COLUMN.charity_id.eq(charity.id));
    old.exec(db).await?;
    let numbers = charity.numbers.iter().map(|CharityNumber { register, number }| charity_number::ActiveModel {
        charity_id: Set(charity.id),
        register: Set(register.clone()),
        number: Set(number.clone()),
    });
    charity_number::Entity::insert_many(numbers).exec_without_returning(db).await?;
    Ok(())
}

/// Writes down what a charity is part of, or that it is part of none.
pub(super) async fn set_merger(db: &impl ConnectionTrait, charity: &Charity) -> Result<(), DbErr> {
    charity_merger::Entity::delete_by_id(charity.id).exec(db).await?;
    if let Some(Merger { into, from }) = charity.merged {
        let row = charity_merger::ActiveModel { charity_id: Set(charity.id), into_id: Set(into), from_on: Set(from) };
        charity_merger::Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok(())
}
