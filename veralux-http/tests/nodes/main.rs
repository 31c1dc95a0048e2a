//! Many real servers over one real PostgreSQL: they agree, they share the work, and they outlive each other and the database.

#![cfg(test)]

mod backup;
mod clocks;
mod credentials;
mod idempotency;
mod messages;
mod outage;
mod pooler;
mod proxy;
mod publish;
mod setup;
mod starting;
mod webhooks;
