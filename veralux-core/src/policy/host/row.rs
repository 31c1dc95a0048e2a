//! Rows of labels without an end: "a.b.c.d.e.f.g".

use super::{MAX_LABELS, belongs};
use crate::policy::lexicon::Senses;
use crate::policy::token::Tokens;

/// How far labels with nothing but dots between them were looked at, none of which can end a host. Each is looked at once,
/// though a host may begin at any of them.
#[derive(Default)]
pub(in crate::policy) struct Row {
    /// The first token behind them.
    end: usize,
}

impl Row {
    /// Whether a dot stands behind another in such a row, and as many labels behind it as a host has: none begins in front of
    /// it.
    #[inline]
    pub(in crate::policy) fn leads_on(&mut self, tokens: &Tokens<'_>, dot: usize) -> bool {
        let may = tokens.at(dot).is_mark(b'.')
            && tokens.at(dot.wrapping_sub(2)).is_mark(b'.')
            && !tokens.before(dot).has(Senses::EDGE);
        may && self.reaches(tokens, dot)
    }

    fn reaches(&mut self, tokens: &Tokens<'_>, dot: usize) -> bool {
        self.end = self.end.max(dot);
        let far = dot + 2 * (MAX_LABELS - 1);
        while self.end < far && is_inside(tokens, self.end) {
            self.end += 2;
        }
        self.end >= far
    }
}

/// Whether a dot and the label behind it have nothing between them, and another dot behind, and the label is no end.
fn is_inside(tokens: &Tokens<'_>, dot: usize) -> bool {
    let label = tokens.at(dot + 1);
    tokens.at(dot).is_mark(b'.')
        && tokens.is_glued(dot)
        && tokens.is_glued(dot + 1)
        && belongs(label)
        && !label.has(Senses::TLD)
        && tokens.at(dot + 2).is_mark(b'.')
        && tokens.is_glued(dot + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::token::Room;

    #[test]
    fn rows_are_those_without_an_end() {
        let leads_on = |text: &str, dot: usize| {
            let mut room = Room::new();
            Row::default().leads_on(&Tokens::new(text, &mut room), dot)
        };
        assert!(leads_on("a.b.c.d.e.f.g.", 3));
        // The first may begin anywhere, and a host behind the last.
        assert!(!leads_on("a.b.c.d.e.f.g.", 1));
        assert!(!leads_on("a.b.c.d.e.f.com.g", 7));
        assert!(!leads_on("a.b.c.d.com.f.g.", 3));
        assert!(!leads_on("a.b.c. d.e.f.g.", 3));
        assert!(!leads_on("a.b-b.c.d.e.f.g.", 3));
    }
}
