//! Settings, read once per isolate from variables and secrets, typed. Bad values are refused at
//! start, never guessed.

pub mod recruiterflow;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

use self::recruiterflow::RecruiterflowSettings;
use crate::domain::Invalid;
use crate::domain::outbound_url::{OutboundUrl, UrlRules};
use crate::domain::password::Password;
use crate::domain::sealed::SealingKey;
use crate::domain::text::Email;
use crate::domain::token::TokenKey;
use crate::domain::webhook::Schedule;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A setting that can't be used: its name and why. Never holds the value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("setting {name}: {reason}")]
pub struct ConfigError {
    pub name: &'static str,
    pub reason: Cow<'static, str>,
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
    /// `EVENT_RETENTION_DAYS`: events older than this are removed, and what was told of them.
    pub event_retention_days: u32,
    /// `TASK_RETENTION_DAYS`: tasks that ended longer ago are removed.
    pub task_retention_days: u32,
    /// `ENCRYPTION_KEY`: what secrets in the database are encrypted with. Without it there are no webhooks.
    pub encryption_key: Option<SealingKey>,
    /// `WEBHOOK_SECRET_TOKEN`: what callbacks of the AI Interviewer contract are signed with.
    pub webhook_secret_token: Option<Secret>,
    /// `JWT_SECRET`: what the tokens of users are signed with. Without it nobody can sign in.
    pub token_key: Option<TokenKey>,
    /// `ADMIN_EMAIL`, `ADMIN_PASSWORD`: who signs in before there are users.
    pub first_admin: Option<FirstAdmin>,
    /// `ALLOW_LOOPBACK`, `PUBLIC_URL`: which URLs may be called for callers.
    pub url_rules: UrlRules,
    pub webhooks: WebhookSettings,
    /// `ALERT_WEBHOOK_URL`: who is told what an operator should look at. Without it, the log is.
    pub alert_url: Option<Secret>,
    pub recruiterflow: RecruiterflowSettings,
}

/// Who is made the first administrator, by signing in.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    pub email: Email,
    /// Counts until the user is there; then only the user's own does.
    pub password: Password,
}

/// How webhooks are sent.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// `WEBHOOK_SCHEDULE`: the waits before each try, in seconds.
    pub schedule: Schedule,
    /// `WEBHOOK_TIMEOUT_SECONDS`: for one try, the answer's body included.
    pub timeout: Duration,
    /// `WEBHOOK_DISABLE_AFTER_DAYS`: an endpoint that failed for so long is disabled. In milliseconds.
    pub disable_after_ms: i64,
}

/// A secret text that never shows in debug output.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl Config {
    /// Reads the settings; `get` gives a variable or secret by name. `salt` is fresh randomness.
    ///
    /// # Errors
    /// The first setting whose value can't be used.
    pub fn read(get: impl Fn(&str) -> Option<String>, salt: [u8; 64]) -> Result<Self, ConfigError> {
        let get = |name: &str| get(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let url_rules = UrlRules {
            allow_loopback: boolean("ALLOW_LOOPBACK", get("ALLOW_LOOPBACK").as_deref())?,
            own_hosts: own_host(get("PUBLIC_URL").as_deref())?.into_iter().collect(),
        };
        Ok(Self {
            recruiterflow: RecruiterflowSettings::read(&get, &url_rules)?,
            alert_url: alert_url(get("ALERT_WEBHOOK_URL"), &url_rules)?,
            environment: get("ENVIRONMENT").unwrap_or_else(|| "production".to_owned()),
            api_keys: api_keys(&get("API_KEY").unwrap_or_default(), salt)?,
            cors_origins: origins(&get("CORS_ORIGINS").unwrap_or_default())?,
            debug_timing: boolean("DEBUG_TIMING", get("DEBUG_TIMING").as_deref())?,
            event_retention_days: number("EVENT_RETENTION_DAYS", &get, 90, 3650)?,
            task_retention_days: number("TASK_RETENTION_DAYS", &get, 30, 3650)?,
            encryption_key: parsed("ENCRYPTION_KEY", &get)?,
            webhook_secret_token: get("WEBHOOK_SECRET_TOKEN").map(Secret),
            url_rules,
            token_key: parsed("JWT_SECRET", &get)?,
            first_admin: first_admin(&get)?,
            webhooks: WebhookSettings {
                schedule: parsed("WEBHOOK_SCHEDULE", &get)?.unwrap_or_default(),
                timeout: Duration::from_secs(number("WEBHOOK_TIMEOUT_SECONDS", &get, 15, 15)?.into()),
                disable_after_ms: i64::from(number("WEBHOOK_DISABLE_AFTER_DAYS", &get, 5, 365)?) * DAY_MS,
            },
        })
    }
}

fn alert_url(given: Option<String>, url_rules: &UrlRules) -> Result<Option<Secret>, ConfigError> {
    let check = |url: String| OutboundUrl::check(&url, url_rules).map(|url| Secret(url.as_str().to_owned()));
    let checked = given.map(check).transpose();
    checked.map_err(|Invalid(reason)| ConfigError { name: "ALERT_WEBHOOK_URL", reason })
}

fn api_keys(list: &str, salt: [u8; 64]) -> Result<ApiKeys, ConfigError> {
    if list.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
        return Ok(ApiKeys::new(list, salt));
    }
    Err(ConfigError {
        name: "API_KEY",
        reason: "must be of letters, digits and signs that fit a header".into(),
    })
}

fn boolean(name: &'static str, value: Option<&str>) -> Result<bool, ConfigError> {
    match value {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(ConfigError { name, reason: "must be true or false".into() }),
    }
}

/// A whole number from 1.
fn number(
    name: &'static str,
    get: &impl Fn(&str) -> Option<String>,
    usual: u32,
    most: u32,
) -> Result<u32, ConfigError> {
    let given = get(name).map_or(Ok(usual), |text| text.parse());
    given.ok().filter(|number| (1..=most).contains(number)).ok_or_else(|| ConfigError {
        name,
        reason: format!("must be a whole number between 1 and {most}").into(),
    })
}

fn parsed<T: FromStr<Err = Invalid>>(
    name: &'static str,
    get: &impl Fn(&str) -> Option<String>,
) -> Result<Option<T>, ConfigError> {
    let read = get(name).map(|text| text.parse()).transpose();
    read.map_err(|Invalid(reason)| ConfigError { name, reason })
}

/// Both or none.
fn first_admin(get: &impl Fn(&str) -> Option<String>) -> Result<Option<FirstAdmin>, ConfigError> {
    let missing = |name, other| ConfigError { name, reason: format!("is missing beside {other}").into() };
    match (parsed("ADMIN_EMAIL", get)?, parsed("ADMIN_PASSWORD", get)?) {
        (None, None) => Ok(None),
        (Some(email), Some(password)) => Ok(Some(FirstAdmin { email, password })),
        (None, Some(_)) => Err(missing("ADMIN_EMAIL", "ADMIN_PASSWORD")),
        (Some(_), None) => Err(missing("ADMIN_PASSWORD", "ADMIN_EMAIL")),
    }
}

/// The host of our own address.
fn own_host(url: Option<&str>) -> Result<Option<String>, ConfigError> {
    let host = |url: &str| {
        let uri = url.parse::<http::Uri>().ok()?;
        uri.scheme()?;
        uri.host().map(str::to_owned)
    };
    let reason = "must be an address like https://api.example.com";
    url.map(|url| host(url).ok_or_else(|| ConfigError { name: "PUBLIC_URL", reason: reason.into() }))
        .transpose()
}

fn origins(list: &str) -> Result<Vec<http::HeaderValue>, ConfigError> {
    let origin = |text: &str| {
        let uri = text.parse::<http::Uri>().ok();
        uri.filter(|uri| uri.scheme().is_some() && uri.path() == "/" && !text.ends_with('/'))
            .and_then(|_| http::HeaderValue::from_str(text).ok())
            .ok_or(ConfigError {
                name: "CORS_ORIGINS",
                reason: "must be origins like https://app.example.com, separated by commas".into(),
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
    fn the_first_administrator_has_both_an_email_and_a_password() {
        let (email, password) = (("ADMIN_EMAIL", "admin@example.com"), ("ADMIN_PASSWORD", "twelve signs"));
        let both = read(&[email, password]).unwrap();
        assert!(both.first_admin.as_ref().is_some_and(|admin| admin.password.is("twelve signs")));
        assert!(!format!("{both:?}").contains("twelve signs"));
        assert_eq!(read(&[email]).unwrap_err().name, "ADMIN_PASSWORD");
        assert_eq!(read(&[password]).unwrap_err().name, "ADMIN_EMAIL");
        assert!(read(&[]).unwrap().first_admin.is_none());
    }

    #[test]
    fn values_that_cannot_be_used_are_refused_by_name() {
        for (name, value) in [
            ("API_KEY", "ключ"),
            ("DEBUG_TIMING", "yes please"),
            ("EVENT_RETENTION_DAYS", "0"),
            ("EVENT_RETENTION_DAYS", "ninety"),
            ("TASK_RETENTION_DAYS", "-1"),
            ("ENCRYPTION_KEY", "too short"),
            ("JWT_SECRET", "31 characters are one too few ."),
            ("ADMIN_EMAIL", "admin"),
            ("ADMIN_PASSWORD", "too short"),
            ("ALLOW_LOOPBACK", "sometimes"),
            ("PUBLIC_URL", "api.example.com"),
            ("ALERT_WEBHOOK_URL", "http://hooks.example.com/x"),
            ("ALERT_WEBHOOK_URL", "https://10.0.0.1/x"),
            ("WEBHOOK_SCHEDULE", "soon"),
            ("WEBHOOK_TIMEOUT_SECONDS", "16"),
            ("WEBHOOK_DISABLE_AFTER_DAYS", "0"),
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
