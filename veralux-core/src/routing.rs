//! Decides where one message goes, and can show why, years later.
mod check;
mod decide;
mod decision;
mod document;
mod encode;
mod evidence;
mod explain;
mod facts;
mod fault;
mod json;
mod read;
mod rule;
mod snapshot;
mod timeline;
mod window;
mod wire;

pub use decide::decide;
pub use decision::{Action, AutoReply, Decision, Outcome, Reason, Step, Target};
pub use document::MAX_SNAPSHOT_BYTES;
pub use facts::{Facts, Findings, Number, Override, OverrideTarget, Sender, SenderId, Tenant, Thread};
pub use fault::{Fault, MAX_FAULTS};
pub use rule::{
    MAX_CODE_BYTES, MAX_INSERTED_RULES, RULESET_VERSION, RuleInfo, Ruleset, RulesetError, Ruling, SafetyAction, SafetyRule,
};
pub use snapshot::{Digest, MAX_OVERRIDES, MAX_REASON_BYTES, Snapshot};
pub use window::{MAX_WINDOWS, Window, WindowIndex};
