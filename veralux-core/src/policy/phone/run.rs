//! Groups of digits with usual separators between them.

use crate::policy::ByteSpan;
use crate::policy::view::View;

/// Most groups in a run; French and spaced numbers have fewer.
const MAX_GROUPS: usize = 8;

const NOWHERE: ByteSpan = ByteSpan { start: 0, end: 0 };

/// Groups of digits, each with the sign that stands in front of it.
pub(super) struct Run {
    // INVARIANT: the first `len` entries hold groups in the order of the text.
    groups: [(ByteSpan, u8); MAX_GROUPS],
    len: usize,
    end: usize,
}

impl Run {
    /// The run that begins with the digit at `start`.
    pub(super) fn collect(view: View<'_>, start: usize) -> Self {
        let mut run = Self { groups: [(NOWHERE, 0); MAX_GROUPS], len: 0, end: start };
        let mut next = Some((start, 0));
        while let Some((start, sign)) = next {
            let end = view.run_end(start, usize::MAX, |byte| byte.is_ascii_digit());
            let Some(slot) = run.groups.get_mut(run.len) else { break };
            *slot = (ByteSpan { start, end }, sign);
            run.len += 1;
            run.end = end;
            next = separator(view, end);
        }
        run.drop_quantity(view);
        run
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Where the run ends; what it dropped at its end included.
    pub(super) const fn end(&self) -> usize {
        self.end
    }

    pub(super) fn group(&self, index: usize) -> ByteSpan {
        self.groups.get(index).map_or(NOWHERE, |(span, _)| *span)
    }

    /// Digits in a group; 0 behind the last.
    pub(super) fn digits(&self, index: usize) -> usize {
        if index >= self.len {
            return 0;
        }
        let span = self.group(index);
        span.end - span.start
    }

    /// The sign in front of a group: `-`, `.`, `/`, a space, or 0 in front of the first and behind the last.
    pub(super) fn sign(&self, index: usize) -> u8 {
        self.groups.get(index).filter(|_| index < self.len).map_or(0, |(_, sign)| *sign)
    }

    /// How many groups from `index` on are a date: 3 or 0.
    pub(super) fn date_groups(&self, view: View<'_>, index: usize) -> usize {
        let number = |at: usize| {
            let span = self.group(at);
            view.slice(span.start, span.end).parse::<u32>().unwrap_or(u32::MAX)
        };
        let sign = self.sign(index + 1);
        if !matches!(sign, b'/' | b'-' | b'.') || self.sign(index + 2) != sign {
            return 0;
        }
        let lengths = [self.digits(index), self.digits(index + 1), self.digits(index + 2)];
        let (one, two, three) = (number(index), number(index + 1), number(index + 2));
        let date = match lengths {
            [4, 1..=2, 1..=2] => (1900..2100).contains(&one) && two <= 12 && three <= 31,
            [1..=2, 1..=2, 4] => (1900..2100).contains(&three) && one <= 31 && two <= 31,
            [1..=2, 1..=2, 2] => one <= 31 && two <= 31,
            _ => false,
        };
        if date { 3 } else { 0 }
    }

    /// Whether the group is the `0` in `(0)`.
    pub(super) fn is_trunk_zero(&self, view: View<'_>, index: usize) -> bool {
        let span = self.group(index);
        view.slice(span.start.saturating_sub(1), span.end + 1) == "(0)"
    }

    /// Leaves out a short last group that runs on as a time, a share or a unit: "0123 5pm", "0123 10:30".
    fn drop_quantity(&mut self, view: View<'_>) {
        let last = self.len.saturating_sub(1);
        let runs_on = view.char_at(self.end).is_some_and(|c| c.is_alphabetic() || c == ':' || c == '%');
        if last > 0 && self.digits(last) <= 3 && runs_on {
            self.len = last;
        }
    }
}

/// What stands between two groups: where the next begins, and its sign. At most three characters; a dot or a slash
/// stands alone.
fn separator(view: View<'_>, from: usize) -> Option<(usize, u8)> {
    let (mut index, mut sign, mut alone) = (from, b' ', false);
    for count in 0..4 {
        let byte = view.at(index);
        if byte.is_ascii_digit() {
            let fits = count > 0 && !(alone && count > 1);
            return fits.then_some((index, sign));
        }
        let c = view.char_at(index)?;
        match c {
            ' ' | '\u{a0}' | '(' | ')' => {}
            '-' | '\u{2010}'..='\u{2014}' => sign = b'-',
            '.' | '/' => {
                sign = byte;
                alone = true;
            }
            _ => return None,
        }
        index += c.len_utf8();
    }
    None
}
