//! The outside world as tests hold it: servers that answer as told, files in memory, a queue that keeps
//! its signals.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use edgehire::ports::{
    Cache, CacheError, Clock, FileError, Files, Http, HttpError, Keep, OutAnswer, OutRequest, Queue,
    QueueError, Signal,
};
use http::{Request, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::app::TestClock;
use crate::fakes::Wire;

/// How a server answers.
#[derive(Debug, Clone)]
pub enum Reply {
    Status(u16),
    /// With `Retry-After`.
    RetryAfter(u16, &'static str),
    /// With this body.
    Body(u16, Vec<u8>),
    /// The status came, and then the body broke off for this reason.
    BrokeOff(u16, &'static str),
    Timeout,
    /// No connection, for this reason.
    Network(&'static str),
}

/// A request that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    pub method: String,
    pub url: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// Servers: each URL has its own replies, in order; when they are used up, 200.
#[derive(Default)]
pub struct TestHttp {
    replies: Mutex<HashMap<String, VecDeque<Reply>>>,
    always: Mutex<HashMap<String, Reply>>,
    sent: Mutex<Vec<Sent>>,
    /// Requests under way, and the most there have been at once, by URL.
    under_way: Mutex<HashMap<String, (usize, usize)>>,
    /// Routers that answer for all URLs that begin so.
    routers: Mutex<Vec<(String, Router)>>,
    clock: Mutex<Option<Arc<TestClock>>>,
}

impl TestHttp {
    /// The next answers of a URL.
    pub fn reply(&self, url: &str, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().entry(url.to_owned()).or_default().extend(replies);
    }

    /// What a URL answers when it has no other reply.
    pub fn always(&self, url: &str, reply: Reply) {
        self.always.lock().unwrap().insert(url.to_owned(), reply);
    }

    /// From now on a router answers all requests to URLs that begin so. Where it is slow, the clock moves.
    pub fn serve(&self, base_url: &str, router: Router) {
        self.routers.lock().unwrap().push((base_url.to_owned(), router));
    }

    /// The clock that moves while a server is slow.
    pub fn keep_time(&self, clock: Arc<TestClock>) {
        *self.clock.lock().unwrap() = Some(clock);
    }

    /// Everything sent so far.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// The most requests to a URL that were under way at once.
    pub fn most_at_once(&self, url: &str) -> usize {
        self.under_way.lock().unwrap().get(url).map_or(0, |(_, most)| *most)
    }
}

impl TestHttp {
    fn router(&self, url: &str) -> Option<Router> {
        let routers = self.routers.lock().unwrap();
        routers.iter().find(|(base_url, _)| url.starts_with(base_url)).map(|(_, router)| router.clone())
    }

    async fn pass(&self, duration: Duration) {
        let clock = self.clock.lock().unwrap().clone();
        if let Some(clock) = clock {
            clock.sleep(duration).await;
        }
    }

    /// Has a router answer, as the network would carry it.
    async fn ask(&self, router: Router, request: &OutRequest<'_>) -> Result<OutAnswer, HttpError> {
        assert!(request.method != "GET" || request.body.is_empty(), "a GET with a body");
        let sent = Request::builder().method(request.method).uri(request.url);
        let sent = request.headers.iter().fold(sent, |sent, (name, value)| sent.header(name, value));
        let answer = router.oneshot(sent.body(Body::from(request.body.to_vec())).unwrap()).await.unwrap();
        match answer.extensions().get::<Wire>() {
            Some(Wire::Refused) => return Err(HttpError::Network("connection refused".to_owned())),
            Some(Wire::Slow(ms)) if Duration::from_millis(*ms) < request.timeout => {
                self.pass(Duration::from_millis(*ms)).await;
            }
            Some(Wire::Slow(_) | Wire::Timeout) => {
                self.pass(request.timeout).await;
                return Err(HttpError::Timeout);
            }
            None => {}
        }
        let retry_after = answer.headers().get(header::RETRY_AFTER);
        let mut read = OutAnswer {
            status: answer.status().as_u16(),
            retry_after: retry_after.map(|after| after.to_str().unwrap().to_owned()),
            body: Vec::new(),
            broke_off: None,
        };
        let mut body = answer.into_body();
        while let Some(frame) = body.frame().await {
            match frame {
                Ok(frame) => read.body.extend(frame.into_data().unwrap_or_default()),
                Err(error) => read.broke_off = Some(error.to_string()),
            }
        }
        read.body.truncate(request.max_answer);
        Ok(read)
    }
}

#[async_trait]
impl Http for TestHttp {
    async fn send(&self, request: &OutRequest<'_>) -> Result<OutAnswer, HttpError> {
        self.sent.lock().unwrap().push(Sent {
            method: request.method.to_owned(),
            url: request.url.to_owned(),
            headers: request.headers.iter().cloned().collect(),
            body: request.body.to_vec(),
        });
        {
            let mut under_way = self.under_way.lock().unwrap();
            let (now, most) = under_way.entry(request.url.to_owned()).or_default();
            *now += 1;
            *most = (*most).max(*now);
        }
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        self.under_way.lock().unwrap().entry(request.url.to_owned()).or_default().0 -= 1;
        if let Some(router) = self.router(request.url) {
            return self.ask(router, request).await;
        }
        let next = self.replies.lock().unwrap().get_mut(request.url).and_then(VecDeque::pop_front);
        let always = || self.always.lock().unwrap().get(request.url).cloned();
        let answer = |status, retry_after: Option<&str>, body: Vec<u8>, broke_off: Option<&str>| {
            Ok(OutAnswer {
                status,
                retry_after: retry_after.map(str::to_owned),
                body: body.into_iter().take(request.max_answer).collect(),
                broke_off: broke_off.map(str::to_owned),
            })
        };
        match next.or_else(always).unwrap_or(Reply::Status(200)) {
            Reply::Status(status) => answer(status, None, Vec::new(), None),
            Reply::RetryAfter(status, after) => answer(status, Some(after), Vec::new(), None),
            Reply::Body(status, body) => answer(status, None, body, None),
            Reply::BrokeOff(status, reason) => answer(status, None, b"begins".to_vec(), Some(reason)),
            Reply::Timeout => Err(HttpError::Timeout),
            Reply::Network(reason) => Err(HttpError::Network(reason.to_owned())),
        }
    }
}

/// A cache in memory. It keeps things beyond their time, as the platform may; and it can fail.
#[derive(Default)]
pub struct TestCache {
    kept: Mutex<BTreeMap<String, Keep>>,
    fails: Mutex<bool>,
}

impl TestCache {
    /// From now on it fails, or does no more.
    pub fn fail(&self, fails: bool) {
        *self.fails.lock().unwrap() = fails;
    }

    /// The names there are.
    pub fn names(&self) -> Vec<String> {
        self.kept.lock().unwrap().keys().cloned().collect()
    }

    fn ask(&self) -> Result<(), CacheError> {
        if *self.fails.lock().unwrap() { Err(CacheError("it fails".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl Cache for TestCache {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, CacheError> {
        self.ask()?;
        Ok(self.kept.lock().unwrap().get(name).map(|keep| keep.bytes.clone()))
    }

    async fn put(&self, keep: &Keep) -> Result<(), CacheError> {
        self.ask()?;
        assert!(keep.for_s >= 60 && keep.name.len() <= 512, "the platform refuses this: {keep:?}");
        self.kept.lock().unwrap().insert(keep.name.clone(), keep.clone());
        Ok(())
    }
}

/// Files in memory.
#[derive(Default)]
pub struct TestFiles(Mutex<BTreeMap<String, Vec<u8>>>);

impl TestFiles {
    /// The names there are.
    pub fn names(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }
}

#[async_trait]
impl Files for TestFiles {
    async fn put(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.0.lock().unwrap().insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, FileError> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    async fn delete(&self, names: &[String]) -> Result<(), FileError> {
        self.0.lock().unwrap().retain(|name, _| !names.contains(name));
        Ok(())
    }
}

/// A queue that keeps its signals, or loses them.
#[derive(Default)]
pub struct TestQueue {
    signals: Mutex<Vec<Signal>>,
    fails: Mutex<bool>,
}

impl TestQueue {
    /// Takes the signals sent so far.
    pub fn take(&self) -> Vec<Signal> {
        std::mem::take(&mut self.signals.lock().unwrap())
    }

    /// From now on sending fails, or works again.
    pub fn fail(&self, fails: bool) {
        *self.fails.lock().unwrap() = fails;
    }
}

#[async_trait]
impl Queue for TestQueue {
    async fn send(&self, signals: &[Signal]) -> Result<(), QueueError> {
        if *self.fails.lock().unwrap() {
            return Err(QueueError("the queue is down".to_owned()));
        }
        self.signals.lock().unwrap().extend(signals);
        Ok(())
    }
}
