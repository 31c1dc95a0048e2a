use veralux_core::forwarding::RingTime;
use veralux_core::port::{CallerId, CodeHash, Forwarding};

use super::{Columns, Corrupt, Database, Record, Result};

/// The columns of a [`CallerId`](veralux_core::port::CallerId), over `c`.
#[macro_export]
macro_rules! caller_id_columns {
    () => {
        "c.id, c.number, c.name, c.verification, c.code, c.created_at, c.revision"
    };
}

/// The columns of a [`Forwarding`](veralux_core::port::Forwarding), over `f`.
#[macro_export]
macro_rules! forwarding_columns {
    () => {
        "f.id, f.caller_id, f.number, f.destination, f.carrier, f.country, f.mode, f.ring_time, f.activation_code, \
         f.deactivation_code, f.status, f.confirmed_at, f.created_at, f.updated_at, f.revision"
    };
}

impl Record for CallerId {
    const COLUMNS: usize = 7;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            number: columns.parsed("number")?,
            name: columns.text_if_any("name")?,
            verification: columns.json("verification")?,
            code: columns.text_if_any("code")?.map(CodeHash::new),
            created_at: columns.instant("created_at")?,
            revision: columns.count("revision")?,
        })
    }
}

impl Record for Forwarding {
    const COLUMNS: usize = 15;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            caller_id: columns.parsed("caller_id")?,
            number: columns.parsed("number")?,
            destination: columns.parsed("destination")?,
            carrier: columns.parsed("carrier")?,
            country: columns.text("country")?,
            mode: columns.parsed("mode")?,
            ring_time: ring_time(columns.number_if_any("ring_time")?)?,
            activation_code: columns.text("activation_code")?,
            deactivation_code: columns.text("deactivation_code")?,
            status: columns.parsed("status")?,
            confirmed_at: columns.instant_if_any("confirmed_at")?,
            created_at: columns.instant("created_at")?,
            updated_at: columns.instant("updated_at")?,
            revision: columns.count("revision")?,
        })
    }
}

fn ring_time(seconds: Option<i64>) -> Result<Option<RingTime>> {
    seconds.map(|seconds| RingTime::new(seconds).map_err(|_| Corrupt("ring_time"))).transpose()
}
