//! Nights that come again: beginning a series, changing it, ending it, and making its nights as they come near.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
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
use crate::events::{self, CharityIn, Details, Event, Pattern, Place, Series, SeriesChange, State, Tonight, When};
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
        let blank = Series {
            id: tx.new_id(),
            rule: rule.clone(),
            first: event.when.local,
            zone: event.when.zone,
            until: None,
            pattern: pattern_of(tx, &event).await?,
            is_published: true,
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
        let coming = untouched(tx, &before).await?;
        let from = coming.first().map_or_else(|| today(tx, &before), |(place, _)| place.local.date());
        let (moves, after) = (change.moves_nights(), change.clone().over(before, from));
        check_leads_on(tx, &after)?;
        events::put_series(tx, &after).await?;
        tx.record(Scope::SITE, Kind::SeriesChanged, about(id.0, Some(organiser.id.0))).await?;
        if moves {
            lay_anew(tx, &after, coming, organiser.id.0).await?;
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

fn today(tx: &Tx, series: &Series) -> NaiveDate {
    tx.now().with_timezone(&series.zone).date_naive()
}

/// The nights to come that nobody changed by themselves, soonest first.
async fn untouched(tx: &Tx, series: &Series) -> Result<Vec<(Place, Event)>, AppError> {
    let wall = tx.now().with_timezone(&series.zone).naive_local();
    let nights = events::nights_of_series(tx.db(), series.id, wall).await?;
    let is_free = |(place, event): &(Place, Event)| {
        !place.is_own && matches!(event.state, State::Draft | State::Scheduled) && event.when.starts_at > tx.now()
    };
    Ok(nights.into_iter().filter(is_free).collect())
}

async fn lay_anew(tx: &mut Tx, series: &Series, nights: Vec<(Place, Event)>, actor: Uuid) -> Result<(), AppError> {
    let wanted = series.coming(tx.now());
    for (place, event) in nights {
        let on_that_day = wanted.iter().find(|local| local.date() == place.local.date());
        match on_that_day.filter(|local| When::instant(**local, series.zone).is_ok()) {
            Some(local) => {
                events::put_place(tx.db(), Place { local: *local, ..place }).await?;
                lay_pattern(tx, series, &event, *local, actor).await?;
            }
            None if is_empty(tx, &event).await? => turning::call_off(tx, event.id, Some(actor)).await?,
            None => events::own_night(tx.db(), event.id).await?,
        }
    }
    Ok(())
}

/// Whether nobody has shared, promised or said they'll come.
async fn is_empty(tx: &Tx, event: &Event) -> Result<bool, AppError> {
    let head = tx.lock(event.id).await?;
    Ok(head.shares == 0 && head.pledges == 0 && rsvps::count(tx.db(), event.id).await? == 0)
}

/// Makes a night what its series says. Charities stay once there are pledges.
async fn lay_pattern(
    tx: &mut Tx,
    series: &Series,
    event: &Event,
    local: NaiveDateTime,
    actor: Uuid,
) -> Result<(), AppError> {
    let before = events::lock(tx, event.id).await?;
    let book = Book::read(tx.db()).await?;
    let (mut details, beside) = Details::change(&before, &series.night_at(local), &book)?;
    if !crate::pledges::has_book(tx.db(), before.id).await?
        && let Some(split) = split_of(series, &book)?
    {
        details.split = split;
    }
    let tonight = before.tonight.clone();
    lay_over(tx, &before, Plan { details, beside }, tonight, actor).await?;
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
        let place = events::place_of(tx.db(), event).await?.filter(|place| place.series == id);
        let place = place.ok_or(AppError::NotFound)?;
        let model = events::lock(tx, event).await?;
        series.pattern = pattern_of(tx, &model).await?;
        events::put_series(tx, &series).await?;
        // It is as the series says now; only its time may be its own.
        let is_own = model.when.local != place.local;
        events::put_place(tx.db(), Place { is_own, ..place }).await?;
        tx.record(Scope::SITE, Kind::SeriesChanged, about(id.0, Some(organiser.id.0))).await?;
        for (place, night) in untouched(tx, &series).await?.into_iter().filter(|(place, _)| place.event != event) {
            lay_pattern(tx, &series, &night, place.local, organiser.id.0).await?;
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
