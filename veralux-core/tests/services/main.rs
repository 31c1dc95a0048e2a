//! The services over the memory stores: what a deployment does, without HTTP and without a database.

#[cfg(test)]
mod audit_trail;
#[cfg(test)]
mod auto_reply;
#[cfg(test)]
mod dispatcher;
#[cfg(test)]
mod dispatcher_faults;
#[cfg(test)]
mod dispatcher_replays;
#[cfg(test)]
mod dispatcher_rules;
#[cfg(test)]
mod dispatcher_world;
#[cfg(test)]
mod followed_clock;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod meanwhile;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod telephony;
#[cfg(test)]
mod tenants;
#[cfg(test)]
mod threads;
#[cfg(test)]
mod vault;
#[cfg(test)]
mod vault_cache;
#[cfg(test)]
mod vault_canary;
#[cfg(test)]
mod vault_connect;
#[cfg(test)]
mod vault_fakes;
#[cfg(test)]
mod vault_outcomes;
#[cfg(test)]
mod vault_refresh;
#[cfg(test)]
mod vault_rotate;
#[cfg(test)]
mod vault_signed;
#[cfg(test)]
mod vault_world;
#[cfg(test)]
mod world;
