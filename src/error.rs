//! What can go wrong, as meanings. Knows no page, no status code and no room; `web::faces` gives each a face.

use std::borrow::Cow;

use sea_orm::{DbErr, RuntimeErr, sqlx};

/// Why a request can't be done. The texts are for the person who asked; internals go to the log only.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is nothing here, or nothing this viewer may know of.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or the credential is no longer good.
    #[error("not signed in: {0}")]
    Unauthorised(&'static str),
    /// A known caller without the right.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// The thing is in a state that rules this out.
    #[error("conflict: {0}")]
    Conflict(Cow<'static, str>),
    /// The same request, by its key, is being done just now.
    #[error("still running")]
    StillRunning,
    /// The request can't be read at all.
    #[error("malformed: {0}")]
    Malformed(String),
    /// The request reads well but says something that can't be.
    #[error("invalid: {0:?}")]
    Invalid(Problems),
    /// More bytes than this place takes.
    #[error("too large")]
    TooLarge,
    /// A body of a kind this place doesn't read.
    #[error("wrong media type")]
    WrongMediaType,
    /// Too many of these from one person or address.
    #[error("too many, again in {retry_after_s} s")]
    TooMany {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// The service is full or stopping for the moment.
    #[error("busy")]
    Busy,
    /// Our own fault.
    #[error("internal: {0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl AppError {
    /// A conflict, in words for the person who asked.
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict(detail.into())
    }

    /// One wrong field.
    #[must_use]
    pub fn field(field: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let mut problems = Problems::default();
        problems.add(field, message);
        Self::Invalid(problems)
    }

    /// Our own fault, with what caused it.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        match error {
            // Every connection is in use: a full house, not a fault.
            DbErr::ConnectionAcquire(_) => Self::Busy,
            // Two that waited for each other, of which PostgreSQL let one go: all it did is undone, and may be tried again.
            DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))
                if is_deadlock(&error) =>
            {
                Self::Busy
            }
            other => Self::internal(other),
        }
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>: `deadlock_detected`.
fn is_deadlock(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "40P01")
}

/// The wrong fields of a request, gathered so that a person sees them all at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field's name in JSON and in forms.
    pub field: String,
    /// What is wrong and what to do, as a sentence.
    pub message: Cow<'static, str>,
}

impl Problems {
    /// Notes a wrong field; one message a field is enough.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<Cow<'static, str>>) {
        let field = field.into();
        if self.of(&field).is_none() {
            self.0.push(Problem { field, message: message.into() });
        }
    }

    /// Takes a checked value, or notes why there is none.
    pub fn take<T>(&mut self, field: &'static str, checked: Result<T, impl Into<Cow<'static, str>>>) -> Option<T> {
        checked.map_err(|message| self.add(field, message)).ok()
    }

    /// These problems, and `found` under the names that a form gives its fields.
    #[must_use]
    pub fn and(mut self, found: &Self, name: impl Fn(&str) -> &str) -> Self {
        for problem in &found.0 {
            self.add(name(&problem.field), problem.message.clone());
        }
        self
    }

    /// The problems, in the order they were found.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.0
    }

    /// The first message about `field`, if there is one.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|problem| problem.field == field).map(|problem| problem.message.as_ref())
    }

    /// `Err` when anything is wrong.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with everything noted so far.
    pub fn check(self) -> Result<(), AppError> {
        if self.0.is_empty() { Ok(()) } else { Err(AppError::Invalid(self)) }
    }

    /// What to answer when a value is missing because it was wrong.
    #[must_use]
    pub fn refuse(self) -> AppError {
        AppError::Invalid(self)
    }
}
