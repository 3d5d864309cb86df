//! The proof as a page: why each total of a night is what it is.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use entity::ids::CharityId;
use entity::money::Pence;
use entity::payment::PaymentState;

use crate::app::App;
use crate::charities::Book;
use crate::error::AppError;
use crate::events::{self, Desk, Event};
use crate::keys::hex;
use crate::pledges::payment::how;
use crate::pledges::pledge::Pledge;
use crate::pledges::store;
use crate::pledges::sums::{Check, How, Sums};
use crate::pledges::terms::{Counts, PledgeKind};
use crate::web::page::{Private, Public};

/// Pledges told one by one; the API has all that show their amount.
const SHOWN_MAX: usize = 50;
const READ_MAX: u64 = 200;

#[derive(Template)]
#[template(path = "pledges/sums.html")]
struct SumsPage {
    event: Event,
    sums: Sums,
    checks: Vec<Check>,
    balanced: bool,
    charities: Vec<CharityView>,
    payments: Vec<PaymentView>,
    pledges: Vec<PledgeView>,
    /// The last link of the chain, in hexadecimal; empty before the first journal.
    head: String,
}

/// What a charity has, in the book and beside it.
struct CharityView {
    name: String,
    percent: Option<i64>,
    in_book: Pence,
    open: Pence,
    promised: Pence,
    claimed: Pence,
    received: Pence,
    gift_aid_estimate: Pence,
}

struct PaymentView {
    charity: String,
    how: &'static str,
    is_confirmed: bool,
    of_pledge: bool,
    payments: i64,
    amount: Pence,
}

/// A pledge whose supporter shows its amount.
struct PledgeView {
    name: Option<String>,
    /// `20p for every song, £5 at most`.
    terms: String,
    promised: Pence,
}

/// `GET /events/{slug}/sums`
///
/// # Errors
/// 404 for a draft that isn't yours, 503 while many others ask for theirs.
pub async fn sums(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    let _turn = app.long_read().await?;
    let db = app.db.snapshot().await?;
    let event = events::find(&db, desk.event.id).await?.ok_or(AppError::NotFound)?;
    let sums = store::sums_of_event(&db, event.id, event.target).await?;
    let book = Book::read(&db).await?;
    let newest = store::newest(&db, event.id, READ_MAX, true).await?;
    let pledges = newest.iter().filter(|pledge| pledge.public_amount().is_some()).take(SHOWN_MAX);
    let is_hidden = event.state.is_hidden();
    let page = SumsPage {
        checks: sums.checks(),
        balanced: sums.balanced(),
        charities: CharityView::list(&sums, &event, &book),
        payments: PaymentView::list(&sums, &event, &book),
        pledges: pledges.map(|pledge| PledgeView::of(pledge, sums.counts)).collect(),
        head: hex(&sums.book.head),
        sums,
        event,
    };
    Ok(if is_hidden { Private(page).into_response() } else { Public(page).into_response() })
}

fn full_name_of(id: CharityId, event: &Event, book: &Book) -> String {
    book.get(id).map(|charity| charity.full_name_on(event.when.local.date())).unwrap_or_default()
}

impl CharityView {
    fn list(sums: &Sums, event: &Event, book: &Book) -> Vec<Self> {
        let percents = event.split.parts().iter().zip(event.split.percents()).collect::<Vec<_>>();
        let told = sums.told_open();
        let view = |total: &crate::pledges::CharityTotal| {
            let of = |part: &&(&crate::charities::Part, i64)| part.0.charity == total.charity;
            let open = told.iter().find(|part| part.charity == total.charity);
            let open = open.map(|part| part.promised).unwrap_or_default();
            Self {
                name: full_name_of(total.charity, event, book),
                percent: percents.iter().find(of).map(|(_, percent)| *percent),
                in_book: total.promised - open,
                open,
                promised: total.promised,
                claimed: total.claimed,
                received: total.received,
                gift_aid_estimate: total.gift_aid_estimate(),
            }
        };
        sums.totals.by_charity.iter().map(view).collect()
    }
}

impl PaymentView {
    fn list(sums: &Sums, event: &Event, book: &Book) -> Vec<Self> {
        let view = |sum: &crate::pledges::sums::PaymentSum| Self {
            charity: full_name_of(sum.charity, event, book),
            how: how(sum.method),
            is_confirmed: sum.state == PaymentState::Confirmed,
            of_pledge: sum.of_pledge,
            payments: sum.payments,
            amount: sum.amount,
        };
        let mut list: Vec<Self> = sums.payments.iter().map(view).collect();
        list.sort_by(|one, other| (&one.charity, one.how).cmp(&(&other.charity, other.how)));
        list
    }
}

impl PledgeView {
    fn of(pledge: &Pledge, counts: Counts) -> Self {
        Self {
            name: pledge.public_name().map(str::to_owned),
            terms: pledge.terms.to_string(),
            promised: pledge.promised(counts),
        }
    }
}
