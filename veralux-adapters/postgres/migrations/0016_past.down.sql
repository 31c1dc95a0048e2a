REVOKE DELETE ON unclaimed_webhook FROM veralux_service;
DROP INDEX unclaimed_webhook_by_age;

CREATE OR REPLACE FUNCTION conversation(moment bigint, holder text, dialled text, party text, named text)
RETURNS TABLE (mapped boolean, t tenant, n number, c customer, h thread, windows text, overrides text,
               a policy_allow_list, m policy_scan_memory)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    of_thread text := named;
BEGIN
    SELECT x.* INTO t FROM tenant x WHERE x.tenant_id = holder LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF named IS NULL THEN
        SELECT x.* INTO n FROM number x WHERE x.tenant_id = holder AND x.e164 = dialled LIMIT 1;
        SELECT x.* INTO c FROM customer x WHERE x.tenant_id = holder AND x.phone = party LIMIT 1;
        IF n.id IS NOT NULL AND c.id IS NOT NULL THEN
            SELECT x.thread INTO of_thread FROM pair x
            WHERE x.tenant_id = holder AND x.number = n.id AND x.customer = c.id
            AND (x.free_at IS NULL OR x.free_at > moment) LIMIT 1;
        END IF;
        mapped := of_thread IS NOT NULL;
        IF NOT mapped AND n.class = 'pool' THEN
            SELECT x.id INTO of_thread FROM thread x
            WHERE x.tenant_id = holder AND x.number = n.id ORDER BY x.id DESC LIMIT 1;
        END IF;
    ELSE
        mapped := true;
    END IF;
    IF of_thread IS NOT NULL THEN
        SELECT x.* INTO h FROM thread x WHERE x.tenant_id = holder AND x.id = of_thread LIMIT 1;
        IF named IS NOT NULL THEN
            IF NOT FOUND THEN
                RETURN;
            END IF;
            SELECT x.* INTO n FROM number x WHERE x.tenant_id = holder AND x.id = h.number LIMIT 1;
            SELECT x.* INTO c FROM customer x WHERE x.tenant_id = holder AND x.id = h.customer LIMIT 1;
        END IF;
        SELECT json_agg(json_build_array(x.id, x.staff, x.starts_at, x.ends_at, x.created_at)) INTO windows
        FROM assignment_window x WHERE x.tenant_id = holder AND x.thread = of_thread AND x.ends_at > moment;
        SELECT json_agg(json_build_array(x.id, x.target, x.target_id, x.starts_at, x.ends_at, x.created_at, x.removed_at,
                                         x.reason)) INTO overrides
        FROM routing_override x WHERE x.tenant_id = holder AND x.thread = of_thread
        AND (x.ends_at IS NULL OR x.ends_at > moment) AND (x.removed_at IS NULL OR x.removed_at > moment);
        IF mapped THEN
            SELECT x.* INTO m FROM policy_scan_memory x
            WHERE x.tenant_id = holder AND x.thread = of_thread AND x.sender = 'customer:' || c.id LIMIT 1;
        END IF;
    END IF;
    SELECT x.* INTO a FROM policy_allow_list x WHERE x.tenant_id = holder LIMIT 1;
    RETURN NEXT;
END $$;

DROP INDEX routing_override_by_end;
