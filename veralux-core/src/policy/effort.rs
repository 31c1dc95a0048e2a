//! How often a text is looked at in vain.
//!
//! Where an address or the name of a platform may be, a finder reads what stands around it in some hundreds of steps and more:
//! in a long text in which at-signs, dots or names stand thick that is what costs. So each finder looks everywhere only as long as it
//! looked in vain a few times for the text up to there ([`FREE`], and once more for each [`CELLS`] characters). Behind that, until the
//! text has made up for it, it looks where something stands by itself, and elsewhere at one token of [`APART`]. Messages that people
//! write have a few such places; two KiB of nothing but such messages have fewer than [`FREE`].

use super::token::Tokens;

/// Looks in vain that every text may have.
pub(super) const FREE: usize = 512;
/// Characters of the folded text for each one more.
const CELLS: usize = 64;
/// How far from each other the places are that are looked at behind that, in tokens.
const APART: usize = 16;

/// What one finder looked at so far in one text.
#[derive(Debug, Default)]
pub(super) struct Looks {
    vain: usize,
    /// The first token that may be looked at whatever stands there.
    next: usize,
}

impl Looks {
    /// Whether a token may be looked at whatever stands there.
    #[inline]
    pub(super) const fn may(&self, at: usize) -> bool {
        at >= self.next
    }

    /// Counts a look at a token where nothing was.
    #[inline]
    pub(super) fn vain(&mut self, tokens: &Tokens<'_>, at: usize) {
        self.vain += 1;
        if self.vain > FREE && self.vain > FREE + tokens.at(at).start() / CELLS {
            self.next = at + APART;
        }
    }

    #[cfg(test)]
    pub(super) const fn in_vain(&self) -> usize {
        self.vain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::token::Room;

    #[test]
    fn who_looked_in_vain_too_often_passes_some_over() {
        let text = "a ".repeat(FREE + CELLS * FREE);
        let mut room = Room::new();
        let tokens = Tokens::new(&text, &mut room);
        let mut looks = Looks::default();
        for at in 0..=FREE {
            assert!(looks.may(at));
            looks.vain(&tokens, 0);
        }
        assert_eq!((looks.may(APART - 1), looks.may(APART)), (false, true));
        // Far behind, the text has made up for it.
        let far = CELLS * FREE;
        looks.vain(&tokens, far);
        assert!(looks.may(far + 1));
    }
}
