//! Every read of every port that takes a tenant.

use std::future::Future;
use std::pin::Pin;

use super::super::Ports;
use super::super::make::{CUSTOMER_1, at, id, our, phone};
use crate::credential::Provider;
use crate::id::TenantId;
use crate::port::{MessageFilter, NumberFilter, Page, ThreadFilter, ViolationFilter};

/// A read, asked for what the tenant `a` has that [`furnish`](super::furnish) made in place 1.
#[derive(Clone, Copy)]
pub struct Read {
    /// `Trait::method`.
    pub name: &'static str,
    pub(super) look: for<'a> fn(&'a Ports, &'a TenantId) -> Answer<'a>,
}

/// What a read answers, as a text that can be compared.
pub(super) type Answer<'a> = Pin<Box<dyn Future<Output = String> + Send + 'a>>;

impl std::fmt::Debug for Read {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Methods of the same ports that are no reads of one tenant: their names, and why.
pub const ACROSS: &[(&str, &str)] = &[
    ("Ledger::commit", "writes: see `changes_do_not_reach_another_tenant`"),
    ("Directory::list_tenants", "the operator's list"),
    ("Directory::find_tenant_by_number", "asks whose it is"),
    ("Directory::find_tenant_by_assistant", "asks whose it is"),
    ("Directory::find_key", "asks whose it is"),
    ("Directory::list_runtime_heads", "the reconciliation's list"),
    ("Directory::ping", "reads nothing"),
    ("Directory::takes_writes", "reads nothing of a tenant"),
    ("RuntimeReader::find_tenant", "asks whose it is"),
    (
        "RuntimeReader::resolve",
        "asks whose it is, and answers with that tenant's: see `the_same_ids_in_two_tenants`",
    ),
    (
        "ConversationStore::find_called",
        "asks whose it is, and answers with that tenant's: see `the_holder_of_a_number`",
    ),
    ("ProjectionOutbox::list", "the drain's list: ids and DIDs, no content"),
    ("ProjectionOutbox::count", "counts over all tenants"),
    ("ProjectionOutbox::add", "writes one tenant's: see `outbox::tenants_are_apart`"),
    ("ProjectionOutbox::remove", "writes one tenant's: see `outbox::tenants_are_apart`"),
    ("RootKeyStore::list_root_keys", "the operator's keys"),
    ("RootKeyStore::census", "counts over all tenants"),
    ("RootKeyStore::list_tenants_under", "the rotation's list"),
    ("WorkQueue::claim", "the dispatcher's list: ids, no content; see `work::kinds_and_tenants_are_apart`"),
    ("WorkQueue::next_due", "an instant over all tenants"),
    ("WorkQueue::count", "counts over all tenants"),
    ("ToolStore::list", "the operator's tools"),
    ("ToolStore::put", "the operator's tools"),
    ("UnclaimedStore::add", "belongs to nobody"),
    ("UnclaimedStore::list", "belongs to nobody"),
    ("UnclaimedStore::forget", "belongs to nobody"),
    ("IdempotencyStore::claim", "by owner: see `scopes_are_apart`"),
    ("IdempotencyStore::put", "by owner"),
    ("IdempotencyStore::remove", "by owner"),
];

macro_rules! reads {
    ($($field:ident: $port:ident { $($method:ident($($argument:expr),*);)+ })+) => {
        /// Every read.
        pub const READS: &[Read] = &[$($(
            Read {
                name: concat!(stringify!($port), "::", stringify!($method)),
                look: |ports, tenant| Box::pin(async move {
                    let answer = crate::port::$port::$method(&*ports.$field, tenant, $($argument),*).await;
                    format!("{:?}", answer.unwrap())
                }),
            },
        )+)+];
    };
}

reads! {
    directory: Directory { lookup_tenant(); }
    outbox: ProjectionOutbox { lookup(); }
    numbers: NumberStore {
        lookup(&id("pool"));
        find(&phone(&our(1, 2)));
        list(NumberFilter::default(), &Page::first(9));
        list_free_pool(&phone("+19"), at(0), 9);
    }
    threads: ThreadStore {
        lookup(&id("thr_1"));
        list(&ThreadFilter::default(), &Page::first(9));
        lookup_customer(&id("cus_1"));
        find_customer(&phone(CUSTOMER_1));
    }
    conversations: ConversationStore {
        find(&phone(&our(1, 2)), Some(&phone(CUSTOMER_1)), at(5));
        lookup(&id("thr_1"), at(5));
    }
    schedule: ScheduleStore {
        list_windows(Some(&id("thr_1")), &Page::first(9));
        count_windows(&id("thr_1"), at(0));
        lookup_override(&id("ovr_1"));
        list_overrides(None, &Page::first(9));
    }
    messages: MessageStore {
        lookup(&id("msg_1"));
        list(&MessageFilter::Thread(id("thr_1")), &Page::first(9));
        find_by_provider("twilio", "SM2");
        list_dead_letters(&Page::first(9));
        list_failures(&id("pool"), at(0), 9);
    }
    decisions: DecisionStore {
        lookup(&id("dec_1"));
        list(&id("thr_1"), &Page::first(9));
    }
    policy: PolicyStore {
        scan_context(Some(&id("thr_1")), "customer:cus_1");
        lookup(&id("vio_1"));
        list(&ViolationFilter::default(), &Page::first(9));
    }
    audit: AuditStore {
        list(&Page::first(9));
        head();
    }
    keys: KeyStore { list(&Page::first(9)); }
    versions: RuntimeVersionStore {
        current();
        head();
        lookup(1);
        list(&Page::first(9));
    }
    runtime: RuntimeReader { find_config(); }
    caller_ids: CallerIdStore {
        lookup(&id("cid_1"));
        find(&phone(&our(1, 4)));
        list(false, &Page::first(9));
    }
    forwardings: ForwardingStore {
        lookup(&id("fwd_1"));
        find(&id("cid_1"));
        list(&Page::first(9));
    }
    calls: CallStore {
        lookup(&id("cal_1"));
        find("twilio", "CA of cal_1");
        list(false, &Page::first(9));
        count_open(at(0));
    }
    operations: OperationStore {
        lookup(&id("opr_1"));
        find_running(&phone(&our(1, 5)));
        list(&Page::first(9));
    }
    assistants: AssistantStore {
        lookup("vapi", "as_a");
        list();
    }
    credentials: CredentialStore {
        find_credential(Provider::Twilio);
        list_credentials();
        lookup_tenant_key(1);
        newest_tenant_key();
        last_key_version();
        find_export(Provider::Twilio, Provider::Vapi);
        lookup_secret("S");
        list_secrets();
    }
}
