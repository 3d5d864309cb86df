//! Milestones: amounts on the way that are worth a cheer. A quarter, a half, three quarters and all of the target are,
//! and so is whatever the hosts say.

use entity::money::Pence;
use serde::{Deserialize, Serialize};

use super::event::{Event, Mood};
use crate::error::Problems;
use crate::words::Line;

/// More than anyone cheers in a night.
const MILESTONES_MAX: usize = 10;
/// The largest amount in pence: a million pounds.
const AMOUNT_MAX: i64 = 100_000_000;
/// What is worth a cheer of every target.
const PERCENTS: [i64; 4] = [25, 50, 75, 100];

/// A milestone of the hosts' own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    pub amount: Pence,
    /// What happens then, in the hosts' words.
    pub label: Option<String>,
}

/// A milestone as it is sent.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct MilestoneIn {
    pub amount_pence: i64,
    /// What happens then, up to 120 characters.
    #[serde(default)]
    pub label: Option<String>,
}

/// An amount that is worth a cheer when it is promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Of the target; none for one of the hosts' own.
    pub percent: Option<i64>,
    pub amount: Pence,
    pub label: Option<String>,
}

impl Milestone {
    /// Checks milestones as they are sent; problems name the field `milestones`. The smallest comes first.
    pub fn check_all(sent: &[MilestoneIn], problems: &mut Problems) -> Option<Vec<Self>> {
        if sent.len() > MILESTONES_MAX {
            problems.add("milestones", format!("Keep it to {MILESTONES_MAX} milestones"));
            return None;
        }
        let before = problems.list().len();
        let checked = sent.iter().enumerate().filter_map(|(at, one)| Self::check(at, one, problems));
        let mut milestones: Vec<Self> = checked.collect();
        milestones.sort_by_key(|milestone| milestone.amount);
        if milestones.windows(2).any(|pair| pair[0].amount == pair[1].amount) {
            problems.add("milestones", "Name each amount once");
        }
        (problems.list().len() == before).then_some(milestones)
    }

    fn check(at: usize, sent: &MilestoneIn, problems: &mut Problems) -> Option<Self> {
        let mut note = |field: &str, message| problems.add(format!("milestones[{at}].{field}"), message);
        let amount = Some(sent.amount_pence).filter(|pence| (1..=AMOUNT_MAX).contains(pence));
        if amount.is_none() {
            note("amount_pence", "Choose an amount from 1p to £1,000,000".into());
        }
        let label = Line::<120>::optional(sent.label.as_deref()).map_err(|message| note("label", message)).ok()?;
        Some(Self { amount: Pence(amount?), label: label.map(Line::into_string) })
    }
}

impl Event {
    /// Every milestone, the smallest first. A night of remembrance counts none.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        if self.mood == Mood::Remembrance {
            return Vec::new();
        }
        let of_target = self.target.iter().flat_map(|target| {
            // The first penny at which the percentage is reached.
            let amount = |percent| Pence((target.0 * percent + 99) / 100);
            PERCENTS.map(|percent| Mark { percent: Some(percent), amount: amount(percent), label: None })
        });
        let own = self.milestones.iter().cloned();
        let own = own.map(|Milestone { amount, label }| Mark { percent: None, amount, label });
        let mut marks: Vec<Mark> = of_target.chain(own).collect();
        marks.sort_by_key(|mark| mark.amount);
        marks
    }
}
