//! What may be wrong with a code that somebody dials.

use serde::{Deserialize, Serialize};

use crate::phone::{E164, MAX_DIGITS};
use crate::word::words;

words! {
    /// One thing that a network may not take as it was meant.
    pub enum Issue {
        /// A registration without a number.
        NumberMissing = "number_missing",
        /// A number in a code that takes none.
        NumberNotAllowed = "number_not_allowed",
        /// Something else than digits behind an optional `+`.
        NumberFormat = "number_format",
        /// A `+`, but no E.164 number behind it.
        NumberNotE164 = "number_not_e164",
        /// A number without `+`.
        NumberNational = "number_national",
        /// A basic service without voice.
        BasicServiceNotVoice = "basic_service_not_voice",
        /// A basic service that does not exist.
        BasicServiceUnknown = "basic_service_unknown",
        /// A timer that is no number.
        TimerFormat = "timer_format",
        /// A timer outside of 5 to 30 seconds.
        TimerRange = "timer_range",
        /// A timer that is no multiple of 5.
        TimerStep = "timer_step",
        /// A timer that begins with 0.
        TimerLeadingZero = "timer_leading_zero",
        /// A timer for a service that has none.
        TimerNotForService = "timer_not_for_service",
        /// A fourth field of supplementary information.
        FourthField = "fourth_field",
        /// Something behind the `#`.
        TrailingNumber = "trailing_number",
        /// A `+` behind a vertical service code.
        PlusInVsc = "plus_in_vsc",
        /// `*71`, which only some networks know as forwarding.
        Star71VerizonOnly = "star71_verizon_only",
        /// Seconds in the place of the basic service.
        SlotSwap = "slot_swap",
        /// No `#` at the end.
        EndMissing = "end_missing",
        /// A vertical service code with the fields of an MMI code.
        MixedForms = "mixed_forms",
        /// Neither form of code.
        NotACode = "not_a_code",
    }
}

impl Issue {
    /// A sentence that a person can act on.
    pub fn detail(self) -> &'static str {
        match self {
            Self::NumberMissing => "the number that calls shall go to is missing",
            Self::NumberNotAllowed => "this code takes no number; a network may refuse it",
            Self::NumberFormat => "the number has something else than a + and digits",
            Self::NumberNotE164 => "the number begins with + but is not an international number",
            Self::NumberNational => {
                "the number has no +; abroad, or in some networks, it reaches somebody else"
            }
            Self::BasicServiceNotVoice => {
                "the third part names a service without voice: calls are not forwarded"
            }
            Self::BasicServiceUnknown => {
                "the third part names no service: the phone or the network refuses the code"
            }
            Self::TimerFormat => "the timer is not a number of seconds",
            Self::TimerRange => "networks take 5 to 30 seconds; more than 30 most likely rings for 30",
            Self::TimerStep => "networks count in steps of 5 seconds; most likely the lower step is taken",
            Self::TimerLeadingZero => "the timer begins with 0; some networks refuse that",
            Self::TimerNotForService => "only 61, 004 and 002 take a timer; a network may refuse the code",
            Self::FourthField => "forwarding codes have three parts behind the service code, this has four",
            Self::TrailingNumber => "what stands behind the # is not part of the code; the phone may call it",
            Self::PlusInVsc => {
                "no published guide shows a + behind a vertical service code; it may be refused"
            }
            Self::Star71VerizonOnly => {
                "*71 forwards on Verizon and networks like it; elsewhere it means something else"
            }
            Self::SlotSwap => {
                "the seconds stand where the basic service belongs; the timer comes one * later, like **61*NUMBER*11*20#"
            }
            Self::EndMissing => "the # at the end is missing; without it the phone places a call",
            Self::MixedForms => {
                "this mixes two forms: codes like *72 take only a number, without further * and without #"
            }
            Self::NotACode => "this is not a forwarding code",
        }
    }

    /// What is wrong with a number that a code registers.
    pub(super) fn of_number(number: &str) -> Option<Self> {
        let digits = number.strip_prefix('+').unwrap_or(number);
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        match number.starts_with('+') {
            _ if !plain => Some(Self::NumberFormat),
            true if E164::parse(number).is_err() => Some(Self::NumberNotE164),
            false if digits.len() > MAX_DIGITS => Some(Self::NumberNotE164),
            false => Some(Self::NumberNational),
            true => None,
        }
    }
}
