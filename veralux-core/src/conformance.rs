//! The suite that every adapter must pass, the memory stores included.
//!
//! An adapter's tests give [`store_conformance!`](crate::store_conformance) an expression that makes fresh stores, and
//! get one test a case, each with its own stores; likewise [`projection_conformance!`](crate::projection_conformance).
//! Where there is no tokio, [`STORE_CASES`] and [`PROJECTION_CASES`] hold the same cases as values.
//!
//! A case panics at the first answer that breaks the contract of [`crate::port`] and says what it expected. Cases ask for
//! nothing that the contract leaves open, like which of two faults is told first.
//!
//! ```
//! use std::sync::Arc;
//! use veralux_core::conformance::Ports;
//! use veralux_core::memory::MemoryStore;
//!
//! // In a test file: veralux_core::store_conformance!(async { fresh() });
//! fn fresh() -> Ports {
//!     Ports::from_one(&Arc::new(MemoryStore::new()))
//! }
//! # assert!(format!("{:?}", fresh()).starts_with("Ports"));
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "every function here is a test: it panics to fail, and its name says what it shows"
)]

pub mod all_or_nothing;
pub mod assistant;
pub mod audit;
pub mod call;
pub mod change;
pub mod conversation;
pub mod credential;
pub mod delivery;
pub mod fidelity;
pub mod filter;
pub mod idempotency;
pub mod isolation;
pub mod key;
pub mod operation;
pub mod outbox;
pub mod page;
pub mod policy;
pub mod pool;
pub mod projection;
pub mod race;
pub mod rate;
pub mod root_key;
pub mod runtime;
pub mod telephony;
pub mod text;
pub mod thread;
pub mod unclaimed;
pub mod work;

mod look;
mod make;
mod ports;

pub use ports::{Case, Future, Ports, ProjectionCase, Spawn};

/// Turns the list of cases into the constant and into the macro that makes tests of them. `$d` is a dollar sign.
macro_rules! store_cases {
    ($d:tt $($area:ident: $($case:ident)+;)+) => {
        /// Every case for stores.
        pub const STORE_CASES: &[Case] = &[$($(
            Case {
                name: concat!(stringify!($area), "::", stringify!($case)),
                run: |ports| Box::pin($area::$case(ports)),
            },
        )+)+];

        /// Makes one tokio test of each case for stores. Takes a future of fresh [`Ports`](crate::conformance::Ports),
        /// written as an expression, since each case awaits one of its own.
        #[macro_export]
        macro_rules! store_conformance {
            ($d setup:expr) => {
                async fn conformance_ports() -> $crate::conformance::Ports {
                    let ports: $crate::conformance::Ports = ($d setup).await;
                    ports.spawning(|future| {
                        ::std::boxed::Box::pin(async move { ::tokio::spawn(future).await.unwrap() })
                    })
                }

                $(mod $area {
                    $(
                        #[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
                        async fn $case() {
                            $crate::conformance::$area::$case(&super::conformance_ports().await).await;
                        }
                    )+
                })+
            };
        }
    };
}

store_cases! { $
    all_or_nothing:
        a_refused_commit_leaves_nothing
        a_refused_commit_leaves_the_rows_it_changed
        a_commit_of_every_change
        an_empty_commit
        a_commit_reaches_its_own_tenant_only;
    assistant:
        assistants_by_revision
        an_assistant_leads_to_one_tenant
        as_many_assistants_as_may_be
        one_assistant_in_a_race
        tools_by_revision
        as_many_tools_as_may_be
        one_tool_in_a_race;
    audit:
        a_chain_is_sealed_and_verifies
        the_head_is_kept
        chains_of_tenants_are_apart
        a_refused_commit_takes_no_sequence
        the_platform_has_a_chain
        a_page_behind_no_number_is_invalid;
    call:
        calls_by_revision
        open_calls
        as_many_calls_as_may_be
        calls_in_a_race;
    change:
        tenants_by_revision
        numbers_by_revision
        a_number_is_held_once
        a_number_given_back_is_nobodys
        a_line_is_one_tenants
        use_of_a_number
        customers_are_unique
        windows_and_overrides_need_a_thread
        an_override_is_removed_once
        a_webhook_is_claimed_once
        an_id_exists_once
        changes_apply_in_their_order
        a_front_desk_is_required
        open_threads_are_required;
    conversation:
        a_mapped_customer
        a_stranger_on_a_pool_number
        a_stranger_on_another_number
        the_holder_of_a_number
        a_customer_without_a_thread_there
        a_number_that_is_not_held
        the_tail_of_a_closed_thread
        a_thread_that_moved
        windows_that_have_not_ended
        overrides_that_count
        lookup_of_a_thread;
    credential:
        credentials_by_revision
        credentials_in_the_order_of_providers
        an_envelope_needs_its_key
        versions_of_a_key
        a_key_that_is_named_stays
        keys_are_destroyed_whatever_lies_under_them
        exports_by_revision
        secrets_by_generation
        as_many_secrets_as_may_be;
    delivery:
        deliveries_by_revision
        messages_by_the_provider_s_id
        dead_letters
        failures_of_a_number;
    fidelity:
        tenants_numbers_customers
        threads_windows_overrides
        messages
        a_large_message
        decisions
        versions_and_keys
        sealed_rows
        root_keys
        events;
    filter:
        numbers
        threads
        windows_and_overrides
        messages
        decisions;
    idempotency:
        first_running_answered
        another_body
        scopes_are_apart
        a_claim_given_back
        an_unknown_claim
        expiry
        an_abandoned_claim
        what_an_abandoned_request_has_done
        answers_survive;
    isolation:
        the_same_ids_in_two_tenants
        a_tenant_sees_nothing_of_another
        changes_do_not_reach_another_tenant;
    key:
        keys_by_digest
        a_key_is_revoked_once
        keys_of_tenants_and_of_the_platform;
    operation:
        operations_by_revision
        one_operation_a_number
        pages;
    outbox:
        it_waits_from_its_commit_on
        what_is_written_again_goes_on_waiting
        dids_that_left_are_kept
        tenants_are_apart
        those_that_wait_longest_come_first
        one_more_time
        a_refused_commit_waits_for_nothing;
    page:
        empty_lists
        numbers
        threads
        windows
        overrides
        messages
        decisions
        keys
        tenants
        runtime_heads
        events
        versions
        unclaimed;
    policy:
        a_violation_is_decided_once
        violations_by_thread_and_status
        a_piece_is_remembered_by_one_of_two
        what_a_scan_needs_comes_with_the_conversation
        an_allow_list_is_replaced_by_one_of_two
        policy_of_another_tenant;
    pool:
        least_recently_used_first
        only_active_pool_numbers
        free_for_a_party;
    race:
        one_pair
        one_claim
        one_did
        one_number
        one_line
        one_version
        one_revision
        one_idempotency_key
        one_chain
        one_credential
        one_tenant_key
        one_generation
        a_key_and_what_names_it
        one_primary
        one_root_key;
    root_key:
        root_keys_by_revision
        nothing_new_lies_under_a_key_that_is_not_primary
        one_key_is_primary
        a_census_of_all_tenants
        tenants_under_a_root_key
        a_tenant_moves_to_another_root_key;
    runtime:
        a_publish_becomes_the_head
        versions_follow_each_other
        dids_follow_the_document
        dids_mapped_by_hand
        a_did_of_another_tenant
        unmapping
        heads_of_tenants;
    telephony:
        caller_ids_by_revision
        a_number_is_verified_by_one_tenant
        removal_takes_the_configuration_along
        a_configuration_needs_proof
        codes_of_all_tenants_count
        a_refused_commit_counts_no_code
        codes_in_a_race
        one_try_a_revision
        pages;
    text:
        any_character;
    thread:
        threads_by_revision
        a_thread_needs_customer_and_number
        an_open_thread_has_its_pair
        the_tail_keeps_the_pair
        a_thread_moves_with_its_pair
        a_thread_comes_back
        a_thread_behind_its_tail_asks_for_nothing;
    unclaimed:
        kept_once
        forgotten_by_age;
    work:
        work_is_due_from_its_commit_on
        work_that_is_wanted_again_stays
        what_is_held_back_is_woken
        what_is_wanted_again_is_not_held_back
        what_was_due_first_comes_first
        nobody_waits_behind_anothers_heap
        what_came_back_lets_nothing_overtake_its_heap
        kinds_and_tenants_are_apart
        a_refused_commit_schedules_nothing
        one_of_many_gets_it;
}

macro_rules! projection_cases {
    ($d:tt $($case:ident)+) => {
        /// Every case for projections.
        pub const PROJECTION_CASES: &[ProjectionCase] = &[$(
            ProjectionCase {
                name: concat!("projection::", stringify!($case)),
                run: |projection| Box::pin(projection::$case(projection)),
            },
        )+];

        /// Makes one tokio test of each case for projections. Takes a future of an empty
        /// projection in an `Arc`, written as an expression, since each case awaits one of its own.
        #[macro_export]
        macro_rules! projection_conformance {
            ($d setup:expr) => {
                async fn conformance_projection() -> ::std::sync::Arc<dyn $crate::port::RuntimeProjection> {
                    ($d setup).await
                }

                mod projection {
                    $(
                        #[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
                        async fn $case() {
                            let projection = super::conformance_projection().await;
                            $crate::conformance::projection::$case(&*projection).await;
                        }
                    )+
                }
            };
        }
    };
}

projection_cases! { $
    a_publish_is_read
    a_publish_replaces
    an_older_publication_changes_nothing
    a_conflict_leaves_nothing
    unmapping_leaves_foreign_dids
    mapping_and_unmapping
    half_of_it_resolves_to_nothing
    everything_is_listed
    an_entry_is_removed_while_it_is_the_same
}

macro_rules! rate_cases {
    ($d:tt $($case:ident)+) => {
        /// Makes one tokio test of each case for counters of requests. Takes a future of a counter in an `Arc` and how it
        /// waits for so many microseconds to go by.
        #[macro_export]
        macro_rules! rate_conformance {
            ($d setup:expr, $d wait:expr) => {
                async fn conformance_counter() -> ::std::sync::Arc<dyn $crate::port::RateCounter> {
                    ($d setup).await
                }

                fn conformance_wait(micros: i64) -> $crate::conformance::Future<'static> {
                    ::std::boxed::Box::pin($d wait(micros))
                }

                mod rate {
                    $(
                        #[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
                        async fn $case() {
                            let counter = super::conformance_counter().await;
                            let spawn = |future: $crate::conformance::Future<'static>| -> $crate::conformance::Future<'static> {
                                ::std::boxed::Box::pin(async move { ::tokio::spawn(future).await.unwrap() })
                            };
                            $crate::conformance::rate::$case(&counter, super::conformance_wait, spawn).await;
                        }
                    )+
                }
            };
        }
    };
}

rate_cases! { $
    every_request_counts
    callers_are_counted_apart
    a_window_ends_and_begins_anew
    many_at_once
}
