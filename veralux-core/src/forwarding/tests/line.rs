//! A line as the network keeps it: what dialling a code changes, and where a call then goes.
//!
//! Registers by 3GPP TS 22.082 (one for each kind of forwarding and basic service), vertical codes beside them.

use std::collections::BTreeMap;

use super::{Action, BasicService, Issue, Mmi, Reading, State, Vertical};

/// A basic service with a register of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Service {
    Voice,
    Data,
    Fax,
    Sms,
    Bearer,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Register {
    pub(super) number: String,
    pub(super) active: bool,
    pub(super) timer: Option<u16>,
}

/// How a call finds the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Situation {
    Answered,
    Busy,
    NoReply,
    NotReachable,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    registers: BTreeMap<(State, Service), Register>,
    vertical: BTreeMap<State, String>,
}

impl Situation {
    pub(super) const ALL: [Self; 4] = [Self::Answered, Self::Busy, Self::NoReply, Self::NotReachable];

    fn state(self) -> Option<State> {
        match self {
            Self::Answered => None,
            Self::Busy => Some(State::Busy),
            Self::NoReply => Some(State::NoReply),
            Self::NotReachable => Some(State::NotReachable),
        }
    }
}

impl Line {
    /// A line whose carrier sends missed calls to its voicemail.
    pub(super) fn with_voicemail() -> Self {
        let mut line = Self::default();
        line.dial("**004*+15550100000**15#").unwrap();
        line
    }

    /// Dials a code, as it stands. Refused codes change nothing.
    pub(super) fn dial(&mut self, code: &str) -> Result<(), String> {
        match Reading::of(code) {
            Reading::Mmi(mmi) if mmi.is_forwarding() => self.control(&mmi),
            Reading::Vertical(vertical) => self.feature(&vertical),
            _ => Err(format!("no forwarding code: {code}")),
        }
    }

    /// Where a voice call goes; `None` rings or ends here.
    pub(super) fn target(&self, situation: Situation) -> Option<&str> {
        let active = |state| {
            let register = self.registers.get(&(state, Service::Voice)).filter(|register| register.active);
            register
                .map(|register| register.number.as_str())
                .or(self.vertical.get(&state).map(String::as_str))
        };
        active(State::Unconditional).or_else(|| situation.state().and_then(active))
    }

    /// The timer of voice calls that nobody answers.
    pub(super) fn timer(&self) -> Option<u16> {
        self.registers.get(&(State::NoReply, Service::Voice)).and_then(|register| register.timer)
    }

    /// The line without numbers that are stored but switched off.
    pub(super) fn in_effect(&self) -> Self {
        let mut line = self.clone();
        line.registers.retain(|_, register| register.active);
        line
    }

    fn control(&mut self, mmi: &Mmi<'_>) -> Result<(), String> {
        let harmless =
            [Issue::NumberNational, Issue::TimerRange, Issue::TimerStep, Issue::BasicServiceNotVoice];
        if let Some(issue) = mmi.issues().iter().find(|issue| !harmless.contains(issue)) {
            return Err(format!("refused by the network: {issue}"));
        }
        for state in mmi.states() {
            for service in services(mmi.basic_service().unwrap()) {
                self.apply(mmi, (*state, *service));
            }
        }
        Ok(())
    }

    fn apply(&mut self, mmi: &Mmi<'_>, key: (State, Service)) {
        match mmi.action() {
            Action::Registration => {
                let timer = mmi.timer().filter(|_| key.0 == State::NoReply);
                self.registers.insert(key, Register { number: mmi.sia().to_owned(), active: true, timer });
            }
            Action::Erasure => {
                self.registers.remove(&key);
            }
            Action::Activation | Action::Deactivation => {
                if let Some(register) = self.registers.get_mut(&key) {
                    register.active = mmi.action() == Action::Activation;
                }
            }
            Action::Interrogation => {}
        }
    }

    fn feature(&mut self, vertical: &Vertical<'_>) -> Result<(), String> {
        if vertical.issues().contains(&Issue::NumberMissing) {
            return Err("the line waits for a number".to_owned());
        }
        for state in vertical.states() {
            match vertical.action() {
                Action::Registration => self.vertical.insert(*state, vertical.number().to_owned()),
                _ => self.vertical.remove(state),
            };
        }
        Ok(())
    }
}

/// The services behind a code of annex C.
fn services(basic: BasicService) -> &'static [Service] {
    use Service::{Bearer, Data, Fax, Sms, Voice};
    match basic {
        BasicService::All => &[Voice, Data, Fax, Sms, Bearer],
        BasicService::AllTele => &[Voice, Data, Fax, Sms],
        BasicService::Voice => &[Voice],
        BasicService::Data => &[Data, Fax],
        BasicService::Fax => &[Fax],
        BasicService::Sms => &[Sms],
        BasicService::AllTeleButSms => &[Voice, Data, Fax],
        BasicService::Bearer => &[Bearer],
    }
}
