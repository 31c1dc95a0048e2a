use veralux_core::digest::Digest;
use veralux_core::port::{AssistantLink, ToolRegistration};

use super::{Columns, Database, Record, Result};

/// The columns of an [`AssistantLink`](veralux_core::port::AssistantLink), over `a`.
#[macro_export]
macro_rules! assistant_columns {
    () => {
        "a.platform, a.assistant, a.phone_number, a.number, a.definition, a.sync, a.generation, a.error, a.updated_at, \
         a.revision"
    };
}

/// The columns of a [`ToolRegistration`](veralux_core::port::ToolRegistration), over `t`.
#[macro_export]
macro_rules! tool_columns {
    () => {
        "t.platform, t.name, t.digest, t.remote_id, t.state, t.error, t.registered_at, t.updated_at, t.revision"
    };
}

impl Record for AssistantLink {
    const COLUMNS: usize = 10;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            platform: columns.text("platform")?,
            assistant: columns.text("assistant")?,
            phone_number: columns.text_if_any("phone_number")?,
            number: columns.parsed_if_any("number")?,
            definition: Digest::from_bytes(columns.bytes("definition")?),
            sync: columns.parsed("sync")?,
            generation: columns.count("generation")?,
            error: columns.json_if_any("error")?,
            updated_at: columns.instant("updated_at")?,
            revision: columns.count("revision")?,
        })
    }
}

impl Record for ToolRegistration {
    const COLUMNS: usize = 9;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            platform: columns.text("platform")?,
            name: columns.text("name")?,
            digest: Digest::from_bytes(columns.bytes("digest")?),
            remote_id: columns.text_if_any("remote_id")?,
            state: columns.parsed("state")?,
            error: columns.json_if_any("error")?,
            registered_at: columns.instant_if_any("registered_at")?,
            updated_at: columns.instant("updated_at")?,
            revision: columns.count("revision")?,
        })
    }
}
