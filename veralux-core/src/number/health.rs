//! How well a number delivers.

use serde::{Deserialize, Serialize};

use crate::time::{DAY, Instant};
use crate::word::words;

/// How many days back delivery errors count.
pub const HEALTH_DAYS: i64 = 7;

words! {
    /// How well a number delivers.
    pub enum Health {
        /// No delivery error.
        Green = "green",
        /// One or two.
        Yellow = "yellow",
        /// Three or more.
        Red = "red",
    }
}

/// Health from the instants of delivery errors: those of the last seven days count, one exactly seven days old does not.
pub fn health(errors: impl IntoIterator<Item = Instant>, now: Instant) -> Health {
    let since = now.plus(-HEALTH_DAYS * DAY);
    match errors.into_iter().filter(|at| since < *at && *at <= now).take(3).count() {
        0 => Health::Green,
        1 | 2 => Health::Yellow,
        _ => Health::Red,
    }
}
