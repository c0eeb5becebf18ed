//! Instants, in UTC and whole seconds: how they are written, and every way they are read.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Invalid;

/// An instant in UTC, written `YYYY-MM-DDTHH:MM:SSZ`. Text order is time order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// From milliseconds since 1970; an instant outside chrono's range becomes 1970.
    #[must_use]
    pub fn from_unix_ms(ms: i64) -> Self {
        Self(DateTime::from_timestamp_millis(ms).unwrap_or_default())
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn unix_ms(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// The UTC day it falls on.
    #[must_use]
    pub fn day(self) -> Day {
        Day(self.0.date_naive())
    }

    /// The instant so many days earlier.
    #[must_use]
    pub fn days_before(self, days: u32) -> Self {
        Self(self.0 - TimeDelta::days(i64::from(days)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%SZ"))
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    /// Reads `Z`, `+0000`, `+00:00`, `±hh:mm`, fractions of a second (cut off), a blank for the `T`,
    /// a missing offset or seconds (UTC, zero), and a bare date (its midnight).
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let text = raw.trim();
        // In a query, "+" arrives as a blank.
        let text = &match text.rsplit_once(' ') {
            Some((before, offset)) if before.contains('T') => format!("{before}+{offset}"),
            _ => text.replacen(' ', "T", 1),
        };
        let with_offset = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"]
            .iter()
            .find_map(|format| DateTime::parse_from_str(text, format).ok())
            .map(|instant| instant.to_utc());
        let without = || {
            ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
                .iter()
                .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
                .map(|local| local.and_utc())
        };
        let midnight = || {
            NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN).and_utc())
        };
        with_offset
            .or_else(without)
            .or_else(midnight)
            .filter(|instant| ("0001".."9999").contains(&instant.format("%Y").to_string().as_str()))
            .map(Self)
            .ok_or(Invalid::because("must be a date and time like 2024-01-21T14:00:00Z"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|Invalid(reason)| de::Error::custom(reason))
    }
}

/// A UTC day, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(NaiveDate);

impl Day {
    /// How many days it is after another; less than 0 when it is before.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.signed_duration_since(earlier.0).num_days()
    }

    /// The next day; the last of the calendar is its own.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.succ_opt().unwrap_or(self.0))
    }

    /// The day so many days earlier; one beyond the calendar is the day itself.
    #[must_use]
    pub fn days_before(self, days: u32) -> Self {
        Self(self.0.checked_sub_days(Days::new(days.into())).unwrap_or(self.0))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl FromStr for Day {
    type Err = Invalid;

    /// Reads a date, or any instant (the day it falls on in UTC).
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        raw.parse::<Timestamp>()
            .map(Timestamp::day)
            .map_err(|_| Invalid::because("must be a date like 2024-01-21"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_instant_is_read_as_utc_seconds() {
        for (spelling, written) in [
            ("2024-01-21T14:00:00Z", "2024-01-21T14:00:00Z"),
            ("2024-01-21T14:00:00.999Z", "2024-01-21T14:00:00Z"),
            ("2024-01-21T14:00:00+0000", "2024-01-21T14:00:00Z"),
            ("2024-01-21T14:00:00+00:00", "2024-01-21T14:00:00Z"),
            ("2024-01-21T14:00:00 00:00", "2024-01-21T14:00:00Z"),
            ("2024-01-21T01:00:00+03:00", "2024-01-20T22:00:00Z"),
            ("2024-01-21T23:30:00.5-05:30", "2024-01-22T05:00:00Z"),
            ("2024-01-21 14:00:00", "2024-01-21T14:00:00Z"),
            ("2024-01-21T14:00", "2024-01-21T14:00:00Z"),
            ("2024-01-21T14:00Z", "2024-01-21T14:00:00Z"),
            (" 2024-02-29 ", "2024-02-29T00:00:00Z"),
        ] {
            assert_eq!(spelling.parse::<Timestamp>().unwrap().to_string(), written, "{spelling}");
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for bad in [
            "",
            "now",
            "2024-02-30",
            "2024-13-01T00:00:00Z",
            "21.01.2024",
            "2024-01-21T25:00:00Z",
            "1705845600",
            "+12024-01-01T00:00:00Z",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_day_is_read_from_a_date_or_an_instant() {
        assert_eq!("2024-01-21".parse::<Day>().unwrap().to_string(), "2024-01-21");
        assert_eq!("2024-01-21T23:00:00-03:00".parse::<Day>().unwrap().to_string(), "2024-01-22");
        assert!("today".parse::<Day>().is_err());
    }
}
