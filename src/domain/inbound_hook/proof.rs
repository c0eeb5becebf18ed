//! How a webhook proves that it comes from somebody who knows the secret: a signature of its body, or the
//! secret itself.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a webhook shows. Any of it is enough.
#[derive(Default)]
pub struct Proof<'a> {
    /// The HMAC-SHA256 of the body in hexadecimal digits of either case, after `sha256=` or bare.
    pub signature: Option<&'a str>,
    /// The secret itself, wherever it stood.
    pub tokens: Vec<&'a str>,
}

impl Proof<'_> {
    /// Whether it is good for this body, under any of the secrets, which stand with commas between. How
    /// long that takes says nothing of them. Without a secret nothing is good.
    #[must_use]
    pub fn is_good(&self, secrets: &str, body: &[u8]) -> bool {
        let secrets = secrets.split(',').map(str::trim).filter(|secret| !secret.is_empty());
        secrets.fold(false, |good, secret| {
            let is_signed = self.signature.is_some_and(|given| is_signature(secret, given, body));
            let is_told = self.tokens.iter().fold(false, |told, given| is_same(secret, given) | told);
            is_signed | is_told | good
        })
    }
}

fn is_signature(secret: &str, given: &str, body: &[u8]) -> bool {
    let given = given.trim();
    let digits = given.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("sha256"));
    let bytes = bytes_of(digits.map_or(given, |(_, digits)| digits));
    bytes.zip(mac(secret, body)).is_some_and(|(bytes, mac)| mac.verify_slice(&bytes).is_ok())
}

/// Whether two texts are the same, by their hashes: which are compared in the same time wherever they differ.
fn is_same(secret: &str, given: &str) -> bool {
    let hashes = mac(secret, secret.as_bytes()).zip(mac(secret, given.trim().as_bytes()));
    hashes.is_some_and(|(secret, given)| given.verify(&secret.finalize().into_bytes()).is_ok())
}

fn mac(key: &str, bytes: &[u8]) -> Option<Hmac<Sha256>> {
    // A key of any length is taken.
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(bytes);
    Some(mac)
}

/// The 32 bytes that hexadecimal digits stand for.
fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<_>> = digits.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    let byte = |pair: &[u32]| u8::try_from(pair[0] * 16 + pair[1]).ok();
    digits.chunks_exact(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 4231, test case 2.
    const SECRET: &str = "Jefe";
    const BODY: &[u8] = b"what do ya want for nothing?";
    const SIGNATURE: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    fn signed(given: &str, secrets: &str) -> bool {
        Proof { signature: Some(given), tokens: Vec::new() }.is_good(secrets, BODY)
    }

    fn told(given: &str, secrets: &str) -> bool {
        Proof { signature: None, tokens: vec![given] }.is_good(secrets, BODY)
    }

    #[test]
    fn a_signature_is_good_in_every_spelling() {
        let upper = SIGNATURE.to_uppercase();
        for given in [SIGNATURE, &upper, &format!("sha256={SIGNATURE}"), &format!(" SHA256={upper} ")] {
            assert!(signed(given, SECRET), "{given}");
        }
    }

    #[test]
    fn any_of_several_secrets_is_good_and_no_part_of_one() {
        for secrets in ["old, Jefe", "Jefe,new", ",Jefe,,"] {
            assert!(signed(SIGNATURE, secrets) && told("Jefe", secrets) && told(" Jefe ", secrets));
        }
        for given in ["", "J", "Jef", "Jefe2", "jefe", "Jefe,new", "old"] {
            assert!(!told(given, "Jefe,new"), "{given}");
        }
    }

    #[test]
    fn everything_else_is_not() {
        let short = &SIGNATURE[..62];
        for given in ["", "sha256=", short, &SIGNATURE.replace('5', "6"), &format!("md5={SIGNATURE}"), "ж"] {
            assert!(!signed(given, SECRET), "{given}");
        }
        assert!(!signed(SIGNATURE, "other") && !signed(SIGNATURE, "") && !told("", "") && !told("", " , "));
        assert!(!Proof::default().is_good(SECRET, BODY));
    }

    #[test]
    fn one_good_proof_is_enough() {
        let proof = Proof { signature: Some("00"), tokens: vec!["wrong", SECRET] };
        assert!(proof.is_good(SECRET, BODY));
    }
}
