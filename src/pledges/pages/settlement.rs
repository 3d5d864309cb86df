//! Settlement sheets: a page made for printing, and the same as a file for spreadsheet programs.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use entity::ids::{CharityId, EventId, PaymentId};
use entity::money::Pence;

use super::time_of;
use crate::app::App;
use crate::charities::{Book, Charity};
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::{self, Event, HostOf};
use crate::pledges::settlement::{Arrived, Settlement};
use crate::pledges::{reference, store};
use crate::web::download::{Pieces, attach};
use crate::web::extract::Path;
use crate::web::page::Private;
use crate::web::spreadsheet::{Rows, harmless};

/// Payments read at once.
const BATCH: u64 = 500;
/// What fits on paper; the file has them all.
const LINES_MAX: usize = 1000;

#[derive(Template)]
#[template(path = "pledges/settlement.html")]
struct SettlementPage {
    sheet: Sheet,
    settlement: Settlement,
    lines: Vec<Arrived>,
    /// By the night's clock.
    made_at: String,
}

/// What stands at the top of a sheet.
struct Sheet {
    event: Event,
    charity: Charity,
    hosts: Vec<String>,
}

impl Sheet {
    /// The charity's name on the night's day.
    fn name(&self) -> &str {
        self.charity.name_on(self.event.when.local.date())
    }

    fn raised_by(&self) -> String {
        crate::words::listed(&self.hosts).unwrap_or_else(|| "its hosts".to_owned())
    }
}

impl SettlementPage {
    /// What is still to come, in words.
    fn still(&self) -> String {
        let to_come = self.settlement.total.still_to_come();
        if to_come < Pence::ZERO { format!("nothing, and {} more came", -to_come) } else { to_come.to_string() }
    }
}

/// `GET /host/events/{slug}/settlements/{charity}`, and the same with `.csv`.
///
/// # Errors
/// 403 for those who don't host it, 404 for a charity that it isn't for, 503 while others' files are being made.
pub async fn show(
    State(app): State<App>,
    host: HostOf,
    Path((_, named)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let slug = named.strip_suffix(".csv").unwrap_or(&named);
    let charity = Book::read(app.db.read()).await?.by_slug(slug).cloned().ok_or(AppError::NotFound)?;
    if host.event.split.parts().iter().all(|part| part.charity != charity.id) {
        return Err(AppError::NotFound);
    }
    let hosts = events::hosts_of(app.db.read(), host.event.id).await?;
    let sheet = Sheet { event: host.event, charity, hosts };
    if slug != named {
        let name = format!("{}-{slug}.csv", sheet.event.slug);
        let made_at = app.now();
        return attach(&app, &name, "text/csv; charset=utf-8", |db, pieces| async move {
            write(db, &pieces, sheet, made_at).await
        })
        .await;
    }
    let db = app.db.snapshot().await?;
    let mut settlement = begin(&db, &sheet, app.now()).await?;
    let (mut lines, mut after) = (Vec::new(), None);
    while let Some((batch, last)) = next(&db, sheet.event.id, sheet.charity.id, after).await? {
        for line in &batch {
            settlement.add(line);
        }
        lines.extend(batch.into_iter().take(LINES_MAX - lines.len()));
        after = Some(last);
    }
    let made_at = time_of(settlement.made_at, &sheet.event);
    Ok(Private(SettlementPage { sheet, settlement, lines, made_at }).into_response())
}

async fn begin(db: &Snapshot, sheet: &Sheet, made_at: entity::Moment) -> Result<Settlement, AppError> {
    let totals = store::totals_of_event(db, sheet.event.id, None).await?;
    let mut parts = totals.by_charity.into_iter();
    let total = parts.find(|part| part.charity == sheet.charity.id).ok_or(AppError::NotFound)?;
    let head = store::head(db, sheet.event.id).await?.ok_or(AppError::NotFound)?;
    let hash = crate::keys::hex(&head.journal_hash);
    Ok(Settlement::begin(total, (head.journal_number, hash), made_at))
}

/// The next payments of a sheet, and the last of them.
async fn next(
    db: &Snapshot,
    event: EventId,
    charity: CharityId,
    after: Option<PaymentId>,
) -> Result<Option<(Vec<Arrived>, PaymentId)>, AppError> {
    let payments = store::arrived(db, event, charity, after, BATCH).await?;
    let Some(last) = payments.last().map(|payment| payment.id) else { return Ok(None) };
    let pledges = store::pledges_of(db, &payments).await?;
    let lines = payments.into_iter().map(|payment| {
        let pledge = payment.pledge.and_then(|id| pledges.get(&id));
        Arrived::of(payment, pledge)
    });
    Ok(Some((lines.collect(), last)))
}

/// The columns of the file. Facts and sums are in the second, so that the last can be summed.
const COLUMNS: [&str; 8] =
    ["what", "value", "paid_on", "method", "reference", "pledge_reference", "name", "amount_gbp"];

async fn write(db: Snapshot, pieces: &Pieces, sheet: Sheet, made_at: entity::Moment) -> Result<(), AppError> {
    let mut settlement = begin(&db, &sheet, made_at).await?;
    let mut rows = Rows::begin();
    rows.add(COLUMNS)?;
    for (what, value) in facts(&sheet, &settlement) {
        rows.add([what, &harmless(&value), "", "", "", "", "", ""])?;
    }
    pieces.write(rows.into_bytes()?).await?;
    let mut after = None;
    while let Some((batch, last)) = next(&db, sheet.event.id, sheet.charity.id, after).await? {
        let mut rows = Rows::more();
        for line in batch {
            settlement.add(&line);
            add_line(&mut rows, &line)?;
        }
        pieces.write(rows.into_bytes()?).await?;
        after = Some(last);
    }
    let mut rows = Rows::more();
    let agrees = if settlement.agrees() { "yes" } else { "no" };
    let (count, sum) = (settlement.payments.to_string(), settlement.listed.decimal());
    for (what, value) in [("payments", count.as_str()), ("sum", &sum), ("sum_is_received", agrees)] {
        rows.add([what, value, "", "", "", "", "", ""])?;
    }
    pieces.write(rows.into_bytes()?).await
}

fn facts(sheet: &Sheet, settlement: &Settlement) -> Vec<(&'static str, String)> {
    let total = &settlement.total;
    let registered =
        sheet.charity.numbers.iter().map(|one| ("registered", format!("{}, {}", one.number, one.register)));
    let mut facts = vec![("charity", sheet.name().to_owned())];
    facts.extend(registered);
    facts.extend([
        ("night", format!("{}, {}", sheet.event.title, sheet.event.when.in_words())),
        ("raised_in_aid_of_it_by", sheet.raised_by()),
        ("promised", total.promised.decimal()),
        ("said_to_be_given", total.claimed.decimal()),
        ("received", total.received.decimal()),
        ("still_to_come", total.still_to_come().max(Pence::ZERO).decimal()),
        ("gift_aid_estimate", total.gift_aid_estimate().decimal()),
        ("made_at", settlement.made_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
        ("ledger_number", settlement.head.0.to_string()),
        ("ledger_hash", settlement.head.1.clone()),
    ]);
    facts
}

fn add_line(rows: &mut Rows, line: &Arrived) -> Result<(), AppError> {
    let Arrived { paid_on, method, reference, pledge_reference, name, amount } = line;
    let words = |text: &Option<String>| harmless(text.as_deref().unwrap_or_default()).into_owned();
    rows.add([
        "payment".to_owned(),
        String::new(),
        paid_on.to_string(),
        method.as_str().to_owned(),
        words(reference),
        words(pledge_reference),
        words(name),
        amount.decimal(),
    ])
}
