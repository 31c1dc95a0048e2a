//! The router in process over the memory stores.

#[cfg(test)]
mod assignments;
#[cfg(test)]
mod assistants;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod common;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod integrations;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod ops;
#[cfg(test)]
mod overrides;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod server;
#[cfg(test)]
mod telephony;
#[cfg(test)]
mod threads;
#[cfg(test)]
mod violations;
#[cfg(test)]
mod voice;
