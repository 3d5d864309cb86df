//! Keeping the word list, and taking a report down.

use entity::ids::{ListedWordId, MatterId, Scope};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::report::{self, NewReport, Report, Subject};
use super::store;
use super::word_list::ListedWord;
use crate::accounts::Owner;
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::keys::Keys;
use crate::once::Once;

/// More words than anybody can keep in view.
const WORDS_MAX: u64 = 500;

/// A word as it is on the list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Added {
    pub id: ListedWordId,
    pub word: String,
    /// False when it was on the list before.
    pub is_new: bool,
}

fn about(subject: Uuid, actor: Uuid) -> About {
    About { subject: Some(subject), actor: Some(actor), amount_pence: None }
}

/// Puts a word on the list. One that is there already, in whatever disguise, stays as it is.
///
/// # Errors
/// 409 when the list is full.
pub(super) async fn add_word(app: &App, once: &Once, owner: &Owner, word: ListedWord) -> Result<Added, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        // Of two owners who add one word at once, the second finds it there.
        tx.lock(Scope::SITE).await?;
        if let Some((id, word)) = store::word_by_key(tx.db(), &word.key).await? {
            return Ok(Added { id, word, is_new: false });
        }
        if store::count_words(tx.db()).await? >= WORDS_MAX {
            return Err(AppError::conflict("The list has 500 words. Take one off before you add another."));
        }
        let id = store::insert_word(tx, word.clone(), owner.0.id).await?;
        tx.record(Scope::SITE, Kind::WordListed, about(id.0, owner.0.id.0)).await?;
        Ok(Added { id, word: word.word, is_new: true })
    })
    .await
}

/// Takes a word off the list. What is held for it stays held.
///
/// # Errors
/// 404 when it isn't on it.
pub(super) async fn remove_word(app: &App, owner: &Owner, id: ListedWordId) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        if !store::delete_word(tx, id).await? {
            return Err(AppError::NotFound);
        }
        tx.record(Scope::SITE, Kind::WordUnlisted, about(id.0, owner.0.id.0)).await?;
        Ok(())
    })
    .await
}

/// A report that was taken down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TakenReport {
    pub matter: MatterId,
    pub report: Report,
    /// False when the same person had reported the same thing before.
    pub is_new: bool,
}

/// Takes a report down, within a unit of work that holds the head of the subject's night, or of the site. One person
/// counts once in a matter.
///
/// # Errors
/// When the database fails.
pub async fn take_report(
    keys: &Keys,
    tx: &mut Tx,
    subject: Subject,
    reporter: Option<Uuid>,
    new: NewReport,
) -> Result<TakenReport, AppError> {
    let matter = match store::open_matter(tx.db(), subject).await? {
        Some(matter) => matter,
        None => store::insert_matter(tx, subject).await?,
    };
    if let Some(report) = store::report_by(tx.db(), matter, reporter).await? {
        return Ok(TakenReport { matter, report, is_new: false });
    }
    let id = tx.new_id();
    let report = store::insert_report(tx, matter, reporter, (id, report::reference(keys, id)), new).await?;
    // Who reported is nobody's business, the hosts' neither.
    let about = About { subject: Some(matter.0), ..About::default() };
    tx.record(subject.event.map_or(Scope::SITE, Scope::from), Kind::ReportMade, about).await?;
    Ok(TakenReport { matter, report, is_new: true })
}
