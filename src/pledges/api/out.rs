//! How pledges and totals look in JSON.

use chrono::{DateTime, Utc};
use entity::money::Pence;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::charities::{Book, Split};
use crate::error::AppError;
use crate::events::{self, Event};
use crate::pledges::actions::Told;
use crate::pledges::pledge::Pledge;
use crate::pledges::store;
use crate::pledges::terms::Amounts;
use crate::pledges::totals::Totals;

/// A pledge, as its holder and the hosts see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PledgeOut {
    id: Uuid,
    reference: String,
    /// The event's slug.
    event: String,
    kind: &'static str,
    amount_pence: Option<i64>,
    rate_pence: Option<i64>,
    cap_pence: Option<i64>,
    percent: Option<i64>,
    pot_pence: Option<i64>,
    state: &'static str,
    promised_pence: i64,
    at_most_pence: i64,
    claimed_pence: i64,
    received_pence: i64,
    split: Vec<SplitOut>,
    allocations: Vec<AllocationOut>,
    name: Option<String>,
    message: Option<String>,
    gift_aid: bool,
    show_name: bool,
    show_amount: bool,
    show_message: bool,
    made_at: DateTime<Utc>,
}

/// A charity's weight in a split.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SplitOut {
    charity: String,
    parts: u32,
    /// Rounded; they sum to 100.
    percent: i64,
}

/// A charity's part of a pledge.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AllocationOut {
    charity: String,
    promised_pence: i64,
    received_pence: i64,
    /// Where to give what is still to give of it: filled in where the page takes that. Without an amount when nothing
    /// is left, and while it isn't counted yet.
    pay_url: String,
}

/// A pledge just made, with the secret that opens it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MadePledgeOut {
    #[serde(flatten)]
    pub(super) pledge: PledgeOut,
    pub(super) manage_token: String,
    pub(super) manage_url: String,
}

/// The secret that opens a pledge.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PledgeLinkOut {
    pub(super) manage_token: String,
    pub(super) manage_url: String,
}

/// A pledge, as anyone may see it: what its switches show.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PublicPledgeOut {
    id: Uuid,
    kind: &'static str,
    made_at: DateTime<Utc>,
    name: Option<String>,
    amount_pence: Option<i64>,
    message: Option<String>,
}

impl SplitOut {
    /// The weights of a split, in order.
    pub(super) fn list(split: &Split, book: &Book) -> Vec<Self> {
        let weights = split.parts().iter().zip(split.percents());
        weights.map(|(part, percent)| Self { charity: book.slug(part.charity), parts: part.parts, percent }).collect()
    }
}

impl PublicPledgeOut {
    /// What the pledge's switches show.
    #[must_use]
    pub fn of(pledge: &Pledge) -> Self {
        Self {
            id: pledge.id.0,
            kind: pledge.kind().as_str(),
            made_at: pledge.made_at,
            name: pledge.public_name().map(str::to_owned),
            amount_pence: pledge.public_amount().map(|amount| amount.0),
            message: pledge.public_message().map(str::to_owned),
        }
    }

    /// Whose it is, where that is shown.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What is promised, where that is shown.
    #[must_use]
    pub fn amount(&self) -> Option<Pence> {
        self.amount_pence.map(Pence)
    }

    /// Its message, where that is shown.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

impl PledgeOut {
    pub(super) fn of(told: Told, event: &Event, book: &Book) -> Self {
        let Told { pledge, counts } = told;
        let split = SplitOut::list(&pledge.split(), book);
        let parts = pledge.parts(counts).into_iter().map(|part| {
            let due = if pledge.is_open() { Pence::ZERO } else { part.still_to_give() };
            let charity = book.get(part.charity).map(|charity| book.today(charity));
            AllocationOut {
                charity: book.slug(part.charity),
                promised_pence: part.promised.0,
                received_pence: part.received.0,
                pay_url: charity.map(|charity| charity.giving_link(due, &pledge.reference)).unwrap_or_default(),
            }
        });
        let Amounts { amount_pence, rate_pence, cap_pence, percent, pot_pence } = Amounts::of(pledge.terms);
        Self {
            split,
            allocations: parts.collect(),
            id: pledge.id.0,
            event: event.slug.clone(),
            kind: pledge.kind().as_str(),
            amount_pence,
            rate_pence,
            cap_pence,
            percent,
            pot_pence,
            state: pledge.state.as_str(),
            promised_pence: pledge.promised(counts).0,
            at_most_pence: pledge.at_most(counts).0,
            claimed_pence: pledge.claimed().0,
            received_pence: pledge.received().0,
            reference: pledge.reference,
            name: pledge.words.name,
            message: pledge.words.message,
            gift_aid: pledge.gift_aid,
            show_name: pledge.show.show_name,
            show_amount: pledge.show.show_amount,
            show_message: pledge.show.show_message,
            made_at: pledge.made_at,
        }
    }
}

/// Totals: five numbers, never added together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TotalsOut {
    promised_pence: i64,
    at_most_pence: i64,
    claimed_pence: i64,
    received_pence: i64,
    gift_aid_estimate_pence: i64,
    target_pence: Option<i64>,
    pledges: i64,
    supporters: i64,
    shares: i64,
    dancing: i64,
    by_charity: Vec<CharityTotalOut>,
    /// The activity number these are true at.
    revision: i64,
    as_of: DateTime<Utc>,
}

/// What one charity has of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CharityTotalOut {
    charity: String,
    name: String,
    promised_pence: i64,
    claimed_pence: i64,
    received_pence: i64,
    gift_aid_estimate_pence: i64,
}

impl TotalsOut {
    /// The totals of a night, under the charities' names of its day; of all nights, under today's. `dancing` is how many
    /// kitchens dance just now.
    #[must_use]
    pub fn of(totals: &Totals, event: Option<&Event>, book: &Book, dancing: i64) -> Self {
        let by_charity = totals.by_charity.iter().filter_map(|part| {
            let charity = book.get(part.charity)?;
            let name = event.map_or(charity.name(), |event| charity.name_on(event.when.local.date()));
            Some(CharityTotalOut {
                charity: charity.slug.clone(),
                name: name.to_owned(),
                promised_pence: part.promised.0,
                claimed_pence: part.claimed.0,
                received_pence: part.received.0,
                gift_aid_estimate_pence: part.gift_aid_estimate().0,
            })
        });
        Self {
            by_charity: by_charity.collect(),
            promised_pence: totals.promised.0,
            at_most_pence: totals.at_most.0,
            claimed_pence: totals.claimed.0,
            received_pence: totals.received.0,
            gift_aid_estimate_pence: totals.gift_aid_estimate.0,
            target_pence: totals.target.map(|target| target.0),
            pledges: totals.pledges,
            supporters: totals.supporters,
            shares: totals.shares,
            dancing,
            revision: totals.revision,
            as_of: totals.as_of,
        }
    }

    /// Whether the two tell a reader the same, whenever they were true. Who dances is told apart.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let Self { dancing, revision, as_of, .. } = *other;
        Self { dancing, revision, as_of, ..self.clone() } == *other
    }

    /// Reads them in one snapshot.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(app: &App, event: &Event) -> Result<Self, AppError> {
        let snapshot = app.db.snapshot().await?;
        let book = Book::read(&snapshot).await?;
        let totals = store::totals_of_event(&snapshot, event.id, event.target).await?;
        let dancing = events::count_dancing(&snapshot, Some(event.id), app.now()).await?;
        Ok(Self::of(&totals, Some(event), &book, dancing))
    }
}
