//! Cursors: a place in a list, as a text that says nothing to whoever carries it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::Invalid;
use crate::domain::number::MAX_INTEGER;

/// What is wrong with a text that is no cursor of ours.
pub const UNKNOWN: &str = "must be a cursor that an earlier answer gave";

/// Writes a place.
pub fn write(place: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(place)?))
}

/// Writes the place where a list goes on, as JSON: `null` at its end.
pub fn write_next(place: Option<&impl Serialize>) -> Result<String, serde_json::Error> {
    place.map_or_else(|| Ok("null".to_owned()), |place| Ok(format!("\"{}\"", write(place)?)))
}

/// Reads what `write` wrote: a place whose number is one that the database may have given.
pub fn read<T: DeserializeOwned>(cursor: &str, number: fn(&T) -> i64) -> Result<T, Invalid> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    bytes
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .filter(|place| (0..=MAX_INTEGER).contains(&number(place)))
        .ok_or(Invalid::because(UNKNOWN))
}
