//! North American vertical service codes: `*72` and its like.

use super::issue::Issue;
use super::mmi::{Action, State};

/// A vertical service code of forwarding with the number behind it.
///
/// Unlike an MMI code it is called, not sent to the network as a control string; what it means varies by line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Vertical<'a> {
    row: &'static Row,
    number: &'a str,
}

/// One code: what it does, and in which states. A code that switches off names what it switches off.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    code: &'static str,
    action: Action,
    states: &'static [State],
}

use Action::{Deactivation as Off, Registration as On};
use State::{Busy, NoReply, Unconditional};

/// The whole-text codes with a 0 come first: `*720` alone switches off, `*7205550109999` is `*72` with a number.
const ROWS: &[Row] = &[
    Row { code: "*720", action: Off, states: &[Unconditional] },
    Row { code: "*900", action: Off, states: &[Busy] },
    Row { code: "*920", action: Off, states: &[NoReply] },
    Row { code: "*680", action: Off, states: &[Busy, NoReply] },
    Row { code: "*72", action: On, states: &[Unconditional] },
    Row { code: "*71", action: On, states: &[Busy, NoReply] },
    Row { code: "*90", action: On, states: &[Busy] },
    Row { code: "*92", action: On, states: &[NoReply] },
    Row { code: "*68", action: On, states: &[Busy, NoReply] },
    Row { code: "*73", action: Off, states: &[Unconditional, Busy, NoReply] },
    Row { code: "*91", action: Off, states: &[Busy] },
    Row { code: "*93", action: Off, states: &[NoReply] },
    Row { code: "*88", action: Off, states: &[Busy, NoReply] },
];

impl<'a> Vertical<'a> {
    /// Reads a whole text: a known code, and behind it nothing or a number with or without `+`.
    ///
    /// ```
    /// use veralux_core::forwarding::{Action, Vertical};
    /// let on = Vertical::read("*7205550109999").unwrap();
    /// assert_eq!((on.code(), on.number()), ("*72", "05550109999"));
    /// assert_eq!(Vertical::read("*720").unwrap().action(), Action::Deactivation);
    /// assert!(Vertical::read("*67911").is_none(), "hides the caller id: not forwarding");
    /// ```
    pub fn read(text: &'a str) -> Option<Self> {
        ROWS.iter().find_map(|row| {
            let number = text.strip_prefix(row.code)?;
            let digits = number.strip_prefix('+').unwrap_or(number);
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            let whole = row.code.len() == 3 || number.is_empty();
            (plain && whole).then_some(Self { row, number })
        })
    }

    /// The code without the number.
    pub fn code(&self) -> &'static str {
        self.row.code
    }

    /// [`Action::Registration`] or [`Action::Deactivation`].
    pub fn action(&self) -> Action {
        self.row.action
    }

    /// The states that it sets or clears.
    pub fn states(&self) -> &'static [State] {
        self.row.states
    }

    /// The number behind the code; may be empty.
    pub fn number(&self) -> &'a str {
        self.number
    }

    /// Everything that a network may not take as it was meant.
    pub fn issues(&self) -> Vec<Issue> {
        let number = match (self.action(), self.number) {
            (On, "") => Some(Issue::NumberMissing),
            (On, "+") => Some(Issue::NumberFormat),
            (On, number) => number.starts_with('+').then_some(Issue::PlusInVsc),
            (_, "") => None,
            _ => Some(Issue::NumberNotAllowed),
        };
        let star71 = (self.code() == "*71").then_some(Issue::Star71VerizonOnly);
        number.into_iter().chain(star71).collect()
    }
}

impl std::fmt::Debug for Vertical<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vertical({} and {} digits)", self.row.code, self.number.len())
    }
}
