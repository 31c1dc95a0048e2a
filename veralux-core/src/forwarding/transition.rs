//! From one set of codes to another.

use serde::{Deserialize, Serialize};

use super::code::Code;
use super::generate::Codes;
use crate::word::words;

words! {
    /// What a step does.
    pub enum Purpose {
        /// Undoes the old codes.
        Off = "off",
        /// Sets the new ones.
        On = "on",
    }
}

/// One code to dial on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The code.
    pub code: Code,
    /// What it does.
    pub purpose: Purpose,
    /// Whether it is only needed by somebody who dialled the old extra steps.
    pub optional: bool,
}

/// The codes to dial, in this order, for a change of mode, carrier, destination or ring time: the old ones off, then the
/// new one on. `**21*` that is left in the network would mask `**61*` (3GPP TS 22.082: unconditional comes first).
///
/// `None` stands for a line that does not forward. Nothing is to be dialled when the new codes are the old ones. When the
/// carrier changes with the SIM, the old codes are dialled while the old SIM is still in the phone.
///
/// ```
/// use veralux_core::forwarding::{Carrier, Destination, Mode, Request, generate, transition};
/// let destination = Destination::parse("+15550109999").unwrap();
/// let [total, safety] = [Mode::TotalAi, Mode::SafetyNet]
///     .map(|mode| generate(&Request::new(Carrier::Tmobile, mode, destination)).unwrap());
/// let steps = transition(Some(&total), Some(&safety));
/// let codes: Vec<_> = steps.iter().map(|step| step.code.as_str()).collect();
/// assert_eq!(codes, ["##21#", "**61*+15550109999*11*25#"]);
/// ```
pub fn transition(old: Option<&Codes>, new: Option<&Codes>) -> Vec<Step> {
    let pair = |codes: &Codes| (codes.activation_code.clone(), codes.deactivation_code.clone());
    if old.map(pair) == new.map(pair) {
        return Vec::new();
    }
    let off = old.into_iter().flat_map(|old| {
        let extra = old.extra_steps.iter().filter(|step| !step.replaces_others);
        let extra = extra.map(|step| (step.deactivation_code.clone(), true));
        std::iter::once((old.deactivation_code.clone(), false)).chain(extra)
    });
    let off = off.map(|(code, optional)| Step { code, purpose: Purpose::Off, optional });
    let on = new.map(|new| Step { code: new.activation_code.clone(), purpose: Purpose::On, optional: false });
    off.chain(on).collect()
}
