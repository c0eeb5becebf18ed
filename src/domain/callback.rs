//! Callbacks: one signed request to a URL that a caller gave, or that an operator set.

use serde::{Deserialize, Serialize};

use super::task::{Kind, Payload};

/// One request, sent until it is taken or given up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Callback {
    /// For life: every try carries it.
    pub id: String,
    pub url: String,
    /// The exact bytes.
    pub body: String,
    /// Headers of the contract's own, beside those of every webhook.
    pub headers: Vec<(String, String)>,
    pub signing: Vec<Signing>,
}

/// How a callback is signed. Secrets are named, never stored with the task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Signing {
    /// `webhook-signature`, as Standard Webhooks has it.
    StandardWebhooks { secret: SecretName },
    /// This header holds the HMAC-SHA256 of the body in bare lower-case hexadecimal digits.
    HexHmac { header: String, secret: SecretName },
}

/// A secret among the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecretName {
    /// `WEBHOOK_SECRET_TOKEN`.
    #[serde(rename = "WEBHOOK_SECRET_TOKEN")]
    WebhookSecretToken,
}

impl Payload for Callback {
    const KIND: Kind = Kind::SendCallback;
}
