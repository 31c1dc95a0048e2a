//! What a person should know before dialling.

use serde::{Deserialize, Serialize};

use super::carrier::{Carrier, Family, Mode, Row};
use super::country::{calling_code, is_toll_free};
use super::mmi::State;
use super::request::Request;
use super::timer;
use crate::word::words;

words! {
    /// What may turn out otherwise than meant.
    pub enum WarningCode {
        /// The mode promises more states than the code reaches.
        CoversPart = "covers_part",
        /// More than the standard's 30 seconds.
        RingTimeAboveStandard = "ring_time_above_standard",
        /// Not one of the standard's steps.
        RingTimeNotMultiple = "ring_time_not_multiple",
        /// The carrier's code has no ring time.
        RingTimeIgnored = "ring_time_ignored",
        /// No published guide shows the `+`.
        PlusUntested = "plus_untested",
        /// Vertical service codes mean different things on different lines.
        VerticalCodesVary = "vertical_codes_vary",
        /// The off code leaves the number in the network, switched off.
        NumberKept = "number_kept",
        /// On and off may take the carrier's voicemail away.
        VoicemailMayGo = "voicemail_may_go",
        /// India's networks stopped forwarding by code.
        IndiaStopped = "india_stopped",
        /// Forwarded calls are international calls.
        DestinationAbroad = "destination_abroad",
        /// Many networks do not forward to toll-free numbers.
        DestinationTollFree = "destination_toll_free",
    }
}

/// A warning: what for programs, and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Which.
    pub code: WarningCode,
    /// The sentence.
    pub detail: String,
}

words! {
    /// What to expect from the phone.
    pub enum NoteCode {
        /// What the phone answers to the code.
        Answer = "answer",
        /// Fixed dialling numbers on the SIM stop codes.
        FixedDialling = "fixed_dialling",
        /// Screening on the phone may answer first.
        LiveVoicemail = "live_voicemail",
        /// A notice on outgoing calls.
        ForwardingNotice = "forwarding_notice",
        /// How to try it.
        TestCall = "test_call",
    }
}

/// A note on what to expect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Which.
    pub code: NoteCode,
    /// The sentence.
    pub detail: &'static str,
}

/// Every warning on the codes of a request, in the order of [`WarningCode`].
pub(super) fn warnings(request: &Request, row: &Row) -> Vec<Warning> {
    use WarningCode as W;
    let gsm = request.carrier.family() == Family::Gsm;
    let fixed =
        |applies: bool, code, detail: &str| applies.then(|| Warning { code, detail: detail.to_owned() });
    let safety_net = request.mode == Mode::SafetyNet;
    [
        covers_part(request, row),
        ring_time(request, row),
        fixed(
            !gsm,
            W::PlusUntested,
            "no published guide shows a + behind this code; if the line refuses it, use an alternative",
        ),
        fixed(
            !gsm,
            W::VerticalCodesVary,
            "what codes like *72 do varies by line; call the number once and see before relying on it",
        ),
        fixed(
            gsm && !row.off.starts_with("##"),
            W::NumberKept,
            "the off code switches forwarding off but leaves the number stored in the network; ##21# removes it too",
        ),
        fixed(
            gsm && safety_net,
            W::VoicemailMayGo,
            "these states usually lead to the carrier's voicemail: the code replaces that, and the off code does not \
             bring it back; dial the status codes first and write down the numbers that they show",
        ),
        fixed(
            gsm && in_india(request),
            W::IndiaStopped,
            "networks in India stopped forwarding by USSD code on 15 April 2024; use the phone's settings or ask the \
             carrier",
        ),
        fixed(
            is_abroad(request),
            W::DestinationAbroad,
            "the destination is in another country: forwarded calls may be refused or cost as international calls",
        ),
        fixed(
            is_toll_free(&request.destination.number()),
            W::DestinationTollFree,
            "the destination is toll-free: many networks do not forward to such numbers",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn covers_part(request: &Request, row: &Row) -> Option<Warning> {
    let missing: Vec<&str> = [
        (State::Busy, "the line is busy"),
        (State::NoReply, "nobody answers"),
        (State::NotReachable, "the phone is off or without a network"),
    ]
    .iter()
    .filter(|(state, _)| request.mode == Mode::SafetyNet && !row.covers.contains(state))
    .map(|(_, words)| *words)
    .collect();
    let remedy = match request.carrier.family() {
        Family::Gsm => "dial the extra steps as well",
        Family::Vertical => "these lines have no code for that",
    };
    let detail = || format!("calls are not forwarded while {}; {remedy}", missing.join(" or while "));
    (!missing.is_empty()).then(|| Warning { code: WarningCode::CoversPart, detail: detail() })
}

fn ring_time(request: &Request, row: &Row) -> Option<Warning> {
    use WarningCode as W;
    if request.mode == Mode::TotalAi {
        return None;
    }
    if !row.has_ring_time() {
        let detail = "this carrier's code has no ring time: the line rings as long as the carrier decides";
        return request.ring_time.map(|_| Warning { code: W::RingTimeIgnored, detail: detail.to_owned() });
    }
    let asked = request.ring_time.unwrap_or_default();
    let (seconds, likely) = (asked.seconds(), asked.likely());
    let (code, why) = if u16::from(seconds) > timer::LONGEST {
        (W::RingTimeAboveStandard, "the standard ends at 30 seconds")
    } else if u16::from(seconds) != likely {
        (W::RingTimeNotMultiple, "the standard counts in steps of 5 seconds")
    } else {
        return None;
    };
    let detail = format!("{why}: {seconds} most likely rings for {likely}");
    Some(Warning { code, detail })
}

fn home(request: &Request) -> Option<&str> {
    request.own_number.as_ref().map(calling_code).or(request.carrier.home())
}

fn is_abroad(request: &Request) -> bool {
    home(request).is_some_and(|home| home != calling_code(&request.destination.number()))
}

/// A line in India; when nothing says where the line is, a destination in India makes it likely.
fn in_india(request: &Request) -> bool {
    match home(request) {
        Some(home) => home == "91",
        None => calling_code(&request.destination.number()) == "91",
    }
}

/// What to expect, in the order in which it happens.
pub(super) fn notes(carrier: Carrier, mode: Mode) -> Vec<Note> {
    use NoteCode as N;
    let answer = match carrier.family() {
        Family::Gsm => {
            "the phone answers within seconds, with words like `registration was successful` or `setting activated`; \
             an error such as `connection problem or invalid MMI code` means that nothing was changed"
        }
        Family::Vertical => {
            "the line answers with two short tones or a spoken confirmation; some lines first ring the destination \
             and set forwarding only once that call is answered"
        }
    };
    let live = "an iPhone with Live Voicemail, or a phone that screens calls, may answer before the timer ends; \
                switch that off";
    let notice = "some phones and networks show or play a notice that forwarding is on before outgoing calls";
    let fixed = "when fixed dialling numbers (FDN) are on, the SIM refuses codes that are not on its list";
    let test = "call the number from another phone to see that it works, and again after switching it off";
    [
        (true, N::Answer, answer),
        (carrier.family() == Family::Gsm, N::FixedDialling, fixed),
        (mode == Mode::SafetyNet, N::LiveVoicemail, live),
        (true, N::ForwardingNotice, notice),
        (true, N::TestCall, test),
    ]
    .into_iter()
    .filter(|(applies, ..)| *applies)
    .map(|(_, code, detail)| Note { code, detail })
    .collect()
}
