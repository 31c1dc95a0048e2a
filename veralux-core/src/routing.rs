//! Decides where one message or call goes, and can show why, years later.
//!
//! [`Snapshot`] holds everything that a decision may look at, [`decide`] is a pure function of it and of a [`Ruleset`],
//! [`Decision`] is the answer with one step for each rule. The live path, the simulator and [`replay`] call the same
//! function, so the same snapshot under the same ruleset has the same answer, byte for byte, in every process.
//!
//! # Rules
//!
//! The first rule that decides, decides. The eight safety rules, and those that a service inserts behind them, are
//! evaluated even behind one that decided: people fix all causes at once.
//!
//! | # | rule | decides when | action, target | reason |
//! |---|---|---|---|---|
//! | 1 | `tenant_active` | tenant suspended | block | `tenant_suspended` |
//! | 2 | `thread_known` | no thread | inbound: deliver, owner inbox; outbound: block | `thread_unknown` |
//! | 3 | `thread_open` | thread blocked or archived | block | `thread_blocked`, `thread_archived` |
//! | 4 | `number_active` | no number, or not active | inbound: deliver, owner inbox; outbound: block | `number_not_active` |
//! | 5 | `leakage_guard` | inbound on a pool number, sender not mapped | deliver, owner inbox, reply | `sender_not_mapped` |
//! | 6 | `opt_out` | outbound, the customer has opted out | block | `opted_out` |
//! | 7 | `sender_permitted` | outbound: staff outside a window of their own; customer, unknown | block | `outside_window`, `sender_not_permitted` |
//! | 8 | `content_policy` | outbound by staff with any finding | review, owner inbox | `policy_findings` |
//! | 9 | `outbound_delivery` | outbound | deliver, the thread's customer | `outbound_allowed` |
//! | 10 | `active_override` | an override is active | deliver, its target | `override_active` |
//! | 11 | `assignment_window` | a window is active | deliver, the one staff member, or the owner inbox | `window_active`, `window_conflict` |
//! | 12 | `default` | always | deliver, owner inbox | `no_active_window` |
//!
//! A delivery with findings is `flag` inbound and `warn` outbound. All spans are half-open.
//!
//! # Hashes
//!
//! `snapshotHash` and `rulesetHash` are SHA-256 over bytes that the engine writes from typed values, format 1. They are
//! written in this fixed order, without padding:
//!
//! | part | bytes |
//! |---|---|
//! | count | `u32`, big endian |
//! | text | count of its UTF-8 bytes, then these |
//! | instant | `i64`, big endian, two's complement: microseconds since 1970-01-01T00:00:00Z |
//! | flag | `0` or `1` |
//! | word | one byte: the place of the word in its vocabulary, from `0`, in the order of the tables below |
//! | optional | flag; the value behind a `1` |
//!
//! **Snapshot**: the tag `veralux/routing/snapshot`, a zero byte, the format `1`; then
//! * tenant: text `id`, word `status` (active, suspended)
//! * thread, optional: text `id`, word `status` (active, closed, blocked, archived), text `customerId`, flag `optedOut`
//! * number, optional: text `id`, word `class` (`front_desk`, staff, pool), word `status` (active, quarantined, inactive)
//! * instant `at`, word `direction` (inbound, outbound)
//! * sender: word `role` (customer, staff, owner, automation, unknown), optional text `id`, flag `mapped`
//! * findings: counts `phone`, `email`, `url`, `social`
//! * overrides: their count, then sorted by the bytes of `id` each: text `id`, word `target.kind` (staff,
//!   `owner_inbox`, customer) and behind the first a text `target.id`, instant `startsAt`, optional instant `endsAt`,
//!   instant `createdAt`, optional instant `removedAt`, text `reason`
//! * windows: the 32 bytes of the SHA-256 over the tag `veralux/routing/windows`, a zero byte, the format `1`, the
//!   count of the windows, then sorted by the bytes of `id` each: text `id`, text `staffId`, instants `startsAt`, `endsAt`.
//!   The digest of published windows is thus known before a message comes.
//!
//! **Ruleset**: the tag `veralux/routing/ruleset`, a zero byte, the format `1`, text version, the count of the rules,
//! then in their order each: text name, text version, text description, flag (`1`: inserted by a service).

mod change;
mod check;
mod decide;
mod decision;
mod document;
mod encode;
mod encoder;
mod evidence;
mod explain;
mod facts;
mod fault;
mod json;
mod line;
mod lint;
mod read;
mod recurring;
mod replay;
mod rule;
mod scan;
mod snapshot;
mod stored;
mod timeline;
mod window;
mod window_index;
mod wire;

pub use change::next_change_at;
pub use decide::decide;
pub use decision::{Action, AutoReply, Decision, Outcome, Reason, Step, Target};
pub use document::MAX_SNAPSHOT_BYTES;
pub use facts::{Facts, Findings, Number, Override, OverrideTarget, Sender, SenderId, Tenant, Thread};
pub use fault::MAX_FAULTS;
pub use line::route_line;
pub use lint::{MAX_WARNINGS, Warning, lint_numbers, lint_thread};
pub use recurring::{DaySpan, Recurrence, RecurrenceError};
pub use replay::{Change, Difference, Replay, RulesetId, diff, replay};
pub use rule::{
    MAX_CODE_BYTES, MAX_INSERTED_RULES, RULESET_VERSION, RuleInfo, Ruleset, RulesetError, Ruling,
    SafetyAction, SafetyRule,
};
pub use snapshot::{MAX_OVERRIDES, MAX_REASON_BYTES, Snapshot};
pub use stored::{MAX_DECISION_BYTES, MAX_STEPS, StoredDecision, StoredStep, StoredTarget};
pub use window::Window;
pub use window_index::{MAX_WINDOWS, WindowIndex};
