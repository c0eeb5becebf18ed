//! Tokens of users: JSON Web Tokens (RFC 7519) signed with HMAC-SHA256, and nothing else. What another
//! algorithm signed, or none, is no token.
//!
//! Own code because it is fewer lines than what the libraries ask for: the one that is kept up brings an
//! older base64 and getrandom, asks the platform for the time, and leaves the HMAC to its user.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::Invalid;
use super::hex::hex;
use super::user::User;

/// How long a token is good for, in seconds: 720 minutes.
pub const LIFETIME_S: i64 = 720 * 60;

/// Fewest characters of the secret that tokens are signed with.
const SHORTEST_SECRET: usize = 32;

/// The longest token that is looked at, in bytes. Ours are far shorter.
const LONGEST: usize = 8 * 1024;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The user's UUID.
    pub sub: String,
    pub email: String,
    pub name: String,
    /// The role, when the token was given. What the user may do is asked of the database.
    pub roles: Vec<String>,
    /// From then on it is not good any more: seconds since 1970, as the next.
    pub exp: i64,
    /// When it was given.
    pub iat: i64,
    /// Of the user's tokens: those of another generation have been ended.
    #[serde(rename = "gen")]
    pub generation: i64,
}

impl Claims {
    /// Of a user who signs in now, in milliseconds since 1970.
    #[must_use]
    pub fn new(user: &User, generation: i64, now_ms: i64) -> Self {
        let iat = now_ms.div_euclid(1000);
        Self {
            sub: user.uuid.to_string(),
            email: user.email.clone(),
            name: user.name.clone(),
            roles: vec![user.role.as_str().to_owned()],
            exp: iat + LIFETIME_S,
            iat,
            generation,
        }
    }
}

/// The key that tokens are signed with: a text of at least 32 characters.
#[derive(Clone)]
pub struct TokenKey(Hmac<Sha256>);

/// The one header we write.
#[derive(Serialize)]
struct OwnHeader {
    alg: &'static str,
    typ: &'static str,
}

/// What we look at in a header.
#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Extensions that must be understood (RFC 7515, 4.1.11): we understand none.
    crit: Option<IgnoredAny>,
}

impl TokenKey {
    /// A token of these claims.
    ///
    /// # Errors
    /// Never, for claims.
    pub fn sign(&self, claims: &Claims) -> Result<String, serde_json::Error> {
        let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
        let header = serde_json::to_vec(&OwnHeader { alg: "HS256", typ: "JWT" })?;
        let signed = format!("{}.{}", part(header), part(serde_json::to_vec(claims)?));
        let tag = self.0.clone().chain_update(&signed).finalize().into_bytes();
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)))
    }

    /// A name for a text that nobody without the key can tell from the name of another: guesses at a
    /// password in the text can't be tried. Never a part of a token, whose head has no blank.
    #[must_use]
    pub fn name_of(&self, text: &str) -> String {
        hex(&self.0.clone().chain_update("name of ").chain_update(text).finalize().into_bytes())
    }

    /// What a token says, if we signed it and it is still good.
    #[must_use]
    pub fn read(&self, token: &str, now_ms: i64) -> Option<Claims> {
        self.open::<Claims>(token).filter(|claims| now_ms < claims.exp.saturating_mul(1000))
    }

    /// What a token says, if we signed it.
    fn open<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let (signed, tag) = token.rsplit_once('.').filter(|_| token.len() <= LONGEST)?;
        let (header, payload) = signed.split_once('.')?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        self.0.clone().chain_update(signed).verify_slice(&decode(tag)?).ok()?;
        let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
        if header.alg != "HS256" || header.crit.is_some() {
            return None;
        }
        serde_json::from_slice(&decode(payload)?).ok()
    }
}

impl FromStr for TokenKey {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let reason = Invalid::because("must be at least 32 characters");
        if raw.chars().count() < SHORTEST_SECRET {
            return Err(reason);
        }
        <Hmac<Sha256> as KeyInit>::new_from_slice(raw.as_bytes()).map(Self).map_err(|_| reason)
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::domain::user::{Role, ScoringRole, UserId};

    const NOW_MS: i64 = 1_705_748_400_999;

    fn key() -> TokenKey {
        "0123456789abcdef0123456789abcdef".parse().unwrap()
    }

    fn claims() -> Claims {
        let user = User {
            id: UserId(1),
            uuid: Uuid::from_u128(7),
            email: "anna@example.com".to_owned(),
            name: "Анна Петрова".to_owned(),
            role: Role::Recruiter,
            scoring_role: ScoringRole::Ceo,
        };
        Claims::new(&user, 3, NOW_MS)
    }

    /// A token of any parts, properly signed.
    fn signed(key: &TokenKey, header: &str, payload: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let tag = key.0.clone().chain_update(&signed).finalize().into_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    #[test]
    fn a_token_says_who_and_until_when() {
        let token = key().sign(&claims()).unwrap();
        let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let payload: Value = serde_json::from_slice(&payload).unwrap();
        let expected = json!({
            "sub": "00000000-0000-0000-0000-000000000007", "email": "anna@example.com",
            "name": "Анна Петрова", "roles": ["recruiter"], "iat": 1_705_748_400,
            "exp": 1_705_748_400 + 43_200, "gen": 3
        });
        assert_eq!(payload, expected);
        assert_eq!(key().read(&token, NOW_MS), Some(claims()));
    }

    #[test]
    fn it_ends_to_the_millisecond() {
        let token = key().sign(&claims()).unwrap();
        let end_ms = claims().exp * 1000;
        assert!(key().read(&token, end_ms - 1).is_some());
        assert_eq!(key().read(&token, end_ms), None);
    }

    #[test]
    fn the_example_of_rfc_7515_opens() {
        let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let secret = URL_SAFE_NO_PAD.decode(secret).unwrap();
        let key = TokenKey(<Hmac<Sha256> as KeyInit>::new_from_slice(&secret).unwrap());
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9\
            .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
            .dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let said = json!({"iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true});
        assert_eq!(key.open::<Value>(token), Some(said));
    }

    #[test]
    fn only_hs256_counts_whatever_the_header_says_and_however_it_is_signed() {
        let payload = serde_json::to_string(&claims()).unwrap();
        assert!(key().read(&signed(&key(), r#"{"alg":"HS256"}"#, &payload), NOW_MS).is_some());
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"None"}"#,
            r#"{"alg":"hs256"}"#,
            r#"{"alg":"HS512"}"#,
            r#"{"alg":"RS256"}"#,
            r#"{"alg":null}"#,
            r#"{"typ":"JWT"}"#,
            r#"{"alg":"HS256","crit":["exp"]}"#,
            r#"{"alg":"none","alg":"HS256"}"#,
            "",
            "{}",
        ] {
            assert_eq!(key().read(&signed(&key(), header, &payload), NOW_MS), None, "{header}");
            let encoded = (URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(&payload));
            assert_eq!(key().read(&format!("{}.{}.", encoded.0, encoded.1), NOW_MS), None, "{header}");
        }
    }

    #[test]
    fn a_token_changed_anywhere_is_none() {
        let token = key().sign(&claims()).unwrap();
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(key().read(&String::from_utf8(changed).unwrap(), NOW_MS), None, "character {at}");
            assert_eq!(key().read(&token[..at], NOW_MS), None, "the first {at} characters");
        }
        for other in [format!("{token}."), format!("{token}="), format!(" {token}"), format!("a.{token}")] {
            assert_eq!(key().read(&other, NOW_MS), None, "{other}");
        }
        let other: TokenKey = "another secret of 32 characters.".parse().unwrap();
        assert_eq!(other.read(&token, NOW_MS), None);
    }

    #[test]
    fn claims_are_all_there_or_it_is_no_token_of_ours() {
        let whole = serde_json::to_value(claims()).unwrap();
        for name in whole.as_object().unwrap().keys() {
            let mut lacking = whole.clone();
            lacking.as_object_mut().unwrap().remove(name);
            let token = signed(&key(), r#"{"alg":"HS256"}"#, &lacking.to_string());
            assert_eq!(key().read(&token, NOW_MS), None, "{name}");
        }
    }

    #[test]
    fn a_name_is_the_text_s_and_the_key_s() {
        let other: TokenKey = "another secret of 32 characters.".parse().unwrap();
        let names = [key().name_of("a"), key().name_of("b"), other.name_of("a")];
        assert!(names[0] != names[1] && names[0] != names[2] && names[0] == key().name_of("a"), "{names:?}");
    }

    #[test]
    fn a_secret_is_long_and_never_shown() {
        assert_eq!(format!("{:?}", key()), "TokenKey(redacted)");
        let short = "я".repeat(31).parse::<TokenKey>().unwrap_err();
        assert_eq!(short.to_string(), "must be at least 32 characters");
    }
}
