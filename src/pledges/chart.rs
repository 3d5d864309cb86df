//! The chart of a night: what was promised as it went on, with its songs marked; and its hours.

use chrono::{DurationRound, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use entity::Moment;
use entity::money::Pence;

use super::stock::Point;

/// The drawing is this wide and high; pages stretch it.
pub const WIDTH: i64 = 600;
pub const HEIGHT: i64 = 200;
/// What is left free at the top, so that the highest line isn't cut.
const HEADROOM: i64 = 6;
/// Longer than any night.
const HOURS_MAX: i64 = 24;
/// Rows of the table beside the drawing, at most.
const ROWS_MAX: i64 = 24;

/// A night's chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Of an SVG path.
    pub line: String,
    /// Where across the drawing songs arrived.
    pub songs: Vec<i64>,
    /// The most that was promised at once.
    pub top: Pence,
    /// By the night's clock.
    pub begins: NaiveDateTime,
    pub ends: NaiveDateTime,
    /// The same in a table: what stood at each time.
    pub rows: Vec<Row>,
    pub hours: Vec<Hour>,
}

/// What stood at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub at: NaiveDateTime,
    pub promised: Pence,
    pub songs: i64,
}

/// What an hour brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    pub from: NaiveDateTime,
    pub promised: Pence,
    pub songs: i64,
    /// What it brought, in percent of what the best hour did.
    pub percent: i64,
}

/// A night while its chart is drawn.
struct Span<'a> {
    points: &'a [Point],
    begins: Moment,
    ends: Moment,
    zone: Tz,
}

impl Chart {
    /// Draws a night from its opening to its end; none where nothing happened.
    #[must_use]
    pub fn of(points: &[Point], begins: Moment, ends: Moment, zone: Tz) -> Option<Self> {
        let span = Span { points, begins, ends: ends.max(begins + TimeDelta::minutes(1)), zone };
        let top = points.iter().map(|point| point.promised).max().filter(|top| *top > Pence::ZERO)?;
        Some(Self {
            line: span.line(top),
            songs: span.songs(),
            top,
            begins: span.wall(span.begins),
            ends: span.wall(span.ends),
            rows: span.rows(),
            hours: span.hours(),
        })
    }
}

impl Span<'_> {
    fn wall(&self, at: Moment) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    /// What stood at a moment.
    fn at(&self, moment: Moment) -> (Pence, i64) {
        let before = self.points.partition_point(|point| point.at <= moment);
        before.checked_sub(1).map_or((Pence::ZERO, 0), |last| (self.points[last].promised, self.points[last].songs))
    }

    /// The points of the night itself.
    fn within(&self) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(|point| point.at > self.begins && point.at <= self.ends)
    }

    fn x(&self, at: Moment) -> i64 {
        let whole = (self.ends - self.begins).num_seconds().max(1);
        ((at - self.begins).num_seconds() * WIDTH / whole).clamp(0, WIDTH)
    }

    /// A step for each change, since a promise is made at once.
    fn line(&self, top: Pence) -> String {
        use std::fmt::Write as _;
        let y = |promised: Pence| HEIGHT - promised.0 * (HEIGHT - HEADROOM) / top.0;
        let mut line = format!("M0 {}", y(self.at(self.begins).0));
        let within: Vec<&Point> = self.within().collect();
        // Of those that fall on one column of the drawing, the last.
        for column in within.chunk_by(|one, other| self.x(one.at) == self.x(other.at)) {
            if let Some(point) = column.last() {
                // Writing to a String can't fail.
                let _ = write!(line, "H{}V{}", self.x(point.at), y(point.promised));
            }
        }
        let _ = write!(line, "H{WIDTH}");
        line
    }

    fn songs(&self) -> Vec<i64> {
        let mut before = self.at(self.begins).1;
        let mut at = Vec::new();
        for point in self.within() {
            if point.songs > before {
                at.push(self.x(point.at));
            }
            before = point.songs;
        }
        at.dedup();
        at
    }

    fn rows(&self) -> Vec<Row> {
        let minutes = (self.ends - self.begins).num_minutes();
        let step = [15, 30, 60].into_iter().find(|step| minutes / step < ROWS_MAX).unwrap_or(minutes / ROWS_MAX + 1);
        let between = (1..).map(|number| self.begins + TimeDelta::minutes(step * number));
        let times = std::iter::once(self.begins).chain(between.take_while(|at| *at < self.ends));
        let row = |at| {
            let (promised, songs) = self.at(at);
            Row { at: self.wall(at), promised, songs }
        };
        times.chain([self.ends]).map(row).collect()
    }

    /// The hours of a night; none of one that was open for days.
    fn hours(&self) -> Vec<Hour> {
        if (self.ends - self.begins).num_hours() >= HOURS_MAX {
            return Vec::new();
        }
        let first = self.begins.duration_trunc(TimeDelta::hours(1)).unwrap_or(self.begins);
        let begins = (0..).map(|number| first + TimeDelta::hours(number)).take_while(|from| *from < self.ends);
        let hour = |from: Moment| {
            // What comes at the very end, on the hour, is of the last one.
            let next = from + TimeDelta::hours(1);
            let until = if next < self.ends { next - TimeDelta::milliseconds(1) } else { self.ends };
            let (before, songs_before) = self.at(from.max(self.begins) - TimeDelta::milliseconds(1));
            let (promised, songs) = self.at(until);
            Hour { from: self.wall(from), promised: promised - before, songs: songs - songs_before, percent: 0 }
        };
        let hours: Vec<Hour> = begins.map(hour).collect();
        let best = hours.iter().map(|hour| hour.promised.0).max().unwrap_or_default();
        let percent = |hour: &Hour| (hour.promised.0.max(0) * 100).checked_div(best.max(0)).unwrap_or_default();
        hours.iter().map(|hour| Hour { percent: percent(hour), ..*hour }).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use entity::money::Pence;
    use proptest::prelude::*;

    use super::{Chart, HEIGHT, Point, WIDTH};

    fn nine() -> DateTime<Utc> {
        "2027-03-26T21:00:00Z".parse().unwrap_or_default()
    }

    fn point(minute: i64, promised: i64, songs: i64) -> Point {
        Point { at: nine() + TimeDelta::minutes(minute), promised: Pence(promised), songs }
    }

    #[test]
    fn a_night_is_drawn_from_its_opening_to_its_end() {
        let points = [point(-600, 1_500, 2), point(30, 4_000, 2), point(60, 4_000, 3), point(90, 6_000, 4)];
        let chart = Chart::of(&points, nine(), nine() + TimeDelta::minutes(120), chrono_tz::Europe::London);
        let Some(chart) = chart else { panic!("a chart") };
        assert_eq!(chart.line, "M0 152H150V71H300V71H450V6H600");
        assert_eq!(chart.songs, [300, 450]);
        assert_eq!(chart.top, Pence(6_000));
        let told: Vec<_> = chart.hours.iter().map(|hour| (hour.promised.0, hour.songs, hour.percent)).collect();
        assert_eq!(told, [(2_500, 0, 100), (2_000, 2, 80)]);
        assert_eq!(chart.rows.len(), 9);
        assert_eq!(chart.rows.first().map(|row| row.promised), Some(Pence(1_500)), "what was promised beforehand");
        assert_eq!(chart.rows.last().map(|row| (row.promised, row.songs)), Some((Pence(6_000), 4)));
        assert_eq!(Chart::of(&[], nine(), nine(), chrono_tz::UTC), None);
    }

    #[test]
    fn what_is_promised_at_the_very_end_is_of_the_last_hour() {
        let points = [point(57, 0, 0), point(120, 1, 0)];
        let ends = nine() + TimeDelta::minutes(120);
        let chart = Chart::of(&points, nine() + TimeDelta::minutes(23), ends, chrono_tz::Europe::London);
        let hours: Vec<i64> = chart.iter().flat_map(|chart| &chart.hours).map(|hour| hour.promised.0).collect();
        assert_eq!(hours, [0, 1]);
    }

    proptest! {
        #[test]
        fn whatever_happened_it_is_drawn_inside_and_the_hours_sum_to_the_night(
            steps in prop::collection::vec((1_i64..90, 0_i64..2_000_000, 0_i64..40), 1..60), opens in 0_i64..200, lasts in 0_i64..2_000
        ) {
            let mut at = 0;
            let points: Vec<Point> = steps.iter().map(|(minutes, promised, songs)| {
                at += minutes;
                point(at, *promised, *songs)
            }).collect();
            let begins = nine() + TimeDelta::minutes(opens);
            let ends = begins + TimeDelta::minutes(lasts);
            let chart = Chart::of(&points, begins, ends, chrono_tz::Europe::London);
            let Some(chart) = chart else { return Ok(()) };
            for number in chart.line.split(['M', ' ', 'H', 'V']).filter_map(|text| text.parse::<i64>().ok()) {
                prop_assert!((0..=WIDTH.max(HEIGHT)).contains(&number), "{}", chart.line);
            }
            prop_assert!(chart.rows.len() <= 26);
            let brought: Pence = chart.hours.iter().map(|hour| hour.promised).sum();
            let last = points.iter().rev().find(|one| one.at <= begins.max(ends)).map_or(Pence::ZERO, |one| one.promised);
            let before = points.iter().rev().find(|one| one.at < begins).map_or(Pence::ZERO, |one| one.promised);
            if (1..24 * 60).contains(&lasts) {
                prop_assert_eq!(brought, last - before);
            }
        }
    }
}
