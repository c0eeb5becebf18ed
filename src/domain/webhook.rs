//! Webhooks: how they are signed (Standard Webhooks 1.0), when they are tried again, and what an
//! answer to one means. The same secret, id, time and body always give the same signature.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDateTime;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Invalid;
use super::hex::hex;

/// What a receiver shares with us to know our webhooks by: 24 to 64 bytes, written
/// `whsec_` and their base64.
#[derive(Clone)]
pub struct WebhookSecret(Vec<u8>);

impl WebhookSecret {
    /// A new secret, of bytes nobody can guess.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes.to_vec())
    }

    /// A token of another contract: its bytes, however many, are the secret.
    #[must_use]
    pub fn from_token(token: &str) -> Self {
        Self(token.as_bytes().to_vec())
    }

    /// The secret itself, as its receiver enters it: `whsec_...`. Not for logs.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }
}

impl FromStr for WebhookSecret {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let encoded = raw.trim().strip_prefix("whsec_");
        let bytes = encoded.and_then(|text| STANDARD.decode(text).ok());
        bytes
            .filter(|bytes| (24..=64).contains(&bytes.len()))
            .map(Self)
            .ok_or(Invalid::because("must be whsec_ and 24 to 64 bytes in base64"))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(redacted)")
    }
}

/// What stands in `webhook-signature`, for one secret: `v1,` and the base64 of an HMAC over the id,
/// the time of this try (seconds since 1970) and the body.
#[must_use]
pub fn signature(secret: &WebhookSecret, id: &str, timestamp_s: i64, body: &[u8]) -> String {
    let mac = hmac(&secret.0, &[id.as_bytes(), b".", timestamp_s.to_string().as_bytes(), b".", body]);
    format!("v1,{}", STANDARD.encode(mac))
}

/// What stands in `webhook-signature` while secrets change: a signature for each, a blank between.
#[must_use]
pub fn signatures(secrets: &[&WebhookSecret], id: &str, timestamp_s: i64, body: &[u8]) -> String {
    let each = secrets.iter().map(|secret| signature(secret, id, timestamp_s, body));
    each.collect::<Vec<_>>().join(" ")
}

/// The HMAC-SHA256 of a body in 64 lower-case hexadecimal digits, for contracts that sign with nothing more.
#[must_use]
pub fn hex_hmac(key: &[u8], body: &[u8]) -> String {
    hex(&hmac(key, &[body]))
}

/// The HMAC-SHA256 of parts that follow each other.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC itself makes every key a block of 64 bytes. Done here, no key is refused, and no error is lost.
    let mut block = [0; 64];
    if let Some(start) = block.get_mut(..key.len()) {
        start.copy_from_slice(key);
    } else {
        block[..32].copy_from_slice(&Sha256::digest(key));
    }
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// How long to wait before each try, the first included: 1 to 20 waits of 0 to 86,400 seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    waits_ms: Vec<u32>,
}

impl Schedule {
    /// How many tries there are.
    #[must_use]
    pub fn tries(&self) -> u32 {
        u32::try_from(self.waits_ms.len()).unwrap_or(u32::MAX)
    }

    /// Milliseconds to wait before the next try, `None` when all tries are made. `jitter`, from 0 to 1,
    /// moves the wait of the schedule by up to a fifth either way, so that what failed together is not
    /// tried together. A receiver that asked for a wait (`retry_after_ms`) gets it without jitter, but
    /// never less than the schedule's and never more than twice that.
    #[must_use]
    pub fn wait_ms(&self, tries_made: u32, jitter: f64, retry_after_ms: Option<i64>) -> Option<i64> {
        let wait_ms = *self.waits_ms.get(usize::try_from(tries_made).ok()?)?;
        let least = i64::from(wait_ms);
        Some(match retry_after_ms {
            Some(asked) => asked.clamp(least, 2 * least),
            None => moved(wait_ms, jitter),
        })
    }
}

/// A wait moved by jitter: four fifths of it for 0, six fifths for 1.
fn moved(wait_ms: u32, jitter: f64) -> i64 {
    let moved = f64::from(wait_ms) * (0.8 + 0.4 * jitter.clamp(0.0, 1.0));
    #[expect(clippy::cast_possible_truncation, reason = "whole, and at most 104 million")]
    {
        moved.round() as i64
    }
}

impl Default for Schedule {
    /// Eight tries in about seventeen and a half hours.
    fn default() -> Self {
        Self { waits_ms: [0, 5, 30, 300, 1800, 7200, 18_000, 36_000].map(|s| s * 1000).to_vec() }
    }
}

impl FromStr for Schedule {
    type Err = Invalid;

    /// Reads seconds separated by commas, to the millisecond: `0, 0.5, 30`.
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let waits_ms: Option<Vec<u32>> = raw.split(',').map(|wait| read_ms(wait.trim())).collect();
        waits_ms.filter(|waits| waits.len() <= 20).map(|waits_ms| Self { waits_ms }).ok_or(Invalid::because(
            "must be 1 to 20 waits in seconds, each from 0 to 86400, with commas between",
        ))
    }
}

/// Seconds with or without decimals, as milliseconds; `None` for more than a day.
fn read_ms(seconds: &str) -> Option<u32> {
    let (whole, decimals) = seconds.split_once('.').unwrap_or((seconds, "0"));
    if ![whole, decimals].iter().all(|digits| is_number(digits)) {
        return None;
    }
    // The first three decimals, filled up with zeros.
    let ms: u32 = format!("{decimals:0<3.3}").parse().ok()?;
    let ms = whole.parse::<u32>().ok()?.checked_mul(1000)?.checked_add(ms)?;
    (ms <= 86_400_000).then_some(ms)
}

/// Whether a text is of digits only. `parse` would take a sign too.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Milliseconds to wait by a `Retry-After` header: seconds, or a date in any form of HTTP (RFC 9110,
/// 5.6.7), one that has passed giving 0. `None` if it is neither.
#[must_use]
pub fn retry_after_ms(header: &str, now_ms: i64) -> Option<i64> {
    let text = header.trim();
    if is_number(text) {
        // Only too many digits fail, and more than we ever wait is all they mean.
        return Some(text.parse().unwrap_or(i64::MAX).saturating_mul(1000));
    }
    let forms = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let date = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    Some(date.and_utc().timestamp_millis().saturating_sub(now_ms).max(0))
}

/// A try that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    pub at: String,
    /// What the endpoint answered, if it did.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub ms: i64,
    /// The beginning of what it answered.
    pub answer: Option<String>,
    pub error: Option<String>,
}

/// What the answer to a webhook means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It has arrived.
    Delivered,
    /// The receiver wants no more of them.
    Gone,
    /// It is to be tried again.
    Failed,
    /// As failed, and the receiver asks to be left alone for a while.
    Throttled,
}

/// The verdict of an HTTP status, and of whether `Retry-After` came with it. A redirect has failed: it is
/// not followed.
#[must_use]
pub const fn verdict(status: u16, asks_to_wait: bool) -> Verdict {
    match status {
        200..=299 => Verdict::Delivered,
        410 => Verdict::Gone,
        429 | 503 if asks_to_wait => Verdict::Throttled,
        _ => Verdict::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT_S: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn secret() -> WebhookSecret {
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap()
    }

    #[test]
    fn the_signature_of_the_standard_is_ours() {
        assert_eq!(signature(&secret(), ID, AT_S, BODY), SIGNED);
    }

    #[test]
    fn a_signature_covers_the_secret_the_id_the_time_and_the_body() {
        let other = WebhookSecret::from_bytes([7; 32]);
        for (secret, id, at_s, body) in [
            (&other, ID, AT_S, BODY),
            (&secret(), "msg_2", AT_S, BODY),
            (&secret(), ID, AT_S + 1, BODY),
            (&secret(), ID, AT_S, b"{}".as_slice()),
        ] {
            assert_ne!(signature(secret, id, at_s, body), SIGNED);
        }
    }

    #[test]
    fn while_secrets_change_each_signs_in_the_order_given() {
        let (old, new) = (secret(), WebhookSecret::from_bytes([7; 32]));
        let by_new = signature(&new, ID, AT_S, BODY);
        assert_eq!(signatures(&[&new, &old], ID, AT_S, BODY), format!("{by_new} {SIGNED}"));
        assert_eq!(signatures(&[&old], ID, AT_S, BODY), SIGNED);
    }

    #[test]
    fn a_secret_is_read_as_it_is_written() {
        let written = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let made = WebhookSecret::from_bytes(std::array::from_fn(|i| u8::try_from(i).unwrap()));
        assert_eq!(made.to_text(), written);
        assert_eq!(format!(" {written}\n").parse::<WebhookSecret>().unwrap().to_text(), written);
    }

    #[test]
    fn a_secret_has_24_to_64_bytes_in_padded_standard_base64() {
        let of =
            |length: usize| format!("whsec_{}", STANDARD.encode(vec![0xfb; length])).parse::<WebhookSecret>();
        for (length, is_fit) in [(0, false), (23, false), (24, true), (32, true), (64, true), (65, false)] {
            assert_eq!(of(length).is_ok(), is_fit, "{length}");
        }
        let encoded = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        for bad in [
            format!("{encoded}="),
            format!("WHSEC_{encoded}="),
            format!("whsec-{encoded}="),
            format!("whsec_{encoded}"),
            format!("whsec_{encoded}=="),
            format!("whsec_ {encoded}="),
            format!("whsec_{}=", encoded.replace("Hh8", "Hh9")),
            format!("whsec_{}=", encoded.replacen('A', "-", 1)),
            format!("whsec_{}=", encoded.replacen('A', "_", 1)),
            format!("whsec_{}=", encoded.replacen('A', "!", 1)),
            String::new(),
        ] {
            let refused = bad.parse::<WebhookSecret>().unwrap_err();
            assert_eq!(refused.to_string(), "must be whsec_ and 24 to 64 bytes in base64", "{bad}");
        }
    }

    #[test]
    fn a_secret_is_not_shown_for_debugging() {
        assert_eq!(format!("{:?}", secret()), "WebhookSecret(redacted)");
    }

    #[test]
    fn a_hex_hmac_is_that_of_rfc_4231_for_a_key_of_any_length() {
        let k = [b'k'; 65];
        for (key, body, hex) in [
            (
                [0x0b; 20].as_slice(),
                "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (b"", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
            (&k[..64], "", "83026a325aaee70e36cfe607536aa1054104ad1077c36134810d4ccded1ccd3b"),
            (&k, "", "41f1c4cc3107cd5b8d92460f61032902bfdb06484eef17e861b83a5012d3b7f3"),
        ] {
            assert_eq!(hex_hmac(key, body.as_bytes()), hex);
        }
    }

    fn schedule(raw: &str) -> Schedule {
        raw.parse().unwrap()
    }

    #[test]
    fn the_default_schedule_reads_like_any_other() {
        assert_eq!(schedule("0, 5, 30, 300, 1800, 7200, 18000, 36000"), Schedule::default());
        assert_eq!(Schedule::default().tries(), 8);
    }

    #[test]
    fn a_schedule_is_read_to_the_millisecond() {
        let read = schedule(" 0,0.5 ,00007.25, 1.0009,0.001,86400,86400.000 ");
        assert_eq!(read.waits_ms, [0, 500, 7250, 1000, 1, 86_400_000, 86_400_000]);
    }

    #[test]
    fn a_schedule_has_1_to_20_waits_of_up_to_a_day() {
        assert_eq!(schedule(&["0"; 20].join(",")).tries(), 20);
        for bad in [
            "",
            " ",
            ",",
            "1,",
            ",1",
            "1,,2",
            "1 2",
            "1;2",
            "-1",
            "+1",
            "1e3",
            "0x1",
            "inf",
            "NaN",
            "5s",
            ".5",
            "5.",
            ".",
            "1.2.3",
            "1.-5",
            "1.5x",
            "٣",
            "1.٣",
            "86401",
            "86400.001",
            "4294967296",
            "4294968",
            "99999999999999999999",
            &["0"; 21].join(","),
        ] {
            let refused = bad.parse::<Schedule>().unwrap_err().to_string();
            assert_eq!(
                refused, "must be 1 to 20 waits in seconds, each from 0 to 86400, with commas between",
                "{bad}"
            );
        }
    }

    #[test]
    fn each_try_has_its_wait_until_all_are_made() {
        let schedule = schedule("0, 5, 30");
        let waits = [0, 1, 2, 3, 4, u32::MAX].map(|made| schedule.wait_ms(made, 0.5, None));
        assert_eq!(waits, [Some(0), Some(5000), Some(30_000), None, None, None]);
        assert_eq!(schedule.wait_ms(3, 0.5, Some(60_000)), None);
    }

    #[test]
    fn jitter_moves_a_wait_by_up_to_a_fifth() {
        let schedule = schedule("0, 10, 86400");
        for (jitter, waits) in [
            (0.0, [0, 8000, 69_120_000]),
            (0.25, [0, 9000, 77_760_000]),
            (0.75, [0, 11_000, 95_040_000]),
            (1.0, [0, 12_000, 103_680_000]),
            (-3.0, [0, 8000, 69_120_000]),
            (3.0, [0, 12_000, 103_680_000]),
        ] {
            assert_eq!(
                [0, 1, 2].map(|made| schedule.wait_ms(made, jitter, None).unwrap()),
                waits,
                "{jitter}"
            );
        }
    }

    #[test]
    fn what_a_receiver_asks_for_lies_between_the_schedule_and_twice_that() {
        let schedule = schedule("0, 10");
        for (asked, wait) in [
            (i64::MIN, 10_000),
            (0, 10_000),
            (9999, 10_000),
            (10_001, 10_001),
            (19_999, 19_999),
            (20_001, 20_000),
            (i64::MAX, 20_000),
        ] {
            for jitter in [0.0, 1.0] {
                assert_eq!(schedule.wait_ms(1, jitter, Some(asked)), Some(wait), "{asked}");
            }
        }
        assert_eq!(schedule.wait_ms(0, 1.0, Some(60_000)), Some(0));
    }

    #[test]
    fn retry_after_is_seconds_or_any_date_of_http() {
        let now_ms = 784_111_777_000 - 90_500;
        for (header, ms) in [
            ("0", 0),
            ("120", 120_000),
            (" 007\t", 7000),
            ("99999999999999999999", i64::MAX),
            ("9223372036854775807", i64::MAX),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 90_500),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 90_500),
            ("Sun Nov  6 08:49:37 1994", 90_500),
            ("Wed Nov 16 08:49:37 1994", 90_500 + 864_000_000),
            ("Sun, 06 Nov 1994 08:48:06 GMT", 0),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799_000 - now_ms),
        ] {
            assert_eq!(retry_after_ms(header, now_ms), Some(ms), "{header}");
        }
    }

    #[test]
    fn what_is_no_retry_after_says_nothing() {
        for garbage in [
            "",
            " ",
            "soon",
            "-1",
            "+5",
            "1.5",
            "5s",
            "1e3",
            "٣",
            "5, 10",
            "1994-11-06T08:49:37Z",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 08:49:37",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Wed, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 25:49:37 GMT",
            "06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(retry_after_ms(garbage, 0), None, "{garbage}");
        }
    }

    #[test]
    fn only_2xx_has_arrived_and_only_410_wants_no_more() {
        for status in 0..1000 {
            let expected = match status {
                200..300 => Verdict::Delivered,
                410 => Verdict::Gone,
                _ => Verdict::Failed,
            };
            assert_eq!(verdict(status, false), expected, "{status}");
        }
        assert_eq!(verdict(429, true), Verdict::Throttled);
        assert_eq!(verdict(503, true), Verdict::Throttled);
        assert_eq!((verdict(200, true), verdict(500, true)), (Verdict::Delivered, Verdict::Failed));
    }
}
