//! How often a night comes again: a recurrence rule (RFC 5545) on the wall clock.
//!
//! The rule counts days on the wall and knows no zone; what instant a wall-clock time is, and whether there is one, is
//! worked out for each night by itself. So nine in the evening stays nine when the clocks change.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike, Weekday};
use rrule::{Frequency, NWeekday, RRule, Unvalidated};

use super::when::clock_words;

/// The longest rule in characters.
const LENGTH_MAX: usize = 200;
/// The largest interval, in days, weeks, months or years.
const INTERVAL_MAX: u16 = 52;
/// Nights of a series that are looked through for those still to come: a daily one for longer than anybody will.
const LOOKED_THROUGH: u16 = 10_000;

/// A recurrence rule that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// As it was typed, in capitals: the crate's own writing forgets the 1 of `1FR`.
    text: String,
    parsed: RRule<Unvalidated>,
}

impl Rule {
    /// Reads a rule such as `FREQ=WEEKLY` or `FREQ=MONTHLY;BYDAY=-1FR`.
    ///
    /// # Errors
    /// A sentence for what is no rule, or one that isn't of whole days, or names an end (which has a field of its own).
    pub fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text).to_owned();
        // The crate cuts a weekday off by bytes.
        let is_plain = text.len() <= LENGTH_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        let parsed = is_plain.then(|| text.parse::<RRule<Unvalidated>>().ok()).flatten();
        let parsed = parsed.ok_or("Enter a rule like FREQ=WEEKLY or FREQ=MONTHLY;BYDAY=-1FR")?;
        let names_hours = ["BYHOUR", "BYMINUTE", "BYSECOND"].iter().any(|part| text.contains(part));
        let is_of_days = !matches!(parsed.get_freq(), Frequency::Hourly | Frequency::Minutely | Frequency::Secondly);
        if !is_of_days || names_hours {
            return Err("Choose whole days, weeks, months or years. The hour is the night's own".into());
        }
        if parsed.get_until().is_some() || text.contains("UNTIL") {
            return Err("Leave UNTIL out, and say the last day in its own field".into());
        }
        if !(1..=INTERVAL_MAX).contains(&parsed.get_interval()) {
            return Err(format!("Choose an interval from 1 to {INTERVAL_MAX}").into());
        }
        let rule = Self { text, parsed };
        // What doesn't go with its first day is seen only with one; any Friday will do.
        let friday = NaiveDate::from_ymd_opt(2027, 1, 1).and_then(|day| day.and_hms_opt(21, 0, 0)).unwrap_or_default();
        let is_sound = rule.parsed.clone().build(wall(friday)).is_ok();
        if is_sound { Ok(rule) } else { Err("This rule contradicts itself. Try FREQ=WEEKLY".into()) }
    }

    /// The rule as it is stored and shown.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Wall-clock times by the rule, counted from the first on, that come after `after`; at most `count`.
    #[must_use]
    pub fn after(&self, first: NaiveDateTime, after: NaiveDateTime, count: usize) -> Vec<NaiveDateTime> {
        let Ok(all) = self.parsed.clone().build(wall(first)) else { return Vec::new() };
        // With the crate's own limit: a rule such as the 30th of February would else be looked for for ever.
        let coming = all.limit().into_iter().take(usize::from(LOOKED_THROUGH)).map(|at| at.naive_local());
        coming.filter(|local| *local > after).take(count).collect()
    }

    /// `every Friday at 9pm`, for nights that began with `first`.
    #[must_use]
    pub fn in_words(&self, first: NaiveDateTime) -> String {
        format!("{} at {}", self.days_in_words(first), clock_words(first))
    }

    /// `every Friday`, for nights that began with `first`.
    #[must_use]
    pub fn days_in_words(&self, first: NaiveDateTime) -> String {
        let rule = &self.parsed;
        let is_plain = rule.get_by_set_pos().is_empty()
            && rule.get_by_month().is_empty()
            && rule.get_by_month_day().is_empty()
            && rule.get_by_year_day().is_empty()
            && rule.get_by_week_no().is_empty();
        let days = rule.get_by_weekday();
        let said = match (rule.get_freq(), rule.get_interval(), days) {
            (Frequency::Daily, 1, []) => Some("every day".to_owned()),
            (Frequency::Weekly, interval, []) => Some(weekly(interval, day_name(first.weekday()))),
            (Frequency::Weekly, interval, days) => named(days).map(|names| weekly(interval, &names)),
            (Frequency::Monthly, 1, [NWeekday::Nth(nth, day)]) => {
                nth_name(*nth).map(|nth| format!("the {nth} {} of each month", day_name(*day)))
            }
            (Frequency::Monthly, 1, []) => Some(format!("on day {} of each month", first.day())),
            (Frequency::Yearly, 1, []) => Some(format!("every year on {}", first.format("%-d %B"))),
            _ => None,
        };
        let mut words = said.filter(|_| is_plain).unwrap_or_else(|| format!("by the rule {}", self.text));
        if let Some(count) = rule.get_count().filter(|_| is_plain) {
            // Writing to a String can't fail.
            let _ = write!(words, ", {count} times in all,");
        }
        words
    }
}

/// The rule of a night that comes again on the same weekday of each month as its first: the last one, or the so-manieth.
#[must_use]
pub fn monthly(first: NaiveDate) -> String {
    let day = first.weekday().to_string().to_uppercase();
    let nth = (first.day() - 1) / 7 + 1;
    let is_last = (first + chrono::TimeDelta::days(7)).month() != first.month();
    let nth = if is_last && nth >= 4 { "-1".to_owned() } else { nth.to_string() };
    format!("FREQ=MONTHLY;BYDAY={nth}{}", &day[..2])
}

fn weekly(interval: u16, days: &str) -> String {
    match interval {
        1 => format!("every {days}"),
        2 => format!("every second {days}"),
        more => format!("every {more} weeks on {days}"),
    }
}

fn named(days: &[NWeekday]) -> Option<String> {
    let names = days.iter().map(|day| match day {
        NWeekday::Every(day) => Some(day_name(*day).to_owned()),
        NWeekday::Nth(..) => None,
    });
    crate::words::listed(&names.collect::<Option<Vec<_>>>()?)
}

fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

fn nth_name(nth: i16) -> Option<&'static str> {
    Some(match nth {
        1 => "first",
        2 => "second",
        3 => "third",
        4 => "fourth",
        5 => "fifth",
        -1 => "last",
        -2 => "last but one",
        _ => return None,
    })
}

/// A wall-clock time as the crate counts it: in a zone whose clocks never change.
fn wall(local: NaiveDateTime) -> chrono::DateTime<rrule::Tz> {
    local.with_second(0).unwrap_or(local).and_utc().with_timezone(&rrule::Tz::UTC)
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDateTime, TimeDelta};
    use proptest::prelude::*;

    use super::{Rule, monthly};
    use crate::events::When;

    fn local(text: &str) -> NaiveDateTime {
        When::parse_local(text).unwrap_or_default()
    }

    fn after(rule: &str, first: &str, after: &str, count: usize) -> Vec<String> {
        let rule = Rule::parse(rule).map(|rule| rule.after(local(first), local(after), count));
        rule.unwrap_or_default().iter().map(|at| at.format("%Y-%m-%dT%H:%M").to_string()).collect()
    }

    #[test]
    fn every_friday_at_nine_stays_at_nine() {
        let fridays = after("FREQ=WEEKLY", "2027-03-19T21:00", "2027-03-19T21:00", 3);
        assert_eq!(fridays, ["2027-03-26T21:00", "2027-04-02T21:00", "2027-04-09T21:00"]);
        let second = after("FREQ=WEEKLY;INTERVAL=2", "2027-03-19T21:00", "2027-04-01T00:00", 2);
        assert_eq!(second, ["2027-04-02T21:00", "2027-04-16T21:00"]);
        let last = after("FREQ=MONTHLY;BYDAY=-1FR", "2027-03-26T21:00", "2027-03-26T21:00", 3);
        assert_eq!(last, ["2027-04-30T21:00", "2027-05-28T21:00", "2027-06-25T21:00"]);
        assert_eq!(after("FREQ=WEEKLY;COUNT=3", "2027-03-19T21:00", "2027-03-20T00:00", 9).len(), 2);
        // A month without a 31st has none.
        assert_eq!(after("FREQ=MONTHLY", "2027-01-31T21:00", "2027-02-01T00:00", 1), ["2027-03-31T21:00"]);
    }

    #[test]
    fn a_rule_is_told_in_words() {
        let words = |rule: &str| Rule::parse(rule).map(|rule| rule.in_words(local("2027-03-26T21:00")));
        for (rule, expected) in [
            ("FREQ=WEEKLY", "every Friday at 9pm"),
            ("rrule:freq=weekly;interval=2", "every second Friday at 9pm"),
            ("FREQ=WEEKLY;INTERVAL=6", "every 6 weeks on Friday at 9pm"),
            ("FREQ=WEEKLY;BYDAY=MO,FR", "every Monday and Friday at 9pm"),
            ("FREQ=MONTHLY;BYDAY=-1FR", "the last Friday of each month at 9pm"),
            ("FREQ=MONTHLY;BYDAY=1FR", "the first Friday of each month at 9pm"),
            ("FREQ=MONTHLY", "on day 26 of each month at 9pm"),
            ("FREQ=DAILY", "every day at 9pm"),
            ("FREQ=WEEKLY;COUNT=4", "every Friday, 4 times in all, at 9pm"),
            ("FREQ=YEARLY", "every year on 26 March at 9pm"),
            ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "by the rule FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR at 9pm"),
        ] {
            assert_eq!(words(rule).as_deref(), Ok(expected), "{rule}");
        }
    }

    #[test]
    fn what_is_no_rule_of_days_is_refused() {
        for bad in [
            "",
            "every Friday",
            "FREQ=HOURLY",
            "FREQ=SECONDLY;INTERVAL=1",
            "FREQ=WEEKLY;BYHOUR=3",
            "FREQ=WEEKLY;UNTIL=20270501T000000Z",
            "FREQ=WEEKLY;UNTIL=20270501",
            "FREQ=WEEKLY;INTERVAL=0",
            "FREQ=WEEKLY;INTERVAL=53",
            "FREQ=WEEKLY;BYDAY=é1",
            "FREQ=WEEKLY;BYDAY=99FR",
            "FREQ=MONTHLY;BYMONTHDAY=99",
            "FREQ=WEEKLY\nRRULE:FREQ=DAILY",
        ] {
            assert!(Rule::parse(bad).is_err(), "{bad}");
        }
        assert!(Rule::parse(&format!("FREQ=WEEKLY;BYDAY={}", "FR,".repeat(100))).is_err(), "too long");
    }

    #[test]
    fn a_month_keeps_its_weekday() {
        assert_eq!(monthly(local("2027-03-26T21:00").date()), "FREQ=MONTHLY;BYDAY=-1FR");
        assert_eq!(monthly(local("2027-03-05T21:00").date()), "FREQ=MONTHLY;BYDAY=1FR");
        assert_eq!(monthly(local("2027-04-23T21:00").date()), "FREQ=MONTHLY;BYDAY=4FR");
    }

    /// A plain model: every n-th week is n times seven days on.
    #[test]
    fn weeks_are_seven_days() {
        proptest!(|(interval in 1_u16..=52, days in 0_i64..3_000, skip in 0_i64..2_000)| {
            let first = local("2025-01-03T21:00") + TimeDelta::days(days);
            let from = first + TimeDelta::days(skip);
            let rule = Rule::parse(&format!("FREQ=WEEKLY;INTERVAL={interval}")).map_err(|e| TestCaseError::fail(e.into_owned()))?;
            let found = rule.after(first, from, 3);
            let all = (0..).map(|n| first + TimeDelta::weeks(n * i64::from(interval)));
            let expected: Vec<_> = all.filter(|at| *at > from).take(3).collect();
            prop_assert_eq!(found, expected);
        });
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "(FREQ=[A-Z]{0,8};?)?([A-Z]{0,10}=[-0-9A-Z,]{0,12};?){0,4}.{0,6}") {
            if let Ok(rule) = Rule::parse(&text) {
                let first = local("2027-03-26T21:00");
                prop_assert!(rule.after(first, first, 4).len() <= 4);
                prop_assert!(rule.in_words(first).ends_with("at 9pm"));
            }
        }
    }
}
