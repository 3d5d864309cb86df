//! What the page of a night's money shows, read in one snapshot.

use std::collections::HashMap;

use entity::ids::{PaymentId, PledgeId};
use entity::money::Pence;

use crate::charities::Book;
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::Event;
use crate::pledges::pages::{charities_of, name_of, time_of};
use crate::pledges::payment::{Payment, PaymentState, how};
use crate::pledges::pledge::{Difference, Pledge};
use crate::pledges::terms::Counts;
use crate::pledges::totals::{CharityTotal, Totals};
use crate::pledges::{reference, store};
use crate::web::paging::List;

/// Claims on the page; the rest comes once these are done.
const CLAIMS_MAX: u64 = 50;
/// Pledges, and payments, a page.
const PAGE: u64 = 20;

/// Everything of a night's money.
pub(super) struct Money {
    pub totals: Totals,
    /// Slugs, and names of the night's day.
    pub charities: Vec<(String, String)>,
    pub by_charity: Vec<CauseView>,
    /// What was just done, a sentence each.
    pub told: Vec<String>,
    pub claims: List<PaymentView>,
    pub pledges: List<PledgeView>,
    pub payments: List<PaymentView>,
}

/// A charity's numbers.
pub(super) struct CauseView {
    pub name: String,
    pub total: CharityTotal,
    pub still: String,
}

/// A pledge beside what has come of it.
pub(super) struct PledgeView {
    pub pledge: Pledge,
    /// As pages print it, in groups.
    pub reference: String,
    pub promised: Pence,
    /// `short by £7`.
    pub difference: String,
}

/// A payment, or a claim.
pub(super) struct PaymentView {
    pub payment: Payment,
    pub charity: String,
    /// Who gave it, as far as is known.
    pub who: String,
    /// Of its pledge, in groups.
    pub reference: Option<String>,
    /// `26 March 2027`.
    pub day: String,
    /// When it was recorded or claimed, by the night's clock.
    pub made_at: String,
}

impl Money {
    /// Reads it: pledges after a number, payments before one, and what was just done to `done`.
    pub(super) async fn read(
        db: &Snapshot,
        event: &Event,
        pledges: Option<i64>,
        payments: Option<PaymentId>,
        done: Option<PaymentId>,
    ) -> Result<Self, AppError> {
        let book = Book::read(db).await?;
        let counts = store::open_of_event(db, event.id).await?.counts();
        let totals = store::totals_of_event(db, event.id, event.target).await?;
        // Looked for only where something is claimed: with nothing to find, it would look through every payment.
        let waiting = if totals.claimed > Pence::ZERO { CLAIMS_MAX + 1 } else { 0 };
        let claims = store::claims_waiting(db, event.id, waiting).await?;
        let listed = store::newest_payments(db, event.id, payments, PAGE + 1).await?;
        let done = match done {
            Some(id) => store::find_payment(db, id).await?.filter(|payment| payment.event == event.id),
            None => None,
        };
        let all: Vec<Payment> = claims.iter().chain(&listed).chain(&done).cloned().collect();
        let known = store::pledges_of(db, &all).await?;
        let view = |payment| PaymentView::of(payment, &known, event, &book);
        let told = done.map(|payment| told(&view(payment), &known, counts)).unwrap_or_default();
        let pledges = store::of_event(db, event.id, pledges.unwrap_or_default(), PAGE + 1, false).await?;
        let number = |pledge: &Pledge| pledge.number.to_string();
        let id = |payment: &Payment| payment.id.to_string();
        let by_charity = totals.by_charity.iter().map(|total| CauseView::of(total, event, &book));
        Ok(Self {
            charities: charities_of(event, &book),
            by_charity: by_charity.collect(),
            told,
            claims: List::cut(claims, CLAIMS_MAX, id, view),
            pledges: List::cut(pledges, PAGE, number, |pledge| PledgeView::of(pledge, counts)),
            payments: List::cut(listed, PAGE, id, view),
            totals,
        })
    }

    /// What is still to come of everything, in words.
    pub(super) fn still(&self) -> String {
        still(self.totals.promised - self.totals.received)
    }
}

fn still(to_come: Pence) -> String {
    if to_come < Pence::ZERO { format!("{} over", -to_come) } else { to_come.to_string() }
}

impl CauseView {
    fn of(total: &CharityTotal, event: &Event, book: &Book) -> Self {
        let name = name_of(total.charity, event, book);
        Self { name, still: still(total.still_to_come()), total: total.clone() }
    }
}

impl PledgeView {
    fn of(pledge: Pledge, counts: Counts) -> Self {
        let difference = match (pledge.stands(), pledge.is_open()) {
            (false, _) => "nothing more expected".to_owned(),
            (true, true) => "counted when the night ends".to_owned(),
            (true, false) => Difference::of(&pledge.allocations).to_string(),
        };
        let promised = pledge.promised(counts);
        Self { reference: reference::spaced(&pledge.reference), promised, difference, pledge }
    }
}

impl PaymentView {
    fn of(payment: Payment, known: &HashMap<PledgeId, Pledge>, event: &Event, book: &Book) -> Self {
        let pledge = payment.pledge.and_then(|id| known.get(&id));
        let name = pledge.and_then(|pledge| pledge.words.name.as_ref()).or(payment.name.as_ref());
        Self {
            charity: name_of(payment.charity, event, book),
            who: name.map_or("No name", String::as_str).to_owned(),
            reference: pledge.map(|pledge| reference::spaced(&pledge.reference)),
            day: payment.paid_on.format("%-d %B %Y").to_string(),
            made_at: time_of(payment.made_at, event),
            payment,
        }
    }

    /// Where it stands, in words.
    pub(super) fn state(&self) -> &'static str {
        match self.payment.state {
            PaymentState::Claimed => "not seen yet",
            PaymentState::Confirmed => "has arrived",
            PaymentState::Reversed if self.payment.settled == self.payment.amount => "arrived, counted with another",
            PaymentState::Reversed => "taken back",
        }
    }

    /// What it counts for; what it was, once it counts no more.
    pub(super) fn amount(&self) -> Pence {
        if self.counts() { self.payment.counts() } else { self.payment.amount }
    }

    /// How it was given.
    pub(super) fn how(&self) -> &'static str {
        how(self.payment.method)
    }

    /// Whether it counts for anything that could be taken back.
    pub(super) fn counts(&self) -> bool {
        self.payment.state != PaymentState::Reversed
    }

    /// `£8 to Cavell, in cash`.
    fn in_words(&self) -> String {
        format!("{} to {}, {}", self.amount(), self.charity, self.how())
    }
}

/// What recording, confirming or taking back a payment has done.
fn told(view: &PaymentView, known: &HashMap<PledgeId, Pledge>, counts: Counts) -> Vec<String> {
    let what = view.in_words();
    match view.payment.state {
        PaymentState::Claimed => Vec::new(),
        PaymentState::Reversed => vec![format!("Taken back: {what}. It counts no more.")],
        PaymentState::Confirmed => {
            let pledge = view.payment.pledge.and_then(|id| known.get(&id));
            let mut told = vec![match &view.reference {
                Some(reference) => format!("Recorded as received: {what}, for {reference}."),
                None => format!("Recorded as received: {what}, for no pledge."),
            }];
            told.extend(pledge.into_iter().flat_map(|pledge| came_of(pledge, view, counts)));
            told
        }
    }
}

/// How a pledge stands after a payment.
fn came_of(pledge: &Pledge, view: &PaymentView, counts: Counts) -> Vec<String> {
    if pledge.is_open() {
        return vec!["What this pledge comes to is counted when the night ends.".to_owned()];
    }
    let parts = pledge.parts(counts);
    let of_charity = parts.iter().filter(|part| part.charity == view.payment.charity).copied();
    let over = Difference::of(&of_charity.collect::<Vec<_>>()).over;
    let short = Difference::of(&parts).short;
    let mut told = Vec::new();
    if over > Pence::ZERO {
        told.push(format!("{over} more than promised to {}: recorded as received.", view.charity));
    }
    told.push(if short > Pence::ZERO {
        format!("{short} still to come.")
    } else {
        "All that was promised is there.".to_owned()
    });
    told
}
