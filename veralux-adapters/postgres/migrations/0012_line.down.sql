DROP TRIGGER line_held ON runtime_did;
DROP TRIGGER line_held_anew ON number;
DROP TRIGGER line_held ON number;
DROP FUNCTION hold_line;
DROP TABLE line_holder;
