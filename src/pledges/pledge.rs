//! A pledge: a promise, its split, and what of it may be shown.

use entity::Moment;
use entity::ids::{EventId, PledgeId};
use entity::money::Pence;
pub use entity::pledge::{PledgeKind, PledgeState};
use serde::{Deserialize, Serialize};

use super::ledger::Allocation;
use crate::accounts::Email;
use crate::charities::{Book, Split};
use crate::error::{AppError, Problems};
use crate::events::{CharityIn, Event};
use crate::sent::Sent;
use crate::words::{Line, Prose};

/// The least and the most one pledge can be, in pence (contract.md).
const AMOUNT_PENCE: std::ops::RangeInclusive<i64> = 100..=1_000_000;

/// One promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pledge {
    pub id: PledgeId,
    pub event: EventId,
    /// Its turn with the odd penny.
    pub number: i64,
    pub reference: String,
    pub kind: PledgeKind,
    pub amount: Pence,
    pub state: PledgeState,
    pub gift_aid: bool,
    pub words: Words,
    pub show: Show,
    /// A host hid its words; the money stays.
    pub words_removed: bool,
    pub token_version: u8,
    pub made_at: Moment,
    /// What it promises to each charity; nothing once it is withdrawn or has lapsed.
    pub allocations: Vec<Allocation>,
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
    /// `fixed`.
    pub kind: Option<String>,
    /// 100 to 1,000,000.
    pub amount_pence: Option<i64>,
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
    pub amount: Pence,
    pub gift_aid: bool,
    pub words: Words,
    pub show: Show,
    pub split: Split,
}

impl NewPledge {
    /// Checks a new pledge to `event`.
    ///
    /// # Errors
    /// 422 with every wrong field; kind and amount must be there.
    pub fn new(input: &PledgeIn, event: &Event, book: &Book) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        match input.kind.as_deref() {
            Some("fixed") => {}
            Some("per_song" | "match") => problems.add("kind", "Only fixed pledges are taken so far"),
            _ => problems.add("kind", "Choose the kind: fixed"),
        }
        if input.amount_pence.is_none() {
            problems.add("amount_pence", "Enter an amount");
        }
        let blank = Self {
            amount: Pence::ZERO,
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
        if input.kind.as_deref().is_some_and(|kind| kind != pledge.kind.as_str()) {
            problems.add("kind", "A pledge keeps its kind. Withdraw this one and make another.");
        }
        let Pledge { amount, gift_aid, words, show, .. } = pledge.clone();
        Self { amount, gift_aid, words, show, split: pledge.split() }.overlay(input, event, book, problems)
    }

    fn overlay(
        mut self,
        input: &PledgeIn,
        event: &Event,
        book: &Book,
        mut problems: Problems,
    ) -> Result<Self, AppError> {
        if let Some(pence) = input.amount_pence {
            if !AMOUNT_PENCE.contains(&pence) {
                problems.add("amount_pence", "Choose an amount from £1 to £10,000");
            }
            self.amount = Pence(pence);
        }
        self.words.overlay(input, &mut problems);
        self.gift_aid = input.gift_aid.unwrap_or(self.gift_aid);
        self.show.show_name = input.show_name.unwrap_or(self.show.show_name);
        self.show.show_amount = input.show_amount.unwrap_or(self.show.show_amount);
        self.show.show_message = input.show_message.unwrap_or(self.show.show_message);
        if let Some(given) = &input.split
            && let Some(split) = CharityIn::check_split("split", given, book, &mut problems)
        {
            let foreign =
                |part: &crate::charities::Part| event.split.parts().iter().all(|known| known.charity != part.charity);
            if split.parts().iter().any(foreign) {
                problems.add("split", "Choose among the charities of this night");
            }
            self.split = split;
        }
        problems.check()?;
        Ok(self)
    }

    /// What it promises to each charity, when its turn with the odd penny is `number`.
    #[must_use]
    pub fn allocations(&self, number: i64) -> Vec<Allocation> {
        let amounts = self.split.allocate(self.amount, number);
        let parts = self.split.parts().iter().zip(amounts);
        parts.map(|(part, promised)| Allocation { charity: part.charity, parts: part.parts, promised }).collect()
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
        let part =
            |allocation: &Allocation| crate::charities::Part { charity: allocation.charity, parts: allocation.parts };
        Split::stored(self.allocations.iter().map(part).collect())
    }

    /// What it promises today.
    #[must_use]
    pub fn promised(&self) -> Pence {
        self.allocations.iter().map(|allocation| allocation.promised).sum()
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

    /// The amount, where its supporter shows it.
    #[must_use]
    pub fn public_amount(&self) -> Option<Pence> {
        Some(self.amount).filter(|_| self.show.show_amount)
    }

    /// Whether the public may be told that it is there.
    #[must_use]
    pub fn is_public(&self) -> bool {
        matches!(self.state, PledgeState::Promised | PledgeState::Settled)
    }
}
