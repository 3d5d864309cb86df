//! Which totals a replay tells. What was promised stood beside the night as it went, but a replay is there for ever, and
//! says when each pledge was made: a total on either side of one would tell the amount that its supporter switched off.
//! So a total is told only where all that moved it since the one before shows its amount, or where those that don't are
//! a small crowd.

use std::collections::BTreeSet;

use chrono::{DurationRound, TimeDelta};
use entity::Moment;
use entity::ids::PledgeId;
use entity::money::Pence;

use crate::pledges::Point;

/// So many who don't show their amounts hide one another.
const CROWD: usize = 3;

/// A pledge that doesn't show its amount, at a moment when it moved what is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mover {
    pub at: Moment,
    pub pledge: PledgeId,
    /// One that moves with songs or with others, whenever they come.
    pub goes_on: bool,
}

/// What stood at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stood {
    /// It includes what happened before this, and nothing that happened then or later; the last includes everything.
    pub at: Moment,
    pub promised: Pence,
}

/// The points of a night's chart as what stood when: all that was promised beforehand stands at the opening, and each
/// minute's at its end.
#[must_use]
pub fn stood(points: &[Point], begins: Moment, ends: Moment) -> Vec<Stood> {
    let minute = |at: Moment| at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at);
    let opening = minute(begins);
    let mut all: Vec<Stood> = Vec::new();
    for (number, point) in points.iter().enumerate() {
        let is_before = point.at < opening;
        let next = points.get(number + 1).map_or(ends, |next| next.at);
        let end = (minute(point.at) + TimeDelta::minutes(1)).min(next.max(begins)).min(ends);
        let at = if is_before { begins } else { end };
        // Of several that stood at the opening the last counts.
        all.pop_if(|last| last.at == at);
        all.push(Stood { at, promised: point.promised });
    }
    all
}

/// Those of `stood` that can be told without telling what somebody switched off. What it came to in the end is told in
/// any case: it stands on the night's page.
#[must_use]
pub fn tellable(stood: &[Stood], movers: &[Mover]) -> Vec<Stood> {
    let mut told: Vec<(Stood, BTreeSet<PledgeId>)> = Vec::new();
    let mut crowd = BTreeSet::new();
    let mut rest = movers;
    let mut going_on = BTreeSet::new();
    for (number, one) in stood.iter().enumerate() {
        let is_last = number + 1 == stood.len();
        let count = if is_last { rest.len() } else { rest.partition_point(|mover| mover.at < one.at) };
        let (came, later) = rest.split_at(count);
        rest = later;
        going_on.extend(came.iter().filter(|mover| mover.goes_on).map(|mover| mover.pledge));
        crowd.extend(came.iter().map(|mover| mover.pledge));
        crowd.extend(going_on.iter().copied());
        if is_hidden(&crowd) {
            told.push((*one, std::mem::take(&mut crowd)));
        }
    }
    if let Some(last) = stood.last().filter(|_| !crowd.is_empty()) {
        // The last few hide among those before them, if there are any; what is shown hides nobody.
        if let Some(before) = told.iter().rposition(|(_, crowd)| !crowd.is_empty()) {
            told.truncate(before);
        }
        told.push((*last, crowd));
    }
    let mut told: Vec<Stood> = told.into_iter().map(|(one, _)| one).collect();
    // What it came to is told at the end, even where it came to that before.
    let last = told.pop();
    told.dedup_by_key(|one| one.promised);
    told.extend(last);
    told
}

fn is_hidden(crowd: &BTreeSet<PledgeId>) -> bool {
    crowd.is_empty() || crowd.len() >= CROWD
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use entity::ids::PledgeId;
    use entity::money::Pence;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{CROWD, Mover, Point, Stood, stood, tellable};

    fn at(second: i64) -> DateTime<Utc> {
        "2027-03-26T21:00:00Z".parse::<DateTime<Utc>>().unwrap_or_default() + TimeDelta::seconds(second)
    }

    fn point(second: i64, promised: i64) -> Point {
        Point { at: at(second), promised: Pence(promised), songs: 0 }
    }

    fn mover(second: i64, pledge: u128, goes_on: bool) -> Mover {
        Mover { at: at(second), pledge: PledgeId(Uuid::from_u128(pledge)), goes_on }
    }

    fn told(stood: &[Stood], movers: &[Mover]) -> Vec<(i64, i64)> {
        tellable(stood, movers).iter().map(|one| ((one.at - at(0)).num_seconds(), one.promised.0)).collect()
    }

    #[test]
    fn a_minute_stands_at_its_end_and_what_was_before_at_the_opening() {
        let points = [point(-7_200, 100), point(-3_600, 300), point(0, 500), point(60, 600), point(95, 700)];
        let stood = stood(&points, at(20), at(95));
        let stood: Vec<_> = stood.iter().map(|one| ((one.at - at(0)).num_seconds(), one.promised.0)).collect();
        assert_eq!(stood, [(20, 300), (60, 500), (95, 700)], "the closing's point takes the place of its minute's");
    }

    #[test]
    fn one_who_hides_their_amount_is_never_alone_between_two_totals() {
        let stood = [1, 2, 3, 4, 5].map(|minute| Stood { at: at(minute * 60), promised: Pence(minute * 100) });
        assert_eq!(told(&stood, &[]), [(60, 100), (120, 200), (180, 300), (240, 400), (300, 500)]);
        let alone = [mover(70, 1, false)];
        assert_eq!(told(&stood, &alone), [(60, 100), (300, 500)], "with nobody to hide among only the end is told");
        let three = [mover(70, 1, false), mover(130, 2, false), mover(190, 3, false)];
        assert_eq!(told(&stood, &three), [(60, 100), (240, 400), (300, 500)]);
        let late = [mover(70, 1, false), mover(71, 2, false), mover(72, 3, false), mover(250, 4, false)];
        assert_eq!(told(&stood, &late), [(60, 100), (300, 500)], "the last one hides among those before");
        let by_song = [mover(70, 1, true), mover(130, 2, false), mover(131, 3, false)];
        assert_eq!(told(&stood, &by_song), [(60, 100), (300, 500)], "one that goes on moves every total after");
    }

    proptest! {
        #[test]
        fn between_two_totals_nobody_who_hides_is_alone(
            amounts in prop::collection::vec(0_i64..1_000, 1..40),
            movers in prop::collection::vec((0_i64..2_400, 0_u128..12, any::<bool>()), 0..30),
        ) {
            let stood: Vec<Stood> = (1..).zip(&amounts).map(|(minute, amount)| Stood { at: at(minute * 60), promised: Pence(*amount) }).collect();
            let mut movers: Vec<Mover> = movers.iter().map(|(second, pledge, goes_on)| mover(*second, *pledge, *goes_on)).collect();
            movers.sort_by_key(|mover| mover.at);
            let told = tellable(&stood, &movers);
            let last = stood.last().map(|one| one.promised);
            prop_assert_eq!(told.last().map(|one| one.promised), last);
            for (number, one) in told.iter().enumerate().take(told.len() - 1) {
                let from = number.checked_sub(1).map_or(at(-1), |before| told[before].at);
                let mut hidden: Vec<_> = movers.iter().filter(|mover| (mover.at < one.at) && (mover.at >= from || mover.goes_on)).map(|mover| mover.pledge).collect();
                hidden.sort();
                hidden.dedup();
                prop_assert!(hidden.is_empty() || hidden.len() >= CROWD, "{} at {:?}", hidden.len(), one);
            }
        }
    }
}
