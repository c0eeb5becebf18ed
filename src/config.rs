//! Settings, read once per isolate from variables and secrets, typed. Bad values are refused at
//! start, never guessed.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

/// A setting that can't be used: its name and why. Never holds the value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("setting {name}: {reason}")]
pub struct ConfigError {
    pub name: &'static str,
    pub reason: &'static str,
}

/// All settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// `ENVIRONMENT`: a name for people ("local", "production").
    pub environment: String,
    /// `API_KEY`: who may call RecruitOS. Nothing configured refuses everybody.
    pub api_keys: ApiKeys,
    /// `CORS_ORIGINS`: web origins that may call from a browser, comma separated.
    pub cors_origins: Vec<http::HeaderValue>,
    /// `DEBUG_TIMING`: answers carry `Server-Timing`.
    pub debug_timing: bool,
    /// `EVENT_RETENTION_DAYS`: events older than this are removed.
    pub event_retention_days: u32,
}

impl Config {
    /// Reads the settings; `get` gives a variable or secret by name. `salt` is fresh randomness.
    ///
    /// # Errors
    /// The first setting whose value can't be used.
    pub fn read(get: impl Fn(&str) -> Option<String>, salt: [u8; 64]) -> Result<Self, ConfigError> {
        let get = |name: &str| get(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        Ok(Self {
            environment: get("ENVIRONMENT").unwrap_or_else(|| "production".to_owned()),
            api_keys: api_keys(&get("API_KEY").unwrap_or_default(), salt)?,
            cors_origins: origins(&get("CORS_ORIGINS").unwrap_or_default())?,
            debug_timing: boolean("DEBUG_TIMING", get("DEBUG_TIMING").as_deref())?,
            event_retention_days: retention(get("EVENT_RETENTION_DAYS").as_deref())?,
        })
    }
}

fn api_keys(list: &str, salt: [u8; 64]) -> Result<ApiKeys, ConfigError> {
    if list.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
        return Ok(ApiKeys::new(list, salt));
    }
    Err(ConfigError { name: "API_KEY", reason: "must be of letters, digits and signs that fit a header" })
}

fn boolean(name: &'static str, value: Option<&str>) -> Result<bool, ConfigError> {
    match value {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(ConfigError { name, reason: "must be true or false" }),
    }
}

fn retention(value: Option<&str>) -> Result<u32, ConfigError> {
    let days = value.map_or(Ok(90), str::parse);
    days.ok().filter(|days| (1..=3650).contains(days)).ok_or(ConfigError {
        name: "EVENT_RETENTION_DAYS",
        reason: "must be a number of days between 1 and 3650",
    })
}

fn origins(list: &str) -> Result<Vec<http::HeaderValue>, ConfigError> {
    let origin = |text: &str| {
        let uri = text.parse::<http::Uri>().ok();
        uri.filter(|uri| uri.scheme().is_some() && uri.path() == "/" && !text.ends_with('/'))
            .and_then(|_| http::HeaderValue::from_str(text).ok())
            .ok_or(ConfigError {
                name: "CORS_ORIGINS",
                reason: "must be origins like https://app.example.com, separated by commas",
            })
    };
    list.split(',').map(str::trim).filter(|text| !text.is_empty()).map(origin).collect()
}

/// Keys that open an API, kept only as hashes under a salt of this isolate.
#[derive(Clone)]
pub struct ApiKeys {
    salt: [u8; 64],
    hashes: Vec<Vec<u8>>,
}

impl ApiKeys {
    /// One or more keys, comma separated, so that a key can be rotated.
    #[must_use]
    pub fn new(list: &str, salt: [u8; 64]) -> Self {
        let mut keys = Self { salt, hashes: Vec::new() };
        let given = list.split(',').map(str::trim).filter(|key| !key.is_empty());
        keys.hashes = given.map(|key| keys.mac(key).finalize().into_bytes().to_vec()).collect();
        keys
    }

    /// Whether this is one of the keys. Takes as long whichever it is, or none.
    #[must_use]
    pub fn accept(&self, key: &str) -> bool {
        let mac = self.mac(key);
        self.hashes.iter().fold(false, |found, hash| mac.clone().verify_slice(hash).is_ok() | found)
    }

    fn mac(&self, key: &str) -> Hmac<Sha256> {
        // A key of the hash's own block size or shorter is always taken, so there is no error to lose.
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&self.salt.into());
        mac.update(key.as_bytes());
        mac
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeys({} redacted)", self.hashes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let get = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Config::read(get, [7; 64])
    }

    #[test]
    fn nothing_set_is_safe() {
        let config = read(&[]).unwrap();
        assert!(!config.api_keys.accept(""));
        assert!(!config.debug_timing && config.cors_origins.is_empty());
        assert_eq!(config.event_retention_days, 90);
    }

    #[test]
    fn any_of_several_keys_opens() {
        let config = read(&[("API_KEY", "old-key, new-key,")]).unwrap();
        assert!(config.api_keys.accept("old-key") && config.api_keys.accept("new-key"));
        assert!(
            !config.api_keys.accept("old-key,")
                && !config.api_keys.accept("")
                && !config.api_keys.accept("other")
        );
    }

    #[test]
    fn debug_output_never_shows_a_key() {
        let shown = format!("{:?}", read(&[("API_KEY", "hunter2")]).unwrap());
        assert!(shown.contains("1 redacted") && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn values_that_cannot_be_used_are_refused_by_name() {
        for (name, value) in [
            ("API_KEY", "ключ"),
            ("DEBUG_TIMING", "yes please"),
            ("EVENT_RETENTION_DAYS", "0"),
            ("EVENT_RETENTION_DAYS", "ninety"),
            ("CORS_ORIGINS", "app.example.com"),
            ("CORS_ORIGINS", "https://a.example/path"),
        ] {
            assert_eq!(read(&[(name, value)]).unwrap_err().name, name, "{value}");
        }
        assert_eq!(
            read(&[("CORS_ORIGINS", "https://a.example, http://localhost:3000")]).unwrap().cors_origins.len(),
            2
        );
    }
}
