//! What an organiser says about a series: read from JSON or a form, and checked.

use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;

use super::rule::Rule;
use super::series::Series;
use super::when::When;
use crate::error::{AppError, Problems};
use crate::sent::Sent;

/// A series as it is sent, to begin one or to change one. What isn't sent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct SeriesIn {
    /// A recurrence rule of whole days (RFC 5545) without `UNTIL`, such as `FREQ=WEEKLY` or `FREQ=MONTHLY;BYDAY=-1FR`. A
    /// `COUNT` counts from the first night that the rule is laid on.
    pub rule: Option<String>,
    /// On the wall, such as `21:00`; a new series has its night's.
    pub time: Option<String>,
    /// The last day that may have a night, such as `2027-12-31`; `null` for no end.
    #[schema(value_type = Option<String>)]
    pub until: Sent<String>,
    /// Whether nights are published as they are made; unless said, as the first one is.
    pub is_published: Option<bool>,
}

/// The same, every field checked.
#[derive(Clone, Debug)]
pub struct SeriesChange {
    pub rule: Option<Rule>,
    pub time: Option<NaiveTime>,
    pub until: Sent<NaiveDate>,
    pub is_published: Option<bool>,
}

impl SeriesIn {
    /// Checks every field.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub fn check(&self) -> Result<SeriesChange, AppError> {
        let mut problems = Problems::default();
        let rule = self.rule.as_deref().map(Rule::parse).and_then(|rule| problems.take("rule", rule));
        let read = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").map_err(|_| "Enter a time like 21:00");
        let time = self.time.as_deref().map(read).and_then(|time| problems.take("time", time));
        let day = |text: &str| {
            let midnight = When::parse_local(&format!("{}T00:00", text.trim()));
            midnight.map(|local| local.date()).map_err(|_| "Enter a day like 2027-12-31")
        };
        let until = problems.take("until", self.until.clone().try_map(|text| day(&text))).unwrap_or_default();
        problems.check()?;
        Ok(SeriesChange { rule, time, until, is_published: self.is_published })
    }
}

impl SeriesChange {
    /// Whether nights that are planned may have to move.
    #[must_use]
    pub fn moves_nights(&self) -> bool {
        self.rule.is_some() || self.time.is_some() || !self.until.is_not()
    }

    /// The series with this laid over it. Another rule counts from the day `from`.
    #[must_use]
    pub fn over(self, before: Series, from: NaiveDate) -> Series {
        let day = if self.rule.is_some() { from } else { before.first.date() };
        let first = day.and_time(self.time.unwrap_or(before.first.time()));
        Series {
            rule: self.rule.unwrap_or(before.rule),
            first,
            until: match self.until {
                Sent::Not => before.until,
                Sent::Null => None,
                Sent::Value(day) => Some(day),
            },
            is_published: self.is_published.unwrap_or(before.is_published),
            ..before
        }
    }
}
