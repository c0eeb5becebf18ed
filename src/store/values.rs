//! What the domain's types are in a column.

use crate::domain::candidate::{CandidateId, Source};
use crate::domain::interview::{InterviewId, InterviewStatus, InterviewType};
use crate::domain::number::Bounded;
use crate::domain::password::PasswordHash;
use crate::domain::stage::{RecruitosStatus, Stage};
use crate::domain::text::{Email, Link, Prose, Text};
use crate::domain::time::{Day, Timestamp};
use crate::domain::user::{Role, ScoringRole, UserId};
use crate::ports::Value;

impl<const MAX: usize> From<&Text<MAX>> for Value {
    fn from(text: &Text<MAX>) -> Self {
        text.as_str().into()
    }
}

impl<const MAX: usize> From<&Prose<MAX>> for Value {
    fn from(text: &Prose<MAX>) -> Self {
        text.as_str().into()
    }
}

impl<const MIN: i64, const MAX: i64> From<Bounded<MIN, MAX>> for Value {
    fn from(number: Bounded<MIN, MAX>) -> Self {
        number.number().into()
    }
}

/// Implements the conversion of each type by an expression.
macro_rules! columns {
    ($($type:ty => |$value:ident| $column:expr),+ $(,)?) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $column.into()
            }
        }
    )+};
}

columns! {
    &Email => |email| email.as_str(),
    &Link => |link| link.as_str(),
    CandidateId => |id| id.0,
    InterviewId => |id| id.0,
    Stage => |word| word.as_str(),
    RecruitosStatus => |word| word.as_str(),
    Source => |word| word.as_str(),
    InterviewType => |word| word.as_str(),
    InterviewStatus => |word| word.as_str(),
    UserId => |id| id.0,
    Role => |word| word.as_str(),
    ScoringRole => |word| word.as_str(),
    &PasswordHash => |hash| hash.as_str(),
    Timestamp => |at| at.to_string(),
    Day => |day| day.to_string(),
}
