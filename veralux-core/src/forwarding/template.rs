//! Templates of codes, and the code that asks about one state.

use super::code::Code;
use super::country;
use super::mmi::{Mmi, State};
use super::request::Request;
use super::timer::RingTime;

/// A template with the destination and the ring time of a request.
pub(super) fn fill(template: &str, request: &Request) -> Code {
    let seconds = ring_time(request).seconds().to_string();
    let destination = request.destination.number();
    let national = country::nanp(&destination).unwrap_or_default();
    Code::exact(
        template
            .replace("NATIONAL", national)
            .replace("DEST", destination.as_str())
            .replace("SECS", &seconds),
    )
}

pub(super) fn ring_time(request: &Request) -> RingTime {
    request.ring_time.unwrap_or_default()
}

/// The code that asks about one state (TS 22.030, annex B).
pub(super) fn interrogation(state: State) -> Code {
    let code = match state {
        State::Unconditional => "*#21#",
        State::NoReply => "*#61#",
        State::NotReachable => "*#62#",
        State::Busy => "*#67#",
    };
    debug_assert!(Mmi::read(code).is_some_and(|mmi| mmi.states() == [state]));
    Code::exact(code.to_owned())
}
