//! The runtime contract's endpoints, over the memory stores, in process.

mod config;
mod dids;
mod edit;
mod operations;
mod server;
