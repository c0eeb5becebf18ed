//! Whole numbers with bounds: a phase, a rating, a page's length.

use super::Invalid;

/// The largest number that survives the way through JavaScript: 2^53 - 1. As a bound it means none.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounded<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Bounded<MIN, MAX> {
    /// The bound nearest to a number, or the number itself.
    #[must_use]
    pub const fn nearest(number: i64) -> Self {
        if number < MIN {
            Self(MIN)
        } else if number > MAX {
            Self(MAX)
        } else {
            Self(number)
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> TryFrom<i64> for Bounded<MIN, MAX> {
    type Error = Invalid;

    fn try_from(number: i64) -> Result<Self, Invalid> {
        if (MIN..=MAX).contains(&number) {
            return Ok(Self(number));
        }
        Err(Invalid(match MAX {
            MAX_INTEGER => format!("must be {MIN} or more").into(),
            _ => format!("must be between {MIN} and {MAX}").into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_belong_to_the_range() {
        type Rating = Bounded<1, 5>;
        assert_eq!(Rating::try_from(1).map(Rating::number), Ok(1));
        assert_eq!(Rating::try_from(5).map(Rating::number), Ok(5));
        for outside in [0, 6, -1, i64::MAX] {
            assert_eq!(Rating::try_from(outside), Err(Invalid("must be between 1 and 5".into())));
        }
        let refused = Bounded::<0, MAX_INTEGER>::try_from(-1);
        assert_eq!(refused, Err(Invalid("must be 0 or more".into())));
        assert_eq!((Rating::nearest(9).number(), Rating::nearest(3).number()), (5, 3));
    }
}
