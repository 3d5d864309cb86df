//! Queries about what services said of links.

use std::collections::HashMap;

use entity::ids::TrackId;
use entity::link_finding::{self, FindingOutcome};
use entity::{Moment, share, share_link, track_link};
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::songs::{Name, identity};
use crate::db::Tx;
use crate::error::AppError;
use crate::tracks::link::{Link, Service, recognise};
use crate::tracks::lookup::Finding;
use crate::tracks::share::{ShareState, Song};

/// What its service said of a link, if it was asked.
///
/// # Errors
/// When the database fails.
pub async fn finding(db: &impl ConnectionTrait, link: &Link) -> Result<Option<Finding>, DbErr> {
    let id = (link.service.as_str().to_owned(), link.kind.as_str().to_owned(), identity(link));
    Ok(link_finding::Entity::find_by_id(id).one(db).await?.map(noun))
}

fn noun(row: link_finding::Model) -> Finding {
    let link_finding::Model { service: _, kind: _, key: _, outcome, title, artist, leads_to, asked_at: _ } = row;
    match (outcome, title, leads_to.as_deref().and_then(recognise)) {
        (FindingOutcome::Named, Some(title), _) => Finding::Named { title, artist },
        (FindingOutcome::Leads, _, Some(link)) => Finding::Leads(link),
        (FindingOutcome::Gone, ..) => Finding::Gone,
        _ => Finding::Nothing,
    }
}

/// Keeps what a service said of a link. A name, once told, is kept when the thing itself has gone.
///
/// # Errors
/// When the database fails.
pub async fn keep_finding(tx: &Tx, link: &Link, finding: &Finding) -> Result<(), AppError> {
    let known = self::finding(tx.db(), link).await?;
    let kept = match (finding, &known) {
        (Finding::Gone | Finding::Nothing, Some(known @ (Finding::Named { .. } | Finding::Leads(_))))
        | (Finding::Nothing, Some(known @ Finding::Gone)) => known,
        _ => finding,
    };
    let (outcome, title, artist, leads_to) = match kept {
        Finding::Named { title, artist } => (FindingOutcome::Named, Some(title.clone()), artist.clone(), None),
        Finding::Leads(link) => (FindingOutcome::Leads, None, None, Some(link.url.clone())),
        Finding::Gone => (FindingOutcome::Gone, None, None, None),
        Finding::Nothing => (FindingOutcome::Nothing, None, None, None),
    };
    let row = link_finding::ActiveModel {
        service: Set(link.service.as_str().to_owned()),
        kind: Set(link.kind.as_str().to_owned()),
        key: Set(identity(link)),
        outcome: Set(outcome),
        title: Set(title),
        artist: Set(artist),
        leads_to: Set(leads_to),
        asked_at: Set(tx.now()),
    };
    let again =
        OnConflict::columns([link_finding::Column::Service, link_finding::Column::Kind, link_finding::Column::Key])
            .update_columns([
                link_finding::Column::Outcome,
                link_finding::Column::Title,
                link_finding::Column::Artist,
                link_finding::Column::LeadsTo,
                link_finding::Column::AskedAt,
            ])
            .to_owned();
    link_finding::Entity::insert(row).on_conflict(again).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Notes that somebody is about to ask about a link, so that nobody else does; what was said before is kept.
///
/// # Errors
/// When the database fails.
pub async fn note_asked(tx: &Tx, link: &Link) -> Result<(), AppError> {
    keep_finding(tx, link, &Finding::Nothing).await
}

/// A song whose short link was followed before comes with the link that it leads to.
///
/// # Errors
/// When the database fails.
pub async fn followed(db: &impl ConnectionTrait, song: Song) -> Result<Song, DbErr> {
    let Some(short) = song.link.as_ref().filter(|link| link.id.is_none()) else { return Ok(song) };
    Ok(match finding(db, short).await? {
        Some(Finding::Leads(link)) => Song { link: Some(link), ..song },
        _ => song,
    })
}

/// Links in sight of which no service was asked since `before`, as their addresses; the oldest shared first.
///
/// # Errors
/// When the database fails.
pub async fn unasked(db: &impl ConnectionTrait, before: Moment, count: u64) -> Result<Vec<String>, DbErr> {
    let same = |ours: track_link::Column, theirs: link_finding::Column| {
        Expr::col((track_link::Entity, ours)).equals((link_finding::Entity, theirs))
    };
    let asked = Query::select()
        .expr(Expr::val(1))
        .from(link_finding::Entity)
        .and_where(same(track_link::Column::Service, link_finding::Column::Service))
        .and_where(same(track_link::Column::Kind, link_finding::Column::Kind))
        .and_where(same(track_link::Column::Key, link_finding::Column::Key))
        .and_where(Expr::col((link_finding::Entity, link_finding::Column::AskedAt)).gte(before))
        .take();
    let in_sight = Query::select()
        .expr(Expr::val(1))
        .from(share_link::Entity)
        .inner_join(
            share::Entity,
            Expr::col((share::Entity, share::Column::Id)).equals((share_link::Entity, share_link::Column::ShareId)),
        )
        .and_where(
            Expr::col((share_link::Entity, share_link::Column::TrackId))
                .equals((track_link::Entity, track_link::Column::TrackId)),
        )
        .and_where(
            Expr::col((share_link::Entity, share_link::Column::Position))
                .equals((track_link::Entity, track_link::Column::Position)),
        )
        .and_where(Expr::col((share::Entity, share::Column::State)).eq(ShareState::Shown.as_str()))
        .take();
    track_link::Entity::find()
        .select_only()
        .column(track_link::Column::Url)
        .filter(track_link::COLUMN.service.ne(Service::WEB.as_str()))
        .filter(track_link::Column::GoneAt.is_null())
        .filter(Condition::all().add(Expr::exists(in_sight)).add(Expr::exists(asked).not()))
        .order_by_asc(track_link::COLUMN.track_id)
        .order_by_asc(track_link::COLUMN.position)
        .limit(count)
        .into_tuple()
        .all(db)
        .await
}

/// What services call the things that these links lead to, by the first link of each track that has a name.
pub(super) async fn told_names(
    db: &impl ConnectionTrait,
    links: &[track_link::Model],
) -> Result<HashMap<TrackId, Name>, DbErr> {
    if links.is_empty() {
        return Ok(HashMap::new());
    }
    let told = link_finding::Entity::find()
        .filter(link_finding::Column::Service.is_in(links.iter().map(|link| link.service.clone())))
        .filter(link_finding::Column::Key.is_in(links.iter().map(|link| link.key.clone())))
        .filter(link_finding::Column::Outcome.eq(FindingOutcome::Named))
        .all(db)
        .await?;
    let mut names = HashMap::new();
    for link in links {
        let is_of = |told: &&link_finding::Model| {
            (&told.service, &told.kind, &told.key) == (&link.service, &link.kind, &link.key)
        };
        if let Some(told) = told.iter().find(is_of) {
            names.entry(link.track_id).or_insert_with(|| (told.title.clone(), told.artist.clone()));
        }
    }
    Ok(names)
}

/// Notes that a link leads nowhere since a moment, or that it leads somewhere after all; false when that was known.
///
/// # Errors
/// When the database fails.
pub async fn set_gone(tx: &Tx, link: &Link, gone_at: Option<Moment>) -> Result<bool, AppError> {
    let known =
        if gone_at.is_some() { track_link::Column::GoneAt.is_null() } else { track_link::Column::GoneAt.is_not_null() };
    let changed = track_link::Entity::update_many()
        .col_expr(track_link::Column::GoneAt, Expr::value(gone_at))
        .filter(track_link::COLUMN.service.eq(link.service.as_str()))
        .filter(track_link::COLUMN.kind.eq(link.kind.as_str()))
        .filter(track_link::COLUMN.key.eq(identity(link)))
        .filter(known)
        .exec(tx.db())
        .await?;
    Ok(changed.rows_affected > 0)
}
