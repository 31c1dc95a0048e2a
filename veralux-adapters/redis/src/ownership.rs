//! Whose contract Redis holds: one installation's, whose id lies beside each of the two families of keys.

use std::time::Instant;

use redis::Cmd;
use veralux_core::port::{Error, Result};

use crate::error::{Asked, Failure};
use crate::link::Repeat;
use crate::owner::Seen;
use crate::script::Script;
use crate::store::RedisRuntimeStore;
use crate::value;

/// What a script answers that was to write into what is not ours.
const NOT_OURS: i64 = -2;

impl RedisRuntimeStore {
    /// Gives what this Redis holds under these keys to the store's installation, whosever it was: the other one's servers write
    /// nothing there any more, and this one's next comparison removes what they wrote. `true` when it was another's.
    ///
    /// # Errors
    /// Invalid where the settings name no installation; as every call.
    pub async fn take_over(&self) -> Result<bool> {
        let Some(id) = &self.owner.id else {
            return Err(Error::Invalid("no installation is named to take the Redis over"));
        };
        let doing = "taking Redis over";
        let mut was_anothers = false;
        for key in self.keys.owners() {
            let before = self.set_owner(redis::cmd("SET").arg(key).arg(id).arg("GET")).await;
            let before = before.map_err(|failure| failure.during(doing))?;
            was_anothers |= before.is_some_and(|before| before != *id);
        }
        *self.owner.seen() = Seen::Ours;
        Ok(was_anothers)
    }

    /// It is ours, or nobody's and is ours from now on.
    pub(crate) async fn own(&self) -> Asked<()> {
        let Some(id) = &self.owner.id else { return Ok(()) };
        let mut free = Vec::new();
        // Both are looked at before one is taken: what is half another's is not half ours.
        for key in self.keys.owners() {
            match self.read_before_change(&key).await {
                // Other nodes of a cluster take writes meanwhile. Should it be taken over now, that is seen when it is back.
                Err(Failure::OneNode(_)) if matches!(*self.owner.seen(), Seen::Ours) => {}
                Ok(None) => free.push(key),
                holder => self.expect_ours(holder?.as_deref(), id)?,
            }
        }
        if !free.is_empty() && self.owner.is_anothers() {
            return Err(Failure::Anothers);
        }
        for (place, key) in free.iter().enumerate() {
            // An answer that was lost may be asked for again: the id is ours by then.
            let before = self.set_owner(redis::cmd("SET").arg(key).arg(id).arg("NX").arg("GET")).await?;
            if let Err(failure) = self.expect_ours(before.as_deref(), id) {
                for key in free.iter().take(place) {
                    self.write(&self.scripts.remove, std::slice::from_ref(key), &[id]).await?;
                }
                return Err(failure);
            }
        }
        *self.owner.seen() = Seen::Ours;
        Ok(())
    }

    /// A write on a single server, whose script asks whose it is: in the same step, so that nothing is written late into what somebody
    /// has taken over, and without a round trip of its own. `keys` and `arguments` end with [`Self::mark`]'s where the script says so.
    pub(crate) async fn write_if_own(
        &self,
        script: &Script,
        keys: &[String],
        arguments: &[&str],
    ) -> Asked<i64> {
        let answer = self.write(script, keys, arguments).await?;
        if answer != NOT_OURS {
            return Ok(answer);
        }
        // Nobody's, perhaps: it was emptied, or is new.
        self.own().await?;
        match self.write(script, keys, arguments).await? {
            NOT_OURS => Err(Failure::Anothers),
            answer => Ok(answer),
        }
    }

    /// The installation's id for a script, empty for who names none.
    pub(crate) fn mark(&self) -> &str {
        self.owner.id.as_deref().unwrap_or_default()
    }

    /// Whether another has it; writes nothing.
    pub(crate) async fn check_owner(&self) -> Asked<()> {
        let Some(id) = &self.owner.id else { return Ok(()) };
        for key in self.keys.owners() {
            self.expect_ours(self.read(&key).await?.as_deref(), id)?;
        }
        if self.owner.is_anothers() { Err(Failure::Anothers) } else { Ok(()) }
    }

    fn expect_ours(&self, holder: Option<&str>, id: &str) -> Asked<()> {
        if holder.is_none_or(|holder| holder == id) {
            return Ok(());
        }
        *self.owner.seen() = Seen::Anothers(Instant::now());
        Err(Failure::Anothers)
    }

    async fn set_owner(&self, command: &Cmd) -> Asked<Option<String>> {
        value::text(self.link.ask(command, Repeat::Freely).await?)
    }
}
