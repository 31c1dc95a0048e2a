//! The one place where anything is written: changes and events of a commit in one transaction, two round trips; what messages
//! write with that of other tenants, in one transaction for all.

mod dialect;
mod event;
pub(crate) mod group;
mod plan;
mod prepared;

use async_trait::async_trait;
use veralux_core::port::{Commit, Ledger, Result};

use self::group::Answer;
use self::prepared::Prepared;
use crate::error::Doing as _;
use crate::store::PostgresStore;

#[cfg(test)]
pub(crate) const STATEMENTS: &[&[(&str, &str)]] = &[dialect::STATEMENTS, event::STATEMENTS];

const DOING: &str = "committing";

#[async_trait]
impl Ledger for PostgresStore {
    async fn commit(&self, commit: Commit) -> Result<()> {
        let may_join = group::may_join(&commit);
        let commit = Prepared::new(commit).doing(DOING)?;
        if !may_join {
            return Ok(commit.post(self.connections()).await.doing(DOING)?);
        }
        match self.groups().join(commit).await {
            Answer::Committed => Ok(()),
            Answer::Alone(commit) => Ok(commit.post(self.connections()).await.doing(DOING)?),
            Answer::Failed(cause) => Ok(Err(cause).doing(DOING)?),
        }
    }
}
