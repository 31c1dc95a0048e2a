//! The grammar of supplementary service control: 3GPP TS 22.030, 6.5.2 and annexes B and C.

use serde::{Deserialize, Serialize};

use super::issue::Issue;
use super::timer;
use crate::phone::E164;
use crate::word::words;

words! {
    /// What a code does to a service (3GPP TS 22.030, 6.5.2).
    pub enum Action {
        /// `*SC#`: switches on what is registered.
        Activation = "activation",
        /// `#SC#`: switches off; a registered number stays in the network.
        Deactivation = "deactivation",
        /// `*#SC#`: asks for the state.
        Interrogation = "interrogation",
        /// `**SC*SI#`: sets the number and switches on.
        Registration = "registration",
        /// `##SC#`: switches off and forgets the number.
        Erasure = "erasure",
    }
}

words! {
    /// In which state of the line a call is forwarded.
    pub enum State {
        /// Always, before the phone rings (CFU).
        Unconditional = "unconditional",
        /// The line is busy, or the call is rejected (CFB).
        Busy = "busy",
        /// Nobody answers before the no-reply timer ends (`CFNRy`).
        NoReply = "no_reply",
        /// The phone is off or without a network (`CFNRc`).
        NotReachable = "not_reachable",
    }
}

/// A control string that has the shape of TS 22.030, 6.5.2: `prefix SC (*SIA (*SIB (*SIC (*SID))))# trailing`.
///
/// The parts are those of the text, unchecked; [`Mmi::issues`] says what is wrong with them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mmi<'a> {
    prefix: Action,
    sc: &'a str,
    fields: [Option<&'a str>; 4],
    trailing: &'a str,
}

impl<'a> Mmi<'a> {
    /// Reads a whole text; `None` when it has another shape.
    ///
    /// ```
    /// use veralux_core::forwarding::{Action, Mmi, State};
    /// // 3GPP TS 22.030, 6.5.2: registration of `CFNRy` for speech with a no-reply timer of 25 s
    /// let code = Mmi::read("**61*+15550109999*11*25#").unwrap();
    /// assert_eq!((code.action(), code.service_code()), (Action::Registration, "61"));
    /// assert_eq!((code.sia(), code.sib(), code.sic()), ("+15550109999", "11", "25"));
    /// assert_eq!(code.states(), [State::NoReply]);
    /// assert!(Mmi::read("**61*+15550109999").is_none(), "a code ends with #");
    /// ```
    pub fn read(text: &'a str) -> Option<Self> {
        let (prefix, rest) = PREFIXES.iter().find_map(|(prefix, action)| {
            let rest = text.strip_prefix(prefix)?;
            rest.starts_with(|c: char| c.is_ascii_digit()).then_some((*action, rest))
        })?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (sc, mut rest) = rest.split_at_checked(digits)?;
        if !(2..=3).contains(&digits) || text.contains(['\n', '\r']) {
            return None;
        }
        let mut fields = [None; 4];
        for field in &mut fields {
            let Some(inner) = rest.strip_prefix('*') else { break };
            let (value, after) = inner.split_at_checked(inner.find(['*', '#'])?)?;
            (*field, rest) = (Some(value), after);
        }
        let trailing = rest.strip_prefix('#')?;
        // Two handset stacks agree: what ends in a second `#` is for the network's USSD, not a control string.
        (!trailing.ends_with('#')).then_some(Self { prefix, sc, fields, trailing })
    }

    /// The action that the prefix names.
    pub fn prefix(&self) -> Action {
        self.prefix
    }

    /// The action that the network takes: `*SC*number#` registers (TS 22.030, 6.5.2).
    pub fn action(&self) -> Action {
        match self.prefix {
            Action::Activation if self.is_forwarding() && !self.sia().is_empty() => Action::Registration,
            action => action,
        }
    }

    /// The service code, two or three digits.
    pub fn service_code(&self) -> &'a str {
        self.sc
    }

    /// Supplementary information A: the number that calls go to.
    pub fn sia(&self) -> &'a str {
        self.field(0)
    }

    /// Supplementary information B: the basic service, nothing for all.
    pub fn sib(&self) -> &'a str {
        self.field(1)
    }

    /// Supplementary information C: the no-reply timer in seconds.
    pub fn sic(&self) -> &'a str {
        self.field(2)
    }

    /// A fourth field, which no forwarding code has (passwords have).
    pub fn sid(&self) -> &'a str {
        self.field(3)
    }

    /// What stands behind the `#`: a number that is called in the same breath (`*31#+15550109999`).
    pub fn trailing(&self) -> &'a str {
        self.trailing
    }

    /// In which states the service forwards; empty for a service that is not forwarding.
    pub fn states(&self) -> &'static [State] {
        SERVICES.iter().find(|(sc, _)| *sc == self.sc).map_or(&[], |(_, states)| *states)
    }

    /// Whether the service code is one of forwarding.
    pub fn is_forwarding(&self) -> bool {
        !self.states().is_empty()
    }

    /// What the timer field asks for, in seconds, when it is a number.
    pub fn timer(&self) -> Option<u16> {
        timer::read(self.sic())
    }

    /// The basic service that SIB names; `None` when there is no such code.
    pub fn basic_service(&self) -> Option<BasicService> {
        BasicService::read(self.sib())
    }

    /// Everything that a network may not take as it was meant. Empty for a service that is not forwarding.
    pub fn issues(&self) -> Vec<Issue> {
        if !self.is_forwarding() {
            return Vec::new();
        }
        let basic = match self.basic_service() {
            None => Some(Issue::BasicServiceUnknown),
            Some(service) if !service.has_voice() => Some(Issue::BasicServiceNotVoice),
            Some(_) => None,
        };
        let trailing = (!self.trailing.is_empty()).then_some(Issue::TrailingNumber);
        let sid = (!self.sid().is_empty()).then_some(Issue::FourthField);
        [self.number_issue(), basic, self.timer_issue(), sid, trailing].into_iter().flatten().collect()
    }

    fn number_issue(&self) -> Option<Issue> {
        match (self.action(), self.sia()) {
            (Action::Registration, "") => Some(Issue::NumberMissing),
            (Action::Registration, number) => Issue::of_number(number),
            (_, "") => None,
            _ => Some(Issue::NumberNotAllowed),
        }
    }

    fn timer_issue(&self) -> Option<Issue> {
        match self.sic() {
            "" => None,
            _ if !matches!(self.sc, "61" | "002" | "004") => Some(Issue::TimerNotForService),
            text => timer::issue(text),
        }
    }

    fn field(&self, index: usize) -> &'a str {
        self.fields.get(index).copied().flatten().unwrap_or_default()
    }
}

impl std::fmt::Debug for Mmi<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = E164::parse(self.sia()).map_or("not E.164".to_owned(), |number| number.masked());
        write!(f, "Mmi({} {} {number} {} {})", self.prefix, self.sc, self.sib().len(), self.sic().len())
    }
}

/// The longer ones first, so that `*#21#` is not `*` with a strange rest.
const PREFIXES: &[(&str, Action)] = &[
    ("**", Action::Registration),
    ("##", Action::Erasure),
    ("*#", Action::Interrogation),
    ("*", Action::Activation),
    ("#", Action::Deactivation),
];

/// The forwarding service codes (TS 22.030, annex B) with what they reach.
pub(super) const SERVICES: &[(&str, &[State])] = &[
    ("21", &[State::Unconditional]),
    ("61", &[State::NoReply]),
    ("62", &[State::NotReachable]),
    ("67", &[State::Busy]),
    ("004", &[State::Busy, State::NoReply, State::NotReachable]),
    ("002", &[State::Unconditional, State::Busy, State::NoReply, State::NotReachable]),
];

words! {
    /// A basic service group (TS 22.030, annex C), as far as forwarding knows it.
    pub enum BasicService {
        /// No code: everything.
        All = "all",
        /// 10.
        AllTele = "all_tele",
        /// 11: voice calls.
        Voice = "voice",
        /// 12.
        Data = "data",
        /// 13.
        Fax = "fax",
        /// 16.
        Sms = "sms",
        /// 19.
        AllTeleButSms = "all_tele_but_sms",
        /// 20 to 26: circuit-switched data, no voice.
        Bearer = "bearer",
    }
}

impl BasicService {
    /// Reads a SIB field.
    pub fn read(sib: &str) -> Option<Self> {
        Some(match sib {
            "" => Self::All,
            "10" => Self::AllTele,
            "11" => Self::Voice,
            "12" => Self::Data,
            "13" => Self::Fax,
            "16" => Self::Sms,
            "19" => Self::AllTeleButSms,
            "20" | "21" | "22" | "23" | "24" | "25" | "26" => Self::Bearer,
            _ => return None,
        })
    }

    /// Whether voice calls are among it.
    pub fn has_voice(self) -> bool {
        matches!(self, Self::All | Self::AllTele | Self::Voice | Self::AllTeleButSms)
    }
}
