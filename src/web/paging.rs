//! Lists, a page at a time: `?limit=` 1 to 100 (default 20), `?cursor=`, and `next` while there is more.

use serde::{Deserialize, Serialize};

use crate::error::AppError;

const LIMIT_DEFAULT: u64 = 20;
const LIMIT_MAX: u64 = 100;
/// No cursor of ours is longer.
const CURSOR_MAX: usize = 64;

/// What a caller asks for.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many, 1 to 100; 20 unless said.
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct List<T> {
    /// The things.
    pub items: Vec<T>,
    /// The cursor of the next page; null on the last.
    pub next: Option<String>,
}

impl Paging {
    /// How many to show.
    ///
    /// # Errors
    /// 422 outside 1 to 100.
    pub fn limit(&self) -> Result<u64, AppError> {
        let limit = self.limit.unwrap_or(LIMIT_DEFAULT);
        if (1..=LIMIT_MAX).contains(&limit) {
            return Ok(limit);
        }
        Err(AppError::field("limit", "Ask for 1 to 100"))
    }

    /// The row to go on after.
    ///
    /// # Errors
    /// 422 for a cursor that isn't one of ours.
    pub fn after<T: std::str::FromStr>(&self) -> Result<Option<T>, AppError> {
        let Some(cursor) = self.cursor.as_deref().filter(|cursor| !cursor.is_empty()) else { return Ok(None) };
        if cursor.len() > CURSOR_MAX {
            return Err(bad_cursor());
        }
        cursor.parse().map(Some).map_err(|_| bad_cursor())
    }

    /// How many of `all` come before this page, where the cursor is the address of the last one shown.
    ///
    /// # Errors
    /// 422 for a cursor that is none of theirs.
    pub fn begin<T>(&self, all: &[T], slug: impl Fn(&T) -> &str) -> Result<usize, AppError> {
        let Some(after) = self.after::<String>()? else { return Ok(0) };
        let found = all.iter().position(|one| slug(one) == after);
        found.map(|at| at + 1).ok_or_else(bad_cursor)
    }
}

fn bad_cursor() -> AppError {
    AppError::field("cursor", "Use the cursor that the page before gave as `next`")
}

impl<T> List<T> {
    /// A page from up to `limit + 1` rows: the extra one says that there is more.
    pub fn cut<Row>(mut rows: Vec<Row>, limit: u64, cursor: impl Fn(&Row) -> String, show: impl Fn(Row) -> T) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { items: rows.into_iter().map(show).collect(), next }
    }
}
