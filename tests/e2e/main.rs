//! End-to-end tests: the built Worker on workerd with real local D1, over HTTP. Few, and only what
//! native tests cannot show. `npm run e2e` starts the servers and says where they are:
//! `EDGEHIRE_URL`, `EDGEHIRE_API_KEY`, `EDGEHIRE_HOOK_SECRET`, `EDGEHIRE_LOG` (the server's output),
//! `EDGEHIRE_SUITE_URL`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod candidates;
mod client;
mod docs;
mod front_door;
mod interviews;
mod runtime;
mod users;
mod webhooks;
