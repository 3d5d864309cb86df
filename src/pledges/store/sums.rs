//! Queries of the proof: sums of the rows themselves, made anew, so that they can differ from the running totals.

use entity::entry::LedgerAccount;
use entity::ids::{CharityId, EventId};
use entity::money::Pence;
use entity::payment::{Method, PaymentState};
use entity::pledge::PledgeKind;
use entity::{entry, journal, payment, pledge, pledge_split};
use sea_orm::sea_query::{Expr, IntoColumnRef, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, JoinType, QueryFilter, QuerySelect,
    RelationDef,
};

use super::open::open_at;
use super::totals::{head_row, sum, totals_with_open};
use crate::pledges::pledge::PledgeState;
use crate::pledges::sums::{AccountSum, BookSum, KindSum, PartSum, PaymentSum, Sums, TermsCount};
use crate::pledges::terms::Terms;

fn count(column: impl IntoColumnRef) -> SimpleExpr {
    Expr::col(column).count()
}

/// The proof of a night. Reads every pledge and entry of it: hand it a snapshot.
///
/// # Errors
/// When the database fails.
pub async fn sums_of_event(db: &impl ConnectionTrait, event: EventId, target: Option<Pence>) -> Result<Sums, DbErr> {
    let head = head_row(db, event).await?;
    let open = open_at(db, event, &head).await?;
    let counts = open.counts();
    let pledges = terms(db, event).await?;
    Ok(Sums {
        counts,
        kinds: KindSum::list(&pledges, counts),
        withdrawn: ended(db, event, PledgeState::Withdrawn).await?,
        lapsed: ended(db, event, PledgeState::Lapsed).await?,
        parts: parts(db, event).await?,
        open: open.parts(),
        payments: payments(db, event).await?,
        book: BookSum {
            journals: head.journal_number,
            head: head.journal_hash.clone(),
            accounts: accounts(db, event).await?,
        },
        is_withheld: is_withheld(db, event).await?,
        totals: totals_with_open(db, event, &head, open, target).await?,
    })
}

/// Kind, the most, the rate, what it was counted by; how many.
type TermsRow = (PledgeKind, Pence, Option<i64>, Option<i64>, i64);

/// Standing pledges by their terms.
async fn terms(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<TermsCount>, DbErr> {
    use pledge::Column::{AtMostPence, Counted, Id, Kind, Rate};
    let rows: Vec<TermsRow> = pledge::Entity::find()
        .select_only()
        .columns([Kind, AtMostPence, Rate, Counted])
        .column_as(count(Id), "pledges")
        .filter(standing(event))
        .group_by(Kind)
        .group_by(AtMostPence)
        .group_by(Rate)
        .group_by(Counted)
        .into_tuple()
        .all(db)
        .await?;
    let noun = |(kind, at_most, rate, counted, pledges): TermsRow| TermsCount {
        terms: Terms::stored(kind, at_most, rate.unwrap_or_default()),
        counted,
        pledges,
    };
    Ok(rows.into_iter().map(noun).collect())
}

fn standing(event: EventId) -> Condition {
    let states = [PledgeState::Promised, PledgeState::Settled];
    Condition::all().add(pledge::COLUMN.event_id.eq(event)).add(pledge::Column::State.is_in(states))
}

async fn ended(db: &impl ConnectionTrait, event: EventId, state: PledgeState) -> Result<i64, DbErr> {
    let found: Option<i64> = pledge::Entity::find()
        .select_only()
        .column_as(count(pledge::Column::Id), "pledges")
        .filter(pledge::COLUMN.event_id.eq(event))
        .filter(pledge::COLUMN.state.eq(state))
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.unwrap_or_default())
}

/// Kind, state, charity; promised, claimed, received.
type PartRow = (PledgeKind, PledgeState, CharityId, i64, i64, i64);

async fn parts(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<PartSum>, DbErr> {
    use pledge_split::Column::{CharityId, ClaimedPence, PledgeId, PromisedPence, ReceivedPence};
    let its_pledge: RelationDef =
        pledge_split::Entity::belongs_to(pledge::Entity).from(PledgeId).to(pledge::Column::Id).into();
    let rows: Vec<PartRow> = pledge_split::Entity::find()
        .select_only()
        .column(pledge::Column::Kind)
        .column(pledge::Column::State)
        .column(CharityId)
        .column_as(sum((pledge_split::Entity, PromisedPence)), "promised")
        .column_as(sum((pledge_split::Entity, ClaimedPence)), "claimed")
        .column_as(sum((pledge_split::Entity, ReceivedPence)), "received")
        .join(JoinType::InnerJoin, its_pledge)
        .filter(pledge::COLUMN.event_id.eq(event))
        .group_by(pledge::Column::Kind)
        .group_by(pledge::Column::State)
        .group_by(CharityId)
        .into_tuple()
        .all(db)
        .await?;
    let noun = |(kind, state, charity, promised, claimed, received): PartRow| PartSum {
        kind,
        stands: matches!(state, PledgeState::Promised | PledgeState::Settled),
        charity,
        promised: Pence(promised),
        claimed: Pence(claimed),
        received: Pence(received),
    };
    Ok(rows.into_iter().map(noun).collect())
}

/// Charity, method, state, a pledge or none; how many, what they count for.
type PaymentRow = (CharityId, Method, PaymentState, bool, i64, i64);

async fn payments(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<PaymentSum>, DbErr> {
    use payment::Column::{AmountPence, CharityId, Id, Method, PledgeId, SettledPence, State};
    let of_pledge = || Expr::col(PledgeId).is_not_null();
    let counts = Expr::col(AmountPence).sub(Expr::col(SettledPence)).sum().cast_as("bigint");
    let rows: Vec<PaymentRow> = payment::Entity::find()
        .select_only()
        .columns([CharityId, Method, State])
        .column_as(of_pledge(), "of_pledge")
        .column_as(count(Id), "payments")
        .column_as(counts, "amount")
        .filter(payment::COLUMN.event_id.eq(event))
        .filter(payment::COLUMN.state.ne(PaymentState::Reversed))
        .group_by(CharityId)
        .group_by(Method)
        .group_by(State)
        .group_by(of_pledge())
        .into_tuple()
        .all(db)
        .await?;
    let noun = |(charity, method, state, of_pledge, payments, amount): PaymentRow| PaymentSum {
        charity,
        method,
        state,
        of_pledge,
        payments,
        amount: Pence(amount),
    };
    Ok(rows.into_iter().map(noun).collect())
}

async fn accounts(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<AccountSum>, DbErr> {
    use entry::Column::{Account, AmountPence, CharityId, JournalId, Line};
    let its_journal: RelationDef =
        entry::Entity::belongs_to(journal::Entity).from(JournalId).to(journal::Column::Id).into();
    let rows: Vec<(LedgerAccount, Option<entity::ids::CharityId>, i64, i64)> = entry::Entity::find()
        .select_only()
        .columns([Account, CharityId])
        .column_as(count(Line), "entries")
        .column_as(sum(AmountPence), "amount")
        .join(JoinType::InnerJoin, its_journal)
        .filter(journal::COLUMN.event_id.eq(event))
        .group_by(Account)
        .group_by(CharityId)
        .into_tuple()
        .all(db)
        .await?;
    let noun = |(account, charity, entries, amount)| AccountSum { account, charity, entries, amount: Pence(amount) };
    Ok(rows.into_iter().map(noun).collect())
}

/// Whether some kind has exactly one pledge that hides its amount, and that one shows who made it.
async fn is_withheld(db: &impl ConnectionTrait, event: EventId) -> Result<bool, DbErr> {
    use pledge::COLUMN;
    let hidden = |told: Condition| {
        pledge::Entity::find()
            .select_only()
            .column(pledge::Column::Kind)
            .column_as(count(pledge::Column::Id), "pledges")
            .filter(standing(event))
            .filter(COLUMN.show_amount.eq(false))
            .filter(told)
            .group_by(pledge::Column::Kind)
            .into_tuple::<(PledgeKind, i64)>()
    };
    let name = Condition::all().add(COLUMN.show_name.eq(true)).add(COLUMN.name.is_not_null());
    let message = Condition::all().add(COLUMN.show_message.eq(true)).add(COLUMN.message.is_not_null());
    let says_who = Condition::all().add(COLUMN.words_removed.eq(false)).add(Condition::any().add(name).add(message));
    let alone = hidden(Condition::all()).all(db).await?.into_iter().filter(|(_, pledges)| *pledges == 1);
    let known = hidden(says_who).all(db).await?;
    Ok(alone.into_iter().any(|(kind, _)| known.iter().any(|(other, _)| *other == kind)))
}
