DROP FUNCTION enter_holder_of;
DROP FUNCTION conversation;
