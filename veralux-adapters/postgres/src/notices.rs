//! Word of writes over `LISTEN` and `NOTIFY`: sent within the transaction of the write, so that it comes with the commit or
//! not at all.
//!
//! A listener has a connection of its own. That it still hears is asked twice a second: a connection that was cut on the way
//! says nothing by itself.

use std::future::poll_fn;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_postgres::{AsyncMessage, Client};
use veralux_core::credential::Provider;
use veralux_core::id::TenantId;
use veralux_core::port::{Change, Heard, Notice, Notices};

use crate::script::Script;
use crate::settings::Settings;

crate::statements::statements! {
    one {
        NOTIFY = "SELECT pg_notify('veralux', $1)";
    }
}

const LISTEN: &str = "LISTEN veralux";
/// Between two questions whether the server is still there.
const BEAT: Duration = Duration::from_millis(500);
/// How long it may take to answer one; also to connect.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two tries to connect.
const PAUSE: Duration = Duration::from_millis(250);
/// Notices that may wait. Whoever is further behind begins anew.
const BACKLOG: usize = 4096;

/// Hears what any node writes. See [`PostgresStore::listen`](crate::PostgresStore::listen).
#[derive(Debug)]
pub struct Listener {
    settings: Settings,
    line: Option<Line>,
    told_deaf: bool,
}

/// A connection that listens.
struct Line {
    client: Client,
    notices: mpsc::Receiver<Notice>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Line")
    }
}

impl Listener {
    pub(crate) const fn new(settings: Settings) -> Self {
        Self { settings, line: None, told_deaf: false }
    }
}

#[async_trait]
impl Notices for Listener {
    async fn next(&mut self) -> Heard {
        loop {
            let Some(line) = &mut self.line else {
                match connect(&self.settings).await {
                    Some(line) => {
                        self.line = Some(line);
                        self.told_deaf = false;
                        return Heard::Hearing;
                    }
                    None if self.told_deaf => tokio::time::sleep(PAUSE).await,
                    None => {
                        self.told_deaf = true;
                        return Heard::Deaf;
                    }
                }
                continue;
            };
            match timeout(BEAT, line.notices.recv()).await {
                Ok(Some(notice)) => return Heard::Written(notice),
                // Nothing for a while: is anybody there?
                Err(_) if is_there(&line.client).await => {}
                Ok(None) | Err(_) => {
                    self.line = None;
                    self.told_deaf = true;
                    return Heard::Deaf;
                }
            }
        }
    }
}

async fn is_there(client: &Client) -> bool {
    matches!(timeout(PATIENCE, client.simple_query("")).await, Ok(Ok(_)))
}

async fn connect(settings: &Settings) -> Option<Line> {
    let mut config = settings.config.clone();
    // Told apart from the pool's in `pg_stat_activity`.
    config.application_name(format!("{} listener", config.get_application_name().unwrap_or("veralux")));
    let connecting = config.connect(settings.tls.clone());
    let (client, mut connection) = timeout(PATIENCE, connecting).await.ok()?.ok()?;
    let (sender, notices) = mpsc::channel(BACKLOG);
    tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            let AsyncMessage::Notification(notification) = message else { continue };
            let Some(notice) = read(notification.payload()) else { continue };
            if sender.try_send(notice).is_err() {
                // Too far behind, or nobody is left.
                break;
            }
        }
    });
    timeout(PATIENCE, client.batch_execute(LISTEN)).await.ok()?.ok()?;
    Some(Line { client, notices })
}

/// What other nodes must hear of a change.
pub(crate) fn of(tenant: &TenantId, change: &Change) -> Option<Notice> {
    let tenant = tenant.clone();
    match change {
        Change::Credential { after, .. } => Some(Notice::Credential(tenant, after.provider)),
        Change::RemoveCredential { provider, .. } => Some(Notice::Credential(tenant, *provider)),
        Change::RemoveTenantKey(_) | Change::DestroyTenantKeys => Some(Notice::TenantKeys(tenant)),
        Change::PublishRuntime(_) | Change::MapDid(_) | Change::UnmapDid(_) => Some(Notice::Runtime(tenant)),
        Change::RootKeys(_) => Some(Notice::RootKeys),
        _ => None,
    }
}

/// Sends a notice with the transaction.
pub(crate) fn add(script: &mut Script, notice: &Notice) {
    script.statement(NOTIFY).bind(write(notice));
}

/// Neither a tenant's id nor a provider's word holds a colon.
fn write(notice: &Notice) -> String {
    match notice {
        Notice::Credential(tenant, provider) => format!("credential:{tenant}:{provider}"),
        Notice::TenantKeys(tenant) => format!("keys:{tenant}"),
        Notice::RootKeys => "root_keys".to_owned(),
        Notice::Runtime(tenant) => format!("runtime:{tenant}"),
    }
}

fn read(payload: &str) -> Option<Notice> {
    let mut words = payload.split(':');
    let kind = words.next()?;
    if kind == "root_keys" {
        return Some(Notice::RootKeys);
    }
    let tenant = TenantId::parse(words.next()?).ok()?;
    match kind {
        "credential" => {
            let provider: Provider = words.next()?.parse().ok()?;
            Some(Notice::Credential(tenant, provider))
        }
        "keys" => Some(Notice::TenantKeys(tenant)),
        "runtime" => Some(Notice::Runtime(tenant)),
        // Of a newer node.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_read_as_it_was_written() {
        let tenant = TenantId::parse("acme-1").unwrap();
        let all = [
            Notice::Credential(tenant.clone(), Provider::Twilio),
            Notice::TenantKeys(tenant.clone()),
            Notice::RootKeys,
            Notice::Runtime(tenant),
        ];
        for notice in all {
            assert_eq!(read(&write(&notice)), Some(notice));
        }
        for payload in ["", "runtime", "runtime:", "credential:a", "credential:a:nobody", "else:a"] {
            assert_eq!(read(payload), None, "{payload}");
        }
    }
}
