//! What the pledge form sends, and what that means to the API.

use std::borrow::Cow;

use entity::money::Pence;
use serde::Deserialize;

use crate::charities::{Book, Split};
use crate::error::{AppError, Problems};
use crate::events::{CharityIn, Event};
use crate::pledges::new_pledge::{NewPledge, PledgeIn};
use crate::pledges::pledge::Pledge;
use crate::pledges::pounds;
use crate::pledges::terms::{PledgeKind, Terms, in_small};
use crate::sent::Sent;

/// What the form sends: text as it was typed, so that a refused form comes back whole. Checkboxes are there when ticked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PledgeForm {
    /// `fixed` when empty.
    pub kind: String,
    /// Pounds, typed; counts before the chip.
    pub amount: String,
    /// Pounds, chosen.
    pub amount_choice: String,
    /// For each song; typed, counts before the chip.
    pub rate: String,
    pub rate_choice: String,
    pub cap: String,
    /// Of what others promise.
    pub percent: String,
    pub pot: String,
    pub name: String,
    pub email: String,
    pub message: String,
    pub gift_aid: Option<String>,
    pub show_name: Option<String>,
    pub show_amount: Option<String>,
    pub show_message: Option<String>,
    /// Slugs of the night's charities, and the percentage typed beside each.
    pub split_of: Vec<String>,
    pub split_percent: Vec<String>,
    /// Asks for the form back, to change something.
    pub change: Option<String>,
}

impl PledgeForm {
    /// An empty form of a kind.
    pub(super) fn of_kind(kind: PledgeKind) -> Self {
        Self { kind: kind.to_string(), ..Self::default() }
    }

    /// The kind; a form that names none, or one that isn't, is of a fixed amount.
    #[must_use]
    pub fn kind(&self) -> PledgeKind {
        self.kind.parse().unwrap_or(PledgeKind::Fixed)
    }

    /// Every field with something in it, to be carried from one page to the next.
    pub(super) fn fields(&self) -> Vec<(&'static str, &str)> {
        let Self { kind, amount, amount_choice, rate, rate_choice, cap, percent, pot, name, email, message, .. } = self;
        let typed = [("kind", kind), ("amount", amount), ("amount_choice", amount_choice), ("rate", rate)];
        let typed = typed.into_iter().chain([("rate_choice", rate_choice), ("cap", cap), ("percent", percent)]);
        let typed = typed.chain([("pot", pot), ("name", name), ("email", email), ("message", message)]);
        let typed = typed.filter(|(_, text)| !text.is_empty()).map(|(field, text)| (field, text.as_str()));
        let Self { gift_aid, show_name, show_amount, show_message, .. } = self;
        let ticked = [("gift_aid", gift_aid), ("show_name", show_name), ("show_amount", show_amount)];
        let ticked = ticked.into_iter().chain([("show_message", show_message)]);
        let ticked = ticked.filter(|(_, tick)| tick.is_some()).map(|(field, _)| (field, "true"));
        let split = self.split_of.iter().zip(&self.split_percent);
        let split = split.flat_map(|(of, percent)| [("split_of", of.as_str()), ("split_percent", percent.as_str())]);
        typed.chain(ticked).chain(split).collect()
    }

    /// What was typed as the percentage of a charity.
    #[must_use]
    pub fn split_percent(&self, slug: &str) -> &str {
        let mut pairs = self.split_of.iter().zip(&self.split_percent);
        pairs.find(|(of, _)| *of == slug).map_or("", |(_, percent)| percent.as_str())
    }

    /// Whether the supporter shares the money out in a way of their own.
    #[must_use]
    pub fn has_own_split(&self) -> bool {
        self.split_percent.iter().any(|percent| !percent.trim().is_empty())
    }

    /// Whether this chip is chosen.
    #[must_use]
    pub fn chose(&self, chip: &str) -> bool {
        match self.kind() {
            PledgeKind::PerSong => self.rate.trim().is_empty() && self.rate_choice == chip,
            _ => self.amount.trim().is_empty() && self.amount_choice == chip,
        }
    }

    /// What was typed of money, beside the `words`.
    fn with_money(&self, words: PledgeIn, problems: &mut Problems) -> PledgeIn {
        match self.kind() {
            PledgeKind::Fixed => {
                let amount = money(&self.amount, &self.amount_choice, "Choose or enter an amount");
                PledgeIn { amount_pence: problems.take("amount", amount).map(|amount| amount.0), ..words }
            }
            PledgeKind::PerSong => {
                let rate = money(&self.rate, &self.rate_choice, "Choose or enter how much for each song");
                let cap = money(&self.cap, "", "Enter the most it may come to");
                PledgeIn {
                    rate_pence: problems.take("rate", rate).map(|rate| rate.0),
                    cap_pence: problems.take("cap", cap).map(|cap| cap.0),
                    ..words
                }
            }
            PledgeKind::Match => {
                let percent = self.percent.trim().trim_end_matches('%').trim();
                let percent = percent.parse::<i64>().map_err(|_| "Enter a whole percentage, like 50");
                let pot = money(&self.pot, "", "Enter the most it may come to");
                PledgeIn {
                    percent: problems.take("percent", percent),
                    pot_pence: problems.take("pot", pot).map(|pot| pot.0),
                    ..words
                }
            }
        }
    }

    /// Everything that was sent but the money.
    fn words(&self, split: Option<Vec<CharityIn>>) -> PledgeIn {
        PledgeIn {
            kind: Some(self.kind().to_string()),
            name: Sent::Value(self.name.clone()),
            email: Sent::Value(self.email.clone()),
            message: Sent::Value(self.message.clone()),
            gift_aid: Some(self.gift_aid.is_some()),
            show_name: Some(self.show_name.is_some()),
            show_amount: Some(self.show_amount.is_some()),
            show_message: Some(self.show_message.is_some()),
            split,
            ..PledgeIn::default()
        }
    }

    /// The pledge as the API would send it and as it checks out, or every problem under the form's names of its fields.
    pub(super) fn check(&self, event: &Event, book: &Book) -> Result<(PledgeIn, NewPledge), AppError> {
        let mut problems = Problems::default();
        let split = CharityIn::typed("split", &self.split_of, &self.split_percent, &mut problems);
        let input = self.with_money(self.words(split), &mut problems);
        match NewPledge::new(&input, event, book) {
            Ok(new) if problems.list().is_empty() => Ok((input, new)),
            Ok(_) => Err(problems.refuse()),
            Err(AppError::Invalid(found)) => Err(problems.and(&found, in_form).refuse()),
            Err(error) => Err(error),
        }
    }
}

/// Filled in with a pledge that is there, to change it.
impl PledgeForm {
    /// The form with what a pledge holds. The split stays empty where it is the night's own.
    pub(super) fn of_pledge(pledge: &Pledge, event: &Event, book: &Book) -> Self {
        let Pledge { terms, words, show, gift_aid, .. } = pledge;
        let money = match *terms {
            Terms::Fixed { amount } => Self { amount: amount.to_string(), ..Self::default() },
            Terms::PerSong { rate, cap } => Self { rate: in_small(&rate), cap: cap.to_string(), ..Self::default() },
            Terms::Match { percent, pot } => {
                Self { percent: percent.to_string(), pot: pot.to_string(), ..Self::default() }
            }
        };
        let (split_of, split_percent) = own_split(&pledge.split(), event, book);
        let tick = |on: bool| on.then(|| "true".to_owned());
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        Self {
            kind: terms.kind().to_string(),
            name: word(&words.name),
            email: word(&words.email),
            message: word(&words.message),
            gift_aid: tick(*gift_aid),
            show_name: tick(show.show_name),
            show_amount: tick(show.show_amount),
            show_message: tick(show.show_message),
            split_of,
            split_percent,
            ..money
        }
    }

    /// The change as the API would send it, or every problem under the form's names of its fields. Once the night takes no
    /// pledges the form has no money in it; money from an older form is sent on, to be refused in so many words.
    pub(super) fn check_change(&self, pledge: &Pledge, event: &Event, book: &Book) -> Result<PledgeIn, AppError> {
        let mut problems = Problems::default();
        let typed = [&self.amount, &self.rate, &self.cap, &self.percent, &self.pot];
        let can_move = event.state.takes_part() && pledge.check_moves().is_ok();
        let has_money = can_move || typed.into_iter().any(|text| !text.trim().is_empty());
        let split = self.changed_split(&Self::of_pledge(pledge, event, book), event, book, &mut problems);
        let words = self.words(split);
        let input = if has_money { self.with_money(words, &mut problems) } else { words };
        match NewPledge::change(pledge, &input, event, book) {
            Ok(_) if problems.list().is_empty() => Ok(input),
            Ok(_) => Err(problems.refuse()),
            Err(AppError::Invalid(found)) => Err(problems.and(&found, in_form).refuse()),
            Err(error) => Err(error),
        }
    }

    /// None for a split that was left as it was `filled` in: its percentages are rounded, and would move pennies. One that
    /// was emptied is the night's own again.
    fn changed_split(
        &self,
        filled: &Self,
        event: &Event,
        book: &Book,
        problems: &mut Problems,
    ) -> Option<Vec<CharityIn>> {
        let is_untouched = book.list().iter().all(|charity| {
            let typed = |form: &Self| form.split_percent(&charity.slug).trim().to_owned();
            typed(self) == typed(filled)
        });
        if self.split_of.is_empty() || is_untouched {
            return None;
        }
        if self.has_own_split() {
            return CharityIn::typed("split", &self.split_of, &self.split_percent, problems);
        }
        let parts = event.split.parts().iter().filter_map(|part| {
            let slug = book.get(part.charity)?.slug.clone();
            Some(CharityIn { slug, parts: Some(i64::from(part.parts)), percent: None })
        });
        Some(parts.collect())
    }
}

/// Slugs and percentages of a pledge's own split; nothing where it is the night's.
fn own_split(split: &Split, event: &Event, book: &Book) -> (Vec<String>, Vec<String>) {
    if *split == event.split {
        return (Vec::new(), Vec::new());
    }
    let parts = split.parts().iter().zip(split.percents());
    parts.filter_map(|(part, percent)| Some((book.get(part.charity)?.slug.clone(), percent.to_string()))).unzip()
}

/// What was typed, or else chosen.
fn money(typed: &str, chosen: &str, missing: &'static str) -> Result<Pence, Cow<'static, str>> {
    let text = if typed.trim().is_empty() { chosen.trim() } else { typed.trim() };
    if text.is_empty() { Err(missing.into()) } else { pounds::parse(text) }
}

/// The form's name of a field.
fn in_form(field: &str) -> &str {
    field.strip_suffix("_pence").unwrap_or(field)
}
