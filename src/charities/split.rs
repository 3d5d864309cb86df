//! A split: how an event's or a pledge's money divides over charities, exact to the penny.

use std::borrow::Cow;

use entity::ids::CharityId;
use entity::money::Pence;

/// The most charities one night raises for.
const CHARITIES_MAX: usize = 12;
/// The largest weight: enough for any proportion people state, small enough that no sum overflows.
const PARTS_MAX: u32 = 10_000;

/// Charities and their weights, in order. Never empty, no charity twice, every weight at least 1.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Split(Vec<Part>);

/// One charity's weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Part {
    pub charity: CharityId,
    pub parts: u32,
}

/// A weight as it was given: the division uses it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// None: equal parts.
    Equal,
    /// A positive whole number.
    Parts(i64),
    /// A whole number of percent; all of them sum to 100.
    Percent(i64),
}

impl Split {
    /// Checks a split as people give it.
    ///
    /// # Errors
    /// A sentence: empty, too many, one twice, weights mixed, not positive, or percents that don't sum to 100.
    pub fn new(given: &[(CharityId, Weight)]) -> Result<Self, Cow<'static, str>> {
        if given.is_empty() || given.len() > CHARITIES_MAX {
            return Err(format!("Choose 1 to {CHARITIES_MAX} charities").into());
        }
        let twice = given.iter().enumerate().any(|(at, (id, _))| given[..at].iter().any(|(other, _)| other == id));
        if twice {
            return Err("Name each charity once".into());
        }
        let kinds = |weight: &Weight| std::mem::discriminant(weight);
        if given.iter().any(|(_, weight)| kinds(weight) != kinds(&given[0].1)) {
            return Err("Give every charity parts, or every charity a percentage".into());
        }
        if matches!(given[0].1, Weight::Percent(_)) && percent_sum(given) != Some(100) {
            return Err("The percentages must sum to 100".into());
        }
        let parts = given.iter().map(|(charity, weight)| {
            let parts = match weight {
                Weight::Equal => Some(1),
                Weight::Parts(parts) | Weight::Percent(parts) => u32::try_from(*parts).ok(),
            };
            let parts = parts.filter(|parts| (1..=PARTS_MAX).contains(parts));
            parts.map(|parts| Part { charity: *charity, parts })
        });
        let parts: Option<Vec<Part>> = parts.collect();
        parts.map(Self).ok_or_else(|| format!("Give each charity a whole number from 1 to {PARTS_MAX}").into())
    }

    /// Equal parts.
    ///
    /// # Errors
    /// As [`Split::new`].
    pub fn equal(charities: impl IntoIterator<Item = CharityId>) -> Result<Self, Cow<'static, str>> {
        Self::new(&charities.into_iter().map(|charity| (charity, Weight::Equal)).collect::<Vec<_>>())
    }

    /// From rows that were checked when they were stored. May be empty: a bare record of a historic night.
    #[must_use]
    pub fn stored(parts: Vec<Part>) -> Self {
        Self(parts)
    }

    /// The parts, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Each part in percent, rounded so that they sum to 100.
    #[must_use]
    pub fn percents(&self) -> Vec<i64> {
        self.allocate(Pence(100), 0).into_iter().map(|part| part.0).collect()
    }

    /// Divides `amount` by largest remainder: the parts sum to it, each within a penny of its exact share. Pennies
    /// that several charities have the same claim to go round by `turn`, so that none is always first.
    #[must_use]
    pub fn allocate(&self, amount: Pence, turn: i64) -> Vec<Pence> {
        let whole: i128 = self.0.iter().map(|part| i128::from(part.parts)).sum();
        if whole == 0 {
            return Vec::new();
        }
        let shares = self.0.iter().map(|part| i128::from(amount.0) * i128::from(part.parts));
        let (mut parts, rests): (Vec<i128>, Vec<i128>) =
            shares.map(|share| (share.div_euclid(whole), share.rem_euclid(whole))).unzip();
        // Below the number of charities, because each rest is less than a penny.
        let over = usize::try_from(i128::from(amount.0) - parts.iter().sum::<i128>()).unwrap_or_default();
        for at in first_in_line(&rests, turn).into_iter().take(over) {
            parts[at] += 1;
        }
        parts.into_iter().map(|part| Pence(i64::try_from(part).unwrap_or(i64::MAX))).collect()
    }
}

fn percent_sum(given: &[(CharityId, Weight)]) -> Option<i64> {
    given.iter().try_fold(0_i64, |sum, (_, weight)| match weight {
        Weight::Percent(percent) => sum.checked_add(*percent),
        _ => None,
    })
}

/// The places by their claim to a penny, largest rest first; equal claims are turned round by `turn`.
fn first_in_line(rests: &[i128], turn: i64) -> Vec<usize> {
    let mut line: Vec<usize> = (0..rests.len()).collect();
    line.sort_by_key(|at| std::cmp::Reverse(rests[*at]));
    for tied in line.chunk_by_mut(|one, other| rests[*one] == rests[*other]) {
        let by = turn.rem_euclid(i64::try_from(tied.len()).unwrap_or(1));
        tied.rotate_left(usize::try_from(by).unwrap_or_default());
    }
    line
}

#[cfg(test)]
mod tests {
    use entity::ids::CharityId;
    use entity::money::Pence;
    use proptest::prelude::*;

    use super::{Part, Split, Weight};

    fn id(number: usize) -> CharityId {
        CharityId(uuid::Uuid::from_u128(number as u128))
    }

    fn split(weights: &[u32]) -> Split {
        Split(weights.iter().enumerate().map(|(at, parts)| Part { charity: id(at), parts: *parts }).collect())
    }

    #[test]
    fn ten_pounds_in_thirds_take_turns_with_the_odd_penny() {
        let thirds = split(&[1, 1, 1]);
        let parts = |turn| thirds.allocate(Pence(1000), turn).iter().map(|part| part.0).collect::<Vec<_>>();
        assert_eq!(parts(0), [334, 333, 333]);
        assert_eq!(parts(1), [333, 334, 333]);
        assert_eq!(parts(2), [333, 333, 334]);
        assert_eq!(parts(3), [334, 333, 333]);
        assert_eq!(thirds.percents(), [34, 33, 33]);
    }

    #[test]
    fn wrong_splits_are_refused() {
        let percent = |list: &[i64]| {
            Split::new(&list.iter().enumerate().map(|(at, p)| (id(at), Weight::Percent(*p))).collect::<Vec<_>>())
        };
        assert!(percent(&[50, 50]).is_ok());
        assert!(percent(&[50, 49]).is_err());
        assert!(percent(&[150, -50]).is_err());
        assert!(percent(&[i64::MAX, i64::MAX]).is_err());
        assert!(percent(&[]).is_err());
        assert!(Split::new(&[(id(1), Weight::Equal), (id(1), Weight::Equal)]).is_err());
        assert!(Split::new(&[(id(1), Weight::Parts(0))]).is_err());
        assert!(Split::new(&[(id(1), Weight::Parts(1)), (id(2), Weight::Percent(100))]).is_err());
    }

    proptest! {
        #[test]
        fn parts_sum_exactly_and_are_within_a_penny(
            weights in prop::collection::vec(1_u32..=10_000, 1..12), amount in 0_i64..=1_000_000_000_000, turn in 0_i64..1_000_000
        ) {
            let parts = split(&weights).allocate(Pence(amount), turn);
            prop_assert_eq!(parts.iter().copied().sum::<Pence>(), Pence(amount));
            let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let off = i128::from(part.0) * whole - i128::from(amount) * i128::from(*weight);
                prop_assert!(off.abs() < whole, "{part} is a penny or more from its exact share");
            }
        }

        #[test]
        fn over_a_full_round_equal_weights_get_the_same(count in 1_usize..12, amount in 0_i64..=1_000_000) {
            let split = split(&vec![1; count]);
            let mut sums = vec![Pence::ZERO; count];
            for turn in 0..i64::try_from(count).unwrap_or(0) {
                for (sum, part) in sums.iter_mut().zip(split.allocate(Pence(amount), turn)) {
                    *sum += part;
                }
            }
            prop_assert!(sums.iter().all(|sum| *sum == Pence(amount)), "{sums:?}");
        }
    }
}
