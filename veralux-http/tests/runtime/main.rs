//! The runtime contract's endpoints, over the memory stores, in process.

#[cfg(test)]
mod config;
#[cfg(test)]
mod dids;
#[cfg(test)]
mod edit;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod server;
