//! A pledge: a promise, its split, and what of it may be shown.

use entity::Moment;
use entity::ids::{CharityId, EventId, PledgeId};
use entity::money::Pence;
pub use entity::pledge::PledgeState;
use serde::{Deserialize, Serialize};

use super::ledger::Allocation;
use super::terms::{Amounts, Counts, PledgeKind, Terms};
use crate::accounts::Email;
use crate::charities::{Book, Part, Split};
use crate::error::{AppError, Problems};
use crate::events::{CharityIn, Event};
use crate::sent::Sent;
use crate::words::{Line, Prose};

/// One promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pledge {
    pub id: PledgeId,
    pub event: EventId,
    /// Its turn with the odd penny.
    pub number: i64,
    pub reference: String,
    pub terms: Terms,
    /// What its amount was counted from when the night ended; none while it is open, and for a fixed amount.
    pub counted: Option<i64>,
    pub state: PledgeState,
    pub gift_aid: bool,
    pub words: Words,
    pub show: Show,
    /// A host hid its words; the money stays.
    pub words_removed: bool,
    pub token_version: u8,
    pub made_at: Moment,
    pub reminders: Reminders,
    /// What the ledger has of it for each charity. Nothing is promised there while it is open.
    pub allocations: Vec<Allocation>,
}

/// How often its supporter was reminded, and whether that is enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminders {
    pub sent: i32,
    pub stopped: bool,
}

/// What a supporter wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub name: Option<String>,
    pub email: Option<String>,
    pub message: Option<String>,
}

/// The three switches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the contract")]
pub struct Show {
    pub show_name: bool,
    pub show_amount: bool,
    pub show_message: bool,
}

/// A pledge as it is sent, to make one or to change one. What isn't sent stays; `null` empties what can be empty.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct PledgeIn {
    /// `fixed`, `per_song` or `match`.
    pub kind: Option<String>,
    /// For `fixed`: 100 to 1,000,000.
    pub amount_pence: Option<i64>,
    /// For `per_song`: for each song, 1 to 10,000.
    pub rate_pence: Option<i64>,
    /// For `per_song`: never more than this, 100 to 1,000,000.
    pub cap_pence: Option<i64>,
    /// For `match`: of what others promise, 1 to 100.
    pub percent: Option<i64>,
    /// For `match`: until this is used, 100 to 1,000,000.
    pub pot_pence: Option<i64>,
    /// Up to 80 characters.
    #[schema(value_type = Option<String>)]
    pub name: Sent<String>,
    #[schema(value_type = Option<String>)]
    pub email: Sent<String>,
    /// Up to 500 characters.
    #[schema(value_type = Option<String>)]
    pub message: Sent<String>,
    /// Whether the supporter would add Gift Aid; it makes an estimate, not a declaration.
    pub gift_aid: Option<bool>,
    pub show_name: Option<bool>,
    pub show_amount: Option<bool>,
    pub show_message: Option<bool>,
    /// The event's split unless said.
    pub split: Option<Vec<CharityIn>>,
}

/// A pledge before it has a number; every field checked.
#[derive(Clone, Debug)]
pub struct NewPledge {
    pub terms: Terms,
    pub gift_aid: bool,
    pub words: Words,
    pub show: Show,
    pub split: Split,
}

impl NewPledge {
    /// Checks a new pledge to `event`.
    ///
    /// # Errors
    /// 422 with every wrong field; the kind and its amounts must be there.
    pub fn new(input: &PledgeIn, event: &Event, book: &Book) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        let kind = input.kind.as_deref().and_then(|kind| kind.parse().ok());
        let Some(kind) = kind else {
            problems.add("kind", "Choose the kind: fixed, per_song or match");
            return Err(problems.refuse());
        };
        let terms = Terms::check(kind, input.amounts(), None, &mut problems);
        let blank = Self {
            // Not looked at where there are problems.
            terms: terms.unwrap_or(Terms::Fixed { amount: Pence::ZERO }),
            gift_aid: false,
            words: Words::default(),
            show: Show::default(),
            split: event.split.clone(),
        };
        blank.overlay(input, event, book, problems)
    }

    /// What a pledge that is there becomes, with what was sent laid over it.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub fn change(pledge: &Pledge, input: &PledgeIn, event: &Event, book: &Book) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        if input.kind.as_deref().is_some_and(|kind| kind != pledge.kind().as_str()) {
            problems.add("kind", "A pledge keeps its kind. Withdraw this one and make another.");
        }
        let terms = Terms::check(pledge.kind(), input.amounts(), Some(pledge.terms), &mut problems);
        let Pledge { gift_aid, words, show, .. } = pledge.clone();
        let terms = terms.unwrap_or(pledge.terms);
        Self { terms, gift_aid, words, show, split: pledge.split() }.overlay(input, event, book, problems)
    }

    fn overlay(
        mut self,
        input: &PledgeIn,
        event: &Event,
        book: &Book,
        mut problems: Problems,
    ) -> Result<Self, AppError> {
        self.words.overlay(input, &mut problems);
        self.gift_aid = input.gift_aid.unwrap_or(self.gift_aid);
        self.show.show_name = input.show_name.unwrap_or(self.show.show_name);
        self.show.show_amount = input.show_amount.unwrap_or(self.show.show_amount);
        self.show.show_message = input.show_message.unwrap_or(self.show.show_message);
        if let Some(given) = &input.split
            && let Some(split) = CharityIn::check_split("split", given, book, &mut problems)
        {
            let foreign = |part: &Part| event.split.parts().iter().all(|known| known.charity != part.charity);
            if split.parts().iter().any(foreign) {
                problems.add("split", "Choose among the charities of this night");
            }
            self.split = split;
        }
        problems.check()?;
        Ok(self)
    }

    /// What the ledger has of it at first, when its turn with the odd penny is `number`: a fixed amount divided, and
    /// nothing of one that is open.
    #[must_use]
    pub fn allocations(&self, number: i64) -> Vec<Allocation> {
        let promised = match self.terms {
            Terms::Fixed { amount } => amount,
            Terms::PerSong { .. } | Terms::Match { .. } => Pence::ZERO,
        };
        divided(&self.split, promised, number)
    }
}

/// An amount divided over the charities of a split, with nothing claimed or received.
fn divided(split: &Split, amount: Pence, number: i64) -> Vec<Allocation> {
    let parts = split.parts().iter().zip(split.allocate(amount, number));
    parts.map(|(part, promised)| Allocation { promised, ..Allocation::nothing(part.charity, part.parts) }).collect()
}

impl PledgeIn {
    fn amounts(&self) -> Amounts {
        let Self { amount_pence, rate_pence, cap_pence, percent, pot_pence, .. } = *self;
        Amounts { amount_pence, rate_pence, cap_pence, percent, pot_pence }
    }
}

impl Words {
    fn overlay(&mut self, input: &PledgeIn, problems: &mut Problems) {
        input.name.when_sent(|name| {
            let checked = problems.take("name", Line::<80>::optional(name.map(String::as_str)));
            self.name = checked.flatten().map(Line::into_string);
        });
        input.email.when_sent(|email| {
            let checked = problems.take("email", Email::optional(email.map(String::as_str)));
            self.email = checked.flatten().map(Email::into_string);
        });
        input.message.when_sent(|message| {
            let checked = problems.take("message", Prose::<500>::optional(message.map(String::as_str)));
            self.message = checked.flatten().map(Prose::into_string);
        });
    }
}

impl Pledge {
    /// The split it was made with.
    #[must_use]
    pub fn split(&self) -> Split {
        let weighted = self.allocations.iter().filter(|allocation| allocation.parts > 0);
        let parts = weighted.map(|allocation| Part { charity: allocation.charity, parts: allocation.parts });
        Split::stored(parts.collect())
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> PledgeKind {
        self.terms.kind()
    }

    /// Whether its amount isn't counted yet: what it has come to is beside the ledger.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.counted.is_none() && self.stands() && self.kind() != PledgeKind::Fixed
    }

    /// Whether it still promises anything.
    #[must_use]
    pub fn stands(&self) -> bool {
        matches!(self.state, PledgeState::Promised | PledgeState::Settled)
    }

    /// What it promises today: by the ledger, or by `counts` while it is open.
    #[must_use]
    pub fn promised(&self, counts: Counts) -> Pence {
        self.parts(counts).iter().map(|part| part.promised).sum()
    }

    /// The most it can come to; what it has come to, once that is counted.
    #[must_use]
    pub fn at_most(&self, counts: Counts) -> Pence {
        if self.is_open() { self.terms.at_most() } else { self.promised(counts) }
    }

    /// What it has with each charity: by the ledger, with what is promised by `counts` while it is open.
    #[must_use]
    pub fn parts(&self, counts: Counts) -> Vec<Allocation> {
        if !self.is_open() {
            return self.allocations.clone();
        }
        self.allocated(self.terms.so_far(counts))
    }

    /// Its parts when it promises `amount`. A charity beside the split, that only got a payment, has no part in it.
    #[must_use]
    pub fn allocated(&self, amount: Pence) -> Vec<Allocation> {
        let split = self.split();
        let amounts = split.allocate(amount, self.number);
        let promised = |charity| {
            let mut parts = split.parts().iter().zip(&amounts);
            parts.find(|(part, _)| part.charity == charity).map_or(Pence::ZERO, |(_, amount)| *amount)
        };
        self.allocations.iter().map(|part| Allocation { promised: promised(part.charity), ..*part }).collect()
    }

    /// The same pledge with its amount counted.
    #[must_use]
    pub fn counted(&self, counts: Counts) -> Self {
        let counted = self.terms.counted_by(counts);
        let allocations = self.allocated(self.terms.so_far(counts));
        Self { counted, allocations, ..self.clone() }.with_state()
    }

    /// The same pledge, open again.
    #[must_use]
    pub fn reopened(&self) -> Self {
        Self { counted: None, allocations: self.allocated(Pence::ZERO), ..self.clone() }.with_state()
    }

    /// The same pledge, promising no more than has arrived.
    #[must_use]
    pub fn ended(&self, state: PledgeState) -> Self {
        let given = |part: &Allocation| Allocation { promised: part.received, ..*part };
        Self { state, allocations: self.allocations.iter().map(given).collect(), ..self.clone() }
    }

    /// The same pledge with more claimed or received by one charity; less, for negative amounts.
    #[must_use]
    pub fn paid(&self, charity: CharityId, claimed: Pence, received: Pence) -> Self {
        let mut pledge = self.clone();
        if pledge.allocations.iter().all(|part| part.charity != charity) {
            pledge.allocations.push(Allocation::nothing(charity, 0));
        }
        for part in pledge.allocations.iter_mut().filter(|part| part.charity == charity) {
            part.claimed += claimed;
            part.received += received;
        }
        pledge.with_state()
    }

    /// Settled once every charity has what was promised to it, else promised; one that has ended stays so.
    #[must_use]
    pub fn with_state(self) -> Self {
        let has_all = |part: &Allocation| part.received >= part.promised;
        let is_settled = !self.is_open() && self.allocations.iter().all(has_all);
        let state = match (self.stands(), is_settled) {
            (false, _) => self.state,
            (true, true) => PledgeState::Settled,
            (true, false) => PledgeState::Promised,
        };
        Self { state, ..self }
    }

    /// What the ledger has promised of it.
    #[must_use]
    pub fn counted_promised(&self) -> Pence {
        self.allocations.iter().map(|part| part.promised).sum()
    }

    /// What is claimed and not yet known to have arrived.
    #[must_use]
    pub fn claimed(&self) -> Pence {
        self.allocations.iter().map(|part| part.claimed).sum()
    }

    /// What is known to have arrived.
    #[must_use]
    pub fn received(&self) -> Pence {
        self.allocations.iter().map(|part| part.received).sum()
    }

    /// The name, where its supporter shows it and no host hid it.
    #[must_use]
    pub fn public_name(&self) -> Option<&str> {
        self.words.name.as_deref().filter(|_| self.show.show_name && !self.words_removed)
    }

    /// The message, where its supporter shows it and no host hid it.
    #[must_use]
    pub fn public_message(&self) -> Option<&str> {
        self.words.message.as_deref().filter(|_| self.show.show_message && !self.words_removed)
    }

    /// The most it can come to, where its supporter shows the amount.
    #[must_use]
    pub fn public_amount(&self) -> Option<Pence> {
        Some(self.terms.at_most()).filter(|_| self.show.show_amount)
    }
}
