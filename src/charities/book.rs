//! Every charity, to look names up in, and to ask which one a cause is today.

use chrono::NaiveDate;
use entity::ids::CharityId;

use super::charity::{Charity, Merger, check_begun};
use super::split::{Part, Split};
use crate::error::AppError;

/// How many charities every night began with.
const FOUNDING: usize = 3;

/// Every charity, in order: the founding ones, then those that were added.
#[derive(Clone, Debug, Default)]
pub struct Book(Vec<Charity>);

impl Book {
    pub(super) fn of(charities: Vec<Charity>) -> Self {
        Self(charities)
    }

    /// The charity with this id.
    #[must_use]
    pub fn get(&self, id: CharityId) -> Option<&Charity> {
        self.0.iter().find(|charity| charity.id == id)
    }

    /// What the charity with this id is called in addresses, files and answers; nothing for one that isn't there.
    #[must_use]
    pub fn slug(&self, id: CharityId) -> String {
        self.get(id).map(|charity| charity.slug.clone()).unwrap_or_default()
    }

    /// The charity with this slug.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<&Charity> {
        self.0.iter().find(|charity| charity.slug == slug)
    }

    /// Every charity, in order.
    #[must_use]
    pub fn list(&self) -> &[Charity] {
        &self.0
    }

    /// The one that `charity` is today: itself, or the one it has become part of, over as many mergers as there were.
    #[must_use]
    pub fn today<'a>(&'a self, charity: &'a Charity) -> &'a Charity {
        let mut now = charity;
        // No more steps than there are charities, whatever the rows say.
        for _ in &self.0 {
            match now.merged.and_then(|merger| self.get(merger.into)) {
                Some(next) => now = next,
                None => break,
            }
        }
        now
    }

    /// Who `charity` is today, if it isn't itself any more.
    #[must_use]
    pub fn part_of<'a>(&'a self, charity: &'a Charity) -> Option<&'a Charity> {
        charity.merged.is_some().then(|| self.today(charity))
    }

    /// Those that became part of this one, straight.
    pub fn joined<'a>(&'a self, charity: &'a Charity) -> impl Iterator<Item = &'a Charity> {
        let id = charity.id;
        self.0.iter().filter(move |other| other.merged.is_some_and(|merger| merger.into == id))
    }

    /// Those that a night can be for: all that stand for themselves.
    pub fn choices(&self) -> impl Iterator<Item = &Charity> {
        self.0.iter().filter(|charity| charity.merged.is_none())
    }

    /// The charities that a night raises for unless it says otherwise: the three of the beginning, as they are today.
    #[must_use]
    pub fn founding(&self) -> Vec<Charity> {
        let mut founding: Vec<Charity> = Vec::with_capacity(FOUNDING);
        for charity in self.0.iter().take(FOUNDING).map(|charity| self.today(charity)) {
            if founding.iter().all(|other| other.id != charity.id) {
                founding.push(charity.clone());
            }
        }
        founding
    }

    /// A split between charities as they are today: what those had that are one now, it has together.
    #[must_use]
    pub fn split_today(&self, split: &Split) -> Split {
        let mut parts: Vec<Part> = Vec::with_capacity(split.parts().len());
        for part in split.parts() {
            let charity = self.get(part.charity).map_or(part.charity, |charity| self.today(charity).id);
            match parts.iter_mut().find(|other| other.charity == charity) {
                Some(same) => same.parts += part.parts,
                None => parts.push(Part { charity, ..*part }),
            }
        }
        Split::stored(parts)
    }

    /// A slug that no charity has, from its name.
    #[must_use]
    pub(super) fn free_slug(&self, name: &str) -> String {
        let base = match crate::words::slug(name) {
            slug if slug.is_empty() || slug == "new" => "charity".to_owned(),
            slug => slug,
        };
        let free = |slug: &String| self.by_slug(slug).is_none();
        let numbered = (2_u32..).map(|number| format!("{base}-{number}"));
        std::iter::once(base.clone()).chain(numbered).find(free).unwrap_or(base)
    }

    /// What it is for `charity` to become part of the one with the slug `into`, from a day on.
    ///
    /// # Errors
    /// 409 for one that is part of another already, 422 on `into` and `from`. So no mergers go round in a circle.
    pub(super) fn merger(
        &self,
        charity: &Charity,
        into: &str,
        from: NaiveDate,
        today: NaiveDate,
    ) -> Result<Merger, AppError> {
        charity.check_stands()?;
        let into = self.by_slug(into).ok_or_else(|| AppError::field("into", "Choose a charity from the list"))?;
        if into.id == charity.id {
            return Err(AppError::field("into", "A charity can’t become part of itself. Choose another"));
        }
        if let Some(now) = self.part_of(into) {
            let choose = format!("{} is part of {} now. Choose that one", into.name(), now.name());
            return Err(AppError::field("into", choose));
        }
        check_begun(from, today)?;
        Ok(Merger { into: into.id, from })
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::Book;
    use crate::charities::seed::founding_charities;
    use crate::charities::split::Split;

    #[test]
    fn mergers_are_followed_and_never_go_round() {
        let today = NaiveDate::default();
        let mut book = Book::of(founding_charities(uuid::Uuid::from_u128).unwrap_or_default());
        let thirds = Split::equal(book.list().iter().map(|charity| charity.id)).unwrap_or_else(|why| panic!("{why}"));
        let merge = |book: &Book, one: usize, into: usize| book.merger(&book.0[one], &book.0[into].slug, today, today);
        assert!(merge(&book, 0, 0).is_err(), "into itself");
        book.0[0].merged = merge(&book, 0, 1).ok();
        assert!(merge(&book, 0, 2).is_err(), "twice");
        assert!(merge(&book, 1, 0).is_err(), "back into what is part of it");
        assert!(merge(&book, 2, 0).is_err(), "into what is gone");
        assert_eq!(book.founding().len(), 2);
        let parts: Vec<u32> = book.split_today(&thirds).parts().iter().map(|part| part.parts).collect();
        assert_eq!(parts, [2, 1]);
        book.0[1].merged = merge(&book, 1, 2).ok();
        assert!(book.list().iter().all(|charity| book.today(charity).id == book.0[2].id));
        assert_eq!(book.choices().count(), 1);
        // Rows that nobody here made: it still ends.
        book.0[2].merged = book.0[0].merged;
        let _ = book.today(&book.0[0]);
    }

    #[test]
    fn slugs_are_free_and_never_new() {
        let book = Book::of(founding_charities(uuid::Uuid::from_u128).unwrap_or_default());
        assert_eq!(book.free_slug("Sepsis Trust"), "sepsis-trust-2");
        assert_eq!((book.free_slug("New"), book.free_slug("...")), ("charity".to_owned(), "charity".to_owned()));
    }
}
