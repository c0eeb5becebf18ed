//! A member of an answer: not there, null, or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A member of an answer. One that is not there says nothing: what is known of it stays. As a member of
/// a struct of ours it needs `#[serde(default, skip_serializing_if = "Said::is_nothing")]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Said<T> {
    /// Not there.
    #[default]
    Nothing,
    /// There, and empty.
    Null,
    Value(T),
}

impl<T> Said<T> {
    /// Whether it was not there.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// The value, if there is one.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Null => None,
        }
    }

    /// What is known after this was said, of what was known before it.
    #[must_use]
    pub fn over(self, known: Option<T>) -> Option<T> {
        match self {
            Self::Nothing => known,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// The same of something made of the value; a value that nothing can be made of was not said.
    #[must_use]
    pub fn and_then<U>(self, make: impl FnOnce(T) -> Option<U>) -> Said<U> {
        match self {
            Self::Nothing => Said::Nothing,
            Self::Null => Said::Null,
            Self::Value(value) => make(value).map_or(Said::Nothing, Said::Value),
        }
    }
}

/// As in a partial update: not given, given as nothing, given.
impl<T> From<Said<T>> for Option<Option<T>> {
    fn from(said: Said<T>) -> Self {
        match said {
            Said::Nothing => None,
            Said::Null => Some(None),
            Said::Value(value) => Some(Some(value)),
        }
    }
}

impl<T: Serialize> Serialize for Said<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Said<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_keeps_what_is_known_and_null_does_not() {
        assert_eq!(Said::Nothing.over(Some(1)), Some(1));
        assert_eq!(Said::Null.over(Some(1)), None);
        assert_eq!(Said::Value(2).over(Some(1)), Some(2));
    }

    #[test]
    fn the_three_cases_are_those_of_a_partial_update() {
        assert_eq!(Option::<Option<i32>>::from(Said::Nothing), None);
        assert_eq!(Option::<Option<i32>>::from(Said::Null), Some(None));
        assert_eq!(Option::<Option<i32>>::from(Said::Value(1)), Some(Some(1)));
    }

    #[test]
    fn a_value_that_is_of_no_use_was_not_said() {
        assert_eq!(Said::Value("x").and_then(|text| text.parse::<i32>().ok()), Said::Nothing);
        assert_eq!(Said::<&str>::Null.and_then(|text| text.parse::<i32>().ok()), Said::Null);
    }
}
