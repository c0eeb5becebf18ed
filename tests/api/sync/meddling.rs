//! What comes between Edgehire and the fake, for what the fake can't do: faults of one job only, lists that
//! are not true, and when a call began.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use edgehire::ports::Clock;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::fakes::Wire;
use crate::support::app::TestClock;

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meddled {
    /// It goes on, as it was or as it was changed.
    Pass,
    /// It has this status, and nothing of use in it, except with 200.
    Status(u16),
    /// It never comes.
    Hang,
}

type With = Box<dyn FnMut(&str, &mut Value) -> Meddled + Send>;

/// Clones share what they do.
#[derive(Clone)]
pub struct Meddling {
    with: Arc<Mutex<Option<With>>>,
    begun_ms: Arc<Mutex<Vec<i64>>>,
    clock: Arc<TestClock>,
}

impl Meddling {
    pub fn new(clock: Arc<TestClock>) -> Self {
        Self { with: Arc::default(), begun_ms: Arc::default(), clock }
    }

    pub fn with(&self, with: impl FnMut(&str, &mut Value) -> Meddled + Send + 'static) {
        *self.with.lock().unwrap() = Some(Box::new(with));
    }

    pub fn begun_ms(&self) -> Vec<i64> {
        self.begun_ms.lock().unwrap().clone()
    }

    /// The same server, with this in between.
    pub fn between(&self, server: Router) -> Router {
        let own = self.clone();
        Router::new().fallback(move |request: Request<Body>| {
            let (own, server) = (own.clone(), server.clone());
            async move {
                own.begun_ms.lock().unwrap().push(own.clock.unix_ms());
                let uri = request.uri().to_string();
                own.change(&uri, server.oneshot(request).await.unwrap()).await
            }
        })
    }

    async fn change(&self, uri: &str, answer: Response) -> Response {
        if self.with.lock().unwrap().is_none() {
            return answer;
        }
        let (parts, body) = answer.into_parts();
        let Ok(body) = body.collect().await else { panic!("an answer that breaks off can't be changed") };
        let body = body.to_bytes();
        let mut json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let meddled = match self.with.lock().unwrap().as_mut() {
            Some(with) => with(uri, &mut json),
            None => Meddled::Pass,
        };
        let body = if json.is_null() { Body::from(body) } else { Body::from(json.to_string()) };
        let mut answer = Response::from_parts(parts, body);
        match meddled {
            Meddled::Pass => {}
            Meddled::Status(status) => {
                *answer.status_mut() = StatusCode::from_u16(status).unwrap();
                if status != 200 {
                    *answer.body_mut() = Body::from("{}");
                }
            }
            Meddled::Hang => {
                answer.extensions_mut().insert(Wire::Timeout);
            }
        }
        answer
    }
}
