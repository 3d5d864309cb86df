//! The seven stories, from `seven.json` (facts.md, section 3). Where the teller isn't named there, none is given.

use serde::Deserialize;

use super::store;
use super::story::Story;
use crate::db::Tx;
use crate::error::AppError;

/// Where the seven stories live.
const HOME: &str = "https://www.patientvoices.org.uk/twitterdisco.htm";

#[derive(Deserialize)]
struct Seed {
    slug: String,
    title: String,
    teller: Option<String>,
    summary: String,
    themes: Vec<String>,
    content_note: Option<String>,
}

/// Puts the seven stories in where there are none yet.
///
/// # Errors
/// When the database fails.
pub async fn seed(tx: &Tx) -> Result<(), AppError> {
    if !store::all(tx.db()).await?.is_empty() {
        return Ok(());
    }
    let seeds: Vec<Seed> = serde_json::from_str(include_str!("seven.json")).map_err(AppError::internal)?;
    for (position, seed) in (0..).zip(seeds) {
        let Seed { slug, title, teller, summary, themes, content_note } = seed;
        let story = Story {
            id: tx.new_id(),
            slug,
            title,
            teller,
            summary,
            themes,
            content_note,
            source_url: HOME.to_owned(),
            media_url: None,
            transcript: Vec::new(),
        };
        store::insert(tx, story, position).await?;
    }
    Ok(())
}
