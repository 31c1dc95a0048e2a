INSERT INTO tenant VALUES ('{tenant}', '{tenant}', 'active', NULL, 1, 1, 1);
INSERT INTO number VALUES ('{tenant}', 'num', '+1415555010{digit}', 'pool', 'active', NULL, NULL, NULL, NULL, 'twilio', NULL, 1, 1);
INSERT INTO customer VALUES ('{tenant}', 'cus', '+442079460001', 1);
INSERT INTO thread VALUES ('{tenant}', 'thr', 'one_time', 'active', 'cus', 'num', false, 1, NULL, 1);
INSERT INTO pair VALUES ('{tenant}', 'num', 'cus', 'thr', NULL);
INSERT INTO assignment_window VALUES ('{tenant}', 'win', 'thr', 'ann', 1, 9, 1);
INSERT INTO routing_override VALUES ('{tenant}', 'ovr', 'thr', 'owner_inbox', NULL, 1, 9, 1, NULL, '{tenant}');
INSERT INTO webhook_claim VALUES ('{tenant}', 'twilio', 'SM1', 1);
INSERT INTO message VALUES ('{tenant}', 'msg', 'thr', 'num', 'inbound', 'customer', NULL, NULL, '{tenant}', NULL, 'deliver', NULL,
    NULL, 'dec', 1, NULL, NULL);
INSERT INTO message_delivery VALUES ('{tenant}', 'msg', 'num', 'twilio', 'SM1', 'sent', 1, 0, NULL, NULL, NULL, 1, 1, 1);
INSERT INTO decision VALUES ('{tenant}', 'dec', 'thr', 'msg', 1, '{}', '{}', '1');
INSERT INTO audit_event VALUES ('{tenant}', 1, 'evt', 1, '{}', '', '');
INSERT INTO audit_head VALUES ('{tenant}', 1, '');
INSERT INTO runtime_version VALUES ('{tenant}', 1, '', '{}', '[]', 'publish', 'key', 1);
INSERT INTO runtime_head VALUES ('{tenant}', 1);
INSERT INTO runtime_did VALUES ('{tenant}', '+1415555020{digit}', true, false);
INSERT INTO api_key VALUES ('{tenant}', 'key', 'CI', 'admin', '{tenant}', 'abcd', 1, NULL, NULL);
INSERT INTO policy_violation VALUES ('{tenant}', 'vio', 'thr', 'msg', 'inbound', 'customer', NULL, NULL, NULL, '[]', '1', 'open', 1,
    NULL, 1);
INSERT INTO policy_scan_memory VALUES ('{tenant}', 'thr', 'customer', '{}', 1);
INSERT INTO policy_allow_list VALUES ('{tenant}', '[]', 1);
INSERT INTO caller_id VALUES ('{tenant}', 'cid', '+1415555030{digit}', NULL, '{}', true, NULL, 1, 1);
INSERT INTO forwarding VALUES ('{tenant}', 'fwd', 'cid', '+1415555030{digit}', '+1', 'other', 'US', 'safety_net', NULL, '', '',
    'active', NULL, 1, 1, 1);
INSERT INTO tenant_key VALUES ('{tenant}', 1, 1, '{tenant}', 1);
INSERT INTO tenant_key_version VALUES ('{tenant}', 1);
INSERT INTO credential VALUES ('{tenant}', 'twilio', 'crd', 1, 1, 1, 'active', NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, 1,
    '{tenant}');
INSERT INTO credential_export VALUES ('{tenant}', 'twilio', 'vapi', NULL, 1, 'synced', NULL, 1, 1);
INSERT INTO tenant_secret VALUES ('{tenant}', 'S', 1, 1, 1, 1, '{tenant}');
INSERT INTO phone_call VALUES ('{tenant}', 'cal', 'twilio', 'CA1', '+1', NULL, 'active', NULL, 1, NULL, NULL, 1);
INSERT INTO provider_operation VALUES ('{tenant}', 'opr', 'purchase', 'telnyx', '+1415555040{digit}', 'pool', 'running', '[]', 'key',
    1, 1, 1);
INSERT INTO assistant_link VALUES ('{tenant}', 'vapi', '{tenant}', NULL, NULL, '', 'synced', 1, NULL, 1, 1);
