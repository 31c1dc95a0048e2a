DROP TABLE tenant_secret;
DROP TABLE credential_export;
DROP TABLE credential;
DROP TABLE tenant_key_version;
DROP TABLE tenant_key;
DROP TABLE root_key;
DROP TABLE sealed_under;
DROP FUNCTION count_tenant_key, count_credential, count_secret, count_sealed;
