//! When a night is: a wall-clock time in a zone, and the instants that follow from it.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use entity::Moment;

/// The shortest and longest night in minutes (contract.md).
pub const MINUTES: std::ops::RangeInclusive<i64> = 15..=720;
/// More weeks than any night is old.
const WEEKS_TRIED: i64 = 6_000;
/// Years that a night can be in.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// When a night is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// What the clock on the wall says.
    pub local: NaiveDateTime,
    /// Where that wall is.
    pub zone: Tz,
    pub minutes: i32,
    pub starts_at: Moment,
    pub ends_at: Moment,
}

impl When {
    /// Works the instants out. A time that a clock change doubles takes the first of the two.
    ///
    /// # Errors
    /// A sentence about `starts_local`: a time that a clock change skips.
    pub fn new(local: NaiveDateTime, zone: Tz, minutes: i32) -> Result<Self, Cow<'static, str>> {
        let starts_at = Self::instant(local, zone)?;
        Ok(Self { local, zone, minutes, starts_at, ends_at: starts_at + TimeDelta::minutes(i64::from(minutes)) })
    }

    /// The instant of a wall-clock time; the first of the two where a clock change doubles it.
    ///
    /// # Errors
    /// A sentence for a time that a clock change skips.
    pub fn instant(local: NaiveDateTime, zone: Tz) -> Result<Moment, Cow<'static, str>> {
        match zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.to_utc()),
            LocalResult::None => {
                Err("The clocks go forward then, so this time doesn't exist that day. Choose another.".into())
            }
        }
    }

    /// Reads a wall-clock time such as `2027-03-26T21:00`.
    ///
    /// # Errors
    /// A sentence that shows the form, or for a year out of range.
    pub fn parse_local(text: &str) -> Result<NaiveDateTime, Cow<'static, str>> {
        let parse = |format| NaiveDateTime::parse_from_str(text.trim(), format);
        let parsed = parse("%Y-%m-%dT%H:%M").or_else(|_| parse("%Y-%m-%dT%H:%M:%S"));
        let local = parsed.map_err(|_| "Enter a date and time like 2027-03-26T21:00")?;
        if !YEARS.contains(&local.year()) {
            return Err("Choose a date between 2000 and 2100".into());
        }
        Ok(local.with_second(0).unwrap_or(local))
    }

    /// Reads a zone's IANA name.
    ///
    /// # Errors
    /// A sentence that shows one.
    pub fn parse_zone(text: &str) -> Result<Tz, Cow<'static, str>> {
        text.trim().parse().map_err(|_| "Enter a time zone like Europe/London".into())
    }

    /// Checks a duration.
    ///
    /// # Errors
    /// A sentence with the limits.
    pub fn check_minutes(minutes: i64) -> Result<i32, Cow<'static, str>> {
        let fits = Some(minutes).filter(|minutes| MINUTES.contains(minutes));
        fits.and_then(|minutes| i32::try_from(minutes).ok())
            .ok_or_else(|| format!("Choose {} to {} minutes", MINUTES.start(), MINUTES.end()).into())
    }

    /// The same time a week on, or as many weeks as it takes to be to come and to exist.
    #[must_use]
    pub fn a_week_on(&self, now: Moment) -> NaiveDateTime {
        let weeks = (1..WEEKS_TRIED).map(|weeks| self.local + TimeDelta::weeks(weeks));
        let is_to_come = |local: &NaiveDateTime| Self::instant(*local, self.zone).is_ok_and(|at| at > now);
        weeks.into_iter().find(is_to_come).unwrap_or(self.local + TimeDelta::weeks(1))
    }

    /// An instant on the wall of the night.
    #[must_use]
    pub fn on_the_wall(&self, at: Moment) -> DateTime<Tz> {
        at.with_timezone(&self.zone)
    }

    /// The wall-clock time as JSON has it: `2027-03-26T21:00`.
    #[must_use]
    pub fn local_text(&self) -> String {
        self.local.format("%Y-%m-%dT%H:%M").to_string()
    }

    /// The day and time as pages say it: `Friday 13 December 2019, 9pm`; the zone only where it isn't the UK's.
    #[must_use]
    pub fn in_words(&self) -> String {
        let zone = if self.zone == Tz::Europe__London { String::new() } else { format!(" ({})", self.zone) };
        format!("{}, {}{zone}", self.local.format("%A %-d %B %Y"), clock_words(self.local))
    }
}

/// `9pm`, `9:30pm`, `midday`, `midnight`.
#[must_use]
pub fn clock_words(at: NaiveDateTime) -> String {
    let half = if at.hour() < 12 { "am" } else { "pm" };
    match (at.hour(), at.minute()) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "midday".to_owned(),
        (hour, 0) => format!("{}{half}", (hour + 11) % 12 + 1),
        (hour, minute) => format!("{}:{minute:02}{half}", (hour + 11) % 12 + 1),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
    use chrono_tz::{Europe::London, Tz};
    use proptest::prelude::*;

    use super::When;

    fn at(text: &str) -> Option<When> {
        When::new(When::parse_local(text).ok()?, London, 120).ok()
    }

    #[test]
    fn nine_on_friday_stays_nine_when_the_clocks_change() {
        let utc = |text| at(text).map(|when| when.starts_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        assert_eq!(utc("2027-03-26T21:00").as_deref(), Some("2027-03-26T21:00:00Z"));
        assert_eq!(utc("2027-04-02T21:00").as_deref(), Some("2027-04-02T20:00:00Z"));
    }

    #[test]
    fn every_london_change_from_2025_to_2037_skips_or_doubles_one_hour() {
        let last_sunday = |year, month| {
            let first_of_next = NaiveDate::from_ymd_opt(year, month, 31);
            let mut day = first_of_next.unwrap_or_default();
            while day.weekday() != Weekday::Sun {
                day -= TimeDelta::days(1);
            }
            day
        };
        for year in 2025..=2037 {
            for minute in 0..60 {
                let time = NaiveTime::from_hms_opt(1, minute, 0).unwrap_or_default();
                let skipped = last_sunday(year, 3).and_time(time);
                assert!(When::new(skipped, London, 60).is_err(), "{skipped} doesn't exist");
                let doubled = last_sunday(year, 10).and_time(time);
                let first = When::new(doubled, London, 60).map(|when| when.starts_at.naive_utc());
                assert_eq!(first, Ok(doubled - TimeDelta::hours(1)), "{doubled} takes the first");
            }
        }
    }

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(at("2019-12-13T21:00").map(|when| when.in_words()).as_deref(), Some("Friday 13 December 2019, 9pm"));
        assert_eq!(
            at("2019-12-13T21:30").map(|when| when.in_words()).as_deref(),
            Some("Friday 13 December 2019, 9:30pm")
        );
        assert_eq!(
            at("2019-12-13T12:00").map(|when| when.in_words()).as_deref(),
            Some("Friday 13 December 2019, midday")
        );
        assert_eq!(
            at("2019-12-13T00:05").map(|when| when.in_words()).as_deref(),
            Some("Friday 13 December 2019, 12:05am")
        );
    }

    proptest! {
        #[test]
        fn what_the_wall_says_comes_back(seconds in 1_735_689_600_i64..2_145_916_800, zone in 0_usize..20) {
            const ZONES: [Tz; 20] = [London, Tz::UTC, Tz::Europe__Dublin, Tz::Europe__Paris, Tz::America__New_York,
                Tz::America__Los_Angeles, Tz::America__Sao_Paulo, Tz::Asia__Kolkata, Tz::Asia__Kathmandu, Tz::Asia__Tokyo,
                Tz::Australia__Sydney, Tz::Australia__Lord_Howe, Tz::Pacific__Auckland, Tz::Pacific__Chatham,
                Tz::Africa__Cairo, Tz::Africa__Casablanca, Tz::America__St_Johns, Tz::Atlantic__Azores,
                Tz::Asia__Tehran, Tz::Pacific__Apia];
            let instant = chrono::DateTime::from_timestamp(seconds / 60 * 60, 0).unwrap_or_default();
            let local = instant.with_timezone(&ZONES[zone]).naive_local();
            let when = When::new(local, ZONES[zone], 90).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(when.on_the_wall(when.starts_at).naive_local(), local);
            // The same instant, or the first of a doubled hour.
            prop_assert!(when.starts_at <= instant && instant - when.starts_at <= TimeDelta::hours(1));
        }
    }
}
