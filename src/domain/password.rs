//! Passwords: what a new one must be, and how they are kept, as Argon2id with 19 MiB, two passes and one
//! lane, the least that OWASP recommends.
//!
//! Invariant: nothing here shows a password or its hash in debug output.

use std::fmt;
use std::str::FromStr;

use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error as ThisError;

use super::Invalid;

/// Fewest and most characters of a new password.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=128;

/// Bytes of a salt.
pub const SALT: usize = 16;

/// A new password of 12 to 128 characters, kept to the letter.
#[derive(Clone)]
pub struct Password(String);

impl FromStr for Password {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        if LENGTH.contains(&raw.chars().count()) {
            return Ok(Self(raw.to_owned()));
        }
        Err(Invalid(format!("must be {} to {} characters", LENGTH.start(), LENGTH.end()).into()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(redacted)")
    }
}

/// The library refused: a mistake of ours, or a hash that is none.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("password hash: {0}")]
pub struct HashError(String);

impl Password {
    /// The hash to keep. The salt must be of fresh random bytes. Takes as long as `PasswordHash::opens`:
    /// some tens of milliseconds, and 19 MiB.
    ///
    /// # Errors
    /// Never, as far as is known.
    pub fn hash(&self, salt: [u8; SALT]) -> Result<PasswordHash, HashError> {
        hash(&self.0, &salt)
    }

    /// Whether this is the password. Takes as long whether it is or not.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        // Hashed, for the library compares what is of one length.
        let mac = |text: &str| <Hmac<Sha256> as KeyInit>::new(&[0; 64].into()).chain_update(text);
        mac(other).verify(&mac(&self.0).finalize().into_bytes()).is_ok()
    }
}

fn hash(password: &str, salt: &[u8; SALT]) -> Result<PasswordHash, HashError> {
    let hash: Result<phc::PasswordHash, Error> =
        argon2id().hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| PasswordHash(hash.to_string())).map_err(|error| HashError(error.to_string()))
}

fn argon2id() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// A password as the database keeps it: a PHC string.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// One that the database kept.
    #[must_use]
    pub fn kept(text: String) -> Self {
        Self(text)
    }

    /// The text to keep.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the hash of this password. Takes as long whether it is or not.
    ///
    /// # Errors
    /// When what was kept is no hash.
    pub fn opens(&self, password: &str) -> Result<bool, HashError> {
        match argon2id().verify_password(password.as_bytes(), self.0.as_str()) {
            Ok(()) => Ok(true),
            Err(Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(HashError(error.to_string())),
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(redacted)")
    }
}

/// Does what comparing a password with a hash does, for nothing: whoever names a user that there is not
/// waits as long as others.
///
/// # Errors
/// Never, as far as is known.
pub fn work_for_nothing(password: &str) -> Result<(), HashError> {
    hash(password, &[0; SALT]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_password_is_counted_in_characters_and_kept_to_the_letter() {
        for bad in ["", "12345678901", "пароль", &"x".repeat(129)] {
            let refused = bad.parse::<Password>().unwrap_err();
            assert_eq!(refused.to_string(), "must be 12 to 128 characters", "{bad}");
        }
        for good in ["123456789012", "двенадцать !", &"я".repeat(128), " a password "] {
            let password = good.parse::<Password>().unwrap();
            assert!(password.is(good) && !password.is(&format!("{good} ")) && !password.is(""), "{good}");
        }
    }

    #[test]
    fn a_hash_names_its_cost_and_opens_for_its_password_only() {
        let hash = "a long password".parse::<Password>().unwrap().hash([7; SALT]).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert_eq!(hash.opens("a long password"), Ok(true));
        for other in ["", "a long passwore", "a long password ", "A long password"] {
            assert_eq!(hash.opens(other), Ok(false), "{other}");
        }
        let salted = "a long password".parse::<Password>().unwrap().hash([8; SALT]).unwrap();
        assert_ne!(salted, hash);
    }

    #[test]
    fn a_hash_of_another_implementation_opens() {
        // From the tests of the reference implementation: Argon2id, "password", "somesalt".
        let hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
            .to_owned();
        assert_eq!(PasswordHash::kept(hash.clone()).opens("password"), Ok(true));
        assert_eq!(PasswordHash::kept(hash).opens("passwore"), Ok(false));
        assert!(PasswordHash::kept("hunter2".to_owned()).opens("hunter2").is_err());
    }

    #[test]
    fn neither_is_shown_for_debugging() {
        let password = "a long password".parse::<Password>().unwrap();
        let shown = format!("{password:?} {:?}", PasswordHash::kept("hunter2".to_owned()));
        assert_eq!(shown, "Password(redacted) PasswordHash(redacted)");
    }
}
