//! Reports, and the matters they make.

use entity::Moment;
use entity::ids::{EventId, MatterId, ReportId};
use entity::matter::{AboutKind, Outcome};
use entity::report::Reason;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::accounts::Email;
use crate::error::{AppError, Problems};
use crate::keys::Keys;
use crate::words::Prose;

/// A report as it is sent.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ReportIn {
    /// `share:ID`, `pledge:ID`, `event:SLUG` or `story:SLUG`; null for a complaint about nothing of these.
    pub about: Option<String>,
    /// `unkind`, `private`, `harmful`, `spam` or `other`. A complaint needs none.
    pub reason: Option<String>,
    /// Up to 1,000 characters. A complaint needs some, and so does `other`.
    pub words: Option<String>,
    /// Where an answer is wanted.
    pub email: Option<String>,
}

/// What somebody wants to report, before anyone has looked whether it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Share(Uuid),
    Pledge(Uuid),
    /// By its slug.
    Event(String),
    /// By its slug.
    Story(String),
    Site,
}

impl Asked {
    /// Reads `share:ID` and its like; nothing is the site as a whole.
    ///
    /// # Errors
    /// 404 for anything else.
    pub fn read(about: Option<&str>) -> Result<Self, AppError> {
        let Some(about) = about.filter(|about| !about.is_empty()) else { return Ok(Self::Site) };
        let (kind, id) = about.split_once(':').ok_or(AppError::NotFound)?;
        let uuid = || id.parse().map_err(|_| AppError::NotFound);
        // No slug has one, and no database takes a NUL.
        let slug = || if id.contains('\0') { Err(AppError::NotFound) } else { Ok(id.to_owned()) };
        match kind {
            "share" => uuid().map(Self::Share),
            "pledge" => uuid().map(Self::Pledge),
            "event" => slug().map(Self::Event),
            "story" => slug().map(Self::Story),
            _ => Err(AppError::NotFound),
        }
    }
}

/// What a report is about, once it was found to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub kind: AboutKind,
    /// None for the site as a whole.
    pub id: Option<Uuid>,
    /// The night whose hosts look at it; none for what owners look at.
    pub event: Option<EventId>,
}

/// A report whose every field was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    pub reason: Reason,
    pub words: Option<String>,
    pub email: Option<String>,
}

impl NewReport {
    /// Checks a report about `asked`.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub fn new(input: &ReportIn, asked: &Asked) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        let given = input.reason.as_deref().filter(|reason| !reason.is_empty());
        let reason = match (given, asked) {
            (None, Asked::Site) => Some(Reason::Other),
            (given, _) => {
                let read = given.and_then(|reason| reason.parse::<Reason>().ok());
                problems.take("reason", read.ok_or("Choose what is wrong with it"))
            }
        };
        let words = problems.take("words", Prose::<1000>::optional(input.words.as_deref())).flatten();
        if words.is_none() && reason == Some(Reason::Other) && problems.of("words").is_none() {
            problems.add("words", "Tell us what is wrong, in a few words");
        }
        let email = problems.take("email", Email::optional(input.email.as_deref())).flatten();
        let (Some(reason), true) = (reason, problems.list().is_empty()) else { return Err(problems.refuse()) };
        Ok(Self { reason, words: words.map(Prose::into_string), email: email.map(Email::into_string) })
    }
}

/// Something that was reported, by one person or by many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    pub id: MatterId,
    pub subject: Subject,
    pub opened_at: Moment,
    pub outcome: Option<Outcome>,
    /// How many reports there are.
    pub count: i64,
    /// The first of them, oldest first.
    pub reports: Vec<Report>,
}

/// One report, without who made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub id: ReportId,
    pub reference: String,
    pub reason: Reason,
    /// Never in what is kept for a retry, nor is the address.
    #[serde(skip)]
    pub words: Option<String>,
    #[serde(skip)]
    pub email: Option<String>,
    pub made_at: Moment,
}

impl Matter {
    /// Whether somebody can still decide it.
    ///
    /// # Errors
    /// 409 when somebody has.
    pub fn check_open(&self) -> Result<(), AppError> {
        match self.outcome {
            None => Ok(()),
            Some(_) => Err(AppError::conflict("Somebody has looked at this report already.")),
        }
    }

    /// Why it was reported, each reason once, with how many gave it.
    #[must_use]
    pub fn reasons(&self) -> Vec<(Reason, usize)> {
        let count = |reason: Reason| self.reports.iter().filter(|report| report.reason == reason).count();
        Reason::ALL.iter().map(|reason| (*reason, count(*reason))).filter(|(_, count)| *count > 0).collect()
    }
}

/// A reason, as pages say it.
#[must_use]
pub fn in_words(reason: Reason) -> &'static str {
    match reason {
        Reason::Unkind => "It puts somebody down",
        Reason::Private => "It names a patient, or somebody who hasn’t said yes",
        Reason::Harmful => "It’s threatening, sexual or against the law",
        Reason::Spam => "It’s an advert or a trick",
        Reason::Other => "Something else",
    }
}

/// No two of these sound or look alike.
const LETTERS: &[u8; 16] = b"4679CFHJKLNPRTXY";

/// What a report can be asked about by: `R-`, and eight letters that nobody can count on from another's.
#[must_use]
pub fn reference(keys: &Keys, id: ReportId) -> String {
    let drawn = keys.sign("report reference", id.0.as_bytes());
    let letters = drawn.iter().take(8).map(|byte| char::from(LETTERS[usize::from(byte % 16)]));
    "R-".chars().chain(letters).collect()
}

/// Whether a text is a reference of ours by its shape.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    text.strip_prefix("R-").is_some_and(|rest| rest.len() == 8 && rest.bytes().all(|byte| LETTERS.contains(&byte)))
}

#[cfg(test)]
mod tests {
    use entity::ids::ReportId;
    use entity::report::Reason;

    use super::{Asked, NewReport, ReportIn, is_reference, reference};
    use crate::keys::Keys;

    #[test]
    fn what_is_asked_about_is_read_or_not_there() {
        let id = uuid::Uuid::from_u128(7);
        assert!(matches!(Asked::read(None), Ok(Asked::Site)));
        assert!(matches!(Asked::read(Some("")), Ok(Asked::Site)));
        assert!(matches!(Asked::read(Some(&format!("share:{id}"))), Ok(Asked::Share(read)) if read == id));
        assert!(matches!(Asked::read(Some("event:friday-night")), Ok(Asked::Event(slug)) if slug == "friday-night"));
        for bad in ["share", "share:", "share:7", "guest:7", "event:\0", ":", "Share:x"] {
            assert!(Asked::read(Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_report_says_why() {
        let input = |reason: &str, words: &str| ReportIn {
            reason: Some(reason.to_owned()),
            words: Some(words.to_owned()),
            ..ReportIn::default()
        };
        let share = Asked::Share(uuid::Uuid::nil());
        assert_eq!(NewReport::new(&input("unkind", ""), &share).map(|new| new.reason).ok(), Some(Reason::Unkind));
        for (reason, words) in [("", "words"), ("rude", "words"), ("other", " ")] {
            assert!(NewReport::new(&input(reason, words), &share).is_err(), "{reason} {words}");
        }
        assert!(NewReport::new(&input("", "words"), &Asked::Site).is_ok());
        assert!(NewReport::new(&input("unkind", &"x".repeat(1001)), &share).is_err());
    }

    #[test]
    fn references_are_known_by_their_shape() {
        let made = reference(&Keys::new("key"), ReportId(uuid::Uuid::from_u128(7)));
        assert!(is_reference(&made), "{made}");
        for bad in ["", "R-", "R-4679CFH", "R-4679CFHI", "r-4679CFHJ", "R-4679CFHJK", "<b>R-4679CFHJ"] {
            assert!(!is_reference(bad), "{bad}");
        }
    }
}
