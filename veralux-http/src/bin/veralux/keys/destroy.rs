use veralux_core::id::TenantId;
use veralux_core::seal::KeyState;

use super::{Office, Outcome, chain, note, say};

/// Retires a root key. Servers that have not heard yet that another key seals might still seal under it: they are given
/// the time in which they do.
pub(super) async fn key(office: &Office, id: u32, abandon: bool) -> Outcome {
    let keys = office.desk.status().await.map_err(|error| chain(&error))?;
    let status = keys.iter().find(|status| status.key.id == id);
    if status.is_some_and(|status| status.key.state == KeyState::Primary) {
        return Err(format!("root key {id} seals; first let another one: veralux keys rotate --to ID"));
    }
    if status.is_some_and(|status| status.key.state.opens()) {
        let seconds = office.hearsay.as_secs();
        note(&format!("waiting for {seconds} s, in which every server hears which root key seals"));
        tokio::time::sleep(office.hearsay).await;
    }
    office.desk.destroy(&Office::CONTEXT, id, abandon).await.map_err(|error| chain(&error))?;
    say(&format!(
        "root key {id} is destroyed here; now take it out of the list of keys, and its copies out of your backups"
    ))
}

/// Destroys a tenant's keys and with them all that it has sealed.
pub(super) async fn tenant(office: &Office, tenant: &str, yes: bool) -> Outcome {
    let tenant = known(office, tenant).await?;
    let vault = &office.node.vault;
    if !yes {
        let credentials = vault.list(&tenant).await.map_err(|error| chain(&error))?.len();
        let secrets = vault.list_secrets(&tenant).await.map_err(|error| chain(&error))?.len();
        return Err(format!(
            "{credentials} credentials and {secrets} secrets of `{tenant}` could never be opened again; say --yes"
        ));
    }
    vault.shred(&Office::CONTEXT, &tenant).await.map_err(|error| chain(&error))?;
    say(&format!("the keys of `{tenant}` are destroyed, and with them its credentials and secrets"))?;
    say("servers may give out what they have opened for 30 seconds more; older backups still hold the keys")
}

/// The tenant that a person named.
pub(super) async fn known(office: &Office, tenant: &str) -> Result<TenantId, String> {
    let unknown = || format!("there is no tenant `{tenant}`");
    let id = TenantId::parse(tenant).map_err(|_| unknown())?;
    let found = office.stores.directory.lookup_tenant(&id).await.map_err(|error| chain(&error))?;
    found.map(|_| id).ok_or_else(unknown)
}
