//! The services around the runtime contract, over the memory stores.

mod edit;
mod publish;
mod races;
mod reconcile;
mod resolver;
mod setup;
