DROP INDEX routing_override_by_end;
