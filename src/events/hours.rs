//! The hours in which people may be written to (product.md, rule 7): by day, in the night's own zone.

use chrono::{NaiveDate, TimeDelta, Timelike};
use chrono_tz::Tz;
use entity::Moment;

use super::when::When;

const POLITE_HOURS: std::ops::Range<u32> = 8..21;
/// The one to aim at.
const BEST_HOUR: u32 = 10;
/// No zone skips more days than this.
const DAYS_TRIED: i64 = 4;

/// Whether somebody may be written to now.
#[must_use]
pub fn is_polite(now: Moment, zone: Tz) -> bool {
    POLITE_HOURS.contains(&now.with_timezone(&zone).hour())
}

/// The next ten in the morning of a zone, from a moment on.
#[must_use]
pub fn best_hour(from: Moment, zone: Tz) -> Moment {
    let day = from.with_timezone(&zone).date_naive();
    let tens = (0..DAYS_TRIED).filter_map(|days| ten_on(day + TimeDelta::days(days), zone));
    tens.into_iter().find(|ten| *ten >= from).unwrap_or(from + TimeDelta::days(1))
}

/// `now` if somebody may be written to, else the next ten in the morning.
#[must_use]
pub fn next_polite(now: Moment, zone: Tz) -> Moment {
    if is_polite(now, zone) { now } else { best_hour(now, zone) }
}

/// Ten in the morning of a day; none where the clocks skip it.
#[must_use]
pub fn ten_on(day: NaiveDate, zone: Tz) -> Option<Moment> {
    When::instant(day.and_hms_opt(BEST_HOUR, 0, 0)?, zone).ok()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Timelike, Utc};
    use chrono_tz::{Europe::London, Tz};
    use proptest::prelude::*;

    use super::{best_hour, is_polite, next_polite};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn on_the_dot_is_now_and_so_is_any_polite_hour() {
        let ten = at("2027-10-31T10:00:00Z");
        assert_eq!(best_hour(ten, London), ten);
        let (noon, late) = (at("2027-10-31T12:00:00Z"), at("2027-10-31T22:00:00Z"));
        assert_eq!([next_polite(noon, London), next_polite(late, London)], [noon, at("2027-11-01T10:00:00Z")]);
    }

    #[test]
    fn nights_are_quiet_from_nine_to_eight() {
        let polite = |text| is_polite(at(text), London);
        assert_eq!([polite("2027-01-09T07:59:59Z"), polite("2027-01-09T08:00:00Z")], [false, true]);
        assert_eq!([polite("2027-01-09T20:59:59Z"), polite("2027-01-09T21:00:00Z")], [true, false]);
        assert_eq!([polite("2027-07-09T07:00:00Z"), polite("2027-07-09T20:00:00Z")], [true, false], "summer time");
    }

    proptest! {
        #[test]
        fn a_best_hour_is_near_and_polite(seconds in 1_735_689_600_i64..2_145_916_800, zone in 0_usize..8) {
            const ZONES: [Tz; 8] = [London, Tz::UTC, Tz::America__St_Johns, Tz::Asia__Kathmandu, Tz::Australia__Lord_Howe,
                Tz::Pacific__Auckland, Tz::Pacific__Apia, Tz::America__Los_Angeles];
            let from = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
            let best = best_hour(from, ZONES[zone]);
            prop_assert!(best >= from && best - from <= TimeDelta::hours(25));
            prop_assert!(is_polite(best, ZONES[zone]));
            prop_assert_eq!(best.with_timezone(&ZONES[zone]).hour(), 10);
        }
    }
}
