//! A provider of numbers in memory. It counts each order that takes effect, also where a real one would refuse the second.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::memory::StepClock;
use veralux_core::phone::E164;
use veralux_core::port::{
    AccountOwner, Clock, HeldNumber, NumberFeatures, NumberOffer, NumberProvider, NumberSearch, Order,
    OrderState, ProviderError, ProviderFault, ProviderResult, RawAnswer, WebhookUrls,
};
use veralux_core::time::Instant;

use crate::interrupt::stop;

/// How a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    /// Refused with a fault, nothing done.
    Refuses(ProviderFault),
    /// It takes effect so many microseconds after it was sent, and the answer is lost.
    Late(i64),
    /// It takes effect at once, and the answer is lost.
    Unheard,
    /// It never arrives, and nobody knows.
    Lost,
}

pub(crate) const RATE_LIMITED: ProviderFault =
    ProviderFault::RateLimited { wait: Some(Duration::from_mins(2)) };

/// An order at the shop.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) number: E164,
    pub(crate) reference: String,
    pub(crate) state: OrderState,
    arrives_at: Instant,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) moods: VecDeque<Mood>,
    /// What was asked, in its order.
    pub(crate) asked: Vec<&'static str>,
    pub(crate) orders: Vec<Placed>,
    /// Numbers in the account, and whether they lead to us.
    pub(crate) held: BTreeMap<E164, bool>,
    pub(crate) applications: u32,
    pub(crate) released: u32,
    /// Of the next orders, those that fail in the end.
    pub(crate) failing: u32,
    /// Orders on their way: when they take effect.
    under_way: Vec<(Instant, E164, String)>,
}

/// A shop with one account, the operator's. With orders or without.
#[derive(Debug, Clone)]
pub(crate) struct Shop {
    pub(crate) slug: &'static str,
    pub(crate) clock: Arc<StepClock>,
    pub(crate) has_orders: bool,
    /// How long an order takes until the number is in the account.
    pub(crate) delivery: i64,
    pub(crate) state: Arc<Mutex<State>>,
}

impl Shop {
    pub(crate) fn new(slug: &'static str, clock: Arc<StepClock>, has_orders: bool, delivery: i64) -> Self {
        Self { slug, clock, has_orders, delivery, state: Arc::default() }
    }

    /// The next requests go like this.
    pub(crate) fn moods(&self, moods: impl IntoIterator<Item = Mood>) {
        self.state.lock().unwrap().moods.extend(moods);
    }

    pub(crate) fn asked(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    /// How often this number was bought.
    pub(crate) fn bought(&self, number: &E164) -> usize {
        let state = self.now();
        state
            .orders
            .iter()
            .filter(|order| order.number == *number && order.state != OrderState::Failed)
            .count()
    }

    /// The state as it is by now: what was on its way has taken effect.
    pub(crate) fn now(&self) -> MutexGuard<'_, State> {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap();
        let (due, later) = std::mem::take(&mut state.under_way).into_iter().partition(|(at, ..)| *at <= now);
        state.under_way = later;
        let due: Vec<(Instant, E164, String)> = due;
        for (at, number, reference) in due {
            let fails = state.failing > 0;
            state.failing = state.failing.saturating_sub(1);
            let order =
                Placed { number, reference, state: OrderState::Pending, arrives_at: at.plus(self.delivery) };
            state.orders.push(if fails { Placed { state: OrderState::Failed, ..order } } else { order });
        }
        let arrived: Vec<E164> = state
            .orders
            .iter_mut()
            .filter(|order| order.state == OrderState::Pending && order.arrives_at <= now)
            .map(|order| {
                order.state = OrderState::Done;
                order.number
            })
            .collect();
        for number in arrived {
            state.held.entry(number).or_insert(false);
        }
        state
    }

    /// Takes a request in; `act` is what it does.
    async fn ask<T>(
        &self,
        what: &'static str,
        act: impl FnOnce(&mut State, Instant) -> T + Send,
    ) -> ProviderResult<T>
    where
        T: Send,
    {
        let mood = {
            let mut state = self.now();
            state.asked.push(what);
            state.moods.pop_front().unwrap_or(Mood::Well)
        };
        let sent_at = self.clock.now();
        if let Mood::Late(delay) = mood {
            // On its way, whatever becomes of who asked.
            act(&mut self.state.lock().unwrap(), sent_at.plus(delay));
            stop().await;
            return Err(self.error(ProviderFault::Unsettled));
        }
        stop().await;
        match mood {
            Mood::Refuses(fault) => return Err(self.error(fault)),
            Mood::Lost => return Err(self.error(ProviderFault::Unsettled)),
            _ => {}
        }
        let done = act(&mut self.now(), self.clock.now());
        stop().await;
        drop(self.now());
        if mood == Mood::Unheard { Err(self.error(ProviderFault::Unsettled)) } else { Ok(done) }
    }

    fn error(&self, fault: ProviderFault) -> ProviderError {
        let raw = Some(RawAnswer::new(500, b"the shop's answer"));
        ProviderError { raw, ..ProviderError::new(self.slug, fault, "The shop is moody. Try again.") }
    }
}

#[async_trait]
impl NumberProvider for Shop {
    fn slug(&self) -> &'static str {
        self.slug
    }

    async fn owner(&self, _: &TenantId) -> ProviderResult<AccountOwner> {
        Ok(AccountOwner::Operator)
    }

    fn only(&self, owner: AccountOwner) -> Arc<dyn NumberProvider> {
        assert_eq!(owner, AccountOwner::Operator);
        Arc::new(self.clone())
    }

    async fn search(&self, _: &TenantId, search: &NumberSearch) -> ProviderResult<Vec<NumberOffer>> {
        let offer = |index: u8| NumberOffer {
            number: E164::parse(&format!("+1415555{:04}", 100 + u32::from(index))).unwrap(),
            locality: None,
            region: None,
            features: NumberFeatures::default(),
            monthly_price: Some("1.00 USD".to_owned()),
        };
        let limit = search.limit;
        // One more than was asked for.
        self.ask("search", move |_, _| (0..=limit).map(offer).collect()).await
    }

    async fn find(&self, _: &TenantId, number: &E164, _: &WebhookUrls) -> ProviderResult<Option<HeldNumber>> {
        let number = *number;
        self.ask("find", move |state, _| {
            let attached = *state.held.get(&number)?;
            Some(HeldNumber { id: format!("PN{}", number.digits()), number, features: None, attached })
        })
        .await
    }

    /// There is no other account.
    async fn is_operators(&self, number: &E164) -> ProviderResult<bool> {
        let number = *number;
        self.ask("is_operators", move |state, _| state.held.contains_key(&number)).await
    }

    async fn prepare(&self, _: &TenantId, _: &WebhookUrls) -> ProviderResult<Option<String>> {
        let has_orders = self.has_orders;
        self.ask("prepare", move |state, _| {
            has_orders.then(|| {
                state.applications = 1;
                "app_1".to_owned()
            })
        })
        .await
    }

    async fn order(
        &self,
        _: &TenantId,
        number: &E164,
        application: Option<&str>,
        reference: &str,
    ) -> ProviderResult<Order> {
        assert_eq!(application.is_some(), self.has_orders, "what `prepare` gave is handed on");
        let (number, reference) = (*number, reference.to_owned());
        self.ask("order", move |state, at| state.under_way.push((at, number, reference))).await?;
        let state = self.now();
        let placed = state.orders.last().unwrap();
        Ok(Order { id: format!("ord_{}", state.orders.len()), state: placed.state })
    }

    async fn find_order(&self, _: &TenantId, reference: &str) -> ProviderResult<Option<Order>> {
        if !self.has_orders {
            return Ok(None);
        }
        let reference = reference.to_owned();
        self.ask("find_order", move |state, _| {
            let index = state.orders.iter().position(|order| order.reference == reference)?;
            Some(Order { id: format!("ord_{}", index + 1), state: state.orders[index].state })
        })
        .await
    }

    async fn attach(
        &self,
        _: &TenantId,
        held: &HeldNumber,
        application: Option<&str>,
        _: &WebhookUrls,
    ) -> ProviderResult<()> {
        assert_eq!(application.is_some(), self.has_orders, "what `prepare` gave is handed on");
        let number = held.number;
        self.ask("attach", move |state, _| {
            state.held.insert(number, true);
        })
        .await
    }

    async fn release(&self, _: &TenantId, held: &HeldNumber) -> ProviderResult<()> {
        let number = held.number;
        self.ask("release", move |state, _| {
            if state.held.remove(&number).is_some() {
                state.released += 1;
            }
        })
        .await
    }
}
