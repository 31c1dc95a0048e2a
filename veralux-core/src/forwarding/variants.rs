//! Codes beside the contract's own: for the states that it does not reach, and for lines that refuse it.

use serde::Serialize;

use super::carrier::{Carrier, Family, Mode};
use super::code::Code;
use super::country;
use super::mmi::State;
use super::request::Request;
use super::template::{fill, interrogation};

/// A further code that completes a mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtraStep {
    /// Switches it on.
    pub activation_code: Code,
    /// Undoes `activation_code`.
    pub deactivation_code: Code,
    /// Asks whether it is on; absent where no network answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<Code>,
    /// The states that it reaches.
    pub covers: &'static [State],
    /// Whether it stands for the main code and all other steps together, and is dialled in their place.
    pub replaces_others: bool,
    /// Why one would dial it.
    pub reason: &'static str,
}

/// Another code to the same end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alternative {
    /// Switches it on.
    pub activation_code: Code,
    /// Undoes `activation_code`.
    pub deactivation_code: Code,
    /// The states that it reaches.
    pub covers: &'static [State],
    /// When one would dial it.
    pub reason: &'static str,
}

/// A pair of templates; `NATIONAL` stands for the ten digits of a number in the North American plan.
struct Variant(&'static str, &'static str, &'static [State], &'static str);

const CONDITIONAL: &[State] = &[State::Busy, State::NoReply, State::NotReachable];

const EXTRA: &[Variant] = &[
    Variant("**67*DEST#", "##67#", &[State::Busy], "calls while the line is busy or are rejected"),
    Variant(
        "**62*DEST#",
        "##62#",
        &[State::NotReachable],
        "calls while the phone is off or without a network",
    ),
];

const ONE_CODE: Variant =
    Variant("**004*DEST*11*SECS#", "##004#", CONDITIONAL, "one code for every missed call");

const GSM_TOTAL: &[Variant] = &[Variant(
    "**21*DEST*11#",
    "##21#",
    &[State::Unconditional],
    "voice calls only, where the short form is refused",
)];
const ATT_TOTAL: &[Variant] = &[Variant(
    "**21*DEST#",
    "##21#",
    &[State::Unconditional],
    "the standard's pair: its off forgets the number too",
)];
const ATT_SAFETY: &[Variant] = &[Variant(
    "**004*DEST*11*SECS#",
    "##004#",
    CONDITIONAL,
    "the standard's own form of registration, where the short one is refused",
)];
const VERTICAL_TOTAL: &[Variant] = &[
    Variant("*72NATIONAL", "*73", &[State::Unconditional], "ten digits, as published guides show it"),
    Variant("*72NATIONAL", "*720", &[State::Unconditional], "lines where *720 switches off instead of *73"),
];
const VERTICAL_SAFETY: &[Variant] = &[
    Variant(
        "*71NATIONAL",
        "*73",
        &[State::Busy, State::NoReply],
        "ten digits, as the published guides show it",
    ),
    Variant("*92NATIONAL", "*93", &[State::NoReply], "lines with a code of its own for no answer"),
    Variant("*92NATIONAL", "*920", &[State::NoReply], "lines where *920 switches off instead of *93"),
    Variant("*90NATIONAL", "*91", &[State::Busy], "lines with a code of its own for busy"),
    Variant(
        "*68NATIONAL",
        "*88",
        &[State::Busy, State::NoReply],
        "lines with one code for busy or no answer",
    ),
];
const SPRINT_TOTAL: &[Variant] =
    &[Variant("*72NATIONAL", "*73", &[State::Unconditional], "an old phone still on Sprint's own codes")];
const SPRINT_SAFETY: &[Variant] = &[Variant(
    "*71NATIONAL",
    "*73",
    &[State::Busy, State::NoReply],
    "an old phone still on Sprint's own codes",
)];

/// The codes that complete a mode, and the one that replaces them all.
pub(super) fn extra_steps(request: &Request) -> Vec<ExtraStep> {
    let row = &request.carrier.codes(request.mode).current;
    let complete = CONDITIONAL.iter().all(|state| row.covers.contains(state));
    if request.carrier.family() == Family::Vertical || request.mode == Mode::TotalAi || complete {
        return Vec::new();
    }
    let step = |variant: &Variant, replaces_others| {
        let Variant(on, off, covers, reason) = *variant;
        ExtraStep {
            activation_code: fill(on, request),
            deactivation_code: fill(off, request),
            status_code: match covers {
                [state] => Some(interrogation(*state)),
                _ => None,
            },
            covers,
            replaces_others,
            reason,
        }
    };
    EXTRA.iter().map(|variant| step(variant, false)).chain([step(&ONE_CODE, true)]).collect()
}

/// Other codes to the same end. Those with ten digits only exist for numbers of the North American plan.
pub(super) fn alternatives(request: &Request) -> Vec<Alternative> {
    let own: &[Variant] = match (request.carrier, request.mode) {
        (Carrier::Att, Mode::TotalAi) => ATT_TOTAL,
        (Carrier::Att, Mode::SafetyNet) => ATT_SAFETY,
        (Carrier::Verizon | Carrier::OtherCdma, Mode::TotalAi) => VERTICAL_TOTAL,
        (Carrier::Verizon | Carrier::OtherCdma, Mode::SafetyNet) => VERTICAL_SAFETY,
        (_, Mode::TotalAi) => GSM_TOTAL,
        // The one other code that does is among the extra steps.
        (_, Mode::SafetyNet) => &[],
    };
    let old: &[Variant] = match (request.carrier, request.mode) {
        (Carrier::Sprint, Mode::TotalAi) => SPRINT_TOTAL,
        (Carrier::Sprint, Mode::SafetyNet) => SPRINT_SAFETY,
        (Carrier::Att, Mode::TotalAi) => GSM_TOTAL,
        _ => &[],
    };
    let domestic = country::nanp(&request.destination.number()).is_some();
    own.iter()
        .chain(old)
        .filter(|Variant(on, ..)| domestic || !on.contains("NATIONAL"))
        .map(|Variant(on, off, covers, reason)| Alternative {
            activation_code: fill(on, request),
            deactivation_code: fill(off, request),
            covers,
            reason,
        })
        .collect()
}
