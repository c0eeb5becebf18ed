//! Asking for jobs one by one: as many at once as there may be, and none when the step's time is over.
//!
//! A job that the system never answers for must not keep the sweep from the others; a system that answers
//! for none must not look like one whose jobs are all broken. So a failure is one of the job, and passed
//! over, only where the system answers for another job at the same time.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::Sweep;
use crate::clients::recruiterflow::{AT_ONCE, Error};

/// What the system said of a job.
pub(super) struct Answer<T> {
    /// When it was asked, in milliseconds since 1970.
    pub(super) read_ms: i64,
    /// An error is one of this job only.
    pub(super) said: Result<T, Error>,
}

/// What was learnt of jobs.
pub(super) struct Learnt<T> {
    /// Of the first of them, in their order.
    pub(super) answers: Vec<Answer<T>>,
    /// Why the system did not answer for the next one.
    pub(super) failed: Option<Error>,
}

impl Sweep<'_> {
    /// Asks for jobs, for the first in any case, for the others as long as there is time.
    pub(super) async fn ask<'s, T, F>(&'s self, ids: &'s [String], call: impl Fn(&'s str) -> F) -> Learnt<T>
    where
        F: Future<Output = Result<T, Error>>,
    {
        // A job that takes all of a step's time must not keep it from learning that others are answered.
        let mut is_well = self.is_last_try && self.is_control_answered(&call).await;
        let mut answers = self.answers(ids, &call).await;
        is_well |= answers.iter().any(|answer| answer.said.is_ok());
        if !is_well && !self.is_last_try {
            is_well = self.is_control_answered(&call).await;
        }
        // In the middle, what may pass is given the time to: the next step begins with it.
        let is_passed_over = |at: usize, error: &Error| match error {
            Error::Unexpected(_) | Error::Refused { .. } => is_well,
            Error::Unavailable(_) => is_well && at == 0,
            Error::Later { .. } => is_well && at == 0 && self.is_last_try,
            Error::Unauthorized(_) => false,
        };
        let ends = |(at, answer): (usize, &Answer<T>)| {
            answer.said.as_ref().is_err_and(|error| !is_passed_over(at, error))
        };
        let end = answers.iter().enumerate().position(ends);
        let failed = end.and_then(|end| answers.drain(end..).next()).and_then(|answer| answer.said.err());
        Learnt { answers, failed }
    }

    async fn is_control_answered<'s, T, F>(&'s self, call: &impl Fn(&'s str) -> F) -> bool
    where
        F: Future<Output = Result<T, Error>>,
    {
        match &self.cursor.control {
            Some(control) => call(control).await.is_ok(),
            None => false,
        }
    }

    async fn answers<'s, T, F>(&'s self, ids: &'s [String], call: &impl Fn(&'s str) -> F) -> Vec<Answer<T>>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut left = ids.iter().enumerate();
        let mut under_way = FuturesUnordered::new();
        let mut answers = Vec::new();
        loop {
            while under_way.len() < AT_ONCE && (under_way.is_empty() && answers.is_empty() || self.is_time())
            {
                let Some((at, id)) = left.next() else { break };
                let (read_ms, said) = (self.app.clock.unix_ms(), call(id));
                under_way.push(async move { (at, Answer { read_ms, said: said.await }) });
            }
            let Some(answer) = under_way.next().await else { break };
            answers.push(answer);
        }
        answers.sort_by_key(|(at, _)| *at);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}
