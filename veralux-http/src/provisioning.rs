//! Numbers at providers: where those report to us, and how an operation is run within its limits.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;
use veralux_core::id::{OperationId, TenantId};
use veralux_core::port::{NumberProvider, OperationState, WebhookUrls, Work, WorkKind};
use veralux_core::service::{NumberSource, Progress, Provisioning, Result, Worker};

use crate::Api;

/// How long a request waits for what it has started; the operation goes on behind it.
const PATIENCE: Duration = Duration::from_secs(8);
/// Between two looks at what somebody else is at.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// The providers with where they report; nowhere while no public URL is set.
pub(crate) fn sources(providers: &[Arc<dyn NumberProvider>], base: Option<&str>) -> Vec<NumberSource> {
    let source = |provider: &Arc<dyn NumberProvider>| NumberSource {
        urls: base.map(|base| urls(provider.slug(), base.trim_end_matches('/'))),
        provider: provider.clone(),
    };
    providers.iter().map(source).collect()
}

fn urls(provider: &str, base: &str) -> WebhookUrls {
    let [message, voice, voice_status] = match provider {
        "telnyx" => ["/api/telnyx/messages", "/api/telnyx/call-control", "/api/telnyx/call-control"],
        _ => ["/webhooks/twilio/inbound-sms", "/api/twilio/voice/inbound", "/api/twilio/voice/stream/status"],
    };
    let url = |path| format!("{base}{path}");
    WebhookUrls { message: url(message), voice: url(voice), voice_status: url(voice_status) }
}

/// Goes on with operations, each run within its limit.
#[derive(Debug)]
pub(crate) struct Operations(pub(crate) Provisioning);

#[async_trait]
impl Worker for Operations {
    fn kind(&self) -> WorkKind {
        WorkKind::Operation
    }

    async fn perform(&self, work: &Work) -> Result<()> {
        let Ok(id) = OperationId::parse(&work.id) else { return Ok(()) };
        run(&self.0, &work.tenant, &id).await.map(drop)
    }
}

/// Runs an operation that a request has started, for as long as the request waits. Whatever becomes of the request, each
/// run goes on to its end.
///
/// # Errors
/// Why it has failed, or the store's.
pub(crate) async fn run_now(api: &Api, tenant: &TenantId, id: &OperationId) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let (provisioning, own) = (api.provisioning().clone(), (tenant.clone(), id.clone()));
        let running = tokio::spawn(async move { run(&provisioning, &own.0, &own.1).await });
        let Ok(Ok(ran)) = tokio::time::timeout_at(deadline, running).await else { return Ok(()) };
        match ran? {
            Progress::Done => return Ok(()),
            Progress::Failed(error) => return Err(error),
            Progress::Again => {}
            Progress::Taken => return watch(api, tenant, id, deadline).await,
            Progress::Waits(at) => {
                let wait = u64::try_from(at.micros() - api.clock().now().micros()).unwrap_or(0);
                let at = Instant::now() + Duration::from_micros(wait);
                if deadline <= at {
                    return Ok(());
                }
                tokio::time::sleep_until(at).await;
            }
        }
    }
}

/// Waits for what somebody else is at.
async fn watch(api: &Api, tenant: &TenantId, id: &OperationId, deadline: Instant) -> Result<()> {
    while Instant::now() < deadline {
        if api.provisioning().lookup(tenant, id).await?.state != OperationState::Running {
            return match api.provisioning().run(tenant, id).await? {
                Progress::Failed(error) => Err(error),
                _ => Ok(()),
            };
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// As far as it goes now, and no longer than it may.
async fn run(provisioning: &Provisioning, tenant: &TenantId, id: &OperationId) -> Result<Progress> {
    let limit = Duration::from_micros(Provisioning::LIMIT.unsigned_abs());
    // Cut off it is left to others, who look what it has done.
    tokio::time::timeout(limit, provisioning.run(tenant, id)).await.unwrap_or(Ok(Progress::Taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_providers_report() {
        for (provider, expected) in [
            (
                "twilio",
                "https://us.example/webhooks/twilio/inbound-sms https://us.example/api/twilio/voice/inbound \
                 https://us.example/api/twilio/voice/stream/status",
            ),
            (
                "telnyx",
                "https://us.example/api/telnyx/messages https://us.example/api/telnyx/call-control \
                 https://us.example/api/telnyx/call-control",
            ),
        ] {
            let WebhookUrls { message, voice, voice_status } = urls(provider, "https://us.example");
            assert_eq!(format!("{message} {voice} {voice_status}"), expected);
        }
    }
}
