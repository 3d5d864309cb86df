//! The three founding charities, from `founding.json` (facts.md, section 1). Unconfirmed numbers stay empty.

use chrono::NaiveDate;
use entity::ids::CharityId;
use serde::Deserialize;
use uuid::Uuid;

use super::book::Book;
use super::charity::{Charity, CharityName, CharityNumber};
use super::giving::GivingLink;
use super::store;
use crate::db::Tx;
use crate::error::AppError;

#[derive(Deserialize)]
struct Founding {
    slug: String,
    about: String,
    giving_url: String,
    #[serde(default)]
    checked_on: Option<NaiveDate>,
    names: Vec<CharityName>,
    numbers: Vec<CharityNumber>,
}

/// Puts the founding charities in where there are none yet.
///
/// # Errors
/// When the database fails.
pub async fn seed(tx: &Tx) -> Result<(), AppError> {
    if !Book::read(tx.db()).await?.list().is_empty() {
        return Ok(());
    }
    for (position, charity) in (0..).zip(founding_charities(|_| tx.new_id())?) {
        store::insert(tx.db(), &charity, position).await?;
    }
    Ok(())
}

/// The founding charities, with ids from `id`.
pub(super) fn founding_charities(id: impl Fn(u128) -> Uuid) -> Result<Vec<Charity>, AppError> {
    let list: Vec<Founding> = serde_json::from_str(include_str!("founding.json")).map_err(AppError::internal)?;
    let numbered = list.into_iter().zip(0..);
    Ok(numbered
        .map(|(Founding { slug, about, giving_url, checked_on, names, numbers }, number)| Charity {
            id: CharityId(id(number)),
            slug,
            about,
            giving: GivingLink::stored(giving_url),
            checked_on,
            names,
            numbers,
            merged: None,
        })
        .collect())
}
