use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{CallerIdProvider, Result};
use veralux_core::secret::Secret;

/// Codes that are kept for one tenant; the next one forgets them.
const MAX_CODES: usize = 1000;

/// Keeps the latest code of each number for a person who tries things out, and calls nobody, or over a provider that reaches
/// no phone. In memory only.
#[derive(Debug, Default)]
pub struct MockCallerIds {
    over: Option<Arc<dyn CallerIdProvider>>,
    codes: Mutex<BTreeMap<TenantId, BTreeMap<E164, Secret>>>,
}

impl MockCallerIds {
    /// Over a provider, which is to take a code before it is kept.
    pub fn over(provider: Arc<dyn CallerIdProvider>) -> Self {
        Self { over: Some(provider), codes: Mutex::default() }
    }

    /// The latest codes of a tenant's numbers.
    pub fn codes(&self, tenant: &TenantId) -> Vec<(E164, Secret)> {
        let codes = self.lock();
        codes.get(tenant).into_iter().flatten().map(|(number, code)| (*number, code.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<TenantId, BTreeMap<E164, Secret>>> {
        self.codes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl CallerIdProvider for MockCallerIds {
    async fn deliver(&self, tenant: &TenantId, number: &E164, code: &Secret) -> Result<String> {
        let reference = match &self.over {
            Some(provider) => provider.deliver(tenant, number, code).await?,
            None => "mock".to_owned(),
        };
        let mut codes = self.lock();
        let own = codes.entry(tenant.clone()).or_default();
        if own.len() >= MAX_CODES && !own.contains_key(number) {
            own.clear();
        }
        own.insert(*number, code.clone());
        Ok(reference)
    }
}
