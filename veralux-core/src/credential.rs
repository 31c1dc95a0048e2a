//! Credentials that tenants bring: which providers there are, what each one's credential holds and how it is checked.

mod provider;

pub use provider::{Provider, Scope};
