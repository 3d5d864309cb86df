//! What an organiser says about a charity: read from JSON or a form, checked, and laid over what was there before.

use chrono::NaiveDate;
use entity::ids::CharityId;
use serde::{Deserialize, Serialize};

use super::book::Book;
use super::charity::{Charity, CharityName, CharityNumber};
use super::giving::GivingLink;
use crate::error::{AppError, Problems};
use crate::sent::Sent;
use crate::words::{self, Line};

/// Where a charity can be registered.
pub const REGISTERS: [&str; 6] =
    ["England and Wales", "Scotland", "Northern Ireland", "Isle of Man", "Jersey", "Guernsey"];
/// The longest number of a register, with room.
const NUMBER_MAX: usize = 20;

/// A charity as it is sent, to add one or to change one. What isn't sent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct CharityFactsIn {
    /// For a new one, 1 to 120 characters. One that is there gets a new name from a day on, at `/names`.
    pub name: Option<String>,
    /// What it does, in a sentence of up to 300 characters.
    pub about: Option<String>,
    /// Where to give: `https`, up to 500 characters. `{amount}` (like 3.34), `{pence}` and `{reference}` in its path or
    /// query are filled in for each pledge.
    pub giving_url: Option<String>,
    /// All of its numbers, one a register; only those that were checked.
    pub numbers: Option<Vec<CharityNumberIn>>,
    /// The day these facts were last checked.
    #[schema(value_type = Option<String>)]
    pub checked_on: Sent<String>,
}

/// A number in a register.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
pub struct CharityNumberIn {
    /// `England and Wales`, `Scotland`, `Northern Ireland`, `Isle of Man`, `Jersey` or `Guernsey`.
    pub register: String,
    pub number: String,
}

/// A new name.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct CharityRenameIn {
    /// 1 to 120 characters.
    pub name: String,
    /// The first day of it, like `2023-08-01`; not one to come.
    pub from: String,
}

/// A merger.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct CharityMergerIn {
    /// The slug of the charity it becomes part of.
    pub into: String,
    /// The first day of that, like `2020-01-01`; not one to come.
    pub from: String,
}

impl CharityFactsIn {
    /// A new charity, always called what it is called now.
    ///
    /// # Errors
    /// 422 with every wrong field; name, sentence and link must be there.
    pub(super) fn add(&self, id: CharityId, book: &Book, today: NaiveDate) -> Result<Charity, AppError> {
        let mut problems = Problems::default();
        let name = problems.take("name", check_name(self.name.as_deref().unwrap_or_default()));
        let name = name.unwrap_or_default();
        let blank = Charity {
            id,
            slug: book.free_slug(&name),
            about: String::new(),
            giving: GivingLink::stored(String::new()),
            checked_on: None,
            names: vec![CharityName { name, from: None, until: None }],
            numbers: Vec::new(),
            merged: None,
        };
        let must = |field: &Option<String>| Some(field.clone().unwrap_or_default());
        let whole = Self { about: must(&self.about), giving_url: must(&self.giving_url), ..self.clone() };
        whole.overlay(blank, today, problems)
    }

    /// What a charity that is there becomes, with what was sent laid over it.
    ///
    /// # Errors
    /// 409 for the link of one that is part of another, 422 with every wrong field.
    pub(super) fn change(&self, charity: Charity, today: NaiveDate) -> Result<Charity, AppError> {
        let mut problems = Problems::default();
        if self.name.as_deref().is_some_and(|name| name.trim() != charity.name()) {
            problems.add("name", "Give it a new name from a day on, so that past nights keep the name of their day");
        }
        if self.giving_url.as_deref().is_some_and(|link| link.trim() != charity.giving.as_str()) {
            charity.check_stands()?;
        }
        self.overlay(charity, today, problems)
    }

    fn overlay(&self, mut charity: Charity, today: NaiveDate, mut problems: Problems) -> Result<Charity, AppError> {
        if let Some(about) = &self.about {
            let checked = Line::<300>::required(about, "Enter a sentence about what it does");
            charity.about = problems.take("about", checked).map(Line::into_string).unwrap_or_default();
        }
        if let Some(link) = &self.giving_url {
            charity.giving = problems.take("giving_url", GivingLink::new(link)).unwrap_or(charity.giving);
        }
        if let Some(numbers) = &self.numbers {
            charity.numbers = problems.take("numbers", check_numbers(numbers)).unwrap_or_default();
        }
        self.checked_on.when_sent(|day| {
            let checked = day.filter(|day| !day.trim().is_empty()).map(|day| check_day(day, today)).transpose();
            charity.checked_on = problems.take("checked_on", checked).flatten();
        });
        problems.check()?;
        Ok(charity)
    }
}

impl CharityRenameIn {
    /// The new name, and its first day.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub(super) fn check(&self) -> Result<(String, NaiveDate), AppError> {
        let mut problems = Problems::default();
        let name = problems.take("name", check_name(&self.name));
        let from = problems.take("from", words::day(&self.from));
        name.zip(from).ok_or_else(|| problems.refuse())
    }
}

impl CharityMergerIn {
    /// The slug, and the first day.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub(super) fn check(&self) -> Result<(&str, NaiveDate), AppError> {
        let mut problems = Problems::default();
        if self.into.is_empty() {
            problems.add("into", "Choose a charity from the list");
        }
        let from = problems.take("from", words::day(&self.from));
        from.filter(|_| problems.list().is_empty())
            .map(|from| (self.into.as_str(), from))
            .ok_or_else(|| problems.refuse())
    }
}

fn check_name(text: &str) -> Result<String, std::borrow::Cow<'static, str>> {
    Line::<120>::required(text, "Enter its name").map(Line::into_string)
}

fn check_day(text: &str, today: NaiveDate) -> Result<NaiveDate, &'static str> {
    let day = words::day(text)?;
    if day <= today { Ok(day) } else { Err("Choose today or an earlier day: the day somebody looked") }
}

fn check_numbers(given: &[CharityNumberIn]) -> Result<Vec<CharityNumber>, &'static str> {
    let mut numbers: Vec<CharityNumber> = Vec::with_capacity(REGISTERS.len());
    for CharityNumberIn { register, number } in given {
        let register = REGISTERS.iter().find(|known| *known == register).ok_or(
            "Choose the register: England and Wales, Scotland, Northern Ireland, Isle of Man, Jersey or Guernsey",
        )?;
        let number = number.trim();
        let is_plain = !number.is_empty() && number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !is_plain || number.len() > NUMBER_MAX || !number.contains(|c: char| c.is_ascii_digit()) {
            return Err("Enter each number as its register prints it, like 326730 or SC038415");
        }
        if numbers.iter().any(|other| other.register == *register) {
            return Err("Give each register one number");
        }
        numbers.push(CharityNumber { register: (*register).to_owned(), number: number.to_owned() });
    }
    // In the order they are read back in.
    numbers.sort_by(|one, other| one.register.cmp(&other.register));
    Ok(numbers)
}
