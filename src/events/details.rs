//! What an organiser says about a night: read from JSON or a form, checked, and laid over what was there before.

use std::str::FromStr;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use entity::money::Pence;
use serde::{Deserialize, Serialize};

use super::charity_in::CharityIn;
use super::event::{Event, Mood, Screening};
use super::lineup::{Slot, SlotIn};
use super::milestones::{Milestone, MilestoneIn};
use super::tonight::Tonight;
use super::when::When;
use crate::charities::{Book, Charity, Part, Split};
use crate::error::{AppError, Problems};
use crate::sent::Sent;
use crate::words::{self, Line, Prose};

/// The largest target in pence: a million pounds.
const TARGET_MAX: i64 = 100_000_000;
/// What a fair share can be.
const SONGS_EACH: std::ops::RangeInclusive<i32> = 1..=100;

/// A night as it is sent, to plan one or to change one. What isn't sent stays; `null` empties what can be empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(default)]
pub struct EventIn {
    /// 1 to 120 characters.
    pub title: Option<String>,
    /// A wall-clock time such as `2027-03-26T21:00`.
    pub starts_local: Option<String>,
    /// 15 to 720.
    pub duration_minutes: Option<i64>,
    /// An IANA name; `Europe/London` unless said.
    pub time_zone: Option<String>,
    /// Up to 300 characters.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Sent::is_not")]
    pub summary: Sent<String>,
    /// Markdown, up to 4,000 characters.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Sent::is_not")]
    pub description_markdown: Sent<String>,
    /// `party`, `gentle` or `remembrance`.
    pub mood: Option<String>,
    /// Without the `#`; `TwitterDisco` unless said.
    pub hashtag: Option<String>,
    /// Whose songs wait for a host: `open` (nobody's), `first` (a guest's first), `all`.
    pub screening: Option<String>,
    /// A word of welcome on top of the page, up to 200 characters.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Sent::is_not")]
    pub welcome: Sent<String>,
    /// Whether new songs wait for a while; hosts and DJs share all the same.
    pub is_paused: Option<bool>,
    /// Whether a quiet moment goes on, while the night is live.
    pub is_quiet: Option<bool>,
    /// How many songs each person may have standing, 1 to 100; `null` for as many as they like.
    #[schema(value_type = Option<i64>)]
    #[serde(skip_serializing_if = "Sent::is_not")]
    pub songs_each: Sent<i64>,
    #[schema(value_type = Option<i64>)]
    #[serde(skip_serializing_if = "Sent::is_not")]
    pub target_pence: Sent<i64>,
    /// Amounts of your own that are worth a cheer, up to 10; a quarter, a half, three quarters and all of the target are
    /// without being named.
    pub milestones: Option<Vec<MilestoneIn>>,
    /// The three founding charities in equal parts unless said.
    pub charities: Option<Vec<CharityIn>>,
    pub lineup: Option<Vec<SlotIn>>,
    /// Stories to stand beside the night.
    pub story_slugs: Option<Vec<String>>,
}

/// What is known of a night before it has an id and a state; every field checked.
#[derive(Clone, Debug)]
pub struct Details {
    pub title: String,
    pub summary: Option<String>,
    pub description_markdown: Option<String>,
    pub mood: Mood,
    pub hashtag: String,
    pub screening: Screening,
    pub songs_each: Option<i32>,
    pub when: When,
    pub target: Option<Pence>,
    pub milestones: Vec<Milestone>,
    pub split: Split,
}

/// What changes beside the details.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    pub lineup: Option<Vec<Slot>>,
    pub story_slugs: Option<Vec<String>>,
}

impl Details {
    /// The details of a new night.
    ///
    /// # Errors
    /// 422 with every wrong field; title, start and duration must be there.
    pub fn plan(input: &EventIn, book: &Book, founding: &[Charity]) -> Result<(Self, Beside), AppError> {
        let mut problems = Problems::default();
        if input.title.is_none() {
            problems.add("title", "Enter a title");
        }
        if input.starts_local.is_none() {
            problems.add("starts_local", "Enter a date and time");
        }
        if input.duration_minutes.is_none() {
            problems.add("duration_minutes", "Enter how many minutes it lasts");
        }
        let split = problems.take("charities", Split::equal(founding.iter().map(|charity| charity.id)));
        let split = split.unwrap_or_else(|| Split::stored(Vec::new()));
        let blank = Blank { split, ..Blank::default() };
        blank.overlay(input, book, problems)
    }

    /// The details of a night that is there, with what was sent laid over them.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub fn change(event: &Event, input: &EventIn, book: &Book) -> Result<(Self, Beside), AppError> {
        Blank::of(event).overlay(input, book, Problems::default())
    }

    /// The same night at another time ("same again"), for its charities as they are today.
    ///
    /// # Errors
    /// 422 on `starts_local`.
    pub fn again(event: &Event, starts_local: &str, book: &Book) -> Result<Self, AppError> {
        let input = EventIn { starts_local: Some(starts_local.to_owned()), ..EventIn::default() };
        let (details, _) = Self::change(event, &input, book)?;
        Ok(Self { split: book.split_today(&details.split), ..details })
    }
}

/// Details whose time isn't worked out yet.
struct Blank {
    title: String,
    summary: Option<String>,
    description_markdown: Option<String>,
    mood: Mood,
    hashtag: String,
    screening: Screening,
    songs_each: Option<i32>,
    local: NaiveDateTime,
    zone: Tz,
    minutes: i32,
    target: Option<Pence>,
    milestones: Vec<Milestone>,
    split: Split,
}

impl Default for Blank {
    fn default() -> Self {
        Self {
            title: String::new(),
            summary: None,
            description_markdown: None,
            mood: Mood::Party,
            hashtag: "TwitterDisco".to_owned(),
            screening: Screening::Open,
            songs_each: None,
            local: NaiveDateTime::default(),
            zone: Tz::Europe__London,
            minutes: 0,
            target: None,
            milestones: Vec::new(),
            split: Split::stored(Vec::new()),
        }
    }
}

impl Blank {
    fn of(event: &Event) -> Self {
        Self {
            title: event.title.clone(),
            summary: event.summary.clone(),
            description_markdown: event.description_markdown.clone(),
            mood: event.mood,
            hashtag: event.hashtag.clone(),
            screening: event.screening,
            songs_each: event.songs_each,
            local: event.when.local,
            zone: event.when.zone,
            minutes: event.when.minutes,
            target: event.target,
            milestones: event.milestones.clone(),
            split: event.split.clone(),
        }
    }

    fn overlay(mut self, input: &EventIn, book: &Book, mut problems: Problems) -> Result<(Details, Beside), AppError> {
        self.overlay_words(input, &mut problems);
        self.overlay_time(input, &mut problems);
        self.overlay_money(input, book, &mut problems);
        let lineup = input.lineup.as_deref().and_then(|slots| Slot::check_all(slots, self.zone, &mut problems));
        // Of a time that can't be read, nothing more can be said.
        let is_read = problems.of("starts_local").is_none();
        let when = is_read.then(|| When::new(self.local, self.zone, self.minutes));
        let when = when.and_then(|when| problems.take("starts_local", when));
        let (Some(when), true) = (when, problems.list().is_empty()) else { return Err(problems.refuse()) };
        let Self { title, summary, description_markdown, mood, hashtag, screening, songs_each, .. } = self;
        let Self { target, milestones, split, .. } = self;
        let details = Details {
            title,
            summary,
            description_markdown,
            mood,
            hashtag,
            screening,
            songs_each,
            when,
            target,
            milestones,
            split,
        };
        Ok((details, Beside { lineup, story_slugs: input.story_slugs.clone() }))
    }

    fn overlay_words(&mut self, input: &EventIn, problems: &mut Problems) {
        if let Some(title) = &input.title {
            self.title = problems
                .take("title", Line::<120>::required(title, "Enter a title"))
                .map(Line::into_string)
                .unwrap_or_default();
        }
        input.summary.when_sent(|text| {
            let checked = problems.take("summary", Line::<300>::optional(text.map(String::as_str)));
            self.summary = checked.flatten().map(Line::into_string);
        });
        input.description_markdown.when_sent(|text| {
            let checked = problems.take("description_markdown", Prose::<4000>::optional(text.map(String::as_str)));
            self.description_markdown = checked.flatten().map(Prose::into_string);
        });
        if let Some(hashtag) = &input.hashtag {
            self.hashtag = problems.take("hashtag", words::hashtag(hashtag)).unwrap_or_default();
        }
        // What it says is laid over the night by `Tonight::change`.
        problems.take("welcome", Tonight::check_welcome(&input.welcome));
        overlay_word("mood", input.mood.as_deref(), &mut self.mood, problems);
        overlay_word("screening", input.screening.as_deref(), &mut self.screening, problems);
        input.songs_each.when_sent(|songs| {
            let read = |songs: i64| i32::try_from(songs).ok().filter(|songs| SONGS_EACH.contains(songs));
            self.songs_each = songs.and_then(|songs| {
                problems.take("songs_each", read(*songs).ok_or("Choose 1 to 100 songs, or none for no limit"))
            });
        });
    }

    fn overlay_time(&mut self, input: &EventIn, problems: &mut Problems) {
        if let Some(local) = input.starts_local.as_deref().map(When::parse_local) {
            self.local = problems.take("starts_local", local).unwrap_or(self.local);
        }
        if let Some(zone) = input.time_zone.as_deref().map(When::parse_zone) {
            self.zone = problems.take("time_zone", zone).unwrap_or(self.zone);
        }
        if let Some(minutes) = input.duration_minutes.map(When::check_minutes) {
            self.minutes = problems.take("duration_minutes", minutes).unwrap_or(self.minutes);
        }
    }

    fn overlay_money(&mut self, input: &EventIn, book: &Book, problems: &mut Problems) {
        input.target_pence.when_sent(|target| {
            if target.is_some_and(|pence| !(1..=TARGET_MAX).contains(pence)) {
                problems.add("target_pence", "Choose a target from 1p to £1,000,000");
            }
            self.target = target.copied().map(Pence);
        });
        if let Some(milestones) = &input.milestones {
            self.milestones = Milestone::check_all(milestones, problems).unwrap_or_default();
        }
        if let Some(charities) = &input.charities
            && let Some(split) = CharityIn::check_split("charities", charities, book, problems)
        {
            // One that became part of another stays where it was chosen before that.
            let is_kept = |part: &Part| self.split.parts().iter().any(|kept| kept.charity == part.charity);
            let fresh = split.parts().iter().filter(|part| !is_kept(part)).filter_map(|part| book.get(part.charity));
            for (gone, now) in fresh.filter_map(|charity| Some((charity, book.part_of(charity)?))) {
                problems.add("charities", format!("{} is part of {} now. Choose that one", gone.name(), now.name()));
            }
            self.split = split;
        }
    }
}

fn overlay_word<T: FromStr>(field: &'static str, given: Option<&str>, into: &mut T, problems: &mut Problems) {
    if let Some(word) = given.and_then(|word| problems.take(field, word.parse().map_err(|_| "Choose one of the list")))
    {
        *into = word;
    }
}
