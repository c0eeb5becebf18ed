//! The queue of signals behind a Queue binding.

use async_trait::async_trait;
use worker::send::{SendFuture, SendWrapper};
use worker::{BatchMessageBuilder, MessageBuilder};

use crate::ports::{Queue, QueueError, Signal};

/// A Queue binding.
pub struct PlatformQueue(SendWrapper<worker::Queue>);

impl PlatformQueue {
    /// Takes the binding.
    pub fn new(binding: worker::Queue) -> Self {
        Self(SendWrapper::new(binding))
    }
}

#[async_trait]
impl Queue for PlatformQueue {
    async fn send(&self, signals: &[Signal]) -> Result<(), QueueError> {
        let messages = signals.iter().map(|signal| {
            let message = MessageBuilder::new(*signal);
            let held_back = if signal.delay_s > 0 { message.delay_seconds(signal.delay_s) } else { message };
            held_back.build()
        });
        let batch = BatchMessageBuilder::new().messages(messages.collect::<Vec<_>>()).build();
        let sent = SendFuture::new(self.0.send_batch(batch)).await;
        sent.map_err(|error| QueueError(error.to_string()))
    }
}
