//! A charity: its names over time, and what it has become part of.

use chrono::NaiveDate;
use entity::ids::CharityId;
use entity::money::Pence;
use serde::{Deserialize, Serialize};

use super::giving::GivingLink;
use crate::error::AppError;

/// One cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charity {
    pub id: CharityId,
    /// Made from its first name here; it never changes.
    pub slug: String,
    /// One plain sentence on what it does.
    pub about: String,
    /// Where to give. A home page until an organiser sets a deeper one.
    pub giving: GivingLink,
    /// When the facts were last checked.
    pub checked_on: Option<NaiveDate>,
    /// Newest first; never empty.
    pub names: Vec<CharityName>,
    pub numbers: Vec<CharityNumber>,
    /// None while it stands for itself.
    pub merged: Option<Merger>,
}

/// One name and when it was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CharityName {
    pub name: String,
    /// The first day; none if it was always so.
    pub from: Option<NaiveDate>,
    /// The first day of the next name; none while it is used.
    pub until: Option<NaiveDate>,
}

/// One registered number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CharityNumber {
    /// `England and Wales`, `Scotland`, `Isle of Man`.
    pub register: String,
    pub number: String,
}

/// What a charity has become part of, and the first day of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merger {
    pub into: CharityId,
    pub from: NaiveDate,
}

impl Charity {
    /// The name today.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.first().map_or(self.slug.as_str(), |name| name.name.as_str())
    }

    /// The name on `day`.
    #[must_use]
    pub fn name_on(&self, day: NaiveDate) -> &str {
        let used = |name: &&CharityName| {
            name.from.is_none_or(|from| from <= day) && name.until.is_none_or(|until| day < until)
        };
        self.names.iter().find(used).map_or(self.name(), |name| name.name.as_str())
    }

    /// The earlier name that people of the nights knew: the one the address was made from, or else the last one.
    #[must_use]
    pub fn former_name(&self) -> Option<&str> {
        let mut earlier = self.names.iter().skip(1).map(|name| name.name.as_str());
        let last = earlier.clone().next();
        earlier.find(|name| crate::words::slug(name) == self.slug).or(last)
    }

    /// As pages print it: `Cavell (formerly Cavell Nurses' Trust)`.
    #[must_use]
    pub fn full_name(&self) -> String {
        match self.former_name() {
            Some(former) => format!("{} (formerly {former})", self.name()),
            None => self.name().to_owned(),
        }
    }

    /// As pages print it on a night of `day`: the name of that day, and beside today's the one people knew.
    #[must_use]
    pub fn full_name_on(&self, day: NaiveDate) -> String {
        match self.name_on(day) {
            name if name == self.name() => self.full_name(),
            name => name.to_owned(),
        }
    }

    /// `registered charity in England and Wales (326730) and Scotland (SC038415)`; none without a confirmed number.
    #[must_use]
    pub fn registration(&self) -> Option<String> {
        let places: Vec<String> =
            self.numbers.iter().map(|number| format!("{} ({})", number.register, number.number)).collect();
        crate::words::listed(&places).map(|list| format!("Registered charity in {list}"))
    }

    /// `1 August 2023`: the first day of the name today; none if it was always so.
    #[must_use]
    pub fn name_since(&self) -> Option<String> {
        self.names.first().and_then(|name| name.from).map(day_words)
    }

    /// `1 August 2023`: the day the facts were last checked.
    #[must_use]
    pub fn checked_words(&self) -> Option<String> {
        self.checked_on.map(day_words)
    }

    /// Where to give what is `still_to_give` of a pledge; nothing of it, and the page is named without an amount. A
    /// charity that is part of another has that one's link: ask [`Book::today`](super::Book::today) for it.
    #[must_use]
    pub fn giving_link(&self, still_to_give: Pence, reference: &str) -> String {
        if still_to_give > Pence::ZERO { self.giving.filled(still_to_give, reference) } else { self.giving.plain() }
    }

    /// Takes a new name from a day on; the one before keeps its days. A name from the very day the present one began
    /// stands in its place, and the one before again is that one's return: so a slip is mended.
    ///
    /// # Errors
    /// 409 for one that is part of another, 422 on `name` and `from`.
    pub fn rename(&mut self, name: String, from: NaiveDate, today: NaiveDate) -> Result<(), AppError> {
        self.check_stands()?;
        if name == self.name() {
            return Err(AppError::field("name", "That is its name already"));
        }
        check_begun(from, today)?;
        let began = self.names.first().and_then(|name| name.from);
        if let Some(began) = began.filter(|began| from < *began) {
            let since = format!("It has its present name since {}. Choose that day or a later one", day_words(began));
            return Err(AppError::field("from", since));
        }
        if began == Some(from) {
            self.names.remove(0);
        }
        let Some(before) = self.names.first_mut() else {
            self.names.push(CharityName { name, from: None, until: None });
            return Ok(());
        };
        if before.name == name {
            before.until = None;
            return Ok(());
        }
        before.until = Some(from);
        self.names.insert(0, CharityName { name, from: Some(from), until: None });
        Ok(())
    }

    /// Takes a merger back.
    ///
    /// # Errors
    /// 409 for one that stands for itself.
    pub fn undo_merger(&mut self) -> Result<(), AppError> {
        let merged = self.merged.take();
        merged.map(|_| ()).ok_or_else(|| AppError::conflict("This charity is part of no other."))
    }

    /// That it stands for itself.
    ///
    /// # Errors
    /// 409 for one that is part of another.
    pub(super) fn check_stands(&self) -> Result<(), AppError> {
        match self.merged {
            None => Ok(()),
            Some(_) => Err(AppError::conflict(
                "This charity is part of another now. If that was a mistake, take the merger back first.",
            )),
        }
    }
}

/// That a change has begun: what is still to come isn't so yet, and is told when it is.
pub(super) fn check_begun(from: NaiveDate, today: NaiveDate) -> Result<(), AppError> {
    if from <= today {
        Ok(())
    } else {
        Err(AppError::field("from", "Choose today or an earlier day; come back on the day itself"))
    }
}

/// `1 August 2023`.
#[must_use]
pub fn day_words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::charities::seed::founding_charities;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
    }

    #[test]
    fn a_night_shows_the_name_of_its_day() {
        let charities = founding_charities(uuid::Uuid::from_u128).unwrap_or_default();
        let names = |on| charities.iter().map(|charity| charity.name_on(on)).collect::<Vec<_>>();
        assert_eq!(names(day(2017, 6, 9)), ["Cavell Nurses' Trust", "British Lung Foundation", "The UK Sepsis Trust"]);
        assert_eq!(names(day(2026, 11, 22)), ["Cavell", "Asthma + Lung UK", "The UK Sepsis Trust"]);
        assert_eq!(charities[0].full_name(), "Cavell (formerly Cavell Nurses' Trust)");
        assert_eq!(charities[1].full_name(), "Asthma + Lung UK (formerly British Lung Foundation)");
        assert_eq!(charities[2].full_name(), "The UK Sepsis Trust");
        assert_eq!(charities[2].registration(), None, "unconfirmed numbers stay empty");
        for charity in charities {
            let link = charity.giving.as_str();
            assert_eq!(crate::charities::giving::GivingLink::new(link).as_ref(), Ok(&charity.giving));
        }
    }

    #[test]
    fn a_name_keeps_its_days_and_a_slip_is_mended() {
        let today = day(2027, 3, 26);
        let mut sepsis = founding_charities(uuid::Uuid::from_u128).unwrap_or_default().remove(2);
        let first = sepsis.clone();
        assert!(sepsis.rename("Sepsis UK".to_owned(), day(2027, 3, 27), today).is_err(), "tomorrow isn't so yet");
        assert!(sepsis.rename("The UK Sepsis Trust".to_owned(), today, today).is_err());
        assert_eq!(sepsis, first, "refused, nothing changed");
        assert!(sepsis.rename("Sepsis U".to_owned(), day(2027, 3, 1), today).is_ok());
        assert!(sepsis.rename("Sepsis UK".to_owned(), day(2027, 3, 1), today).is_ok());
        assert_eq!(sepsis.names.len(), 2, "the slip is gone");
        assert_eq!(sepsis.full_name(), "Sepsis UK (formerly The UK Sepsis Trust)");
        assert_eq!(
            (sepsis.name_on(day(2027, 2, 28)), sepsis.name_on(day(2027, 3, 1))),
            ("The UK Sepsis Trust", "Sepsis UK")
        );
        assert!(sepsis.rename("Sepsis".to_owned(), day(2027, 2, 1), today).is_err(), "before the present name");
        assert!(sepsis.rename("The UK Sepsis Trust".to_owned(), day(2027, 3, 1), today).is_ok());
        assert_eq!(sepsis, first, "taken back whole");
    }
}
