//! A split as it is sent: charities by their slugs, each with a weight.

use serde::{Deserialize, Serialize};

use crate::charities::{Book, Split, Weight};
use crate::error::Problems;

/// A charity and its weight: `parts`, or `percent`, or neither for equal parts.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct CharityIn {
    #[serde(alias = "charity")]
    pub slug: String,
    /// A positive whole number.
    #[serde(default)]
    pub parts: Option<i64>,
    /// A whole number; all of them sum to 100.
    #[serde(default)]
    pub percent: Option<i64>,
}

impl CharityIn {
    /// Reads a form's percentages: `slugs` and what was `typed` beside each. None when nothing was typed, which leaves
    /// the split as it is. A charity with nothing beside it gets nothing.
    pub fn typed(
        field: &'static str,
        slugs: &[String],
        typed: &[String],
        problems: &mut Problems,
    ) -> Option<Vec<Self>> {
        let given = slugs.iter().zip(typed).map(|(slug, typed)| (slug, typed.trim().trim_end_matches('%').trim()));
        let given: Vec<_> = given.filter(|(_, typed)| !typed.is_empty() && *typed != "0").collect();
        let read = |(slug, typed): (&String, &str)| {
            let percent = typed.parse().map_err(|_| "Enter whole percentages, like 40")?;
            Ok(Self { slug: slug.clone(), parts: None, percent: Some(percent) })
        };
        if given.is_empty() {
            return None;
        }
        problems.take(field, given.into_iter().map(read).collect::<Result<Vec<_>, &'static str>>())
    }

    /// Checks a split as it is sent; notes problems under `field`.
    pub fn check_split(field: &'static str, given: &[Self], book: &Book, problems: &mut Problems) -> Option<Split> {
        let weighted = given.iter().map(|one| {
            let weight = match (one.parts, one.percent) {
                (None, None) => Weight::Equal,
                // Both is what a night tells of itself: the percentage is the parts, rounded.
                (Some(parts), _) => Weight::Parts(parts),
                (None, Some(percent)) => Weight::Percent(percent),
            };
            let charity = book.by_slug(&one.slug).ok_or("Choose charities from the list")?;
            Ok((charity.id, weight))
        });
        let weighted: Result<Vec<_>, std::borrow::Cow<'static, str>> = weighted.collect();
        problems.take(field, weighted.and_then(|weighted| Split::new(&weighted)))
    }
}
