//! x

pub mod runtime;
