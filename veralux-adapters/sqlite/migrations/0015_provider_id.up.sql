-- A provider's id names one message of a tenant: of two that each took one of the provider's for its own, one is wrong.

-- The last keeps it, as it was found before.
UPDATE message_delivery SET provider = NULL, provider_id = NULL, revision = revision + 1
    WHERE provider_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM message_delivery l WHERE l.tenant_id = message_delivery.tenant_id AND l.provider = message_delivery.provider
        AND l.provider_id = message_delivery.provider_id AND l.message > message_delivery.message
    );

DROP INDEX message_delivery_by_provider;
CREATE UNIQUE INDEX message_delivery_by_provider ON message_delivery (tenant_id, provider, provider_id)
    WHERE provider_id IS NOT NULL;
