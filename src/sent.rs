//! What a request says of a field that can be empty: nothing, that it shall be empty, or what it shall be.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of a change. What isn't sent stays as it is; `null` empties it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sent<T> {
    /// The field wasn't there.
    #[default]
    Not,
    /// It was `null`.
    Null,
    /// It had a value.
    Value(T),
}

impl<T> Sent<T> {
    /// Whether the field wasn't there: then it isn't written either.
    #[must_use]
    pub fn is_not(&self) -> bool {
        matches!(self, Self::Not)
    }

    /// The same with its value made another, where it had one.
    ///
    /// # Errors
    /// As `work`.
    pub fn try_map<U, E>(self, work: impl FnOnce(T) -> Result<U, E>) -> Result<Sent<U>, E> {
        Ok(match self {
            Self::Not => Sent::Not,
            Self::Null => Sent::Null,
            Self::Value(value) => Sent::Value(work(value)?),
        })
    }

    /// Does something with what was sent: a value, or nothing for `null`. Does nothing for a field that wasn't there.
    pub fn when_sent(&self, work: impl FnOnce(Option<&T>)) {
        match self {
            Self::Not => {}
            Self::Null => work(None),
            Self::Value(value) => work(Some(value)),
        }
    }
}

impl<T> From<Option<T>> for Sent<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

/// Stands on fields with `#[serde(default)]`, so that one that isn't there never gets here.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sent<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(from).map(Self::from)
    }
}

/// For the defaults in the OpenAPI document.
impl<T: Serialize> Serialize for Sent<T> {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Not | Self::Null => into.serialize_none(),
            Self::Value(value) => value.serialize(into),
        }
    }
}
