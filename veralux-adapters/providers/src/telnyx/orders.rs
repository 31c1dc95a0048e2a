//! Orders of numbers.

use serde::{Deserialize, Serialize};
use veralux_core::phone::E164;
use veralux_core::port::{OrderState, ProviderResult};

use super::Api;
use super::api::segment;
use crate::Method;
use crate::call::{Repeat, unless_status};

/// What is ordered.
#[derive(Debug, Clone, Copy)]
pub struct NewOrder<'a> {
    /// The number, which a search has offered.
    pub number: &'a E164,
    /// The call control application that its calls go to.
    pub connection_id: Option<&'a str>,
    /// The messaging profile that its messages go to.
    pub messaging_profile_id: Option<&'a str>,
    /// What the order is found by.
    pub reference: &'a str,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberOrder {
    /// Telnyx's id of it.
    pub id: String,
    /// How far it is.
    pub state: OrderState,
    /// What it was placed with.
    pub reference: Option<String>,
}

#[derive(Serialize)]
struct New<'a> {
    phone_numbers: [Item<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messaging_profile_id: Option<&'a str>,
    customer_reference: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    phone_number: &'a E164,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    status: Status,
    customer_reference: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Pending,
    Success,
    Failure,
}

impl Wire {
    fn read(self) -> NumberOrder {
        let state = match self.status {
            Status::Pending => OrderState::Pending,
            Status::Success => OrderState::Done,
            Status::Failure => OrderState::Failed,
        };
        NumberOrder { id: self.id, state, reference: self.customer_reference }
    }
}

impl Api {
    /// Orders a number. There is no idempotency key: look up by reference before it is made again. `POST /number_orders`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Unsettled` when it may be placed.
    pub async fn order(&self, order: NewOrder<'_>) -> ProviderResult<NumberOrder> {
        let body = New {
            phone_numbers: [Item { phone_number: order.number }],
            connection_id: order.connection_id,
            messaging_profile_id: order.messaging_profile_id,
            customer_reference: order.reference,
        };
        let wire: Wire = self.write(Repeat::IfRefused, Method::Post, "/number_orders", &body).await?;
        Ok(wire.read())
    }

    /// The order with an id; `None` where there is none. `GET /number_orders/{id}`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn order_by_id(&self, id: &str) -> ProviderResult<Option<NumberOrder>> {
        let read = self.read::<Wire>(&format!("/number_orders/{}", segment(id)?)).await;
        Ok(unless_status(404, read)?.map(Wire::read))
    }

    /// All orders with exactly this reference. `GET /number_orders?filter[customer_reference]=`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn orders(&self, reference: &str) -> ProviderResult<Vec<NumberOrder>> {
        let filters = [("filter[customer_reference]", reference)];
        let found: Vec<Wire> = self.list("/number_orders", &filters).await?;
        let own = found.into_iter().map(Wire::read);
        Ok(own.filter(|order| order.reference.as_deref() == Some(reference)).collect())
    }
}
