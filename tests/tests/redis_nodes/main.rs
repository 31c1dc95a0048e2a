//! Several nodes over one ledger and one real Redis: who publishes at once, what waits while Redis misbehaves, and a
//! cluster.

#[cfg(test)]
mod away;
#[cfg(test)]
mod cluster;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod setup;
