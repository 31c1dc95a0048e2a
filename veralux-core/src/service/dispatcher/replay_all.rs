use super::Dispatcher;
use crate::id::{MessageId, TenantId};
use crate::port::{MAX_PAGE, Message, Page};
use crate::service::policy::check_reason;
use crate::service::{Context, Error, Refusal, Result};
use crate::time::Instant;

/// Most letters that one request looks at.
const LOOKED_AT: usize = 5 * MAX_PAGE as usize;

/// Which dead letters.
#[derive(Debug, Clone, Default)]
pub struct DeadLetterFilter {
    /// With this error code: the provider's, or the routing rules' reason.
    pub code: Option<String>,
    /// That have waited since then or a later instant.
    pub since: Option<Instant>,
}

/// What became of dead letters that were to be sent once more.
#[derive(Debug, Default)]
pub struct ReplayedAll {
    /// They are queued again.
    pub replayed: Vec<MessageId>,
    /// They go on waiting, and why.
    pub refused: Vec<(MessageId, Refusal)>,
    /// How many of those asked for were not tried any more, as far as the request has looked.
    pub left: usize,
    /// Behind which the rest is; none when nothing is left.
    pub next: Option<String>,
}

impl DeadLetterFilter {
    fn fits(&self, message: &Message) -> bool {
        message.delivery.as_ref().is_some_and(|delivery| {
            let code = delivery.error.as_ref().and_then(|error| error.code.as_ref());
            (self.code.is_none() || self.code.as_ref() == code)
                && self.since.is_none_or(|since| delivery.dead_since.is_some_and(|at| since <= at))
        })
    }
}

impl ReplayedAll {
    /// Something failed behind what was tried: at least that is left.
    fn broken_off(self, tried: Option<String>) -> Self {
        Self { left: 1, next: tried, ..self }
    }
}

impl Dispatcher {
    /// Has dead letters sent once more, the oldest first, as many as the page holds. Each of them is replayed as if by itself: what
    /// cannot be sent is told and goes on waiting, and who asks again replays only what waits by then.
    ///
    /// # Errors
    /// `invalid_reason` unless it has 1 to 500 characters; the stores', as long as nothing is queued. What fails later ends the
    /// request, which answers with what was done.
    pub async fn replay_all(
        &self,
        context: &Context,
        tenant: &TenantId,
        reason: &str,
        filter: &DeadLetterFilter,
        page: &Page,
    ) -> Result<ReplayedAll> {
        let reason = check_reason(reason)?;
        let mut all = ReplayedAll::default();
        let (mut tried, mut looked_at) = (None, 0);
        let mut listing = Page::first(MAX_PAGE).after(page.after.clone());
        loop {
            let listed = match self.stores.messages.list_dead_letters(tenant, &listing).await {
                Err(_) if !all.replayed.is_empty() => return Ok(all.broken_off(tried)),
                listed => listed?,
            };
            looked_at += listed.items.len();
            for message in listed.items.into_iter().filter(|message| filter.fits(message)) {
                if all.replayed.len() + all.refused.len() == usize::from(page.limit) {
                    all.left += 1;
                    continue;
                }
                let id = message.id.to_string();
                match self.replay_one(context, tenant, message, reason, &mut all).await {
                    Err(_) if !all.replayed.is_empty() => return Ok(all.broken_off(tried)),
                    outcome => outcome?,
                }
                tried = Some(id);
            }
            listing.after = listed.next;
            if listing.after.is_none() || LOOKED_AT <= looked_at {
                all.next = if all.left == 0 { listing.after } else { tried };
                return Ok(all);
            }
        }
    }

    async fn replay_one(
        &self,
        context: &Context,
        tenant: &TenantId,
        message: Message,
        reason: &str,
        all: &mut ReplayedAll,
    ) -> Result<()> {
        let Some(was) = message.delivery.clone() else { return Ok(()) };
        let id = message.id.clone();
        match self.send_again(context, tenant, (message, was), reason).await {
            Ok(_) => all.replayed.push(id),
            Err(Error::Refused(refusal)) => all.refused.push((id, refusal)),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
