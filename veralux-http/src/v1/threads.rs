//! Threads: the conversations with customers.

pub(crate) mod list;
pub(crate) mod lookup;
pub(crate) mod open;
pub(crate) mod patch;

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::id::{NumberId, TenantId};
use veralux_core::phone::E164;
use veralux_core::port::Thread;

use crate::Api;
use crate::web::Problem;

/// One customer's conversation on one of our numbers. The customer's own number is not in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Thread)]
pub(crate) struct ThreadView {
    id: String,
    /// `recurring`, `one_time` or `other`.
    #[schema(example = "recurring")]
    kind: &'static str,
    /// `active`, `closed`, `blocked` or `archived`.
    #[schema(example = "active")]
    status: &'static str,
    customer_id: String,
    number_id: String,
    /// Our number, which the customer writes to.
    #[schema(example = "+14155550123")]
    number: Option<String>,
    /// The customer wants no more messages.
    opted_out: bool,
    #[schema(format = DateTime)]
    created_at: String,
    /// Until when a thread that has ended keeps its pair of numbers.
    #[schema(format = DateTime)]
    pair_free_at: Option<String>,
}

impl ThreadView {
    fn new(thread: &Thread, number: Option<E164>) -> Self {
        Self {
            id: thread.id.to_string(),
            kind: thread.kind.as_str(),
            status: thread.status.as_str(),
            customer_id: thread.customer.to_string(),
            number_id: thread.number.to_string(),
            number: number.map(|number| number.to_string()),
            opted_out: thread.opted_out,
            created_at: thread.created_at.to_string(),
            pair_free_at: thread.pair_free_at.map(|at| at.to_string()),
        }
    }
}

/// One thread with our number.
async fn view(api: &Api, tenant: &TenantId, thread: &Thread) -> Result<ThreadView, Problem> {
    let number = our_number(api, tenant, &thread.number).await?;
    Ok(ThreadView::new(thread, number))
}

/// Many threads with our numbers; each number is read once.
async fn views(api: &Api, tenant: &TenantId, threads: &[Thread]) -> Result<Vec<ThreadView>, Problem> {
    let mut numbers: BTreeMap<NumberId, Option<E164>> = BTreeMap::new();
    for thread in threads {
        if !numbers.contains_key(&thread.number) {
            numbers.insert(thread.number.clone(), our_number(api, tenant, &thread.number).await?);
        }
    }
    let with_number = |thread: &Thread| {
        let number = numbers.get(&thread.number).copied().flatten();
        ThreadView::new(thread, number)
    };
    Ok(threads.iter().map(with_number).collect())
}

async fn our_number(api: &Api, tenant: &TenantId, id: &NumberId) -> Result<Option<E164>, Problem> {
    Ok(api.parts().stores.numbers.lookup(tenant, id).await?.map(|number| number.e164))
}
