//! The form of a night: what it sends, and what that means to the API.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::app::App;
use crate::charities::{Book, Charity};
use crate::error::{AppError, Problems};
use crate::events::{self, CharityIn, Event, EventIn, Milestone, MilestoneIn, SlotIn};
use crate::pledges;
use crate::sent::Sent;
use crate::stories;

/// What the form of a night sends. Text stays as it was typed, so that a refused form comes back whole.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NightForm {
    pub title: String,
    pub starts_local: String,
    pub duration_minutes: String,
    pub time_zone: String,
    pub summary: String,
    pub description_markdown: String,
    pub mood: String,
    pub hashtag: String,
    pub screening: String,
    /// Songs for each person; empty for no limit.
    pub songs_each: String,
    /// Pounds; empty for none.
    pub target: String,
    /// A line for each milestone: an amount, and what happens then.
    pub milestones: String,
    /// Slugs of the charities that are ticked.
    pub charities: Vec<String>,
    /// Slugs of the charities on the form, and the percentage typed beside each.
    pub split_of: Vec<String>,
    pub split_percent: Vec<String>,
    /// A line for each slot: `minutes, host, title`.
    pub lineup: String,
    /// Empty for none.
    pub story_slugs: Vec<String>,
}

impl NightForm {
    /// A new night's form: a Friday's worth of defaults.
    pub(super) fn blank(charities: &[Charity]) -> Self {
        Self {
            duration_minutes: "120".to_owned(),
            time_zone: "Europe/London".to_owned(),
            mood: "party".to_owned(),
            hashtag: "TwitterDisco".to_owned(),
            screening: "open".to_owned(),
            charities: charities.iter().map(|charity| charity.slug.clone()).collect(),
            ..Self::default()
        }
    }

    pub(super) async fn of(app: &App, event: &Event, book: &Book) -> Result<Self, AppError> {
        let db = app.db.read();
        let lineup = events::lineup_of(db, event).await?.into_iter().map(|timed| {
            let title = timed.slot.title.map(|title| format!(", {title}")).unwrap_or_default();
            format!("{}, {}{title}", timed.slot.minutes, timed.slot.host)
        });
        let parts = event.split.parts();
        let charities: Vec<String> =
            parts.iter().filter_map(|part| book.get(part.charity)).map(|charity| charity.slug.clone()).collect();
        let is_equal = parts.iter().all(|part| part.parts == parts[0].parts);
        let percents = event
            .split
            .percents()
            .into_iter()
            .map(|percent| if is_equal { String::new() } else { percent.to_string() });
        let stories = stories::of_event(db, event.id).await?;
        Ok(Self {
            title: event.title.clone(),
            starts_local: event.when.local_text(),
            duration_minutes: event.when.minutes.to_string(),
            time_zone: event.when.zone.name().to_owned(),
            summary: event.summary.clone().unwrap_or_default(),
            description_markdown: event.description_markdown.clone().unwrap_or_default(),
            mood: event.mood.to_string(),
            hashtag: event.hashtag.clone(),
            screening: event.screening.to_string(),
            songs_each: event.songs_each.map(|songs| songs.to_string()).unwrap_or_default(),
            target: event.target.map(|target| target.to_string()).unwrap_or_default(),
            milestones: event.milestones.iter().map(milestone_line).collect::<Vec<_>>().join("\n"),
            split_of: charities.clone(),
            split_percent: percents.collect(),
            charities,
            lineup: lineup.collect::<Vec<_>>().join("\n"),
            story_slugs: stories.into_iter().map(|story| story.slug).collect(),
        })
    }

    /// With a charity ticked that was added for this night just now.
    pub(super) fn with(mut self, slug: Option<&str>, book: &Book) -> Self {
        let known = slug.and_then(|slug| book.by_slug(slug)).filter(|charity| book.part_of(charity).is_none());
        if let Some(charity) = known.filter(|charity| !self.raises_for(&charity.slug)) {
            self.charities.push(charity.slug.clone());
        }
        self
    }

    /// Whether a charity is ticked.
    #[must_use]
    pub fn raises_for(&self, slug: &str) -> bool {
        self.charities.iter().any(|charity| charity == slug)
    }

    /// What was typed as the percentage of a charity.
    #[must_use]
    pub fn split_percent(&self, slug: &str) -> &str {
        let mut pairs = self.split_of.iter().zip(&self.split_percent);
        pairs.find(|(of, _)| *of == slug).map_or("", |(_, percent)| percent.as_str())
    }

    /// The charities that are ticked, each with what was typed beside it.
    fn ticked(&self) -> BTreeMap<&str, &str> {
        self.charities.iter().map(|slug| (slug.as_str(), self.split_percent(slug).trim())).collect()
    }

    fn split(&self, problems: &mut Problems) -> Vec<CharityIn> {
        let equal = |slug: &String| CharityIn { slug: slug.clone(), parts: None, percent: None };
        let typed: Vec<String> = self.charities.iter().map(|slug| self.split_percent(slug).trim().to_owned()).collect();
        if typed.iter().any(|typed| !typed.is_empty()) && typed.iter().any(String::is_empty) {
            problems.add("charities", "Give each charity that is ticked a percentage, or none of them");
        }
        CharityIn::typed("charities", &self.charities, &typed, problems)
            .unwrap_or_else(|| self.charities.iter().map(equal).collect())
    }

    /// Whether a story is chosen.
    #[must_use]
    pub fn stands_beside(&self, slug: &str) -> bool {
        self.story_slugs.iter().any(|story| story == slug)
    }

    fn milestones(&self, problems: &mut Problems) -> Option<Vec<MilestoneIn>> {
        let lines = self.milestones.lines().filter(|line| !line.trim().is_empty());
        problems.take("milestones", lines.map(read_milestone).collect::<Result<Vec<_>, _>>())
    }

    pub(super) fn input(&self, before: Option<&Self>, problems: &mut Problems) -> EventIn {
        let text = |text: &String| Some(text.clone());
        let minutes = self.duration_minutes.trim().parse::<i64>();
        let target = match self.target.trim() {
            "" => Sent::Null,
            typed => {
                problems.take("target", pledges::parse_pounds(typed)).map_or(Sent::Not, |pounds| Sent::Value(pounds.0))
            }
        };
        // A split that was set by finer weights than percentages stays unless something about it is changed here.
        let split_anew = before.is_none_or(|before| before.ticked() != self.ticked());
        let split = split_anew.then(|| self.split(problems));
        EventIn {
            title: text(&self.title),
            starts_local: text(&self.starts_local),
            duration_minutes: problems.take("duration_minutes", minutes.map_err(|_| "Enter a whole number of minutes")),
            time_zone: text(&self.time_zone).filter(|zone| !zone.trim().is_empty()),
            summary: Sent::Value(self.summary.clone()),
            description_markdown: Sent::Value(self.description_markdown.clone()),
            mood: text(&self.mood).filter(|mood| !mood.is_empty()),
            hashtag: text(&self.hashtag).filter(|hashtag| !hashtag.trim().is_empty()),
            screening: text(&self.screening).filter(|screening| !screening.is_empty()),
            welcome: Sent::Not,
            is_paused: None,
            is_quiet: None,
            songs_each: read_songs_each(&self.songs_each, problems),
            target_pence: target,
            milestones: self.milestones(problems),
            charities: split,
            lineup: Some(self.lineup.lines().filter(|line| !line.trim().is_empty()).map(read_slot).collect()),
            story_slugs: Some(self.story_slugs.iter().filter(|slug| !slug.is_empty()).cloned().collect()),
        }
    }
}

/// Reads how many songs each person may have standing; nothing typed is no limit.
pub(super) fn read_songs_each(typed: &str, problems: &mut Problems) -> Sent<i64> {
    match typed.trim() {
        "" => Sent::Null,
        typed => {
            let songs = typed.parse().map_err(|_| "Enter a whole number of songs, or nothing for no limit");
            problems.take("songs_each", songs).map_or(Sent::Not, Sent::Value)
        }
    }
}

/// `£250 Sam dances in a dressing gown`.
fn milestone_line(milestone: &Milestone) -> String {
    let label = milestone.label.as_deref().map(|label| format!(" {label}")).unwrap_or_default();
    format!("{}{label}", milestone.amount)
}

/// Reads a line as [`milestone_line`] writes it.
fn read_milestone(line: &str) -> Result<MilestoneIn, Cow<'static, str>> {
    let (amount, label) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    let pence = pledges::parse_pounds(amount.trim_end_matches([',', ':']))
        .map_err(|_| Cow::from("Begin each line with an amount in pounds, like: 250 Sam dances in a dressing gown"))?;
    let label = Some(label.trim().to_owned()).filter(|label| !label.is_empty());
    Ok(MilestoneIn { amount_pence: pence.0, label })
}

/// Reads `30, Sam, Northern soul`; a line without minutes gets none, and the check says so.
fn read_slot(line: &str) -> SlotIn {
    let mut fields = line.splitn(3, ',').map(str::trim);
    let minutes = fields.next().and_then(|minutes| minutes.parse().ok()).unwrap_or_default();
    let host = fields.next().unwrap_or_default().to_owned();
    SlotIn { host, title: fields.next().map(str::to_owned), minutes, ..SlotIn::default() }
}

/// The form's name of a field.
pub(super) fn in_form(field: &str) -> &str {
    match field {
        "target_pence" => "target",
        field if field.starts_with("lineup") => "lineup",
        field if field.starts_with("milestones") => "milestones",
        field => field,
    }
}
