//! From a request to the codes, and everything that a person should know before dialling.

use std::fmt;

use serde::Serialize;

use super::advice::{self, Note, Warning};
use super::carrier::{Carrier, Family, Mode, Row};
use super::code::Code;
use super::mmi::State;
use super::request::{CodeError, Destination, Request};
use super::template::{fill, interrogation, ring_time};
use super::timer::RingTime;
use super::variants::{self, Alternative, ExtraStep};

/// The codes of one request with all that goes with them. Serialises in camelCase.
///
/// `Debug` shows no number.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Codes {
    /// Who carries the line.
    pub carrier: Carrier,
    /// What people call the carrier.
    pub carrier_name: &'static str,
    /// Which calls are forwarded.
    pub mode: Mode,
    /// Where to.
    pub destination: Destination,
    /// The ring time that the code carries; `None` when it carries none.
    pub ring_time_seconds: Option<RingTime>,
    /// Switches forwarding on.
    pub activation_code: Code,
    /// Undoes `activation_code`.
    pub deactivation_code: Code,
    /// What to do, step by step.
    pub instructions: Vec<String>,
    /// The states of the line in which `activation_code` forwards.
    pub covers: &'static [State],
    /// Further codes for the states that the mode promises and `covers` lacks.
    pub extra_steps: Vec<ExtraStep>,
    /// Codes that show what is set; to be dialled before and after.
    pub status_codes: Vec<StatusCode>,
    /// What may turn out otherwise than meant.
    pub warnings: Vec<Warning>,
    /// Other codes to the same end, when these are refused.
    pub alternatives: Vec<Alternative>,
    /// `activation_code` as a `tel:` link; see [`Code::dial_uri`]. Nothing ever opens it by itself.
    pub dial_uri: String,
    /// Apple's dialler refuses `*` and `#` in links.
    pub dial_uri_android_only: bool,
    /// What to expect from the phone.
    pub notes: Vec<Note>,
    /// The row of data that the codes are from: see [`Row`].
    pub revision: u16,
    /// Where that row is from.
    pub evidence: &'static str,
    /// Since when it is used, `YYYY-MM-DD`.
    pub since: &'static str,
}

/// A code that asks the network what is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusCode {
    /// The interrogation.
    pub code: Code,
    /// The state that it asks about.
    pub state: State,
}

/// Makes the codes of a request. The same request always gives the same codes.
///
/// ```
/// use veralux_core::forwarding::{Carrier, Destination, Mode, Request, State, generate};
/// let destination = Destination::parse("+15550109999").unwrap();
/// let codes = generate(&Request::new(Carrier::Tmobile, Mode::SafetyNet, destination)).unwrap();
/// // 3GPP TS 22.030, 6.5.2: registration of service code 61 (`CFNRy`), speech (11), 25 seconds; erasure of 61
/// assert_eq!(codes.activation_code.as_str(), "**61*+15550109999*11*25#");
/// assert_eq!(codes.deactivation_code.as_str(), "##61#");
/// assert_eq!(codes.covers, [State::NoReply]);
/// assert_eq!(codes.extra_steps[0].activation_code.as_str(), "**67*+15550109999#");
/// ```
///
/// # Errors
/// [`CodeError::SelfForward`] when the destination is the line's own number.
pub fn generate(request: &Request) -> Result<Codes, CodeError> {
    let Request { carrier, mode, destination, .. } = *request;
    if request.own_number == Some(destination.number()) {
        return Err(CodeError::SelfForward);
    }
    let row = &carrier.codes(mode).current;
    let activation_code = on_code(row, request);
    Ok(Codes {
        carrier,
        carrier_name: carrier.name(),
        mode,
        destination,
        ring_time_seconds: row.has_ring_time().then(|| ring_time(request)),
        deactivation_code: Code::exact(row.off.to_owned()),
        instructions: instructions(&activation_code),
        covers: row.covers,
        extra_steps: variants::extra_steps(request),
        status_codes: status_codes(carrier, row.covers),
        warnings: advice::warnings(request, row),
        alternatives: variants::alternatives(request),
        dial_uri: activation_code.dial_uri(),
        dial_uri_android_only: true,
        notes: advice::notes(carrier, mode),
        activation_code,
        revision: row.revision,
        evidence: row.evidence,
        since: row.since,
    })
}

impl Codes {
    /// `dial_uri` as a QR code, an SVG image in black on white with a quiet zone.
    pub fn qr(&self) -> String {
        super::qr::svg(&self.dial_uri)
    }

    /// What a person is told when forwarding is switched off.
    pub fn disabled_message(&self) -> String {
        let Self { deactivation_code, carrier_name, .. } = self;
        format!("Forwarding disabled. Dial: {deactivation_code} ({carrier_name}) to deactivate.")
    }
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codes")
            .field("carrier", &self.carrier)
            .field("mode", &self.mode)
            .field("activation_code", &self.activation_code)
            .field("deactivation_code", &self.deactivation_code)
            .finish_non_exhaustive()
    }
}

fn on_code(row: &Row, request: &Request) -> Code {
    fill(row.on, request)
}

/// The first four are the contract's, word for word.
fn instructions(code: &Code) -> Vec<String> {
    vec![
        "1. Open Phone Dialer".to_owned(),
        format!("2. Dial: {code}"),
        "3. Press Call".to_owned(),
        "4. Return to dashboard and click Confirm Setup".to_owned(),
    ]
}

/// One interrogation for each state: networks do not answer `*#004#`.
fn status_codes(carrier: Carrier, covers: &[State]) -> Vec<StatusCode> {
    if carrier.family() == Family::Vertical {
        return Vec::new();
    }
    // In the order of the service codes, as a person would dial them.
    [State::Unconditional, State::NoReply, State::NotReachable, State::Busy]
        .into_iter()
        .filter(|state| covers.contains(state))
        .map(|state| StatusCode { code: interrogation(state), state })
        .collect()
}
