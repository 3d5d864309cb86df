//! A pledge: a promise, its split, and what of it may be shown.

use std::fmt;

use entity::Moment;
use entity::ids::{CharityId, EventId, PledgeId};
use entity::money::Pence;
pub use entity::pledge::PledgeState;
use serde::{Deserialize, Serialize};

use super::ledger::Allocation;
use super::terms::{Counts, PledgeKind, Terms};
use crate::charities::{Part, Split};
use crate::error::AppError;

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
    /// Never in what is kept for a retry: a person who takes their words back takes them back from there too.
    #[serde(skip)]
    pub words: Words,
    pub show: Show,
    /// A host hid its words; the money stays.
    pub words_removed: bool,
    /// The listed word for which its words are hidden until a host shows them; none when a host hid them.
    #[serde(default)]
    pub held_word: Option<String>,
    pub token_version: u8,
    pub made_at: Moment,
    pub reminders: Reminders,
    /// What the ledger has of it for each charity. Nothing is promised there while it is open.
    pub allocations: Vec<Allocation>,
}

/// How far what has arrived is from what is promised: for the charities that lack something, and for those that have more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub short: Pence,
    pub over: Pence,
}

impl Difference {
    /// Of these parts of a pledge.
    #[must_use]
    pub fn of(parts: &[Allocation]) -> Self {
        let lacks = |part: &Allocation| (part.promised - part.received).max(Pence::ZERO);
        let exceeds = |part: &Allocation| (part.received - part.promised).max(Pence::ZERO);
        Self { short: parts.iter().map(lacks).sum(), over: parts.iter().map(exceeds).sum() }
    }
}

/// As pages say it.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.short, self.over) {
            (Pence::ZERO, Pence::ZERO) => f.write_str("all there"),
            (short, Pence::ZERO) => write!(f, "short by {short}"),
            (Pence::ZERO, over) => write!(f, "over by {over}"),
            (short, over) => write!(f, "short by {short} in one place, over by {over} in another"),
        }
    }
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

    /// Whether anything was given for it, or is said to have been.
    #[must_use]
    pub fn has_money(&self) -> bool {
        self.allocations.iter().any(|part| part.claimed.0 + part.received.0 > 0)
    }

    /// Whether its words and switches can be changed.
    ///
    /// # Errors
    /// 409 once nothing is promised any more.
    pub fn check_changes(&self) -> Result<(), AppError> {
        Err(AppError::conflict(match self.state {
            PledgeState::Promised | PledgeState::Settled => return Ok(()),
            PledgeState::Withdrawn => "This pledge is withdrawn; it can't be changed. You can make another.",
            PledgeState::Lapsed => "This pledge ended when the night was cancelled; it can't be changed.",
        }))
    }

    /// Whether its amount and its split can still change.
    ///
    /// # Errors
    /// 409 once all of it has arrived.
    pub fn check_moves(&self) -> Result<(), AppError> {
        match self.state {
            PledgeState::Settled => {
                Err(AppError::conflict("All of this pledge has arrived, so the amount stays as it is. Thank you."))
            }
            _ => Ok(()),
        }
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

    /// With its words hidden for a listed word in them. What a host hid stays hidden by that host.
    #[must_use]
    pub fn held_for(self, word: Option<&str>) -> Self {
        if self.words_removed && self.held_word.is_none() {
            return self;
        }
        Self { words_removed: word.is_some(), held_word: word.map(str::to_owned), ..self }
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
