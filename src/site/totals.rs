//! The totals of every night.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use entity::money::Pence;

use crate::app::App;
use crate::charities::Book;
use crate::error::AppError;
use crate::events::Event;
use crate::pledges::{self, CharityTotal, Totals};
use crate::web::page::Public;

/// A cause with what it has of some totals.
#[derive(Clone, Debug)]
pub struct CauseView {
    pub slug: String,
    /// Under the name of the night's day; over all nights, today's name and the former one.
    pub name: String,
    pub about: String,
    pub promised: Pence,
    pub received: Pence,
    pub gift_aid_estimate: Pence,
    /// The share of the largest promise, in percent, for a bar.
    pub promised_percent: i64,
    pub received_percent: i64,
}

impl CauseView {
    /// The causes of some totals; of one night's, under the names of its day.
    #[must_use]
    pub fn list(by_charity: &[CharityTotal], book: &Book, event: Option<&Event>) -> Vec<Self> {
        let largest = by_charity.iter().map(|part| part.promised.max(part.received)).max().unwrap_or_default();
        let percent = |amount: Pence| (amount.0 * 100).checked_div(largest.0).unwrap_or_default();
        // In the order of the book, so that no list changes places with every pledge.
        let parts = book.list().iter().filter_map(|charity| {
            let part = by_charity.iter().find(|part| part.charity == charity.id)?;
            let name = match event {
                Some(event) => charity.full_name_on(event.when.local.date()),
                None => charity.full_name(),
            };
            Some(Self {
                slug: charity.slug.clone(),
                name,
                about: charity.about.clone(),
                promised: part.promised,
                received: part.received,
                gift_aid_estimate: part.gift_aid_estimate(),
                promised_percent: percent(part.promised),
                received_percent: percent(part.received),
            })
        });
        parts.collect()
    }
}

#[derive(Template)]
#[template(path = "site/totals.html")]
struct TotalsPage {
    totals: Totals,
    causes: Vec<CauseView>,
}

/// `GET /totals`
///
/// # Errors
/// When the database fails.
pub async fn show(State(app): State<App>) -> Result<impl IntoResponse, AppError> {
    let db = app.db.snapshot().await?;
    let totals = pledges::totals_of_all(&db).await?;
    let causes = CauseView::list(&totals.by_charity, &Book::read(&db).await?, None);
    Ok(Public(TotalsPage { totals, causes }))
}
