DROP INDEX unclaimed_webhook_by_age;
DROP INDEX routing_override_by_end;
