//! The runtime contract in a real Redis: what is written, what is refused, and what happens when Redis misbehaves.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod listing;
#[cfg(test)]
mod owner;
#[cfg(test)]
mod publish;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod tls;
