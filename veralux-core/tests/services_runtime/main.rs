//! The services around the runtime contract, over the memory stores.

#[cfg(test)]
mod calls;
#[cfg(test)]
mod edit;
#[cfg(test)]
mod fallback_reader;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod publish;
#[cfg(test)]
mod races;
#[cfg(test)]
mod reconcile;
#[cfg(test)]
mod resolver;
#[cfg(test)]
mod setup;
