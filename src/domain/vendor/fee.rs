//! What a job is expected to bring in.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Said;
use super::lenient::{Object, given, member, name, number, text};

/// An amount of money, in whole units of its currency and at most two decimals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Money {
    pub amount: f64,
    /// As the vendor writes it, in upper case: `EUR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl Money {
    fn new(amount: f64, currency: Option<&Value>) -> Self {
        let currency = currency.and_then(name).map(|code| code.to_uppercase());
        Self { amount: (amount * 100.0).round() / 100.0, currency }
    }
}

/// The fee of a job: the one that is expected; else the commission of the expected salary; else that of
/// the middle of the salary range, taken for a year. Nothing is said of it where the answer has neither
/// an expected fee nor a commission.
pub(super) fn fee(job: &Object) -> Said<Money> {
    let expected = money(job, "expected_fee").map(|(amount, currency)| Money::new(amount, currency));
    if let Some(fee) = expected.or_else(|| commission(job)) {
        return Said::Value(fee);
    }
    match (member(job, "expected_fee"), member(job, "commission_rate")) {
        (Said::Nothing, Said::Nothing) => Said::Nothing,
        _ => Said::Null,
    }
}

fn commission(job: &Object) -> Option<Money> {
    let percent = amount(given(job, "commission_rate")?)?;
    let (salary, currency) = expected_salary(job).or_else(|| middle_of_range(job))?;
    Some(Money::new(salary * percent / 100.0, currency))
}

fn expected_salary(job: &Object) -> Option<(f64, Option<&Value>)> {
    let (salary, currency) = money(job, "expected_salary")?;
    // It is for a year, unless it says otherwise itself.
    let frequency = job.get("expected_salary").and_then(|salary| salary.get("frequency"));
    Some((salary * times_a_year(frequency)?, currency))
}

fn middle_of_range(job: &Object) -> Option<(f64, Option<&Value>)> {
    let end = |name: &str| given(job, name).and_then(amount).filter(|end| *end > 0.0);
    let (from, to) = (end("salary_range_start"), end("salary_range_end"));
    let middle = f64::midpoint(from.or(to)?, to.or(from)?);
    let currency = given(job, "salary_range_currency");
    Some((middle * times_a_year(job.get("salary_frequency"))?, currency))
}

/// How often such a salary is paid in a year of full-time work; `None` for a word we don't know.
fn times_a_year(frequency: Option<&Value>) -> Option<f64> {
    let word = frequency.and_then(name).map(|word| word.to_lowercase());
    match word.as_deref() {
        None | Some("year" | "yearly" | "annual" | "annually") => Some(1.0),
        Some("month" | "monthly") => Some(12.0),
        Some("week" | "weekly") => Some(52.0),
        Some("day" | "daily") => Some(260.0),
        Some("hour" | "hourly") => Some(2080.0),
        Some(_) => None,
    }
}

/// A member `{currency, number}`, or a bare number.
fn money<'a>(job: &'a Object, name: &str) -> Option<(f64, Option<&'a Value>)> {
    match given(job, name)? {
        Value::Object(money) => Some((amount(money.get("number")?)?, money.get("currency"))),
        bare => Some((amount(bare)?, None)),
    }
}

/// A number from 0, also as `"15%"` or `"15 000"`.
fn amount(value: &Value) -> Option<f64> {
    let bare = text(value)?.trim_end_matches('%').replace([' ', '\u{a0}'], "");
    number(&Value::String(bare)).filter(|amount| *amount >= 0.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(job: &Value) -> Said<Money> {
        fee(job.as_object().unwrap())
    }

    fn money_of(amount: f64, currency: Option<&str>) -> Said<Money> {
        Said::Value(Money { amount, currency: currency.map(str::to_owned) })
    }

    #[test]
    fn the_expected_fee_wins() {
        let job = json!({
            "expected_fee": {"currency": "usd", "number": "22,500.505"},
            "commission_rate": 20, "expected_salary": {"currency": "EUR", "number": 100_000},
        });
        assert_eq!(of(&job), money_of(22_500.51, Some("USD")));
        assert_eq!(of(&json!({"expected_fee": 5000})), money_of(5000.0, None));
        assert_eq!(
            of(&json!({"expected_fee": {"number": 0, "currency": "EUR"}})),
            money_of(0.0, Some("EUR"))
        );
    }

    #[test]
    fn else_it_is_the_commission_of_the_expected_salary() {
        let job = json!({
            "expected_fee": {}, "commission_rate": "20",
            "expected_salary": {"currency": "EUR", "number": "90000"},
            "salary_range_start": 10, "salary_range_end": 20, "salary_frequency": "month",
        });
        assert_eq!(of(&job), money_of(18_000.0, Some("EUR")));
        let monthly = json!({"commission_rate": 10, "expected_salary":
            {"number": 1000, "frequency": {"id": 2, "name": "month", "display_name": "Monthly"}}});
        assert_eq!(of(&monthly), money_of(1200.0, None));
    }

    #[test]
    fn else_that_of_the_middle_of_the_range_for_a_year() {
        let range = |from: Value, to: Value, frequency: Value| {
            json!({
                "expected_fee": {}, "expected_salary": {}, "commission_rate": 12.5, "salary_range_start": from,
                "salary_range_end": to, "salary_range_currency": "GBP", "salary_frequency": frequency,
            })
        };
        for (from, to, frequency, fee) in [
            (json!(80_000), json!("120000"), json!("year"), 12_500.0),
            (json!(80_000), json!(120_000), json!(null), 12_500.0),
            (json!(4000), json!(6000), json!("Month"), 7500.0),
            (json!(1000), json!(1000), json!("week"), 6500.0),
            (json!(100), json!(100), json!("day"), 3250.0),
            (json!(50), json!(50), json!("hour"), 13_000.0),
            (json!(null), json!(80_000), json!("year"), 10_000.0),
            (json!(80_000), json!(0), json!("year"), 10_000.0),
        ] {
            assert_eq!(of(&range(from, to, frequency)), money_of(fee, Some("GBP")));
        }
        assert_eq!(of(&range(json!(0), json!(0), json!("year"))), Said::Null);
        assert_eq!(of(&range(json!(5), json!(6), json!("fortnight"))), Said::Null);
    }

    #[test]
    fn what_is_unset_is_null_and_what_is_not_there_says_nothing() {
        assert_eq!(of(&json!({"expected_fee": {}, "commission_rate": null})), Said::Null);
        assert_eq!(of(&json!({"expected_fee": {}})), Said::Null);
        assert_eq!(of(&json!({"commission_rate": 20})), Said::Null);
        assert_eq!(of(&json!({"expected_fee": {"number": "-5"}})), Said::Null);
        assert_eq!(of(&json!({"expected_fee": {"number": "None", "currency": "EUR"}})), Said::Null);
        assert_eq!(of(&json!({"salary_range_start": 1, "salary_range_end": 2})), Said::Nothing);
    }
}
