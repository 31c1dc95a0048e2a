//! Settings of the installation that are made once and kept: the pepper of the API keys, the bootstrap key's digest.

use async_trait::async_trait;
use sqlx::query;
use veralux_core::port;
use veralux_sql::Corrupt;

use crate::error::{Doing as _, Result};
use crate::row::Columns;
use crate::script::Script;
use crate::store::SqliteStore;
use crate::transaction::Transaction;
use crate::writer::Write;

crate::statements::statements! {
    one {
        LOOKUP = "SELECT s.value FROM setting s WHERE s.name = ?";
        ADD = "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING";
    }
}

const READING: &str = "reading a setting";
const ADDING: &str = "keeping a setting";

impl SqliteStore {
    /// The value of a setting; `None` when it was never made.
    ///
    /// # Errors
    /// Transient or permanent.
    pub async fn setting(&self, name: &str) -> port::Result<Option<Vec<u8>>> {
        let row = self.fetch_row(READING, query(LOOKUP).bind(name)).await?;
        Ok(row.map(|row| Columns::new(&row).blob("value").map(<[u8]>::to_vec)).transpose().doing(READING)?)
    }

    /// Makes a setting and answers with its value: the given one, or the one that somebody made before.
    ///
    /// # Errors
    /// Transient or permanent.
    pub async fn add_setting(&self, name: &str, value: &[u8]) -> port::Result<Vec<u8>> {
        let add = Add { name: name.to_owned(), value: value.to_vec() };
        Ok(self.writer().submit(ADDING, add).await?)
    }
}

struct Add {
    name: String,
    value: Vec<u8>,
}

#[async_trait]
impl Write for Add {
    type Output = Vec<u8>;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<Vec<u8>> {
        let mut script = Script::new();
        script.statement(ADD).bind(self.name.as_str()).bind(self.value.as_slice());
        script.statement(LOOKUP).bind(self.name.as_str());
        let done = transaction.run(script).await.into_result().doing(ADDING)?;
        let row = done.last().and_then(|done| done.rows.first()).ok_or(Corrupt("name")).doing(ADDING)?;
        Columns::new(row).blob("value").map(<[u8]>::to_vec).doing(ADDING)
    }
}
