//! The forms of a charity: what they send, and what that means to the API.

use serde::Deserialize;

use crate::charities::charity::Charity;
use crate::charities::facts::{CharityFactsIn, CharityMergerIn, CharityNumberIn, CharityRenameIn, REGISTERS};
use crate::sent::Sent;

/// The facts of a charity, as they were typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct FactsForm {
    /// Of a new one only.
    pub name: Option<String>,
    pub about: String,
    /// Not there on the form of one that is part of another.
    pub giving_url: Option<String>,
    /// The registers on the form, and the number typed beside each.
    pub register: Vec<String>,
    pub number: Vec<String>,
    pub checked_on: String,
    /// The slug of the night it is added for; empty for none, `new` for one that isn't saved yet.
    pub night: String,
}

impl FactsForm {
    pub(super) fn of(charity: &Charity) -> Self {
        Self {
            name: None,
            about: charity.about.clone(),
            giving_url: Some(charity.giving.as_str().to_owned()),
            register: charity.numbers.iter().map(|number| number.register.clone()).collect(),
            number: charity.numbers.iter().map(|number| number.number.clone()).collect(),
            checked_on: charity.checked_on.map(|day| day.to_string()).unwrap_or_default(),
            night: String::new(),
        }
    }

    /// The registers, each with what is typed beside it.
    #[must_use]
    pub fn numbers(&self) -> Vec<(&'static str, &str)> {
        let typed = |register: &str| self.register.iter().position(|other| other == register);
        let number = |register: &str| typed(register).and_then(|at| self.number.get(at)).map_or("", String::as_str);
        REGISTERS.iter().map(|register| (*register, number(register))).collect()
    }

    /// What was typed as its name.
    #[must_use]
    pub fn name_typed(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// What was typed as its link.
    #[must_use]
    pub fn link_typed(&self) -> &str {
        self.giving_url.as_deref().unwrap_or_default()
    }

    /// The form of the night it is for, if there is one.
    #[must_use]
    pub fn night_form(&self) -> Option<String> {
        let is_slug = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        match self.night.as_str() {
            "new" => Some("/host/events/new".to_owned()),
            night => is_slug(night).then(|| format!("/host/events/{night}/details")),
        }
    }

    /// Where to go once it is there: back to the night, to tick it, or to its own page.
    pub(super) fn next(&self, slug: &str) -> String {
        match self.night_form() {
            Some(form) => format!("{form}?with={slug}#charities"),
            None => format!("/host/charities/{slug}"),
        }
    }

    pub(super) fn input(&self) -> CharityFactsIn {
        let numbers = self.numbers().into_iter().filter(|(_, number)| !number.trim().is_empty());
        let numbers = numbers
            .map(|(register, number)| CharityNumberIn { register: register.to_owned(), number: number.to_owned() });
        CharityFactsIn {
            name: self.name.clone(),
            about: Some(self.about.clone()),
            giving_url: self.giving_url.clone(),
            numbers: Some(numbers.collect()),
            checked_on: Sent::Value(self.checked_on.clone()),
        }
    }
}

/// A new name, as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RenameForm {
    pub name: String,
    pub from: String,
}

impl RenameForm {
    pub(super) fn input(&self) -> CharityRenameIn {
        CharityRenameIn { name: self.name.clone(), from: self.from.clone() }
    }
}

/// A merger, as it was chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct MergerForm {
    /// A slug.
    pub into: String,
    pub from: String,
}

impl MergerForm {
    pub(super) fn input(&self) -> CharityMergerIn {
        CharityMergerIn { into: self.into.clone(), from: self.from.clone() }
    }
}
