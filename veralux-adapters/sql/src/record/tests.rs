//! Each record as a row of named values: what it reads, and what it says of a value that it cannot read.

mod rows;

use std::fmt::Debug;

use veralux_core::access::ApiKey;
use veralux_core::audit::{Event, Head};
use veralux_core::id::TenantId;
use veralux_core::number::Number;
use veralux_core::port::{
    AssistantLink, Call, CallerId, Census, Conversation, Credential, CredentialExport, Customer,
    DecisionRecord, DeliveryRecord, Due, Forwarding, IdempotencyClaim, Message, Operation, Override,
    PendingProjection, Resolved, RootKey, RuntimeHead, RuntimeVersion, ScanContext, Tenant, TenantKey,
    TenantSecret, Thread, ToolRegistration, Unclaimed, Violation, Window,
};

use super::*;
use crate::fake::{Fake, Value};
use crate::{Claimed, Failure, read_claim};

/// Neither a word, an id, a phone number nor JSON.
const PRIVATE: &str = "private\u{1}value";

/// One column of a row that can be read.
#[derive(Debug, Clone, Copy)]
struct Column {
    name: &'static str,
    value: Value,
    /// Its text is a value of a type.
    is_parsed: bool,
    /// NULL is no fault of it.
    may_be_null: bool,
}

fn read<T: Record>(columns: &[Column]) -> Result<T> {
    T::read(&mut Columns::<Fake>::new(&columns.iter().map(|column| column.value).collect()))
}

/// How many columns a list names: its commas outside of parentheses, and one.
fn named(list: &str) -> usize {
    let mut depth = 0;
    let outside = list.chars().filter(|c| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        *c == ',' && depth == 0
    });
    outside.count() + 1
}

/// The record reads `columns`, and of each of them it names the one that it cannot read. `list` is what it is selected by.
fn check<T: Record + Debug>(list: Option<&str>, columns: &[Column]) {
    let kind = std::any::type_name::<T>();
    assert_eq!(T::COLUMNS, columns.len(), "{kind}");
    if let Some(list) = list {
        assert_eq!(named(list), T::COLUMNS, "{kind}: {list}");
    }
    read::<T>(columns).unwrap_or_else(|error| panic!("{kind}: {error}"));
    for (index, column) in columns.iter().enumerate() {
        let with = |value| {
            let mut columns = columns.to_vec();
            columns[index].value = value;
            read::<T>(&columns).map(drop)
        };
        let name = column.name;
        let other = if let Value::Number(_) = column.value { Value::Bytes(b"7") } else { Value::Number(7) };
        assert_eq!(with(other), Err(Corrupt(name)), "{kind}: a value of another type in `{name}`");
        if column.is_parsed {
            assert_eq!(with(Value::Text(PRIVATE)), Err(Corrupt(name)), "{kind}: an unknown `{name}`");
        }
        if !column.may_be_null {
            assert_eq!(with(Value::Null), Err(Corrupt(name)), "{kind}: NULL in `{name}`");
        }
    }
}

#[test]
fn every_record_reads_its_columns_and_names_the_one_that_it_cannot_read() {
    check::<ApiKey>(Some(crate::key_columns!()), rows::KEY);
    check::<AssistantLink>(Some(crate::assistant_columns!()), rows::ASSISTANT);
    check::<Call>(Some(crate::call_columns!()), rows::CALL);
    check::<CallerId>(Some(crate::caller_id_columns!()), rows::CALLER_ID);
    check::<Census>(None, rows::CENSUS);
    check::<Claimed>(None, rows::CLAIMED);
    check::<Credential>(Some(crate::credential_columns!()), rows::CREDENTIAL);
    check::<CredentialExport>(Some(crate::export_columns!()), rows::EXPORT);
    check::<Customer>(Some(crate::customer_columns!()), rows::CUSTOMER);
    check::<DecisionRecord>(Some(crate::decision_columns!()), rows::DECISION);
    check::<DeliveryRecord>(Some(crate::delivery_columns!()), rows::DELIVERY);
    check::<Due>(None, rows::DUE);
    check::<Event>(Some(crate::event_columns!()), rows::EVENT);
    check::<Failure>(None, rows::FAILURE);
    check::<Forwarding>(Some(crate::forwarding_columns!()), rows::FORWARDING);
    check::<Head>(None, rows::HEAD);
    check::<Number>(Some(crate::number_columns!()), rows::NUMBER);
    check::<Operation>(Some(crate::operation_columns!()), rows::OPERATION);
    check::<Override>(Some(crate::override_columns!()), rows::OVERRIDE);
    check::<PendingProjection>(None, rows::PENDING_PROJECTION);
    check::<Resolved>(None, rows::RESOLVED);
    check::<RootKey>(Some(crate::root_key_columns!()), rows::ROOT_KEY);
    check::<RuntimeHead>(None, rows::RUNTIME_HEAD);
    check::<RuntimeVersion>(Some(crate::version_columns!()), rows::RUNTIME_VERSION);
    check::<ScanContext>(Some(crate::scan_columns!()), rows::SCAN);
    check::<Tenant>(Some(crate::tenant_columns!()), rows::TENANT);
    check::<TenantId>(None, &rows::TENANT[..1]);
    check::<TenantKey>(Some(crate::tenant_key_columns!()), rows::TENANT_KEY);
    check::<TenantSecret>(Some(crate::secret_columns!()), rows::SECRET);
    check::<Thread>(Some(crate::thread_columns!()), rows::THREAD);
    check::<ToolRegistration>(Some(crate::tool_columns!()), rows::TOOL);
    check::<Unclaimed>(Some(crate::unclaimed_columns!()), rows::UNCLAIMED);
    check::<Violation>(Some(crate::violation_columns!()), rows::VIOLATION);
    check::<Window>(Some(crate::window_columns!()), rows::WINDOW);
}

#[test]
fn a_message_is_read_with_and_without_its_delivery() {
    let mut columns = rows::MESSAGE.to_vec();
    columns.extend(rows::DELIVERY);
    // Without a state there is no delivery.
    columns[rows::MESSAGE.len()].may_be_null = true;
    check::<Message>(Some(crate::message_columns!()), &columns);
    assert!(read::<Message>(&columns).unwrap().delivery.is_some());
    columns[rows::MESSAGE.len()].value = Value::Null;
    assert_eq!(read::<Message>(&columns).unwrap().delivery, None);
}

#[test]
fn a_conversation_is_read_whole_and_without_what_it_may_lack() {
    let (mapped, schedule) = (rows::CONVERSATION[..1].to_vec(), &rows::CONVERSATION[1..]);
    let parts = [&mapped, rows::TENANT, rows::NUMBER, rows::CUSTOMER, rows::THREAD, schedule, rows::SCAN];
    let mut columns = parts.concat();
    let mut next = mapped.len() + rows::TENANT.len();
    for part in [rows::NUMBER, rows::CUSTOMER, rows::THREAD] {
        columns[next].may_be_null = true;
        next += part.len();
    }
    check::<Conversation>(None, &columns);
    assert_eq!(1 + named(crate::conversation_columns!("windows, overrides")), Conversation::COLUMNS);

    let whole: Conversation = read(&columns).unwrap();
    assert_eq!((whole.windows.len(), whole.overrides.len()), (2, 2));
    assert!(whole.windows[0].id < whole.windows[1].id && whole.overrides[0].id < whole.overrides[1].id);
    assert!(whole.number.is_some() && whole.customer.is_some() && whole.scan.memory.is_some());

    for column in &mut columns[mapped.len() + rows::TENANT.len()..] {
        column.value = Value::Null;
    }
    let bare: Conversation = read(&columns).unwrap();
    assert_eq!((bare.number, bare.customer, bare.thread), (None, None, None));
    assert_eq!((bare.windows, bare.overrides, bare.scan), (vec![], vec![], ScanContext::default()));
}

#[test]
fn columns_that_contradict_each_other_are_named() {
    fn refused<T: Record + Debug>(columns: &[Column], name: &str, value: Value) -> Corrupt {
        let index = columns.iter().position(|column| column.name == name).unwrap();
        let mut columns = columns.to_vec();
        columns[index].value = value;
        read::<T>(&columns).unwrap_err()
    }
    let cases = [
        (
            "half a quarantine",
            refused::<Number>(rows::NUMBER, "quarantine_since", Value::Null),
            "quarantine_reason",
        ),
        (
            "a quarantine of an active number",
            refused::<Number>(rows::NUMBER, "status", Value::Text("active")),
            "status",
        ),
        (
            "a window that ends before it starts",
            refused::<Window>(rows::WINDOW, "ends_at", Value::Number(0)),
            "ends_at",
        ),
        (
            "a staff member without an id",
            refused::<Override>(rows::OVERRIDE, "target_id", Value::Null),
            "target",
        ),
        (
            "an inbox with an id",
            refused::<Override>(rows::OVERRIDE, "target", Value::Text("owner_inbox")),
            "target",
        ),
        ("nobody's id", refused::<Override>(rows::OVERRIDE, "target_id", Value::Text("")), "target_id"),
        (
            "a second of ringing",
            refused::<Forwarding>(rows::FORWARDING, "ring_time", Value::Number(1)),
            "ring_time",
        ),
        ("a digest that is too short", refused::<Head>(rows::HEAD, "hash", Value::Bytes(b"1")), "hash"),
        (
            "a version that is too large",
            refused::<TenantKey>(rows::TENANT_KEY, "version", Value::Number(1 << 32)),
            "version",
        ),
        ("a sequence below zero", refused::<Head>(rows::HEAD, "sequence", Value::Number(-1)), "sequence"),
    ];
    for (what, error, column) in cases {
        assert_eq!(error, Corrupt(column), "{what}");
    }
    let mut columns = [rows::MESSAGE, rows::DELIVERY].concat();
    let provider_id = rows::MESSAGE.len() - 1;
    columns[provider_id].value = Value::Null;
    assert_eq!(read::<Message>(&columns).unwrap_err(), Corrupt("provider_id"), "a provider without its id");
}

#[test]
fn a_claim_is_of_the_same_body_or_of_another() {
    let digest: &[u8; 32] = &[7; 32];
    let kept = |is_lost: bool, status: Value| {
        let (content_type, answer) = (Value::Text("application/json"), Value::Bytes(b"{}"));
        let row = vec![Value::Bytes(&[7; 32]), Value::Truth(is_lost), status, content_type, answer];
        move |body: &[u8; 32]| read_claim(&mut Columns::<Fake>::new(&row), body)
    };
    for is_lost in [false, true] {
        assert_eq!(kept(is_lost, Value::Null)(&[8; 32]), Ok(IdempotencyClaim::OtherBody));
        assert!(matches!(
            kept(is_lost, Value::Number(201))(digest),
            Ok(IdempotencyClaim::Answered(answer)) if answer.status == 201
        ));
    }
    assert_eq!(kept(false, Value::Null)(digest), Ok(IdempotencyClaim::Running));
    assert_eq!(kept(true, Value::Null)(digest), Ok(IdempotencyClaim::Lost));
    assert_eq!(kept(false, Value::Number(1 << 16))(digest), Err(Corrupt("status")));
}

#[test]
fn a_count_is_kept_as_it_is_or_as_the_largest() {
    assert_eq!((stored(0), stored(7), stored(u64::MAX)), (0, 7, i64::MAX));
}
