//! The cache in a KV namespace.

use async_trait::async_trait;
use worker::KvStore;
use worker::kv::KvError;
use worker::send::{SendFuture, SendWrapper};

use crate::ports::{Cache, CacheError, Keep};

/// A KV namespace.
pub struct Kv(SendWrapper<KvStore>);

impl Kv {
    /// Takes the binding.
    pub fn new(binding: KvStore) -> Self {
        Self(SendWrapper::new(binding))
    }
}

#[async_trait]
impl Cache for Kv {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, CacheError> {
        SendFuture::new(self.0.get(name).bytes()).await.map_err(|error| to_error(&error))
    }

    async fn put(&self, keep: &Keep) -> Result<(), CacheError> {
        let put =
            async { self.0.put_bytes(&keep.name, &keep.bytes)?.expiration_ttl(keep.for_s).execute().await };
        SendFuture::new(put).await.map_err(|error| to_error(&error))
    }
}

fn to_error(error: &KvError) -> CacheError {
    CacheError(error.to_string())
}
