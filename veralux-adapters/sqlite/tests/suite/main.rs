//! What is SQLite's own: migrations, append-only tables, group commit, durability, errors. The contract of the ports is
//! the conformance suite's matter.
#![cfg(test)]

mod append_only;
mod backup;
mod durability;
mod errors;
mod fixture;
mod group;
mod migrations;
mod settings;
mod vault;
mod work;
