//! The audit: proves that the book adds up, that nothing in it was changed, and that every total equals its entries.

mod imports;
mod open;
mod pledges;
mod stock;

use std::collections::{HashMap, HashSet};

use entity::entry::LedgerAccount;
use entity::ids::{CharityId, EventId, PledgeId};
use entity::journal::JournalKind;
use entity::money::Pence;

use super::store::{self, Posted};
use crate::activity;
use crate::app::App;
use crate::charities::Book;
use crate::error::AppError;

/// Rows read at once.
const BATCH: u64 = 1000;

/// One invariant, and how often it was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What must hold, as a sentence.
    pub rule: &'static str,
    /// How many things it was checked on.
    pub checked: u64,
    /// What breaks it: the first few.
    pub broken: Vec<String>,
}

/// What breaks a rule beyond this many is not told: one is enough to act on.
const TOLD_MAX: usize = 5;

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn note(&mut self, rule: &'static str, holds: bool, what: impl FnOnce() -> String) {
        let at = self.0.iter().position(|finding| finding.rule == rule).unwrap_or_else(|| {
            self.0.push(Finding { rule, checked: 0, broken: Vec::new() });
            self.0.len() - 1
        });
        let finding = &mut self.0[at];
        finding.checked += 1;
        if !holds && finding.broken.len() < TOLD_MAX {
            finding.broken.push(what());
        }
    }
}

const BALANCED: &str = "every journal sums to zero";
const CHAINED: &str = "no journal was changed, added or taken out behind the book's back (hash chain)";
const HEADS: &str = "every chain ends where its event's head says";
const TOTALS: &str = "every total equals the sum of its entries";
const ALLOCATED: &str = "every pledge's parts equal its entries, and divide what it promises to the penny";
const OPEN: &str = "the open part of a night equals a recount of its pledges";
const PAID: &str = "what each pledge has claimed and received equals its payments";
const IMPORTED: &str =
    "every row of a statement that counts has one payment, and every payment of a row is one that counts";
const ONCE: &str = "no row of a statement counts twice";
const POSTED: &str = "what a request made is posted once: no idempotency key has two journals";
const NUMBERED: &str = "pledge numbers are dense";
const COUNTED: &str = "counts of pledges, supporters and songs are true";
const GIFT_AID: &str = "the Gift Aid estimate rests on the right pledges";
const STOCK: &str =
    "every chart that still moves ends at what is promised, and milestones are where the activity has them";
const ACTIVITY: &str = "activity ends where the head says";
const UNCHANGED: &str = "activity is numbered densely, and none of it was changed or taken out (hash chain)";
const MERGED: &str = "every charity is one that stands for itself today";

/// Every rule, in the order they are told.
const RULES: [&str; 17] = [
    BALANCED, CHAINED, HEADS, TOTALS, ALLOCATED, OPEN, PAID, IMPORTED, ONCE, POSTED, NUMBERED, COUNTED, GIFT_AID,
    STOCK, ACTIVITY, UNCHANGED, MERGED,
];

/// Audits every event. `progress` is told how many events are done.
///
/// # Errors
/// When the database fails; what is wrong with the book is in the findings.
pub async fn check(app: &App, mut progress: impl FnMut(usize, usize)) -> Result<Vec<Finding>, AppError> {
    let mut findings = Findings::default();
    findings.0.extend(RULES.iter().map(|rule| Finding { rule, checked: 0, broken: Vec::new() }));
    let events = store::events_with_books(app.db.read()).await?;
    for (done, event) in events.iter().enumerate() {
        check_event(app, *event, &mut findings).await?;
        progress(done + 1, events.len());
    }
    let snapshot = app.db.snapshot().await?;
    let book = Book::read(&snapshot).await?;
    for charity in book.list() {
        findings.note(MERGED, book.today(charity).merged.is_none(), || format!("charity {} goes round", charity.slug));
    }
    imports::check_once(&snapshot, &mut findings).await?;
    for (scope, head) in store::activity_heads(&snapshot).await? {
        let highest = activity::highest(&snapshot, scope).await?;
        findings.note(ACTIVITY, head == Some(highest), || format!("{scope:?}: head {head:?}, highest {highest}"));
        let broken = activity::first_broken(&snapshot, scope).await?;
        findings.note(UNCHANGED, broken.is_none(), || format!("{scope:?}: number {}", broken.unwrap_or_default()));
    }
    Ok(findings.0)
}

/// What the entries of an event say.
#[derive(Default)]
struct Sums {
    by_account: HashMap<(LedgerAccount, CharityId), Pence>,
    by_pledge: HashMap<(LedgerAccount, PledgeId, CharityId), Pence>,
    /// Pledges that were promised, and payments that were claimed or confirmed.
    posted: HashSet<(JournalKind, uuid::Uuid)>,
}

async fn check_event(app: &App, event: EventId, findings: &mut Findings) -> Result<(), AppError> {
    let snapshot = app.db.snapshot().await?;
    let mut sums = Sums::default();
    let (mut number, mut hash) = (0, Vec::new());
    loop {
        let batch = store::journals(&snapshot, event, number, BATCH).await?;
        let Some(last) = batch.last() else { break };
        let (last_number, last_hash) = (last.number, last.hash.clone());
        for posted in &batch {
            check_journal(posted, number, &hash, findings);
            (number, hash) = (posted.number, posted.hash.clone());
            findings.note(POSTED, sums.is_first(posted), || format!("event {event}, journal {number} posts it again"));
            sums.add(posted);
        }
        (number, hash) = (last_number, last_hash);
    }
    let head = store::head(&snapshot, event).await?;
    let agrees = head.as_ref().is_some_and(|head| head.journal_number == number && head.journal_hash == hash);
    findings.note(HEADS, agrees, || format!("event {event}: the book ends at journal {number}, the head elsewhere"));
    let Some(head) = head else { return Ok(()) };
    let counts = head.counts;
    let pledges = pledges::check(&snapshot, event, &sums, findings).await?;
    pledges::check_payments(&snapshot, event, &pledges, findings).await?;
    imports::check(&snapshot, event, findings).await?;
    open::check(&snapshot, event, (head.songs, head.base), &pledges.open, findings).await?;
    findings.note(NUMBERED, head.pledge_number == pledges.last_number, || {
        format!("event {event}: the head says {}, the last is {}", head.pledge_number, pledges.last_number)
    });
    stock::check(&snapshot, event, app.now(), findings).await?;
    let totals = store::ledger_of_event(&snapshot, event).await?;
    for total in &totals {
        let of = |account| sums.by_account.get(&(account, total.charity)).copied().unwrap_or_default();
        let holds = total.promised == of(LedgerAccount::Promised)
            && total.claimed == of(LedgerAccount::Claimed)
            && total.received == of(LedgerAccount::Received);
        findings.note(TOTALS, holds, || format!("event {event}, charity {}: {total:?}", total.charity));
        let aidable = pledges.aidable.get(&total.charity).copied().unwrap_or_default();
        findings.note(GIFT_AID, total.gift_aidable == aidable, || {
            format!("event {event}: {} against {aidable}", total.gift_aidable)
        });
    }
    let known = |charity: &CharityId| totals.iter().any(|total| total.charity == *charity);
    for (account, charity) in sums.by_account.keys().filter(|(_, charity)| !known(charity)) {
        findings.note(TOTALS, false, || format!("event {event}: entries of {account} for {charity}, which it lacks"));
    }
    let supporters = store::count_supporters(&snapshot, event).await?;
    let shares = crate::tracks::count_shown(&snapshot, event).await?;
    let holds = counts.pledges == pledges.standing
        && counts.supporters == supporters
        && u64::try_from(counts.shares).ok() == Some(shares);
    findings.note(COUNTED, holds, || {
        format!(
            "event {event}: {counts:?} against {} pledges, {supporters} supporters, {shares} songs",
            pledges.standing
        )
    });
    let miscounted = crate::tracks::miscounted(&snapshot, event).await?;
    findings.note(COUNTED, miscounted.is_empty(), || format!("event {event}: dances to the songs {miscounted:?}"));
    Ok(())
}

fn check_journal(posted: &Posted, before: i64, hash: &[u8], findings: &mut Findings) {
    let Posted { number, hash: stored, journal } = posted;
    let sum: Pence = journal.lines.iter().map(|line| line.amount).sum();
    findings.note(BALANCED, sum == Pence::ZERO && !journal.lines.is_empty(), || {
        format!("event {}, journal {number} sums to {sum}", journal.event)
    });
    let chained = *number == before + 1 && journal.hash(*number, hash) == *stored;
    findings.note(CHAINED, chained, || format!("event {}, journal {number}", journal.event));
}

impl Sums {
    /// Whether a promise, or a payment, isn't in the book yet. Changes and reversals may come again.
    fn is_first(&mut self, posted: &Posted) -> bool {
        let journal = &posted.journal;
        let made = match journal.kind {
            JournalKind::Promised => journal.pledge.map(|id| id.0),
            JournalKind::Claimed | JournalKind::Confirmed => journal.payment.map(|id| id.0),
            _ => None,
        };
        made.is_none_or(|id| self.posted.insert((journal.kind, id)))
    }

    fn add(&mut self, posted: &Posted) {
        for line in &posted.journal.lines {
            let Some(charity) = line.charity else { continue };
            *self.by_account.entry((line.account, charity)).or_default() += line.amount;
            if let Some(pledge) = posted.journal.pledge {
                *self.by_pledge.entry((line.account, pledge, charity)).or_default() += line.amount;
            }
        }
    }
}
