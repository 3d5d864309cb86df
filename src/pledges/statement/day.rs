//! Days as statements print them: the British way, or the way of ISO 8601, with a time behind them or not.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use super::amount::shown;

/// The day first, or the year first. The month first is American, and no statement of a British charity is.
const FORMATS: [&str; 9] =
    ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d/%m/%y"];

/// Reads a day; none for an empty text.
///
/// # Errors
/// A sentence for a day that can't be read.
pub fn parse(text: &str) -> Result<Option<NaiveDate>, Cow<'static, str>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let read = |format: &&str| NaiveDate::parse_and_remainder(text, format).ok();
    let fits = |(day, rest): &(NaiveDate, &str)| (2000..=2100).contains(&day.year()) && is_time(rest);
    let day = FORMATS.iter().filter_map(read).find(fits).map(|(day, _)| day);
    day.map(Some).ok_or_else(|| format!("Its date can’t be read as day, month and year: {}", shown(text)).into())
}

/// What may stand behind a day.
fn is_time(rest: &str) -> bool {
    let of_time = |c: char| c.is_ascii_digit() || ":.+- ZTAPMapm".contains(c);
    rest.is_empty() || (rest.starts_with(['T', ' ']) && rest.chars().all(of_time))
}
