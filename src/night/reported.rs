//! What a report is about, as far as it is there to be seen.

use entity::ids::{EventId, GuestId, PledgeId, ShareId, StoryId};
use uuid::Uuid;

use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::{self, Event};
use crate::kindness::{AboutKind, Asked, Subject};
use crate::pledges::{self, Pledge};
use crate::stories::{self, Story};
use crate::tracks::{self, Share};
use crate::words;

/// Something that can be reported.
#[derive(Clone, Debug)]
pub struct Reported {
    pub subject: Subject,
    /// `share:ID`; none for the site as a whole.
    pub about: Option<String>,
    /// `Blue Monday`.
    pub name: String,
    /// What is written: what it is, and the words.
    pub lines: Vec<(&'static str, String)>,
    /// Where it stands; none once it doesn't.
    pub path: Option<String>,
    /// Who wrote it, where that is a guest.
    pub by: Option<GuestId>,
    /// Whether everyone can see it.
    pub is_public: bool,
}

impl Reported {
    /// What somebody wants to report.
    ///
    /// # Errors
    /// 404 for what isn't there for everyone to see: a report must find nothing out.
    pub async fn public(db: &Snapshot, asked: &Asked) -> Result<Self, AppError> {
        let found = match asked {
            Asked::Share(id) => Self::share(db, *id).await?,
            Asked::Pledge(id) => Self::pledge(db, *id).await?,
            Asked::Event(slug) => match events::find_by_slug(db, slug).await? {
                Some(event) => Some(Self::event(db, event).await?),
                None => None,
            },
            Asked::Story(slug) => Self::story(db, |story| story.slug == *slug).await?,
            Asked::Site => Some(Self::site()),
        };
        found.filter(|found| found.is_public).ok_or(AppError::NotFound)
    }

    /// What a matter is about, as it is today, for those who decide it.
    ///
    /// # Errors
    /// 404 when there is no trace of it.
    pub async fn read(db: &Snapshot, subject: Subject) -> Result<Self, AppError> {
        let Some(id) = subject.id else { return Ok(Self::site()) };
        let found = match subject.kind {
            AboutKind::Share => Self::share(db, id).await?,
            AboutKind::Pledge => Self::pledge(db, id).await?,
            AboutKind::Event => match events::find(db, EventId(id)).await? {
                Some(event) => Some(Self::event(db, event).await?),
                None => None,
            },
            AboutKind::Story => Self::story(db, |story| story.id == StoryId(id)).await?,
            AboutKind::Site => Some(Self::site()),
        };
        found.ok_or(AppError::NotFound)
    }

    fn site() -> Self {
        let subject = Subject { kind: AboutKind::Site, id: None, event: None };
        Self {
            subject,
            about: None,
            name: "#TwitterDisco".to_owned(),
            lines: Vec::new(),
            path: None,
            by: None,
            is_public: true,
        }
    }

    async fn share(db: &Snapshot, id: Uuid) -> Result<Option<Self>, AppError> {
        let Some(share) = tracks::find(db, ShareId(id)).await? else { return Ok(None) };
        let event = events::find(db, share.event).await?.ok_or(AppError::NotFound)?;
        let is_public = share.is_public() && !event.state.is_hidden();
        let subject = Subject { kind: AboutKind::Share, id: Some(id), event: Some(event.id) };
        let (name, lines) = words_of_share(&share);
        let path = is_public.then(|| event.path());
        let about = Some(format!("share:{id}"));
        Ok(Some(Self { subject, about, name, lines, path, by: Some(share.guest), is_public }))
    }

    async fn pledge(db: &Snapshot, id: Uuid) -> Result<Option<Self>, AppError> {
        let Some(pledge) = pledges::find_pledge(db, PledgeId(id)).await? else { return Ok(None) };
        let event = events::find(db, pledge.event).await?.ok_or(AppError::NotFound)?;
        let says_something = pledge.public_name().is_some() || pledge.public_message().is_some();
        let is_public = pledge.stands() && says_something && !event.state.is_hidden();
        let subject = Subject { kind: AboutKind::Pledge, id: Some(id), event: Some(event.id) };
        let path = is_public.then(|| event.path());
        let lines = words_of_pledge(&pledge);
        let (about, name) = (Some(format!("pledge:{id}")), "Words with a pledge".to_owned());
        Ok(Some(Self { subject, about, name, lines, path, by: None, is_public }))
    }

    async fn event(db: &Snapshot, event: Event) -> Result<Self, AppError> {
        // A host who wrote them isn't the one to ask.
        let subject = Subject { kind: AboutKind::Event, id: Some(event.id.0), event: None };
        let slots = events::lineup_of(db, &event).await?.into_iter().map(|timed| {
            let title = timed.slot.title.map(|title| format!(": {title}")).unwrap_or_default();
            format!("{}{title}", timed.slot.host)
        });
        let slots: Vec<String> = slots.collect();
        let is_public = !event.state.is_hidden();
        let path = is_public.then(|| event.path());
        let lines = [
            Some(("Title", event.title.clone())),
            event.summary.map(|summary| ("In a sentence", summary)),
            event.description_markdown.map(|description| ("More about it", description)),
            words::listed(&slots).map(|slots| ("On the decks", slots)),
        ];
        let lines = lines.into_iter().flatten().collect();
        let about = Some(format!("event:{}", event.slug));
        Ok(Self { subject, about, name: event.title, lines, path, by: None, is_public })
    }

    async fn story(db: &Snapshot, is_it: impl Fn(&Story) -> bool) -> Result<Option<Self>, AppError> {
        let story = stories::all(db).await?.into_iter().find(is_it);
        Ok(story.map(|story| {
            let subject = Subject { kind: AboutKind::Story, id: Some(story.id.0), event: None };
            let lines = [
                story.teller.map(|teller| ("Told by", teller)),
                story.content_note.map(|note| ("Before you go in", note)),
                Some(("In short", story.summary)),
            ];
            let lines = lines.into_iter().flatten().collect();
            let path = Some(format!("/stories/{}", story.slug));
            let about = Some(format!("story:{}", story.slug));
            Self { subject, about, name: story.title, lines, path, by: None, is_public: true }
        }))
    }
}

/// The words of a song. What its guest took back is shown to nobody again; what hosts made part of another could be.
fn words_of_share(share: &Share) -> (String, Vec<(&'static str, String)>) {
    if share.is_taken_back() {
        return ("A song that was taken back".to_owned(), Vec::new());
    }
    let lines = [
        share.track.artist.clone().map(|artist| ("Artist", artist)),
        Some(("Shared by", share.shared_by.clone())),
        words::listed(&share.joined_by).map(|names| ("Dancing along", names)),
        share.dedication.clone().map(|dedication| ("Dedication", dedication)),
    ];
    (share.track.name(), lines.into_iter().flatten().collect())
}

/// What a supporter let everyone see, whoever may have hidden it since.
fn words_of_pledge(pledge: &Pledge) -> Vec<(&'static str, String)> {
    let name = pledge.words.name.clone().filter(|_| pledge.show.show_name);
    let message = pledge.words.message.clone().filter(|_| pledge.show.show_message);
    let lines = [name.map(|name| ("Name", name)), message.map(|message| ("Message", message))];
    if pledge.stands() { lines.into_iter().flatten().collect() } else { Vec::new() }
}
