//! Credentials of third parties, as the database keeps them: sealed with AES-256-GCM. A sealed text
//! opens only with the key and for the purpose it was sealed with, so copied to another row or use it is
//! worth nothing, and changed it doesn't open at all.

use std::fmt;
use std::str::FromStr;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_PAD_INDIFFERENT, URL_SAFE_NO_PAD, URL_SAFE_PAD_INDIFFERENT};
use thiserror::Error;

use super::Invalid;

/// What a sealed text begins with: how the rest is to be read.
const VERSION: &str = "v1.";

/// Bytes of a nonce, the number that no two seals of a key may share.
const NONCE: usize = 12;

/// The key that seals: 32 bytes.
#[derive(Clone)]
pub struct SealingKey(Aes256Gcm);

/// More was to be sealed than AES-GCM allows: 64 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too long to be sealed")]
pub struct SealError;

impl SealingKey {
    /// Seals bytes for a purpose, such as the use and the id of the row that keeps them. Gives `v1.` and
    /// the base64 of the nonce, the encrypted bytes and 16 more that attest them. The nonce must be of
    /// fresh random bytes each time: used twice, it gives away what was sealed.
    ///
    /// # Errors
    /// More than 64 GiB.
    pub fn seal(&self, nonce: [u8; NONCE], purpose: &str, plain: &[u8]) -> Result<String, SealError> {
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let encrypted = self.0.encrypt(&nonce.into(), payload).map_err(|_| SealError)?;
        let encoded = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &encrypted].concat());
        Ok(format!("{VERSION}{encoded}"))
    }

    /// The bytes that were sealed. `None` if it was with another key or for another purpose, or if the
    /// text was changed; which of them can't be told.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed.strip_prefix(VERSION)?).ok()?;
        let (nonce, encrypted) = bytes.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: encrypted, aad: purpose.as_bytes() };
        self.0.decrypt(&(*nonce).into(), payload).ok()
    }
}

impl FromStr for SealingKey {
    type Err = Invalid;

    /// Reads base64, also for URLs and without padding, or 64 hexadecimal digits.
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let text = raw.trim();
        // The lengths differ, so no text is both.
        let bytes: Option<[u8; 32]> = hexadecimal(text).or_else(|| {
            [STANDARD_PAD_INDIFFERENT, URL_SAFE_PAD_INDIFFERENT]
                .iter()
                .find_map(|alphabet| alphabet.decode(text).ok()?.try_into().ok())
        });
        bytes
            .map(|bytes| Self(Aes256Gcm::new(&bytes.into())))
            .ok_or(Invalid::because("must be 32 bytes, as base64 or hexadecimal digits"))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(redacted)")
    }
}

/// The 32 bytes that 64 hexadecimal digits stand for.
fn hexadecimal(text: &str) -> Option<[u8; 32]> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes: Option<Vec<u8>> =
        pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE_1: [u8; 12] = [1; 12];

    fn key() -> SealingKey {
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f".parse().unwrap()
    }

    /// Bytes of hexadecimal digits.
    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn what_was_sealed_opens() {
        for plain in [b"".as_slice(), b"x", "пароль".as_bytes(), &[0; 16], &[255; 10_000]] {
            for purpose in ["", "ats:1:token", "ключ"] {
                let sealed = key().seal(NONCE_1, purpose, plain).unwrap();
                assert_eq!(key().open(purpose, &sealed).as_deref(), Some(plain));
            }
        }
    }

    #[test]
    fn a_sealed_text_is_v1_and_base64_for_urls_of_nonce_and_ciphertext() {
        let sealed = key().seal(
            std::array::from_fn(|i| 100 + u8::try_from(i).unwrap()),
            "smtp:7",
            "пароль".as_bytes(),
        );
        assert_eq!(sealed.as_deref(), Ok("v1.ZGVmZ2hpamtsbW5vmKQO1qhphiDu2Y5kRipadSXhXJJj2_ZVe39e5w"));
    }

    #[test]
    fn the_vectors_of_the_gcm_specification_are_ours() {
        for (key, nonce, plain, encrypted) in [
            (
                "00".repeat(32),
                "000000000000000000000000",
                "00000000000000000000000000000000",
                "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
            ),
            (
                "feffe9928665731c6d6a8f9467308308".repeat(2),
                "cafebabefacedbaddecaf888",
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015adb094dac5d93471bdec1a502270e3cc6c",
            ),
        ] {
            let key: SealingKey = key.parse().unwrap();
            let nonce: [u8; 12] = bytes(nonce).try_into().unwrap();
            let expected = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &bytes(encrypted)].concat());
            let sealed = key.seal(nonce, "", &bytes(plain)).unwrap();
            assert_eq!(sealed, format!("v1.{expected}"));
            assert_eq!(key.open("", &sealed), Some(bytes(plain)));
        }
    }

    #[test]
    fn a_text_changed_anywhere_does_not_open() {
        let sealed = key().seal(NONCE_1, "p", b"a credential").unwrap();
        let raw = URL_SAFE_NO_PAD.decode(&sealed[3..]).unwrap();
        for at in 0..raw.len() {
            for bit in 0..8 {
                let mut changed = raw.clone();
                changed[at] ^= 1 << bit;
                let changed = format!("v1.{}", URL_SAFE_NO_PAD.encode(changed));
                assert_eq!(key().open("p", &changed), None, "bit {bit} of byte {at}");
            }
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(key().open("p", &String::from_utf8(changed).unwrap()), None, "character {at}");
            assert_eq!(key().open("p", &sealed[..at]), None, "the first {at} characters");
        }
    }

    #[test]
    fn a_sealed_text_has_one_spelling() {
        let sealed = key().seal(NONCE_1, "p", b"a").unwrap();
        let encoded = &sealed[3..];
        for other in [
            format!("v2.{encoded}"),
            format!("V1.{encoded}"),
            encoded.to_owned(),
            format!("v1.{encoded}="),
            format!("v1.{encoded}A"),
            format!("v1.{encoded}AAAA"),
            format!(" {sealed}"),
            format!("{sealed}\n"),
            "v1.".to_owned(),
            String::new(),
        ] {
            assert_eq!(key().open("p", &other), None, "{other:?}");
        }
        // Bits of the last character that stand for nothing.
        let short = key().seal(NONCE_1, "p", b"").unwrap();
        let (rest, last) = short.split_at(short.len() - 1);
        let others = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars();
        for other in others.filter(|other| !last.contains(*other)) {
            assert_eq!(key().open("p", &format!("{rest}{other}")), None, "{other}");
        }
    }

    #[test]
    fn another_purpose_does_not_open_it() {
        let sealed = key().seal(NONCE_1, "ats:1", b"a credential").unwrap();
        for other in ["", "ats:2", "ats:1 ", "ATS:1", "ats:11", "ats:"] {
            assert_eq!(key().open(other, &sealed), None, "{other:?}");
        }
    }

    #[test]
    fn another_key_does_not_open_it() {
        let sealed = key().seal(NONCE_1, "p", b"a credential").unwrap();
        let other: SealingKey = "00".repeat(32).parse().unwrap();
        assert_eq!(other.open("p", &sealed), None);
        assert!(key().clone().open("p", &sealed).is_some());
    }

    #[test]
    fn a_key_is_read_in_every_usual_spelling() {
        let hex = "fbff".repeat(16);
        let expected = hex.parse::<SealingKey>().unwrap().seal(NONCE_1, "", b"").unwrap();
        for spelling in [
            hex.to_uppercase().as_str(),
            &format!(" {hex}\n"),
            "+//7//v/+//7//v/+//7//v/+//7//v/+//7//v/+/8=",
            "+//7//v/+//7//v/+//7//v/+//7//v/+//7//v/+/8",
            "-__7__v_-__7__v_-__7__v_-__7__v_-__7__v_-_8=",
            "-__7__v_-__7__v_-__7__v_-__7__v_-__7__v_-_8",
        ] {
            let key: SealingKey = spelling.parse().unwrap();
            assert_eq!(key.seal(NONCE_1, "", b"").unwrap(), expected, "{spelling}");
        }
    }

    #[test]
    fn what_is_no_key_of_32_bytes_is_refused() {
        for bad in [
            String::new(),
            "secret".to_owned(),
            "a".repeat(32),
            "ab".repeat(31),
            "ab".repeat(33),
            "a".repeat(63),
            "a".repeat(65),
            format!("0x{}", "ab".repeat(31)),
            format!("+f{}", "ab".repeat(31)),
            format!("{}я", "ab".repeat(31)),
            format!("{}==", "A".repeat(43)),
            format!("{}B=", "A".repeat(42)),
            format!("+-{}=", "A".repeat(41)),
            format!("{} {}=", "A".repeat(20), "A".repeat(23)),
            "A".repeat(42),
            "A".repeat(44),
        ] {
            let refused = bad.parse::<SealingKey>().unwrap_err();
            assert_eq!(refused.to_string(), "must be 32 bytes, as base64 or hexadecimal digits", "{bad}");
        }
    }

    #[test]
    fn a_key_is_not_shown_for_debugging() {
        assert_eq!(format!("{:?}", key()), "SealingKey(redacted)");
    }
}
