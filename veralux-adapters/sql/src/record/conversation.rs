use veralux_core::number::Number;
use veralux_core::port::{Conversation, Customer, ScanContext, Tenant, Thread};

use super::schedule::{override_from_json, window_from_json};
use super::{Columns, Database, Record, Result};

/// The columns of a [`Conversation`](veralux_core::port::Conversation) behind whether it is mapped, over `t`, `n`, `c`, `h`
/// and what [`scan_columns!`](crate::scan_columns) is over. `$schedule` are two columns that hold windows and overrides of `h`
/// as JSON, or NULL where there are none: arrays of id, staff, start, end and when it was made, and of id, target's kind and
/// id, start, end, when it was made, when removed, and reason.
#[macro_export]
macro_rules! conversation_columns {
    ($schedule:expr) => {
        concat!(
            $crate::tenant_columns!(),
            ", ",
            $crate::number_columns!(),
            ", ",
            $crate::customer_columns!(),
            ", ",
            $crate::thread_columns!(),
            ", ",
            $schedule,
            ", ",
            $crate::scan_columns!()
        )
    };
}

impl Record for Conversation {
    const COLUMNS: usize = 1
        + Tenant::COLUMNS
        + Number::COLUMNS
        + Customer::COLUMNS
        + Thread::COLUMNS
        + 2
        + ScanContext::COLUMNS;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        let mapped = columns.truth("mapped")?;
        let tenant = columns.record()?;
        let number = columns.record_if_any()?;
        let customer = columns.record_if_any()?;
        let thread: Option<Thread> = columns.record_if_any()?;
        let (mut windows, mut overrides) = (Vec::new(), Vec::new());
        let open = columns.text_ref_if_any("windows")?;
        let standing = columns.text_ref_if_any("overrides")?;
        if let Some(thread) = &thread {
            windows = open.map_or(Ok(windows), |json| window_from_json(&thread.id, json))?;
            overrides = standing.map_or(Ok(overrides), |json| override_from_json(&thread.id, json))?;
        }
        let scan = columns.record()?;
        windows.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        overrides.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        Ok(Self { tenant, number, thread, mapped, customer, windows, overrides, scan })
    }
}
