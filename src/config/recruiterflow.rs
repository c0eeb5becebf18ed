//! Settings of the connection to Recruiterflow.

use std::time::Duration;

use super::{ConfigError, Secret, boolean, number};
use crate::domain::outbound_url::{OutboundUrl, UrlRules};

const BASE_URL: &str = "https://api.recruiterflow.com";

/// The connection to Recruiterflow, in both directions.
#[derive(Debug, Clone)]
pub struct RecruiterflowSettings {
    /// `RECRUITERFLOW_API_KEY`: what we call with. Without it nothing is called.
    pub api_key: Option<Secret>,
    /// `RECRUITERFLOW_BASE_URL`: where the API is, without a slash at the end and without `/api/external`.
    pub base_url: String,
    /// `RECRUITERFLOW_WEBHOOK_SECRET`: what its webhooks prove themselves by. Without it they are refused.
    pub webhook_secret: Option<Secret>,
    /// `RECRUITERFLOW_PUSH_RANK`: whether our ranks are written to its custom field. `None`: not decided.
    pub push_rank: Option<bool>,
    /// `RECRUITERFLOW_TIMEOUT_SECONDS`: for one call, the answer's body included.
    pub timeout: Duration,
}

impl RecruiterflowSettings {
    /// Whether our ranks are to be written to its custom field, as far as the settings say.
    #[must_use]
    pub fn pushes_rank(&self) -> bool {
        self.api_key.is_some() && self.push_rank != Some(false)
    }

    pub(super) fn read(
        get: &impl Fn(&str) -> Option<String>,
        url_rules: &UrlRules,
    ) -> Result<Self, ConfigError> {
        let push_rank = get("RECRUITERFLOW_PUSH_RANK");
        Ok(Self {
            api_key: api_key(get("RECRUITERFLOW_API_KEY"))?,
            base_url: base_url(get("RECRUITERFLOW_BASE_URL").as_deref().unwrap_or(BASE_URL), url_rules)?,
            webhook_secret: get("RECRUITERFLOW_WEBHOOK_SECRET").map(Secret),
            push_rank: push_rank.map(|is| boolean("RECRUITERFLOW_PUSH_RANK", Some(&is))).transpose()?,
            timeout: Duration::from_secs(number("RECRUITERFLOW_TIMEOUT_SECONDS", get, 10, 30)?.into()),
        })
    }
}

fn api_key(key: Option<String>) -> Result<Option<Secret>, ConfigError> {
    let fits = |key: &String| key.chars().all(|c| c.is_ascii_graphic());
    if key.as_ref().is_some_and(|key| !fits(key)) {
        let reason = "must be of letters, digits and signs that fit a header".into();
        return Err(ConfigError { name: "RECRUITERFLOW_API_KEY", reason });
    }
    Ok(key.map(Secret))
}

fn base_url(given: &str, url_rules: &UrlRules) -> Result<String, ConfigError> {
    let refused = |reason| ConfigError { name: "RECRUITERFLOW_BASE_URL", reason };
    let url = OutboundUrl::check(given, url_rules).map_err(|reason| refused(reason.0))?;
    if url.as_str().contains('?') {
        return Err(refused("must not have a query (?)".into()));
    }
    let url = url.as_str().trim_end_matches('/');
    Ok(url.strip_suffix("/api/external").unwrap_or(url).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<RecruiterflowSettings, ConfigError> {
        let get = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Config::read(get, [7; 64]).map(|config| config.recruiterflow)
    }

    #[test]
    fn nothing_set_calls_nobody_and_trusts_nobody() {
        let settings = read(&[]).unwrap();
        assert!(settings.api_key.is_none() && settings.webhook_secret.is_none());
        assert_eq!(settings.base_url, "https://api.recruiterflow.com");
        assert_eq!((settings.push_rank, settings.timeout), (None, Duration::from_secs(10)));
    }

    #[test]
    fn the_base_url_is_read_in_every_spelling_people_paste() {
        for (given, base_url) in [
            ("https://recruiterflow.com", "https://recruiterflow.com"),
            ("https://recruiterflow.com/api/external/", "https://recruiterflow.com"),
            ("https://RELAY.example.com/rf//", "https://relay.example.com/rf"),
        ] {
            assert_eq!(read(&[("RECRUITERFLOW_BASE_URL", given)]).unwrap().base_url, base_url);
        }
        let local = [("RECRUITERFLOW_BASE_URL", "http://127.0.0.1:9000"), ("ALLOW_LOOPBACK", "true")];
        assert_eq!(read(&local).unwrap().base_url, "http://127.0.0.1:9000");
    }

    #[test]
    fn values_that_cannot_be_used_are_refused_by_name() {
        for (name, value) in [
            ("RECRUITERFLOW_API_KEY", "ключ"),
            ("RECRUITERFLOW_API_KEY", "two words"),
            ("RECRUITERFLOW_BASE_URL", "http://127.0.0.1:9000"),
            ("RECRUITERFLOW_BASE_URL", "http://api.recruiterflow.com"),
            ("RECRUITERFLOW_BASE_URL", "api.recruiterflow.com"),
            ("RECRUITERFLOW_BASE_URL", "https://api.recruiterflow.com/?key=1"),
            ("RECRUITERFLOW_PUSH_RANK", "maybe"),
            ("RECRUITERFLOW_TIMEOUT_SECONDS", "0"),
            ("RECRUITERFLOW_TIMEOUT_SECONDS", "31"),
        ] {
            assert_eq!(read(&[(name, value)]).unwrap_err().name, name, "{value}");
        }
    }

    #[test]
    fn debug_output_never_shows_a_secret() {
        let secrets = [("RECRUITERFLOW_API_KEY", "hunter2"), ("RECRUITERFLOW_WEBHOOK_SECRET", "hunter2")];
        let shown = format!("{:?}", read(&secrets).unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
