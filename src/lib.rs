//! Edgehire: a recruiting backend on Cloudflare Workers that speaks several API contracts over one
//! set of facts. This file is a list of modules and nothing else.

pub mod api;
pub mod app;
pub mod clients;
pub mod config;
pub mod domain;
pub mod ports;
pub mod store;
pub mod sync;
pub mod tasks;

#[cfg(target_family = "wasm")]
mod worker;
