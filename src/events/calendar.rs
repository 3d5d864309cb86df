//! Calendar files (RFC 5545): entries with their zones written out, so that nine at night stays nine when clocks change.
//!
//! Written here, and not by a crate: the one there is puts the time of writing and a random id into each zone and alarm, and
//! the same night must be the same bytes each time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{OffsetComponents, OffsetName, Tz};
use entity::Moment;

/// What a calendar file is sent as.
pub const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";
/// The longest line, in octets, without its line break (RFC 5545, 3.1).
const LINE_OCTETS: usize = 75;
/// The most years that a zone is written out for; what calendars know of later ones is their own matter.
const YEARS_MAX: i32 = 50;

/// Whether what the entry tells of will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryStatus {
    Tentative,
    Confirmed,
    Cancelled,
}

/// One entry of a calendar.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The same for good, and nowhere else: a calendar that sees it again changes the entry it has.
    pub uid: String,
    /// When it was last changed.
    pub stamp: Moment,
    pub starts_at: Moment,
    pub ends_at: Moment,
    /// The zone whose wall clock start and end are written in.
    pub zone: Tz,
    pub summary: String,
    pub description: Option<String>,
    pub url: Option<String>,
    pub status: EntryStatus,
    /// Grows with each change.
    pub sequence: u32,
    /// A reminder this long before the start.
    pub alarm_minutes: Option<u32>,
}

/// A calendar file with these entries; `name` is what calendar programs call it.
#[must_use]
pub fn file(name: &str, entries: &[Entry]) -> String {
    let mut lines = Lines::default();
    lines.put("BEGIN", "VCALENDAR");
    lines.put("VERSION", "2.0");
    lines.put("PRODID", "-//TwitterDisco//Nights//EN");
    lines.put("CALSCALE", "GREGORIAN");
    lines.put("METHOD", "PUBLISH");
    lines.text("X-WR-CALNAME", name);
    for (zone, years) in zones(entries) {
        lines.zone(zone, years);
    }
    for entry in entries {
        lines.entry(entry);
    }
    lines.put("END", "VCALENDAR");
    lines.0
}

/// The zones that the entries are in, by name, each with its first and last year.
fn zones(entries: &[Entry]) -> Vec<(Tz, (i32, i32))> {
    let mut zones: BTreeMap<&str, (Tz, (i32, i32))> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.zone != Tz::UTC) {
        let (first, last) =
            (entry.starts_at.with_timezone(&entry.zone).year(), entry.ends_at.with_timezone(&entry.zone).year());
        let (_, years) = zones.entry(entry.zone.name()).or_insert((entry.zone, (first, last)));
        *years = (years.0.min(first), years.1.max(last));
    }
    zones.into_values().collect()
}

/// A change of a zone's clocks.
#[derive(Clone, Copy, Debug)]
struct Change {
    at: Moment,
    /// Seconds east of Greenwich, before and after.
    from: i32,
    to: i32,
}

fn offset(zone: Tz, at: Moment) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

/// The changes of a zone's clocks after `from` and up to `until`, in order.
fn changes(zone: Tz, from: Moment, until: Moment) -> Vec<Change> {
    let mut found = Vec::new();
    let mut at = from;
    while at < until {
        let next = (at + TimeDelta::days(1)).min(until);
        let (before, after) = (offset(zone, at), offset(zone, next));
        if before != after {
            found.push(Change { at: first_second(zone, at, next, before), from: before, to: after });
        }
        at = next;
    }
    found
}

/// The first second in `(low, high]` whose offset isn't `before`.
fn first_second(zone: Tz, mut low: Moment, mut high: Moment, before: i32) -> Moment {
    while high - low > TimeDelta::seconds(1) {
        let middle = low + TimeDelta::seconds((high - low).num_seconds() / 2);
        if offset(zone, middle) == before {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The first moment of a year in UTC.
fn new_year(year: i32) -> Moment {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN).and_utc()
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// One property, folded. The value is taken as it is.
    fn put(&mut self, name: &str, value: &str) {
        let line = format!("{name}:{value}");
        let mut room = LINE_OCTETS;
        for c in line.chars() {
            if c.len_utf8() > room {
                // A folded line goes on after a space, which counts.
                self.0.push_str("\r\n ");
                room = LINE_OCTETS - 1;
            }
            room -= c.len_utf8();
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }

    /// One property whose value is people's words.
    fn text(&mut self, name: &str, words: &str) {
        let mut value = String::with_capacity(words.len());
        for c in words.replace("\r\n", "\n").chars() {
            match c {
                '\n' | '\r' => value.push_str("\\n"),
                '\\' | ';' | ',' => {
                    value.push('\\');
                    value.push(c);
                }
                '\t' => value.push(' '),
                c if c.is_control() => {}
                c => value.push(c),
            }
        }
        self.put(name, &value);
    }

    /// A moment on the wall of a zone.
    fn moment(&mut self, name: &str, at: Moment, zone: Tz) {
        if zone == Tz::UTC {
            self.put(name, &utc(at));
        } else {
            let wall = at.with_timezone(&zone).format("%Y%m%dT%H%M%S");
            self.put(&format!("{name};TZID={}", zone.name()), &wall.to_string());
        }
    }

    fn entry(&mut self, entry: &Entry) {
        let status = match entry.status {
            EntryStatus::Tentative => "TENTATIVE",
            EntryStatus::Confirmed => "CONFIRMED",
            EntryStatus::Cancelled => "CANCELLED",
        };
        self.put("BEGIN", "VEVENT");
        self.put("UID", &plain(&entry.uid));
        self.put("DTSTAMP", &utc(entry.stamp));
        self.put("LAST-MODIFIED", &utc(entry.stamp));
        self.moment("DTSTART", entry.starts_at, entry.zone);
        self.moment("DTEND", entry.ends_at, entry.zone);
        self.put("SEQUENCE", &entry.sequence.to_string());
        self.put("STATUS", status);
        self.text("SUMMARY", &entry.summary);
        if let Some(description) = &entry.description {
            self.text("DESCRIPTION", description);
        }
        if let Some(url) = &entry.url {
            self.put("URL", &plain(url));
        }
        // Dancing at home leaves one free to be asked for something.
        self.put("TRANSP", "TRANSPARENT");
        if let Some(minutes) = entry.alarm_minutes.filter(|_| entry.status != EntryStatus::Cancelled) {
            self.put("BEGIN", "VALARM");
            self.put("ACTION", "DISPLAY");
            self.text("DESCRIPTION", &entry.summary);
            self.put("TRIGGER", &format!("-PT{minutes}M"));
            self.put("END", "VALARM");
        }
        self.put("END", "VEVENT");
    }

    /// A zone as its clocks go in these years, and what they showed before.
    fn zone(&mut self, zone: Tz, (first, last): (i32, i32)) {
        let (from, until) = (new_year(first - 1), new_year(last.min(first + YEARS_MAX) + 1));
        let before = offset(zone, from);
        self.put("BEGIN", "VTIMEZONE");
        self.put("TZID", zone.name());
        self.observance(zone, Change { at: from, from: before, to: before });
        for change in changes(zone, from, until) {
            self.observance(zone, change);
        }
        self.put("END", "VTIMEZONE");
    }

    fn observance(&mut self, zone: Tz, Change { at, from, to }: Change) {
        let since = zone.offset_from_utc_datetime(&at.naive_utc());
        let kind = if since.dst_offset().is_zero() { "STANDARD" } else { "DAYLIGHT" };
        // What the wall showed before the change.
        let wall = at.naive_utc() + TimeDelta::seconds(i64::from(from));
        self.put("BEGIN", kind);
        self.put("DTSTART", &wall.format("%Y%m%dT%H%M%S").to_string());
        self.put("TZOFFSETFROM", &offset_text(from));
        self.put("TZOFFSETTO", &offset_text(to));
        if let Some(name) = since.abbreviation() {
            self.put("TZNAME", name);
        }
        self.put("END", kind);
    }
}

/// `+0100`; seconds only where there are some.
fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let all = seconds.unsigned_abs();
    let mut text = format!("{sign}{:02}{:02}", all / 3600, all / 60 % 60);
    if !all.is_multiple_of(60) {
        // Writing to a String can't fail.
        let _ = write!(text, "{:02}", all % 60);
    }
    text
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// What is no text in the sense of the RFC: without what could end its line.
fn plain(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
    use chrono_tz::{Europe::London, Tz};

    use super::{Entry, EntryStatus, changes, file, new_year};

    fn entry(local: &str, zone: Tz) -> Entry {
        let when = crate::events::When::parse_local(local).and_then(|local| crate::events::When::new(local, zone, 120));
        let starts_at = when.map(|when| when.starts_at).unwrap_or_default();
        Entry {
            uid: "one@disco.test".to_owned(),
            stamp: DateTime::<Utc>::default(),
            starts_at,
            ends_at: starts_at + TimeDelta::hours(2),
            zone,
            summary: "Kitchen disco".to_owned(),
            description: None,
            url: None,
            status: EntryStatus::Confirmed,
            sequence: 0,
            alarm_minutes: Some(30),
        }
    }

    /// The lines as a calendar program reads them: unfolded.
    fn lines(file: &str) -> Vec<String> {
        file.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_night_is_written_on_its_own_wall() {
        let written = lines(&file("Nights", &[entry("2027-04-02T21:00", London)]));
        for line in [
            "DTSTART;TZID=Europe/London:20270402T210000",
            "DTEND;TZID=Europe/London:20270402T230000",
            "TRIGGER:-PT30M",
            "STATUS:CONFIRMED",
        ] {
            assert!(written.iter().any(|written| written == line), "{line} in {written:?}");
        }
        let utc = lines(&file("Nights", &[entry("2027-04-02T21:00", Tz::UTC)]));
        assert!(utc.iter().any(|line| line == "DTSTART:20270402T210000Z"));
        assert!(!utc.iter().any(|line| line.contains("VTIMEZONE")));
    }

    #[test]
    fn every_london_change_from_2025_to_2037_is_at_one_in_the_morning() {
        let found = changes(London, new_year(2025), new_year(2038));
        assert_eq!(found.len(), 26);
        for (at, change) in found.iter().enumerate() {
            let is_spring = at % 2 == 0;
            assert_eq!(change.at.format("%a %H:%M:%S").to_string(), "Sun 01:00:00");
            assert_eq!((change.from, change.to), if is_spring { (0, 3600) } else { (3600, 0) });
        }
    }

    /// Reads a written zone as RFC 5545 says: the latest observance before a wall time tells its offset.
    fn offset_by_file(written: &[String], wall: NaiveDateTime) -> Option<String> {
        let mut best: Option<(NaiveDateTime, String)> = None;
        let mut starts = None;
        let zone = written.iter().skip_while(|line| *line != "BEGIN:VTIMEZONE");
        for line in zone.take_while(|line| *line != "END:VTIMEZONE") {
            if let Some(text) = line.strip_prefix("DTSTART:") {
                starts = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok();
            }
            if let (Some(to), Some(at)) = (line.strip_prefix("TZOFFSETTO:"), starts)
                && at <= wall
                && best.as_ref().is_none_or(|(other, _)| *other < at)
            {
                best = Some((at, to.to_owned()));
            }
        }
        best.map(|(_, to)| to)
    }

    #[test]
    fn the_zone_in_the_file_gives_every_friday_its_instant() {
        for zone in [London, Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::Asia__Kathmandu, Tz::Pacific__Apia] {
            for weeks in 0..700 {
                let starts_at = new_year(2025) + TimeDelta::weeks(weeks) + TimeDelta::hours(21);
                let wall = starts_at.with_timezone(&zone);
                let entry = Entry { starts_at, ends_at: starts_at, ..entry("2027-04-02T21:00", zone) };
                let written = lines(&file("Nights", &[entry]));
                let expected = wall.format("%z").to_string();
                assert_eq!(offset_by_file(&written, wall.naive_local()), Some(expected), "{wall} in {zone}");
            }
        }
    }

    #[test]
    fn hostile_words_stay_words() {
        let words = "Rob; drop, \\ table\r\nEND:VCALENDAR\nATTACH:x\u{0}\u{7}\rX:y\u{85}é😀";
        let hostile = Entry {
            summary: words.to_owned(),
            description: Some(words.repeat(20)),
            uid: "a\r\nEND:VEVENT".to_owned(),
            url: Some("https://disco.test/\r\nX:1".to_owned()),
            ..entry("2027-04-02T21:00", London)
        };
        let written = file(words, &[hostile]);
        let ends = lines(&written).iter().filter(|line| *line == "END:VCALENDAR").count();
        assert_eq!(ends, 1);
        assert!(!lines(&written).iter().any(|line| line.starts_with("ATTACH") || line.starts_with("X:")));
        let summary = "SUMMARY:Rob\\; drop\\, \\\\ table\\nEND:VCALENDAR\\nATTACH:x\\nX:yé😀";
        assert!(lines(&written).iter().any(|line| line == summary), "{written}");
    }

    #[test]
    fn lines_are_folded_at_75_octets_and_never_inside_a_letter() {
        for words in ["é".repeat(300), "😀".repeat(200), "a".repeat(1000), "ab😀é".repeat(90)] {
            let written = file("Nights", &[Entry { summary: words.clone(), ..entry("2027-04-02T21:00", London) }]);
            assert!(written.ends_with("\r\n"));
            for line in written.split("\r\n") {
                assert!(line.len() <= 75, "{} octets: {line}", line.len());
                assert!(!line.contains(['\n', '\r']));
            }
            assert!(lines(&written).contains(&format!("SUMMARY:{words}")));
        }
    }

    #[test]
    fn a_cancelled_night_rings_nobody() {
        let cancelled = Entry { status: EntryStatus::Cancelled, ..entry("2027-04-02T21:00", London) };
        let written = file("Nights", &[cancelled]);
        assert!(written.contains("STATUS:CANCELLED") && !written.contains("VALARM"));
    }

    #[test]
    fn the_same_night_is_the_same_bytes() {
        let night = [entry("2027-04-02T21:00", London)];
        assert_eq!(file("Nights", &night), file("Nights", &night));
    }
}
