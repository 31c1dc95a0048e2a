//! The snapshot document: its fields, its aliases, and how it becomes checked facts.

use std::borrow::Cow;
use std::str::FromStr;

use super::check;
use super::facts::{Facts, Findings, Number, Override, OverrideTarget, Sender, Tenant, Thread};
use super::json::Value;
use super::read::{Field, Path, Reader, Slot, aliased, field, optional};
use super::snapshot::{MAX_OVERRIDES, MAX_REASON_BYTES, Snapshot};
use super::window::Window;
use super::window_index::{MAX_WINDOWS, WindowIndex};
use crate::fault::Fault;
use crate::id::CustomerId;
use crate::party::Role;
use crate::time::Instant;
use crate::word::UnknownWord;

/// Longest snapshot document in bytes; one of 10,000 windows with the longest ids stays below.
pub const MAX_SNAPSHOT_BYTES: usize = 4 * 1024 * 1024;

static SNAPSHOT: [Field; 9] = [
    field("tenant"),
    field("thread"),
    field("number"),
    field("at"),
    field("direction"),
    field("sender"),
    field("findings"),
    field("overrides"),
    field("windows"),
];
static TENANT: [Field; 2] = [field("id"), field("status")];
static THREAD: [Field; 4] =
    [field("id"), field("status"), aliased("customerId", "clientId"), field("optedOut")];
static NUMBER: [Field; 3] = [field("id"), field("class"), field("status")];
static SENDER: [Field; 3] = [field("role"), optional("id"), field("mapped")];
static FINDINGS: [Field; 4] = [field("phone"), field("email"), field("url"), field("social")];
static OVERRIDE: [Field; 7] = [
    field("id"),
    field("target"),
    field("startsAt"),
    optional("endsAt"),
    field("createdAt"),
    optional("removedAt"),
    field("reason"),
];
static TARGET: [Field; 2] = [field("kind"), optional("id")];
static WINDOW: [Field; 4] = [field("id"), aliased("staffId", "sitterId"), field("startsAt"), field("endsAt")];

/// Words that are accepted for others.
const ALIASES: &[(&str, &str)] = &[("client", "customer"), ("sitter", "staff")];

impl Snapshot {
    /// Reads a snapshot document, strictly: nothing is repaired, and nothing that a rule reads has a default.
    ///
    /// Every field must be there, `thread` and `number` as `null` when there is none; only an override's `endsAt` and
    /// `removedAt` and the `id` of a target or of a sender who is not staff may be left out, which means `null`.
    /// `client`, `sitter`, `clientId` and `sitterId` are taken for customer and staff.
    ///
    /// # Errors
    /// The path and fault of every faulty field at once, for a document of at most [`MAX_SNAPSHOT_BYTES`].
    ///
    /// ```
    /// use veralux_core::routing::Snapshot;
    ///
    /// let faults = Snapshot::parse(br#"{
    ///     "tenant": {"id": "t1", "status": "paused"},
    ///     "thread": {"id": "th1", "status": "active", "customerId": "c1"},
    ///     "number": null, "at": "2026-01-19T14:30:00", "direction": "inbound",
    ///     "sender": {"role": "customer", "id": "c1", "mapped": true},
    ///     "findings": {"phone": 0, "email": 0, "url": 0, "social": 0},
    ///     "overrides": [], "windows": []
    /// }"#).unwrap_err();
    /// let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    /// assert_eq!(paths, ["tenant.status", "thread.optedOut", "at"]);
    /// ```
    pub fn parse(document: &[u8]) -> Result<Self, Vec<Fault>> {
        let document = Reader::document(document, MAX_SNAPSHOT_BYTES)?;
        let mut reader = Reader::default();
        match facts(&mut reader, document.root()) {
            Some(facts) if reader.is_clean() => Ok(Self::of_checked(facts)),
            _ => Err(reader.into_faults()),
        }
    }
}

impl std::str::FromStr for Snapshot {
    type Err = Vec<Fault>;

    fn from_str(document: &str) -> Result<Self, Self::Err> {
        Self::parse(document.as_bytes())
    }
}

// Every reader below reads all of its fields before it gives up on one, so that no fault hides another.

fn facts(reader: &mut Reader, root: Value<'_, '_>) -> Option<Facts> {
    let slots = reader.object(root, &Path::ROOT, &SNAPSHOT)?;
    let [tenant_at, thread_at, number_at, at, direction, sender_at, findings_at, overrides_at, windows_at] =
        slots;
    let tenant = tenant(reader, tenant_at);
    let thread = reader.nullable(thread_at, thread);
    let number = reader.nullable(number_at, number);
    let at = reader.instant(at);
    let direction = reader.word(direction, &[]);
    let sender = sender(reader, sender_at);
    let findings = findings(reader, findings_at);
    let customer = thread.as_ref().and_then(Option::as_ref).map(|thread| &thread.customer_id);
    let overrides = overrides(reader, overrides_at, customer);
    let windows = windows(reader, windows_at);
    reader.is_clean().then_some(())?;
    Some(Facts {
        tenant: tenant?,
        thread: thread?,
        number: number?,
        at: at?,
        direction: direction?,
        sender: sender?,
        findings: findings?,
        overrides: overrides?,
        windows: WindowIndex::of_checked(windows?),
    })
}

fn tenant(reader: &mut Reader, slot: Slot<'_, '_, '_>) -> Option<Tenant> {
    let [id, status] = reader.object(slot.value?, &slot.path, &TENANT)?;
    let (id, status) = (reader.parse(id), reader.word(status, &[]));
    Some(Tenant { id: id?, status: status? })
}

fn thread(reader: &mut Reader, slot: Slot<'_, '_, '_>) -> Option<Thread> {
    let [id, status, customer_id, opted_out] = reader.object(slot.value?, &slot.path, &THREAD)?;
    let (id, status) = (reader.parse(id), reader.word(status, &[]));
    let (customer_id, opted_out) = (reader.parse(customer_id), reader.boolean(opted_out));
    Some(Thread { id: id?, status: status?, customer_id: customer_id?, opted_out: opted_out? })
}

fn number(reader: &mut Reader, slot: Slot<'_, '_, '_>) -> Option<Number> {
    let [id, class, status] = reader.object(slot.value?, &slot.path, &NUMBER)?;
    let (id, class, status) = (reader.parse(id), reader.word(class, ALIASES), reader.word(status, &[]));
    Some(Number { id: id?, class: class?, status: status? })
}

fn sender(reader: &mut Reader, slot: Slot<'_, '_, '_>) -> Option<Sender> {
    let [role, id_at, mapped] = reader.object(slot.value?, &slot.path, &SENDER)?;
    let role = reader.word(role, ALIASES);
    let id = reader.nullable(id_at, Reader::parse);
    if role == Some(Role::Staff) && id == Some(None) {
        reader.fault(&id_at.path, check::STAFF_WITHOUT_ID);
    }
    let mapped = reader.boolean(mapped);
    Some(Sender { role: role?, id: id?, mapped: mapped? })
}

fn findings(reader: &mut Reader, slot: Slot<'_, '_, '_>) -> Option<Findings> {
    let slots = reader.object(slot.value?, &slot.path, &FINDINGS)?;
    let [phone, email, url, social] = slots.map(|slot| reader.count(slot));
    Some(Findings { phone: phone?, email: email?, url: url?, social: social? })
}

fn overrides(
    reader: &mut Reader,
    slot: Slot<'_, '_, '_>,
    customer: Option<&CustomerId>,
) -> Option<Vec<Override>> {
    list(reader, slot, MAX_OVERRIDES, |reader, item, path| one_override(reader, item, path, customer))
}

fn windows(reader: &mut Reader, slot: Slot<'_, '_, '_>) -> Option<Vec<Window>> {
    list(reader, slot, MAX_WINDOWS, window)
}

fn list<T>(
    reader: &mut Reader,
    slot: Slot<'_, '_, '_>,
    most: usize,
    read: impl Fn(&mut Reader, Value<'_, '_>, &Path<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let items: Vec<Value<'_, '_>> = reader.array(slot)?.collect();
    if items.len() > most {
        reader.fault(&slot.path, check::too_many(most));
        return None;
    }
    let mut list = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        list.extend(read(reader, *item, &slot.path.index(index)));
    }
    if items.len() > 1 {
        let ids: Vec<_> = items.iter().map(|item| id_text(*item)).collect();
        let known = ids.iter().enumerate().filter_map(|(index, id)| Some((index, id.as_deref()?)));
        for index in check::repeated(known) {
            reader.fault(&slot.path.index(index).name("id"), check::REPEATED_ID);
        }
    }
    Some(list)
}

/// The id of an item whose other fields may be faulty.
fn id_text<'a>(item: Value<'_, 'a>) -> Option<Cow<'a, str>> {
    item.entries()?.find(|(name, _)| name == "id")?.1.text()
}

fn one_override(
    reader: &mut Reader,
    item: Value<'_, '_>,
    path: &Path<'_>,
    customer: Option<&CustomerId>,
) -> Option<Override> {
    let [id, target_at, starts_at, ends_slot, created_at, removed_at, reason_at] =
        reader.object(item, path, &OVERRIDE)?;
    let id = reader.parse(id);
    let target = target(reader, target_at, customer);
    let starts_at = reader.instant(starts_at);
    let ends_at = reader.nullable(ends_slot, Reader::instant);
    let (created_at, removed_at) = (reader.instant(created_at), reader.nullable(removed_at, Reader::instant));
    let reason = reader.text(reason_at);
    check_span(reader, &ends_slot.path, starts_at, ends_at.flatten());
    if reason.as_ref().is_some_and(|reason| reason.len() > MAX_REASON_BYTES) {
        reader.fault(&reason_at.path, format_args!("must have at most {MAX_REASON_BYTES} bytes"));
    }
    Some(Override {
        id: id?,
        target: target?,
        starts_at: starts_at?,
        ends_at: ends_at?,
        created_at: created_at?,
        removed_at: removed_at?,
        reason: reason?.into_owned(),
    })
}

/// Where a message may go, on the wire.
#[derive(Clone, Copy)]
pub(super) enum TargetKind {
    Staff,
    OwnerInbox,
    Customer,
}

impl TargetKind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::OwnerInbox => "owner_inbox",
            Self::Customer => "customer",
        }
    }
}

impl FromStr for TargetKind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "staff" => Ok(Self::Staff),
            "owner_inbox" => Ok(Self::OwnerInbox),
            "customer" => Ok(Self::Customer),
            _ => Err(UnknownWord { expected: &["staff", "owner_inbox", "customer"] }),
        }
    }
}

fn target(
    reader: &mut Reader,
    slot: Slot<'_, '_, '_>,
    customer: Option<&CustomerId>,
) -> Option<OverrideTarget> {
    let [kind, id] = reader.object(slot.value?, &slot.path, &TARGET)?;
    match reader.word(kind, ALIASES)? {
        TargetKind::Staff => {
            if id.value.is_none_or(Value::is_null) {
                reader.fault(&id.path, check::STAFF_WITHOUT_ID);
            }
            reader.nullable(id, Reader::parse)?.map(OverrideTarget::Staff)
        }
        TargetKind::OwnerInbox => {
            if id.value.is_some_and(|id| !id.is_null()) {
                reader.fault(&id.path, "must be null for the owner inbox");
            }
            Some(OverrideTarget::OwnerInbox)
        }
        TargetKind::Customer => {
            // Another customer's id would lead one customer's text to the other.
            let named: Option<CustomerId> = reader.nullable(id, Reader::parse)?;
            if named.is_some() && named.as_ref() != customer {
                reader.fault(&id.path, "must be null or the thread's customer");
            }
            Some(OverrideTarget::Customer)
        }
    }
}

fn window(reader: &mut Reader, item: Value<'_, '_>, path: &Path<'_>) -> Option<Window> {
    let [id, staff_id, starts_at, ends_slot] = reader.object(item, path, &WINDOW)?;
    let (id, staff_id) = (reader.parse(id), reader.parse(staff_id));
    let (starts_at, ends_at) = (reader.instant(starts_at), reader.instant(ends_slot));
    check_span(reader, &ends_slot.path, starts_at, ends_at);
    Some(Window { id: id?, staff_id: staff_id?, starts_at: starts_at?, ends_at: ends_at? })
}

fn check_span(reader: &mut Reader, path: &Path<'_>, start: Option<Instant>, end: Option<Instant>) {
    if start.is_some_and(|start| !check::is_span(start, end)) {
        reader.fault(path, check::END_NOT_AFTER_START);
    }
}
