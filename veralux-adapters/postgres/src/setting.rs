//! Settings of the installation that are made once and kept: the pepper of the API keys, the bootstrap key's digest.

use veralux_core::port;
use veralux_sql::Corrupt;

use crate::error::Doing as _;
use crate::query::{Outcome, query};
use crate::row::Columns;
use crate::store::PostgresStore;
use crate::transaction::{Scope, write};

crate::statements::statements! {
    one {
        LOOKUP = "SELECT s.value FROM setting s WHERE s.name = $1";
        ADD = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    }
}

const READING: &str = "reading a setting";
const ADDING: &str = "keeping a setting";

impl PostgresStore {
    /// The value of a setting; `None` when it was never made.
    ///
    /// # Errors
    /// Transient or permanent.
    pub async fn setting(&self, name: &str) -> port::Result<Option<Vec<u8>>> {
        let row = self.installation().fetch_row(READING, query(LOOKUP).bind(name)).await?;
        Ok(row.map(|row| Columns::new(&row).blob("value").map(<[u8]>::to_vec)).transpose().doing(READING)?)
    }

    /// Makes a setting and answers with its value: the given one, or the one that somebody made before.
    ///
    /// # Errors
    /// Transient or permanent.
    pub async fn add_setting(&self, name: &str, value: &[u8]) -> port::Result<Vec<u8>> {
        let statements = [query(ADD).bind(name).bind(value), query(LOOKUP).bind(name)];
        let outcome = write(self.connections(), Scope::Installation, &statements.each_ref()).await;
        let done = outcome.and_then(Outcome::into_result).doing(ADDING)?;
        let row = done.last().and_then(|done| done.rows.first()).ok_or(Corrupt("name")).doing(ADDING)?;
        Ok(Columns::new(row).blob("value").map(<[u8]>::to_vec).doing(ADDING)?)
    }
}
