//! A charity and its names over time.

use chrono::NaiveDate;
use entity::ids::CharityId;

/// One cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charity {
    pub id: CharityId,
    pub slug: String,
    /// One plain sentence on what it does.
    pub about: String,
    /// Where to give. A home page until a host sets a deeper one.
    pub giving_url: String,
    /// When the facts were last checked.
    pub checked_on: Option<NaiveDate>,
    /// Newest first; never empty.
    pub names: Vec<CharityName>,
    pub numbers: Vec<CharityNumber>,
}

/// One name and when it was used.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct CharityName {
    pub name: String,
    /// The first day; none if it was always so.
    pub from: Option<NaiveDate>,
    /// The first day of the next name; none while it is used.
    pub until: Option<NaiveDate>,
}

/// One registered number.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct CharityNumber {
    /// `England and Wales`, `Scotland`, `Isle of Man`.
    pub register: String,
    pub number: String,
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

    /// The earlier name that people of the nights knew, which is the one the address was made from.
    #[must_use]
    pub fn former_name(&self) -> Option<&str> {
        let earlier = self.names.iter().skip(1).map(|name| name.name.as_str());
        earlier.into_iter().find(|name| crate::words::slug(name) == self.slug)
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
        let (last, rest) = places.split_last()?;
        let list = if rest.is_empty() { last.clone() } else { format!("{} and {last}", rest.join(", ")) };
        Some(format!("Registered charity in {list}"))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::charities::seed::founding_charities;

    #[test]
    fn a_night_shows_the_name_of_its_day() {
        let charities = founding_charities(uuid::Uuid::from_u128).unwrap_or_default();
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        let names = |on| charities.iter().map(|charity| charity.name_on(on)).collect::<Vec<_>>();
        assert_eq!(names(day(2017, 6, 9)), ["Cavell Nurses' Trust", "British Lung Foundation", "The UK Sepsis Trust"]);
        assert_eq!(names(day(2026, 11, 22)), ["Cavell", "Asthma + Lung UK", "The UK Sepsis Trust"]);
        assert_eq!(charities[0].full_name(), "Cavell (formerly Cavell Nurses' Trust)");
        assert_eq!(charities[1].full_name(), "Asthma + Lung UK (formerly British Lung Foundation)");
        assert_eq!(charities[2].full_name(), "The UK Sepsis Trust");
        assert_eq!(charities[2].registration(), None, "unconfirmed numbers stay empty");
    }
}
