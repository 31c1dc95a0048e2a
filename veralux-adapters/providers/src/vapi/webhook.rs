//! Server messages: what Vapi tells and asks us during a call, and what we answer.
//!
//! Source: the provider's OpenAPI description of its server messages, and bodies captured in July 2024, whose shapes differ.
//! Reading is lenient: what is absent, `null` or of another type is not there, and an unknown message is kept by its type.
//! Vapi promises no order and, without a back-off plan, no repeats.

mod answer;
mod auth;
mod message;

pub use answer::{AssistantAnswer, ToolResult, assistant_answer, tool_results};
pub(super) use auth::Plan;
pub use auth::{Algorithm, Auth, AuthError, Encoding, Hmac, Sent};
pub use message::{
    CallFacts, EndOfCall, Event, Message, ParseError, Spoken, TenantHint, ToolCall, parse, tenant_hints,
};

/// Longest message that is read, in bytes; a report holds the whole conversation.
pub const MAX_BODY_BYTES: usize = 2 << 20;

#[cfg(test)]
mod tests;
