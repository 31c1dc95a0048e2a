//! Who carries the line, and the codes of each: data, so that a correction is a row.

use serde::{Deserialize, Serialize};

use super::mmi::State;
use crate::word::words;

words! {
    /// Who carries the line that forwards.
    pub enum Carrier {
        /// T-Mobile.
        Tmobile = "tmobile",
        /// AT&T.
        Att = "att",
        /// Verizon.
        Verizon = "verizon",
        /// Sprint, today on T-Mobile's network.
        Sprint = "sprint",
        /// Another GSM, UMTS, LTE or 5G network.
        OtherGsm = "other_gsm",
        /// Another network with vertical service codes.
        OtherCdma = "other_cdma",
        /// A network outside of North America.
        International = "international",
    }
}

words! {
    /// Which calls go to the receptionist.
    pub enum Mode {
        /// Every call, before the phone rings.
        TotalAi = "total_ai",
        /// Only calls that the owner misses.
        SafetyNet = "safety_net",
    }
}

/// The form of a carrier's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// MMI codes (3GPP TS 22.030).
    Gsm,
    /// Vertical service codes.
    Vertical,
}

/// The codes of one carrier in one mode, as of one date.
///
/// `DEST` stands for the destination with its `+`, `SECS` for the ring time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Counts up with each correction, from 1; kept with what was generated.
    pub revision: u16,
    /// Since when this row is used, `YYYY-MM-DD`.
    pub since: &'static str,
    /// Where the codes are from.
    pub evidence: &'static str,
    /// Switches forwarding on.
    pub on: &'static str,
    /// Undoes `on`.
    pub off: &'static str,
    /// The states that `on` reaches.
    pub covers: &'static [State],
}

impl Row {
    /// Whether the code carries a ring time.
    pub fn has_ring_time(&self) -> bool {
        self.on.contains("SECS")
    }
}

/// What is used now, and what was used before, newest first: a line that was forwarded with an old row is undone with
/// that row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// The row in use.
    pub current: Row,
    /// Rows that were corrected.
    pub superseded: &'static [Row],
}

impl History {
    /// The row of a revision.
    pub fn revision(&self, revision: u16) -> Option<&Row> {
        std::iter::once(&self.current).chain(self.superseded).find(|row| row.revision == revision)
    }
}

impl Carrier {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tmobile => "T-Mobile",
            Self::Att => "AT&T",
            Self::Verizon => "Verizon",
            Self::Sprint => "Sprint",
            Self::OtherGsm => "Other GSM",
            Self::OtherCdma => "Other CDMA",
            Self::International => "International",
        }
    }

    /// The form of its codes.
    pub const fn family(self) -> Family {
        match self {
            Self::Verizon | Self::OtherCdma => Family::Vertical,
            Self::Tmobile | Self::Att | Self::Sprint | Self::OtherGsm | Self::International => Family::Gsm,
        }
    }

    /// Its codes in a mode.
    pub const fn codes(self, mode: Mode) -> &'static History {
        match (self, mode) {
            (Self::Att, Mode::TotalAi) => &ATT_TOTAL,
            (Self::Att, Mode::SafetyNet) => &ATT_SAFETY,
            (Self::Verizon | Self::OtherCdma, Mode::TotalAi) => &VERTICAL_TOTAL,
            (Self::Verizon | Self::OtherCdma, Mode::SafetyNet) => &VERTICAL_SAFETY,
            (_, Mode::TotalAi) => &GSM_TOTAL,
            (_, Mode::SafetyNet) => &GSM_SAFETY,
        }
    }

    /// The calling code of the country where all its lines are, when there is one.
    pub(super) const fn home(self) -> Option<&'static str> {
        match self {
            Self::Tmobile | Self::Att | Self::Verizon | Self::Sprint => Some("1"),
            Self::OtherGsm | Self::OtherCdma | Self::International => None,
        }
    }
}

const GSM_TOTAL: History = History {
    current: Row {
        revision: 1,
        since: "2026-01-26",
        evidence: "3GPP TS 22.030, 6.5.2: registration and erasure of service code 21",
        on: "**21*DEST#",
        off: "##21#",
        covers: &[State::Unconditional],
    },
    superseded: &[],
};

const GSM_SAFETY: History = History {
    current: Row {
        revision: 1,
        since: "2026-01-26",
        evidence: "3GPP TS 22.030, 6.5.2 and annexes B, C: registration and erasure of 61, speech, with a timer",
        on: "**61*DEST*11*SECS#",
        off: "##61#",
        covers: &[State::NoReply],
    },
    superseded: &[],
};

const ATT_TOTAL: History = History {
    current: Row {
        revision: 1,
        since: "2026-01-26",
        evidence: "3GPP TS 22.030, 6.5.2: activation with a number registers; the pair as phonenews.com shows it for AT&T \
                   (3 March 2004)",
        on: "*21*DEST#",
        off: "#21#",
        covers: &[State::Unconditional],
    },
    superseded: &[],
};

const ATT_SAFETY: History = History {
    current: Row {
        revision: 1,
        since: "2026-01-26",
        evidence: "3GPP TS 22.030, 6.5.2 and annexes B, C: 004 with speech and a timer; erasure of 004 as in the manual of \
                   the Nokia 6190 (section 7)",
        on: "*004*DEST*11*SECS#",
        off: "##004#",
        covers: &[State::Busy, State::NoReply, State::NotReachable],
    },
    superseded: &[],
};

const VERTICAL_TOTAL: History = History {
    current: Row {
        revision: 1,
        since: "2026-01-26",
        evidence: "North American vertical service codes; apartmentlines.com shows *72 and *73 for Verizon and most others, \
                   with ten digits",
        on: "*72DEST",
        off: "*73",
        covers: &[State::Unconditional],
    },
    superseded: &[],
};

const VERTICAL_SAFETY: History = History {
    current: Row {
        revision: 1,
        since: "2026-01-26",
        evidence: "adaptlocal.ai (call forwarding, Verizon) shows *71 with ten digits for busy and no answer",
        on: "*71DEST",
        off: "*73",
        covers: &[State::Busy, State::NoReply],
    },
    superseded: &[],
};
