//! Fuzz targets as plain functions: `cargo fuzz` drives them, and their corpora replay under `cargo test`.

pub mod routing;
