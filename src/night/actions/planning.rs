//! Planning a night, changing it, holding the same again.

use entity::ids::{AccountId, EventId};
use uuid::Uuid;

use super::about;
use crate::accounts::Organiser;
use crate::activity::Kind;
use crate::app::App;
use crate::charities::{self, Book, Split};
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Beside, Details, Event, EventIn, Slot, State, TimedSlot, Tonight};
use crate::night::view::EventOut;
use crate::once::Once;
use crate::{pledges, rsvps, stories};

/// A night to be: its details, and what stands beside them.
#[derive(Clone, Debug)]
pub struct Plan {
    pub details: Details,
    pub beside: Beside,
}

/// Plans a night: a draft, hosted by whoever plans it.
///
/// # Errors
/// 422 with every wrong field.
pub async fn plan(app: &App, once: &Once, organiser: &Organiser, input: &EventIn) -> Result<EventOut, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let book = Book::read(tx.db()).await?;
        let founding = charities::founding(tx.db()).await?;
        let (details, beside) = Details::plan(input, &book, &founding)?;
        let tonight = Tonight::default().change(input, State::Draft, tx.now())?;
        let title = details.title.clone();
        let event = add(tx, Planner::of(organiser), &title, Plan { details, beside }, tonight).await?;
        EventOut::told(app, tx, event).await
    })
    .await
}

/// The same again: a draft with everything of this night but its time, its songs and its pledges.
///
/// # Errors
/// 422 on `starts_local`.
pub async fn again(
    app: &App,
    once: &Once,
    organiser: &Organiser,
    event: EventId,
    starts_local: &str,
) -> Result<EventOut, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let event = events::find(tx.db(), event).await?.ok_or(AppError::NotFound)?;
        let book = Book::read(tx.db()).await?;
        let mut details = Details::again(&event, starts_local, &book)?;
        if details.split.parts().is_empty() {
            // The bare record of a historic night raised for nobody that we know of.
            let founding = charities::founding(tx.db()).await?;
            let equal = Split::equal(founding.iter().map(|charity| charity.id));
            details.split = equal.map_err(|error| AppError::internal(error.into_owned()))?;
        }
        let lineup = events::lineup_of(tx.db(), &event).await?;
        // An anchor is a date of the old night, and its slots are slots of that.
        let lineup = lineup.into_iter().map(|timed| Slot { id: None, anchor: None, ..timed.slot });
        let stories = stories::of_event(tx.db(), event.id).await?;
        let story_slugs = stories.into_iter().map(|story| story.slug);
        let beside = Beside { lineup: Some(lineup.collect()), story_slugs: Some(story_slugs.collect()) };
        let title = details.title.clone();
        let event = add(tx, Planner::of(organiser), &title, Plan { details, beside }, Tonight::default()).await?;
        EventOut::told(app, tx, event).await
    })
    .await
}

/// Who plans a night.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planner {
    /// Its first host.
    pub account: AccountId,
    /// None for the clock.
    pub actor: Option<Uuid>,
}

impl Planner {
    fn of(organiser: &Organiser) -> Self {
        Self { account: organiser.id, actor: Some(organiser.id.0) }
    }
}

/// Adds a draft; its slug is made of `slug_like`.
pub(super) async fn add(
    tx: &mut Tx,
    planner: Planner,
    slug_like: &str,
    plan: Plan,
    tonight: Tonight,
) -> Result<EventId, AppError> {
    let Details { title, summary, description_markdown, mood, hashtag, screening, .. } = plan.details;
    let Details { songs_each, when, target, milestones, split, .. } = plan.details;
    // Two plans of one title at once must not get one slug.
    tx.lock(entity::ids::Scope::SITE).await?;
    let event = Event {
        id: tx.new_id(),
        slug: events::free_slug(tx.db(), slug_like).await?,
        title,
        summary,
        description_markdown,
        mood,
        hashtag,
        screening,
        when,
        state: State::Draft,
        target,
        milestones,
        split,
        now_playing: None,
        tonight,
        source_url: None,
        songs_each,
    };
    events::insert(tx, &event, Some(planner.account)).await?;
    put_beside(tx, event.id, plan.beside).await?;
    tx.record(event.id, Kind::EventPlanned, about(event.id.0, planner.actor)).await?;
    Ok(event.id)
}

async fn put_beside(tx: &Tx, event: EventId, beside: Beside) -> Result<(), AppError> {
    if let Some(lineup) = beside.lineup {
        events::put_lineup(tx, event, lineup).await?;
    }
    if let Some(slugs) = beside.story_slugs {
        let stories = stories::find_by_slugs(tx.db(), &slugs).await?;
        stories::set_of_event(tx.db(), event, &stories).await?;
    }
    Ok(())
}

/// Changes a night. What is so already isn't told again.
///
/// # Errors
/// 422 with every wrong field; 409 for another time once it has begun, or other charities once there are pledges.
pub async fn change(app: &App, organiser: &Organiser, event: EventId, input: &EventIn) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        let before = events::lock(tx, event).await?;
        let book = Book::read(tx.db()).await?;
        let (details, beside) = Details::change(&before, input, &book)?;
        let tonight = before.tonight.change(input, before.state, tx.now())?;
        if lay_over(tx, &before, Plan { details, beside }, tonight, organiser.id.0).await? {
            events::own_night(tx.db(), event).await?;
        }
        Ok(())
    })
    .await
}

/// Lays a plan over a night whose head is locked; whether anything but tonight is another then.
///
/// # Errors
/// 409 for another time once it has begun, or other charities once there are pledges.
pub(super) async fn lay_over(
    tx: &mut Tx,
    before: &Event,
    plan: Plan,
    tonight: Tonight,
    actor: Uuid,
) -> Result<bool, AppError> {
    let (details, event) = (plan.details, before.id);
    let beside = another(tx, before, plan.beside).await?;
    check_time(tx, before, &details)?;
    let other_charities = details.split != before.split;
    if other_charities && pledges::has_book(tx.db(), event).await? {
        return Err(AppError::conflict("This night has pledges or payments, so its charities can't change any more."));
    }
    let Details { title, summary, description_markdown, mood, hashtag, screening, .. } = details;
    let Details { songs_each, when, target, milestones, split, .. } = details;
    let after = Event {
        title,
        summary,
        description_markdown,
        mood,
        hashtag,
        screening,
        when,
        target,
        milestones,
        split,
        songs_each,
        ..before.clone()
    };
    let is_changed = after != *before || beside.story_slugs.is_some();
    let is_moved = after.when != before.when || beside.lineup.is_some();
    let after = Event { tonight, ..after };
    events::save(tx, &after).await?;
    if other_charities {
        events::set_charities(tx.db(), event, &after.split).await?;
    }
    put_beside(tx, event, beside).await?;
    let changed = [is_changed.then_some(Kind::EventChanged), is_moved.then_some(Kind::LineupChanged)];
    for kind in changed.into_iter().flatten().chain(tonight_kinds(&before.tonight, &after.tonight)) {
        tx.record(event, kind, about(event.0, Some(actor))).await?;
    }
    if after.when.starts_at != before.when.starts_at {
        rsvps::follow(tx, &after).await?;
    }
    pledges::take_stock(tx, &after).await?;
    Ok(is_changed || is_moved)
}

/// What is to stand beside a night, where that is another than stands there.
async fn another(tx: &Tx, before: &Event, beside: Beside) -> Result<Beside, AppError> {
    let Beside { mut lineup, mut story_slugs } = beside;
    if let Some(slots) = &lineup {
        let there = events::lineup_of(tx.db(), before).await?;
        // A slot that names itself is the same one, in its place.
        let same = |(slot, timed): (&Slot, &TimedSlot)| {
            let is_in_place = slot.id.is_none_or(|id| id == timed.kept.id);
            is_in_place && Slot { id: timed.slot.id, ..slot.clone() } == timed.slot
        };
        let is_same = slots.len() == there.len() && slots.iter().zip(&there).all(same);
        lineup = lineup.filter(|_| !is_same);
    }
    if let Some(slugs) = &story_slugs {
        let there = stories::of_event(tx.db(), before.id).await?;
        let is_same = slugs.len() == there.len() && there.iter().all(|story| slugs.contains(&story.slug));
        story_slugs = story_slugs.filter(|_| !is_same);
    }
    Ok(Beside { lineup, story_slugs })
}

/// What happened to tonight.
fn tonight_kinds(before: &Tonight, after: &Tonight) -> Vec<Kind> {
    let pause = if after.is_paused { Kind::SharingPaused } else { Kind::SharingResumed };
    let quiet = if after.quiet_since.is_some() { Kind::QuietBegun } else { Kind::QuietEnded };
    let kinds = [
        (before.welcome != after.welcome, Kind::WelcomeChanged),
        (before.is_paused != after.is_paused, pause),
        (before.quiet_since != after.quiet_since, quiet),
    ];
    kinds.into_iter().filter(|(is_other, _)| *is_other).map(|(_, kind)| kind).collect()
}

fn check_time(tx: &Tx, before: &Event, details: &Details) -> Result<(), AppError> {
    if details.when == before.when {
        return Ok(());
    }
    match before.state {
        State::Scheduled if details.when.ends_at <= tx.now() => {
            Err(AppError::field("starts_local", "This time has passed. Choose another."))
        }
        State::Draft | State::Scheduled => Ok(()),
        _ => Err(AppError::conflict("This night has begun, so its time can't change any more.")),
    }
}
