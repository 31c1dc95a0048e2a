-- What is past is not looked at, and what nobody asked for is not kept for ever.

-- When an override ceases to count: at its end or when it is taken back, whichever comes first. A thread keeps all that it ever had,
-- and each of its messages asks for the few that still count.
CREATE INDEX routing_override_by_end ON routing_override
    (tenant_id, thread, min(ifnull(ends_at, 9223372036854775807), ifnull(removed_at, 9223372036854775807)));

-- Webhooks that belong to nobody hold what somebody's customer wrote: they are forgotten by their age.
CREATE INDEX unclaimed_webhook_by_age ON unclaimed_webhook (received_at);
