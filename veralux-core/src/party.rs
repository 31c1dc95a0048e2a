//! Who takes part in a conversation, and which way a message goes.

use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// Who writes.
    pub enum Role {
        /// Who writes to the business.
        Customer = "customer",
        /// The person who serves the customer.
        Staff = "staff",
        /// Who runs the business.
        Owner = "owner",
        /// A message that the product sends by itself.
        Automation = "automation",
        /// Somebody whom nothing identifies.
        Unknown = "unknown",
    }
}

words! {
    /// Which way a message goes, seen from the business.
    pub enum Direction {
        /// To the business.
        Inbound = "inbound",
        /// From the business.
        Outbound = "outbound",
    }
}

words! {
    /// Whether a tenant may use the product.
    pub enum TenantStatus {
        /// In use.
        Active = "active",
        /// Stopped by the operator; nothing is delivered.
        Suspended = "suspended",
    }
}

words! {
    /// Life of a thread.
    pub enum ThreadStatus {
        /// In use.
        Active = "active",
        /// Ended; a message on it is still delivered.
        Closed = "closed",
        /// The business wants nothing more from this customer.
        Blocked = "blocked",
        /// Put away; nothing more is delivered.
        Archived = "archived",
    }
}

words! {
    /// What a phone number is for.
    pub enum NumberClass {
        /// The business line.
        FrontDesk = "front_desk",
        /// One person's masked line.
        Staff = "staff",
        /// Shared, for one-time customers.
        Pool = "pool",
    }
}

words! {
    /// Life of a phone number.
    pub enum NumberStatus {
        /// In use.
        Active = "active",
        /// Cooling down before it may be used again.
        Quarantined = "quarantined",
        /// Given up.
        Inactive = "inactive",
    }
}
