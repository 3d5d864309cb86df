//! Nights that come again: beginning a series, changing it, ending it, and making its nights as they come near.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use entity::ids::{EventId, Scope, SeriesId};
use uuid::Uuid;

use super::planning::{Plan, Planner, add, lay_over};
use super::{about, turning};
use crate::accounts::Organiser;
use crate::activity::Kind;
use crate::app::App;
use crate::charities::{self, Book, Split};
use crate::db::Tx;
use crate::error::{AppError, Problems};
use crate::events::{
    self, CharityIn, Details, Event, EventIn, Pattern, Place, Series, SeriesChange, State, Tonight, When,
};
use crate::night::view::SeriesOut;
use crate::once::Once;
use crate::{rsvps, stories};

/// A series whose nights can't be made waits so long before the next try.
const PUT_OFF: TimeDelta = TimeDelta::hours(1);

/// Repeats a night by a rule: it is the first of a series, and the next ones are made at once.
///
/// # Errors
/// 409 for a night that is of a series already or was cancelled, 422 without a rule, or for one that leads nowhere.
pub async fn repeat(
    app: &App,
    once: &Once,
    organiser: &Organiser,
    event: EventId,
    change: &SeriesChange,
) -> Result<SeriesOut, AppError> {
    let rule = change.rule.clone().ok_or_else(|| AppError::field("rule", "Say how often the night comes again"))?;
    app.write_once(once, async |tx: &mut Tx| {
        tx.lock(Scope::SITE).await?;
        let event = events::lock(tx, event).await?;
        check_is_free(tx, &event).await?;
        if change.time.is_some_and(|time| time != event.when.local.time()) {
            return Err(AppError::field("time", "A series begins at its night's time. Change the night's first"));
        }
        let blank = Series {
            id: tx.new_id(),
            rule: rule.clone(),
            first: event.when.local,
            zone: event.when.zone,
            until: None,
            pattern: pattern_of(tx, &event).await?,
            is_published: !event.state.is_hidden(),
            ended_at: None,
            created_by: organiser.id,
        };
        let series = change.clone().over(blank, event.when.local.date());
        check_leads_on(tx, &series)?;
        events::put_series(tx, &series).await?;
        let local = event.when.local;
        events::put_place(tx.db(), Place { event: event.id, series: series.id, local, is_own: false }).await?;
        tx.record(Scope::SITE, Kind::SeriesMade, about(series.id.0, Some(organiser.id.0))).await?;
        make_ahead(tx, &series).await?;
        SeriesOut::told(tx, series.id).await
    })
    .await
}

async fn check_is_free(tx: &Tx, event: &Event) -> Result<(), AppError> {
    if events::place_of(tx.db(), event.id).await?.is_some() {
        return Err(AppError::conflict("This night is one of a series already."));
    }
    match event.state {
        State::Cancelled { .. } => Err(AppError::conflict("This night was cancelled. Repeat another one.")),
        _ => Ok(()),
    }
}

fn check_leads_on(tx: &Tx, series: &Series) -> Result<(), AppError> {
    if series.coming(tx.now()).is_empty() {
        return Err(AppError::field("rule", "No night would come by this rule. Try FREQ=WEEKLY, or a later last day"));
    }
    Ok(())
}

async fn pattern_of(tx: &Tx, event: &Event) -> Result<Pattern, AppError> {
    let lineup = events::lineup_of(tx.db(), event).await?;
    let stories = stories::of_event(tx.db(), event.id).await?;
    let slugs = stories.into_iter().map(|story| story.slug).collect();
    Ok(Pattern::of(event, lineup, slugs, &Book::read(tx.db()).await?))
}

/// Makes the nights that a series lacks, as the clock finds it due. One that can't be made is tried again later.
///
/// # Errors
/// When the database fails.
pub async fn keep_ahead(app: &App, id: SeriesId) -> Result<(), AppError> {
    let made = app
        .write(async |tx: &mut Tx| {
            tx.lock(Scope::SITE).await?;
            let Some(series) = events::find_series(tx.db(), id).await? else { return Ok(()) };
            make_ahead(tx, &series).await
        })
        .await;
    let Err(error) = made else { return Ok(()) };
    tracing::error!(series = %id, %error, "a series can't make its nights; it is tried again in an hour");
    app.write(async |tx: &mut Tx| Ok(events::look_at_series(tx.db(), id, Some(tx.now() + PUT_OFF)).await?)).await
}

/// Makes the nights that a series lacks. Needs the lock of the site.
async fn make_ahead(tx: &mut Tx, series: &Series) -> Result<(), AppError> {
    let coming = series.coming(tx.now());
    let Some(first) = coming.first() else {
        return Ok(events::look_at_series(tx.db(), series.id, None).await?);
    };
    // A rule is of whole days: a day has one night, whatever became of it.
    let there = events::nights_of_series(tx.db(), series.id, first.date().and_time(NaiveTime::MIN)).await?;
    let is_there = |local: &NaiveDateTime| there.iter().any(|(place, _)| place.local.date() == local.date());
    // A time that the clocks skip has no night; the series' page says so.
    let exists = |local: &NaiveDateTime| When::instant(*local, series.zone).is_ok();
    for local in coming.iter().filter(|local| exists(local) && !is_there(local)) {
        make_one(tx, series, *local).await?;
    }
    Ok(events::look_at_series(tx.db(), series.id, series.look_at(tx.now())).await?)
}

async fn make_one(tx: &mut Tx, series: &Series, local: NaiveDateTime) -> Result<(), AppError> {
    let book = Book::read(tx.db()).await?;
    let founding = charities::founding(tx.db()).await?;
    let (mut details, beside) = Details::plan(&series.night_at(local), &book, &founding)?;
    if let Some(split) = split_of(series, &book)? {
        details.split = split;
    }
    let slug_like = format!("{} {}", series.pattern.title(), local.format("%Y-%m-%d"));
    let planner = Planner { account: series.created_by, actor: None };
    let event = add(tx, planner, &slug_like, Plan { details, beside }, Tonight::default()).await?;
    events::put_place(tx.db(), Place { event, series: series.id, local, is_own: false }).await?;
    if series.is_published {
        events::publish(tx, None, event).await?;
    }
    Ok(())
}

/// The charities of a series as they are today; none for those of a historic night, which we don't know.
fn split_of(series: &Series, book: &Book) -> Result<Option<Split>, AppError> {
    if series.pattern.charities().is_empty() {
        return Ok(None);
    }
    let mut problems = Problems::default();
    let split = CharityIn::check_split("charities", series.pattern.charities(), book, &mut problems);
    split.map(|split| Some(book.split_today(&split))).ok_or_else(|| problems.refuse())
}

/// Changes a series. Nights to come that nobody changed by themselves move with it; one whose day is gone is cancelled,
/// unless people have shared, promised or said they'll come: then it stays by itself.
///
/// # Errors
/// 409 once it has ended, 422 for a rule that leads nowhere.
pub async fn change_series(
    app: &App,
    organiser: &Organiser,
    id: SeriesId,
    change: SeriesChange,
) -> Result<SeriesOut, AppError> {
    app.write(async |tx: &mut Tx| {
        let before = lock(tx, id).await?;
        let (from, moves) = (before.next_day(tx.now()), change.moves_nights());
        let after = change.clone().over(before, from);
        check_leads_on(tx, &after)?;
        events::put_series(tx, &after).await?;
        tx.record(Scope::SITE, Kind::SeriesChanged, about(id.0, Some(organiser.id.0))).await?;
        if moves {
            lay_anew(tx, &after, organiser.id.0).await?;
        }
        make_ahead(tx, &after).await?;
        SeriesOut::told(tx, id).await
    })
    .await
}

/// The series as it is now, with the lock that its nights are made under.
async fn lock(tx: &Tx, id: SeriesId) -> Result<Series, AppError> {
    tx.lock(Scope::SITE).await?;
    let series = events::find_series(tx.db(), id).await?.ok_or(AppError::NotFound)?;
    series.check_goes_on()?;
    Ok(series)
}

/// The nights to come that nobody seems to have changed by themselves, soonest first.
async fn untouched(tx: &Tx, series: &Series) -> Result<Vec<EventId>, AppError> {
    let today = tx.now().with_timezone(&series.zone).date_naive();
    let nights = events::nights_of_series(tx.db(), series.id, today.and_time(NaiveTime::MIN)).await?;
    Ok(nights.into_iter().filter(|(place, _)| !place.is_own).map(|(_, event)| event.id).collect())
}

/// A night as it is now, with its head locked, if it is still to come and nobody has changed it by itself.
async fn lock_untouched(tx: &Tx, id: EventId) -> Result<Option<(Place, Event)>, AppError> {
    let event = events::lock(tx, id).await?;
    let place = events::place_of(tx.db(), id).await?.filter(|place| !place.is_own);
    let is_to_come = matches!(event.state, State::Draft | State::Scheduled) && event.when.starts_at > tx.now();
    Ok(place.filter(|_| is_to_come).map(|place| (place, event)))
}

/// Moves the nights to come to where the rule has their day now. One that can't move there stays by itself.
async fn lay_anew(tx: &mut Tx, series: &Series, actor: Uuid) -> Result<(), AppError> {
    for id in untouched(tx, series).await? {
        let Some((place, event)) = lock_untouched(tx, id).await? else { continue };
        match series.on_day(place.local.date()) {
            Some(local) if When::instant(local, series.zone).is_ok_and(|at| at > tx.now()) => {
                events::put_place(tx.db(), Place { local, ..place }).await?;
                let time = EventIn { starts_local: series.night_at(local).starts_local, ..EventIn::default() };
                lay(tx, &event, &time, None, actor).await?;
            }
            None if is_empty(tx, &event).await? => {
                turning::call_off(tx, id, Some(actor)).await?;
                events::leave_series(tx.db(), id).await?;
            }
            _ => events::own_night(tx.db(), id).await?,
        }
    }
    Ok(())
}

/// Whether nobody has shared, promised or said they'll come.
async fn is_empty(tx: &Tx, event: &Event) -> Result<bool, AppError> {
    let head = tx.lock(event.id).await?;
    Ok(head.shares == 0 && head.pledges == 0 && rsvps::count(tx.db(), event.id).await? == 0)
}

/// Lays what is sent over a night whose head is locked, and other charities, which stay once there are pledges.
async fn lay(tx: &mut Tx, before: &Event, input: &EventIn, split: Option<Split>, actor: Uuid) -> Result<(), AppError> {
    let book = Book::read(tx.db()).await?;
    let (mut details, mut beside) = Details::change(before, input, &book)?;
    let there = events::lineup_of(tx.db(), before).await?;
    for (slot, same) in beside.lineup.iter_mut().flatten().zip(&there) {
        // A pattern has no anchors; a slot that stays what it is keeps its own.
        let is_same = (&slot.host, &slot.title, slot.minutes) == (&same.slot.host, &same.slot.title, same.slot.minutes);
        slot.anchor = slot.anchor.or(same.slot.anchor.filter(|_| is_same));
    }
    if let Some(split) = split
        && !crate::pledges::has_book(tx.db(), before.id).await?
    {
        details.split = split;
    }
    let tonight = before.tonight.clone();
    lay_over(tx, before, Plan { details, beside }, tonight, actor).await?;
    Ok(())
}

/// Takes one of its nights as the pattern of a series: nights to come that nobody changed by themselves become like it.
///
/// # Errors
/// 404 for a night that isn't of this series, 409 once the series has ended.
pub async fn set_pattern(
    app: &App,
    organiser: &Organiser,
    id: SeriesId,
    event: EventId,
) -> Result<SeriesOut, AppError> {
    app.write(async |tx: &mut Tx| {
        let mut series = lock(tx, id).await?;
        let model = events::lock(tx, event).await?;
        let place = events::place_of(tx.db(), event).await?.filter(|place| place.series == id);
        let place = place.ok_or(AppError::NotFound)?;
        series.pattern = pattern_of(tx, &model).await?;
        events::put_series(tx, &series).await?;
        // It is as the series says now; only its time may be its own.
        let is_own = model.when.local != place.local;
        events::put_place(tx.db(), Place { is_own, ..place }).await?;
        tx.record(Scope::SITE, Kind::SeriesChanged, about(id.0, Some(organiser.id.0))).await?;
        let split = split_of(&series, &Book::read(tx.db()).await?)?;
        for other in untouched(tx, &series).await?.into_iter().filter(|other| *other != event) {
            if let Some((place, night)) = lock_untouched(tx, other).await? {
                lay(tx, &night, &series.night_at(place.local), split.clone(), organiser.id.0).await?;
            }
        }
        SeriesOut::told(tx, id).await
    })
    .await
}

/// Ends a series: no more nights are made. Those that are planned stay. Doing it twice changes nothing more.
///
/// # Errors
/// When the database fails.
pub async fn end_series(app: &App, once: &Once, organiser: &Organiser, id: SeriesId) -> Result<SeriesOut, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        tx.lock(Scope::SITE).await?;
        let mut series = events::find_series(tx.db(), id).await?.ok_or(AppError::NotFound)?;
        if series.ended_at.is_none() {
            series.ended_at = Some(tx.now());
            events::put_series(tx, &series).await?;
            tx.record(Scope::SITE, Kind::SeriesEnded, about(id.0, Some(organiser.id.0))).await?;
        }
        SeriesOut::told(tx, id).await
    })
    .await
}
