//! What PostgreSQL itself is to keep up: tenants held apart below the ports, append-only tables, migrations, roles. The
//! contract of the ports is the conformance suite's matter.
#![cfg(test)]

mod append_only;
mod catalogue;
mod fixture;
mod isolation;
mod limits;
mod migrations;
mod order;
mod roles;
mod work;
