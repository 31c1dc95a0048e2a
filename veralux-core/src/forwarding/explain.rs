//! What a code does, in words.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::code::{Code, Reading};
use super::issue::Issue;
use super::mmi::{Action, BasicService, Mmi, State};
use super::timer::{self, RingTime};
use super::vertical::Vertical;
use crate::word::words;

words! {
    /// Which form of code a text is.
    pub enum Kind {
        /// A control string (3GPP TS 22.030).
        Mmi = "mmi",
        /// A vertical service code.
        Vertical = "vertical",
        /// Ends in `#`, but is no control string: the network makes of it what it likes.
        Ussd = "ussd",
        /// A number to call, or nothing at all.
        Other = "other",
    }
}

/// What a code does. Serialises in camelCase; `Debug` shows no number.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Explanation {
    /// The code, freed of what stood around it.
    pub code: Code,
    /// Its form.
    pub kind: Kind,
    /// What it does; `None` when it is no code of forwarding.
    pub action: Option<Action>,
    /// The states that it is about.
    pub covers: &'static [State],
    /// The number in it.
    pub number: Option<String>,
    /// The service that it is about; `None` for a vertical service code and for a service that does not exist.
    pub basic_service: Option<BasicService>,
    /// The timer that it asks for, in seconds.
    pub timer_seconds: Option<u16>,
    /// What a network by the standard makes of the timer.
    pub likely_seconds: Option<u16>,
    /// One sentence.
    pub summary: String,
    /// What may turn out otherwise than meant.
    pub issues: Vec<Remark>,
    /// What was probably meant.
    pub suggestion: Option<Code>,
}

/// An issue with its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Which.
    pub code: Issue,
    /// The sentence.
    pub detail: &'static str,
}

/// Says what any text would do when it is dialled: codes of every carrier, as they are typed, pasted or linked to
/// (spaces, dashes, `tel:`, `%23`).
///
/// ```
/// use veralux_core::forwarding::{Issue, explain};
/// // 3GPP TS 22.030, annex C: 20 in the third part is a bearer service, not a number of seconds
/// let swapped = explain("**61*+15550109999*20#");
/// assert!(swapped.has(Issue::SlotSwap) && swapped.has(Issue::BasicServiceNotVoice));
/// assert_eq!(swapped.suggestion.unwrap().as_str(), "**61*+15550109999*11*20#");
/// assert_eq!(explain("tel:%23%2321%23").summary, "Switches off forwarding of every call and forgets the number.");
/// ```
pub fn explain(text: &str) -> Explanation {
    let code = Code::typed(text);
    let explanation = match code.reading() {
        Reading::Mmi(mmi) if mmi.is_forwarding() => of_mmi(&code, &mmi),
        Reading::Mmi(mmi) => of_other_service(&code, &mmi),
        Reading::Vertical(vertical) => of_vertical(&code, &vertical),
        Reading::Ussd => of_no_code(&code, Kind::Ussd),
        Reading::Other => of_no_code(&code, Kind::Other),
    };
    Explanation { code, ..explanation }
}

impl Explanation {
    /// Whether an issue was found.
    pub fn has(&self, issue: Issue) -> bool {
        self.issues.iter().any(|remark| remark.code == issue)
    }

    /// Whether the text is a code of forwarding, with or without issues.
    pub fn is_forwarding(&self) -> bool {
        self.action.is_some()
    }

    fn new(code: &Code, kind: Kind, summary: String, issues: impl IntoIterator<Item = Issue>) -> Self {
        Self {
            code: code.clone(),
            kind,
            action: None,
            covers: &[],
            number: None,
            basic_service: None,
            timer_seconds: None,
            likely_seconds: None,
            summary,
            issues: issues.into_iter().map(|code| Remark { code, detail: code.detail() }).collect(),
            suggestion: None,
        }
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("code", &self.code)
            .field("kind", &self.kind)
            .field("action", &self.action)
            .field("issues", &self.issues)
            .finish_non_exhaustive()
    }
}

fn of_mmi(code: &Code, mmi: &Mmi<'_>) -> Explanation {
    let swap = unswapped(mmi);
    let issues = mmi.issues().into_iter().chain(swap.is_some().then_some(Issue::SlotSwap));
    let timer = mmi
        .timer()
        .filter(|_| mmi.action() == Action::Registration && mmi.states().contains(&State::NoReply));
    Explanation {
        action: Some(mmi.action()),
        covers: mmi.states(),
        number: (!mmi.sia().is_empty()).then(|| mmi.sia().to_owned()),
        basic_service: mmi.basic_service(),
        timer_seconds: timer,
        likely_seconds: timer.map(timer::likely),
        suggestion: swap,
        ..Explanation::new(code, Kind::Mmi, mmi_summary(mmi, timer), issues)
    }
}

fn mmi_summary(mmi: &Mmi<'_>, timer: Option<u16>) -> String {
    let calls = calls(mmi.states());
    match mmi.action() {
        _ if mmi.basic_service().is_none() => {
            format!("Is most likely refused: `{}` names no basic service.", mmi.sib())
        }
        Action::Registration if mmi.sia().is_empty() => {
            "Is most likely refused: no number is in it.".to_owned()
        }
        Action::Registration if mmi.basic_service().is_some_and(|service| !service.has_voice()) => {
            format!("Forwards data, fax or messages to {}, but no voice calls.", mmi.sia())
        }
        Action::Registration => {
            let after = timer.map(|seconds| format!(", after {} seconds", timer::likely(seconds)));
            format!("Forwards {calls} to {}{}.", mmi.sia(), after.unwrap_or_default())
        }
        Action::Activation => {
            format!("Switches on forwarding of {calls} to the number that the network has stored.")
        }
        Action::Deactivation => format!("Switches off forwarding of {calls}; the network keeps the number."),
        Action::Erasure => format!("Switches off forwarding of {calls} and forgets the number."),
        Action::Interrogation => format!("Shows how forwarding of {calls} is set; changes nothing."),
    }
}

/// Which calls the states mean, in words.
fn calls(states: &[State]) -> String {
    if states.contains(&State::Unconditional) {
        return if states.len() == 1 { "every call" } else { "calls of every kind" }.to_owned();
    }
    let when = |state: &State| match state {
        State::Unconditional => "always",
        State::Busy => "while the line is busy",
        State::NoReply => "that nobody answers",
        State::NotReachable => "while the phone is off or without a network",
    };
    format!("calls {}", states.iter().map(when).collect::<Vec<_>>().join(" or "))
}

/// The code that somebody meant who put the seconds where the basic service belongs.
fn unswapped(mmi: &Mmi<'_>) -> Option<Code> {
    let timed = matches!(mmi.service_code(), "61" | "002" | "004") && mmi.action() == Action::Registration;
    let seconds = mmi.sib().parse::<RingTime>().ok().filter(|_| timed)?;
    let swapped = match mmi.sic() {
        "" => mmi.sib() != "11",
        "11" => !matches!(mmi.sib(), "10" | "11" | "19"),
        _ => false,
    };
    let prefix = if mmi.prefix() == Action::Registration { "**" } else { "*" };
    let (sc, sia) = (mmi.service_code(), mmi.sia());
    swapped.then(|| Code::exact(format!("{prefix}{sc}*{sia}*11*{}#", seconds.seconds())))
}

/// A control string of another service.
fn of_other_service(code: &Code, mmi: &Mmi<'_>) -> Explanation {
    // `*72#`: a vertical service code that somebody closed like an MMI code.
    let open = code.as_str().trim_end_matches('#');
    if let Some(vertical) = Vertical::read(open) {
        let summary = format!("Is no forwarding code: {} takes no # at its end.", vertical.code());
        let suggestion = Some(Code::exact(open.to_owned()));
        return Explanation { suggestion, ..Explanation::new(code, Kind::Mmi, summary, [Issue::MixedForms]) };
    }
    let service = match mmi.service_code() {
        "06" => "the phone's own number (IMEI)",
        "30" => "showing the caller's number",
        "31" => "hiding the own number",
        "03" | "04" | "05" | "042" | "052" => "passwords and PINs",
        "33" | "331" | "332" | "35" | "351" | "330" | "333" | "353" => "barring of calls",
        "43" => "call waiting",
        _ => "something else",
    };
    let summary = format!("Is about {service} (service code {}), not about forwarding.", mmi.service_code());
    Explanation::new(code, Kind::Mmi, summary, [Issue::NotACode])
}

fn of_vertical(code: &Code, vertical: &Vertical<'_>) -> Explanation {
    let calls = calls(if vertical.code() == "*73" { &[State::Unconditional] } else { vertical.states() });
    let summary = match (vertical.action(), vertical.number()) {
        (Action::Registration, "") => {
            format!("Asks for a number to forward {calls} to, on lines that know it.")
        }
        (Action::Registration, number) => format!("Forwards {calls} to {number}, on lines that know it."),
        _ if vertical.code() == "*73" => {
            "Switches off forwarding that *72 or *71 has set, on lines that know it.".to_owned()
        }
        _ => format!("Switches off forwarding of {calls}, on lines that know it."),
    };
    Explanation {
        action: Some(vertical.action()),
        covers: vertical.states(),
        number: (!vertical.number().is_empty()).then(|| vertical.number().to_owned()),
        ..Explanation::new(code, Kind::Vertical, summary, vertical.issues())
    }
}

/// What is no code, with what it was perhaps meant to be.
fn of_no_code(code: &Code, kind: Kind) -> Explanation {
    let text = code.as_str();
    let closed = format!("{text}#");
    if let Some(mmi) = Mmi::read(&closed).filter(Mmi::is_forwarding) {
        let summary = "Is no code as it stands: the phone would place a call.".to_owned();
        let suggestion = unswapped(&mmi).or_else(|| Some(Code::exact(closed.clone())));
        return Explanation { suggestion, ..Explanation::new(code, kind, summary, [Issue::EndMissing]) };
    }
    // The first `*` belongs to the code; what stands in front of the second is a vertical service code on its own.
    let head = text.trim_end_matches('#').split_inclusive('*').take(2).collect::<String>();
    let head = head.trim_end_matches('*');
    if Vertical::read(head).is_some_and(|vertical| !vertical.number().is_empty()) && head.len() < text.len() {
        let summary = "Is no forwarding code: it mixes two forms.".to_owned();
        let suggestion = Some(Code::exact(head.to_owned()));
        return Explanation { suggestion, ..Explanation::new(code, kind, summary, [Issue::MixedForms]) };
    }
    let summary = match kind {
        Kind::Ussd => {
            "Is sent to the network as it stands, which makes of it what it likes; no forwarding code."
        }
        _ => "Is no code: the phone would take it as a number to call, or refuse it.",
    };
    Explanation::new(code, kind, summary.to_owned(), [Issue::NotACode])
}
