//! Reading fields of a request so that every bad one is reported at once.
//!
//! The structs of a request derive `Deserr` and name a reader for each field: `required`, `nullable`,
//! or the same inside `given` for a partial update. Readers are lenient as the implementation that the
//! contracts document is: "5" is a number where a number is asked for, `""` is nothing where nothing
//! may be.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::str::FromStr;

use deserr::{
    DeserializeError, Deserr, ErrorKind, IntoValue, MergeWithError, Sequence as _, ValuePointerRef,
};

use uuid::Uuid;

use super::error::FieldError;
use crate::domain::Invalid;
use crate::domain::candidate::CandidateId;
use crate::domain::number::{Bounded, MAX_INTEGER};
use crate::domain::scoring::Weight;

/// All that is wrong with a request, a field at a time.
#[derive(Debug, Default)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    fn with(errors: Option<Self>, field: String, message: String) -> ControlFlow<Self, Self> {
        let mut errors = errors.unwrap_or_default();
        errors.0.push(FieldError { field, message });
        ControlFlow::Continue(errors)
    }
}

fn name(location: ValuePointerRef<'_>) -> String {
    location.first_field().unwrap_or("body").to_owned()
}

impl DeserializeError for FieldErrors {
    fn error<V: IntoValue>(
        errors: Option<Self>,
        error: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        match error {
            ErrorKind::MissingField { field } => {
                Self::with(errors, field.to_owned(), "is required".to_owned())
            }
            ErrorKind::Unexpected { msg } => Self::with(errors, name(location), msg),
            // The readers take any value and give their own reasons; these are left for the derive.
            _ => Self::with(errors, name(location), "is not valid".to_owned()),
        }
    }
}

impl MergeWithError<Self> for FieldErrors {
    fn merge(errors: Option<Self>, other: Self, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        let mut errors = errors.unwrap_or_default();
        errors.0.extend(other.0);
        ControlFlow::Continue(errors)
    }
}

impl MergeWithError<Invalid> for FieldErrors {
    fn merge(
        errors: Option<Self>,
        reason: Invalid,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        Self::with(errors, name(location), reason.to_string())
    }
}

impl MergeWithError<Infallible> for FieldErrors {
    fn merge(_: Option<Self>, never: Infallible, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        match never {}
    }
}

/// Any JSON value, before it is known what it should be.
pub enum Raw {
    Null,
    Integer(i64),
    /// A number that is no integer.
    Fraction(f64),
    Text(String),
    Boolean(bool),
    List(Vec<Self>),
    /// Something that no field takes.
    Other,
}

impl<E: DeserializeError> Deserr<E> for Raw {
    fn deserialize_from_value<V: IntoValue>(
        value: deserr::Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, E> {
        Ok(match value {
            deserr::Value::Null => Self::Null,
            deserr::Value::Integer(number) => i64::try_from(number).map_or(Self::Other, Self::Integer),
            deserr::Value::NegativeInteger(number) => Self::Integer(number),
            // Some clients write 5 as 5.0.
            deserr::Value::Float(number) => whole(number).map_or(Self::Fraction(number), Self::Integer),
            deserr::Value::String(text) => Self::Text(text),
            deserr::Value::Boolean(value) => Self::Boolean(value),
            deserr::Value::Sequence(items) => {
                let read = |item: V| Self::deserialize_from_value(item.into_value(), location);
                let items = items.into_iter().map(read);
                Self::List(items.collect::<Result<_, E>>()?)
            }
            deserr::Value::Map(_) => Self::Other,
        })
    }
}

/// A floating-point number that is an integer of at most 53 bits.
fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "what does not come back the same is refused")]
    let integer = number as i64;
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "exactness is the question")]
    let same = integer as f64 == number;
    (same && integer.unsigned_abs() <= MAX_INTEGER.unsigned_abs()).then_some(integer)
}

/// What a field can be read as.
pub trait FromRaw: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// Why it can't be taken, as a phrase after the field's name.
    fn from_raw(raw: Raw) -> Result<Self, Invalid>;
}

/// A field that must have a value.
pub fn required<T: FromRaw>(raw: Raw) -> Result<T, Invalid> {
    match raw {
        Raw::Null => Err(Invalid::because("must not be null")),
        other => T::from_raw(other),
    }
}

/// A field that may have none: `null` and blank text.
pub fn nullable<T: FromRaw>(raw: Raw) -> Result<Option<T>, Invalid> {
    match raw {
        Raw::Null => Ok(None),
        Raw::Text(text) if text.trim().is_empty() => Ok(None),
        other => T::from_raw(other).map(Some),
    }
}

/// In a partial update: a field that was given and must have a value.
pub fn given<T: FromRaw>(raw: Raw) -> Result<Option<T>, Invalid> {
    required(raw).map(Some)
}

/// In a partial update: a field that was given and may be cleared.
pub fn given_nullable<T: FromRaw>(raw: Raw) -> Result<Option<Option<T>>, Invalid> {
    nullable(raw).map(Some)
}

impl<T: FromStr<Err = Invalid>> FromRaw for T {
    fn from_raw(raw: Raw) -> Result<Self, Invalid> {
        match raw {
            Raw::Text(text) => text.parse(),
            _ => Err(Invalid::because("must be a string")),
        }
    }
}

impl<const MIN: i64, const MAX: i64> FromRaw for Bounded<MIN, MAX> {
    fn from_raw(raw: Raw) -> Result<Self, Invalid> {
        integer(&raw).and_then(Self::try_from)
    }
}

impl FromRaw for CandidateId {
    fn from_raw(raw: Raw) -> Result<Self, Invalid> {
        integer(&raw).and_then(Self::try_from)
    }
}

impl FromRaw for Weight {
    fn from_raw(raw: Raw) -> Result<Self, Invalid> {
        let number = match raw {
            #[expect(clippy::cast_precision_loss, reason = "only 0 and 1 fit")]
            Raw::Integer(number) => number as f64,
            Raw::Fraction(number) => number,
            _ => f64::NAN,
        };
        Self::try_from(number)
    }
}

/// True or false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl FromRaw for Flag {
    fn from_raw(raw: Raw) -> Result<Self, Invalid> {
        match raw {
            Raw::Boolean(value) => Ok(Self(value)),
            Raw::Text(text) if text.trim().eq_ignore_ascii_case("true") => Ok(Self(true)),
            Raw::Text(text) if text.trim().eq_ignore_ascii_case("false") => Ok(Self(false)),
            _ => Err(Invalid::because("must be true or false")),
        }
    }
}

/// A UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(pub Uuid);

impl FromRaw for Id {
    fn from_raw(raw: Raw) -> Result<Self, Invalid> {
        let uuid = match raw {
            Raw::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        uuid.map(Self).ok_or(Invalid::because("must be a UUID"))
    }
}

fn integer(raw: &Raw) -> Result<i64, Invalid> {
    let number = match raw {
        Raw::Integer(number) => Some(*number),
        Raw::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    number
        .filter(|number| (-MAX_INTEGER..=MAX_INTEGER).contains(number))
        .ok_or(Invalid::because("must be an integer"))
}

/// How many items a page holds.
pub type Limit = Bounded<1, 100>;

/// What a page holds when nobody says otherwise.
pub const USUAL_LIMIT: Limit = Limit::nearest(50);

/// How many items come before a page.
pub type Offset = Bounded<0, MAX_INTEGER>;

/// The first page.
pub const NO_OFFSET: Offset = Offset::nearest(0);
