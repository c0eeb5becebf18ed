//! Files in an R2 bucket.

use async_trait::async_trait;
use worker::Bucket;
use worker::send::{SendFuture, SendWrapper};

use crate::ports::{FileError, Files};

/// A bucket.
pub struct R2(SendWrapper<Bucket>);

impl R2 {
    /// Takes the binding.
    pub fn new(binding: Bucket) -> Self {
        Self(SendWrapper::new(binding))
    }
}

#[async_trait]
impl Files for R2 {
    async fn put(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let put = self.0.put(name, bytes.to_vec()).execute();
        SendFuture::new(put).await.map(|_| ()).map_err(|error| to_error(&error))
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, FileError> {
        let read = async {
            let Some(object) = self.0.get(name).execute().await? else { return Ok(None) };
            match object.body() {
                Some(body) => body.bytes().await.map(Some),
                None => Ok(None),
            }
        };
        SendFuture::new(read).await.map_err(|error: worker::Error| to_error(&error))
    }

    async fn delete(&self, names: &[String]) -> Result<(), FileError> {
        let delete = self.0.delete_multiple(names.to_vec());
        SendFuture::new(delete).await.map_err(|error| to_error(&error))
    }
}

fn to_error(error: &worker::Error) -> FileError {
    FileError(error.to_string())
}
