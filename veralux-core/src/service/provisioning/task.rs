//! The steps, as data.

use crate::port::{OperationKind, Step};

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Finds the number in the account.
    Find,
    /// Makes or finds what numbers of the provider hang on.
    Prepare,
    /// Buys the number.
    Order,
    /// Waits until the number is in the account.
    Arrive,
    /// Leads its calls and messages to us.
    Attach,
    /// Takes it into use.
    Import,
    /// Leads its calls to the tenant.
    MapDid,
    /// Its calls no longer lead to the tenant.
    UnmapDid,
    /// Gives it back to the provider.
    Release,
}

impl Task {
    const ALL: [Self; 9] = [
        Self::Find,
        Self::Prepare,
        Self::Order,
        Self::Arrive,
        Self::Attach,
        Self::Import,
        Self::MapDid,
        Self::UnmapDid,
        Self::Release,
    ];

    /// The task of a step with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.as_str() == name)
    }

    /// As it is stored and shown.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::Prepare => "prepare",
            Self::Order => "order",
            Self::Arrive => "arrive",
            Self::Attach => "attach",
            Self::Import => "import",
            Self::MapDid => "map_did",
            Self::UnmapDid => "unmap_did",
            Self::Release => "release",
        }
    }
}

/// What an operation does, in this order.
const fn tasks(kind: OperationKind) -> &'static [Task] {
    match kind {
        OperationKind::Purchase => {
            &[Task::Prepare, Task::Order, Task::Arrive, Task::Attach, Task::Import, Task::MapDid]
        }
        OperationKind::Import => &[Task::Find, Task::Prepare, Task::Attach, Task::Import, Task::MapDid],
        OperationKind::Release => &[Task::UnmapDid, Task::Release],
    }
}

/// The steps of a new operation.
pub(super) fn steps(kind: OperationKind) -> Vec<Step> {
    tasks(kind).iter().map(|task| Step::pending(task.as_str())).collect()
}
