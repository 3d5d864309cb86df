//! The proof over JSON.

use axum::extract::State;
use axum::response::Response;
use entity::entry::LedgerAccount;
use serde::Serialize;

use super::out::{SplitOut, TotalsOut};
use crate::app::App;
use crate::charities::Book;
use crate::error::AppError;
use crate::events::{self, Desk, Event};
use crate::keys::hex;
use crate::pledges::store;
use crate::pledges::sums::{Check, How, KindSum, PartSum, Step, Sums};
use crate::pledges::terms::PledgeKind;
use crate::web::extract::Json;
use crate::web::faces::ProblemOut;

/// A night's sums, each made anew from what it is made of.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SumsOut {
    /// The event's slug.
    event: String,
    status: &'static str,
    /// Whether every one of the checks holds.
    balanced: bool,
    checks: Vec<CheckOut>,
    /// Songs that per-song pledges are counted by.
    songs: i64,
    /// The night's own way to divide; a pledge may have another.
    split: Vec<SplitOut>,
    /// Pledges that stand.
    kinds: Vec<KindOut>,
    /// Amounts by kind are held back: they would tell the one hidden amount of somebody who shows their name.
    withheld: bool,
    ended: EndedOut,
    /// What isn't counted yet, beside the ledger; empty where amounts are withheld.
    open: Vec<OpenOut>,
    /// Payments that count.
    payments: Vec<PaymentSumOut>,
    ledger: LedgerOut,
    /// What all of this comes to.
    totals: TotalsOut,
}

/// Something that must hold.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CheckOut {
    what: &'static str,
    holds: bool,
}

/// The standing pledges of a kind.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct KindOut {
    kind: &'static str,
    pledges: i64,
    /// Null where amounts are withheld.
    promised_pence: Option<i64>,
    at_most_pence: Option<i64>,
    steps: Vec<StepOut>,
    /// What the ledger has of it.
    by_charity: Vec<PartOut>,
}

/// A part of what a kind comes to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StepOut {
    /// `amounts`, `songs` (songs × the sum of the rates), `caps`, `percent` (pledges × percent of what others promise),
    /// `pots`.
    how: &'static str,
    pledges: i64,
    songs: Option<i64>,
    /// The rates together.
    rate_pence: Option<i64>,
    percent: Option<i64>,
    /// What others promise.
    others_pence: Option<i64>,
    promised_pence: i64,
}

/// What pledges have with a charity.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PartOut {
    charity: String,
    promised_pence: i64,
    claimed_pence: i64,
    received_pence: i64,
}

/// Pledges that ended: they promise what had arrived by then.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EndedOut {
    withdrawn: i64,
    lapsed: i64,
    promised_pence: i64,
    by_charity: Vec<PartOut>,
}

/// What isn't counted yet.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OpenOut {
    charity: String,
    promised_pence: i64,
}

/// Payments of one kind.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PaymentSumOut {
    charity: String,
    method: &'static str,
    /// `claimed` or `confirmed`.
    state: &'static str,
    /// Whether a pledge promised it.
    of_pledge: bool,
    payments: i64,
    amount_pence: i64,
}

/// The book.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LedgerOut {
    journals: i64,
    entries: i64,
    /// Nothing.
    sum_pence: i64,
    /// The hash of the last journal, which chains to all before it; null before the first.
    head: Option<String>,
    accounts: Vec<AccountOut>,
}

/// The entries of an account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AccountOut {
    account: &'static str,
    /// Null on the supporters' side.
    charity: Option<String>,
    entries: i64,
    /// Null where amounts are withheld, and this one tells of promises.
    amount_pence: Option<i64>,
}

/// The sums of a night, for anyone: why each total is what it is.
///
/// # Errors
/// 404 for a draft that isn't yours, 503 while many others ask for theirs.
#[utoipa::path(get, path = "/api/v1/events/{slug}/sums", tag = "totals", params(("slug" = String, Path)),
    responses((status = 200, body = SumsOut), (status = 404, body = ProblemOut), (status = 503, body = ProblemOut)))]
pub async fn sums(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    let _turn = app.long_read().await?;
    let snapshot = app.db.snapshot().await?;
    let event = events::find(&snapshot, desk.event.id).await?.ok_or(AppError::NotFound)?;
    let sums = store::sums_of_event(&snapshot, event.id, event.target).await?;
    let dancing = events::count_dancing(&snapshot, Some(event.id), app.now()).await?;
    let out = SumsOut::of(&sums, &event, &Book::read(&snapshot).await?, dancing);
    Ok(desk.answer(Json(out)))
}

impl SumsOut {
    fn of(sums: &Sums, event: &Event, book: &Book, dancing: i64) -> Self {
        let open = sums
            .told_open()
            .into_iter()
            .map(|part| OpenOut { charity: book.slug(part.charity), promised_pence: part.promised.0 });
        let payments = sums.payments.iter().map(|sum| PaymentSumOut {
            charity: book.slug(sum.charity),
            method: sum.method.as_str(),
            state: sum.state.as_str(),
            of_pledge: sum.of_pledge,
            payments: sum.payments,
            amount_pence: sum.amount.0,
        });
        Self {
            event: event.slug.clone(),
            status: event.status().as_str(),
            balanced: sums.balanced(),
            checks: sums.checks().into_iter().map(|Check { what, holds }| CheckOut { what, holds }).collect(),
            songs: sums.counts.songs,
            split: SplitOut::list(&event.split, book),
            kinds: sums.kinds.iter().map(|kind| KindOut::of(kind, sums, book)).collect(),
            withheld: sums.is_withheld,
            ended: EndedOut {
                withdrawn: sums.withdrawn,
                lapsed: sums.lapsed,
                promised_pence: sums.ended_promised().0,
                by_charity: PartOut::list(sums.parts.iter().filter(|part| !part.stands), book),
            },
            open: open.collect(),
            payments: payments.collect(),
            ledger: LedgerOut::of(sums, book),
            totals: TotalsOut::of(&sums.totals, Some(event), book, dancing),
        }
    }
}

impl KindOut {
    fn of(kind: &KindSum, sums: &Sums, book: &Book) -> Self {
        let told = |amount: i64| Some(amount).filter(|_| !sums.is_withheld);
        let of_kind = |of: PledgeKind| move |part: &&PartSum| part.stands && part.kind == of && !sums.is_withheld;
        let steps = kind.steps.iter().filter(|_| !sums.is_withheld);
        Self {
            kind: kind.kind.as_str(),
            pledges: kind.pledges,
            promised_pence: told(kind.promised().0),
            at_most_pence: told(kind.at_most.0),
            steps: steps.map(StepOut::of).collect(),
            by_charity: PartOut::list(sums.parts.iter().filter(of_kind(kind.kind)), book),
        }
    }
}

impl StepOut {
    fn of(step: &Step) -> Self {
        let nothing = Self {
            how: "",
            pledges: step.pledges,
            songs: None,
            rate_pence: None,
            percent: None,
            others_pence: None,
            promised_pence: step.comes_to().0,
        };
        match step.how {
            How::Amounts => Self { how: "amounts", ..nothing },
            How::Songs { songs } => Self { how: "songs", songs: Some(songs), rate_pence: Some(step.sum.0), ..nothing },
            How::Capped => Self { how: "caps", ..nothing },
            How::Percent { percent, others } => {
                Self { how: "percent", percent: Some(percent), others_pence: Some(others.0), ..nothing }
            }
            How::Used { percent } => Self { how: "pots", percent: Some(percent), ..nothing },
        }
    }
}

impl PartOut {
    fn list<'a>(parts: impl Iterator<Item = &'a PartSum>, book: &Book) -> Vec<Self> {
        let mut list: Vec<Self> = Vec::new();
        for part in parts {
            let charity = book.slug(part.charity);
            let at = list.iter().position(|one| one.charity == charity).unwrap_or_else(|| {
                list.push(Self { charity, promised_pence: 0, claimed_pence: 0, received_pence: 0 });
                list.len() - 1
            });
            list[at].promised_pence += part.promised.0;
            list[at].claimed_pence += part.claimed.0;
            list[at].received_pence += part.received.0;
        }
        list
    }
}

/// Whether an account has nothing of promises in it.
fn tells_payments(account: LedgerAccount) -> bool {
    matches!(account, LedgerAccount::Claimed | LedgerAccount::Received)
}

impl LedgerOut {
    fn of(sums: &Sums, book: &Book) -> Self {
        let accounts = sums.book.accounts.iter().map(|sum| AccountOut {
            account: sum.account.as_str(),
            charity: sum.charity.and_then(|id| book.get(id)).map(|charity| charity.slug.clone()),
            entries: sum.entries,
            amount_pence: Some(sum.amount.0).filter(|_| !sums.is_withheld || tells_payments(sum.account)),
        });
        Self {
            journals: sums.book.journals,
            entries: sums.book.accounts.iter().map(|sum| sum.entries).sum(),
            sum_pence: sums.book_sum().0,
            head: Some(hex(&sums.book.head)).filter(|head| !head.is_empty()),
            accounts: accounts.collect(),
        }
    }
}
