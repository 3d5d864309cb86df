//! A pledge as it is sent: read from JSON or a form, checked, and laid over what was there before.

use entity::money::Pence;
use serde::Deserialize;

use super::ledger::Allocation;
use super::pledge::{Pledge, Show, Words};
use super::terms::{Amounts, Terms};
use crate::accounts::Email;
use crate::charities::{Book, Part, Split};
use crate::error::{AppError, Problems};
use crate::events::{CharityIn, Event};
use crate::sent::Sent;
use crate::words::{Line, Prose};

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
        if self.split.parts().is_empty() {
            problems.add("split", "This night raises for no charity, so nothing can be promised to it");
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
