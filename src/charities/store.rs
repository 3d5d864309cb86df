//! Queries about charities. There are few, so they are read whole.

use entity::ids::CharityId;
use entity::{charity, charity_name, charity_number};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryOrder, Set};

use super::charity::{Charity, CharityName, CharityNumber};

/// How many charities every night began with.
const FOUNDING: usize = 3;

/// Every charity, to look names up in.
#[derive(Clone, Debug, Default)]
pub struct Book(Vec<Charity>);

impl Book {
    /// Reads every charity.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        all(db).await.map(Self)
    }

    /// The charity with this id.
    #[must_use]
    pub fn get(&self, id: CharityId) -> Option<&Charity> {
        self.0.iter().find(|charity| charity.id == id)
    }

    /// The charity with this slug.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<&Charity> {
        self.0.iter().find(|charity| charity.slug == slug)
    }

    /// Every charity, in order.
    #[must_use]
    pub fn list(&self) -> &[Charity] {
        &self.0
    }
}

/// Every charity, in order.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Charity>, DbErr> {
    let rows = charity::Entity::find().order_by_asc(charity::COLUMN.position).all(db).await?;
    let names = charity_name::Entity::find().order_by_asc(charity_name::COLUMN.position).all(db).await?;
    let numbers = charity_number::Entity::find().order_by_asc(charity_number::COLUMN.register).all(db).await?;
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
        Charity { id, slug, about, giving_url, checked_on, names: names.collect(), numbers: numbers.collect() }
    };
    Ok(rows.into_iter().map(noun).collect())
}

/// The charities that a night raises for unless it says otherwise.
///
/// # Errors
/// When the database fails.
pub async fn founding(db: &impl ConnectionTrait) -> Result<Vec<Charity>, DbErr> {
    let mut charities = all(db).await?;
    charities.truncate(FOUNDING);
    Ok(charities)
}

/// The charity with this slug.
///
/// # Errors
/// When the database fails.
pub async fn find_by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<Charity>, DbErr> {
    Ok(all(db).await?.into_iter().find(|charity| charity.slug == slug))
}

pub(super) async fn insert(db: &impl ConnectionTrait, new: &Charity, position: i32) -> Result<(), DbErr> {
    let Charity { id, slug, about, giving_url, checked_on, names, numbers } = new.clone();
    let row = charity::ActiveModel {
        id: Set(id),
        slug: Set(slug),
        about: Set(about),
        giving_url: Set(giving_url),
        checked_on: Set(checked_on),
        position: Set(position),
    };
    charity::Entity::insert(row).exec_without_returning(db).await?;
    let names = (0..).zip(names).map(|(position, CharityName { name, from, until })| charity_name::ActiveModel {
        charity_id: Set(id),
        position: Set(position),
        name: Set(name),
        from_on: Set(from),
        until_on: Set(until),
    });
    charity_name::Entity::insert_many(names).exec_without_returning(db).await?;
    let numbers = numbers.into_iter().map(|CharityNumber { register, number }| charity_number::ActiveModel {
        charity_id: Set(id),
        register: Set(register),
        number: Set(number),
    });
    charity_number::Entity::insert_many(numbers).exec_without_returning(db).await?;
    Ok(())
}
