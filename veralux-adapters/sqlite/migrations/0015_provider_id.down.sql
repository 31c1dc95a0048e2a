DROP INDEX message_delivery_by_provider;
CREATE INDEX message_delivery_by_provider ON message_delivery (tenant_id, provider, provider_id, message)
    WHERE provider_id IS NOT NULL;
