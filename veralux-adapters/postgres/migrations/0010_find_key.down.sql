DROP FUNCTION find_key;
