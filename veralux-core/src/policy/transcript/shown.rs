//! A transcript with placeholders in it, and what of the original each part of it is.

use std::collections::BTreeMap;

use super::Personal;
use crate::policy::ByteSpan;

/// What was found, by where each begins; none overlaps another.
pub(super) type Spans = BTreeMap<usize, (ByteSpan, Personal)>;

/// Adds what overlaps nothing that was found before.
pub(super) fn add(spans: &mut Spans, span: ByteSpan, what: Personal) {
    let before = spans.range(..span.end).next_back();
    if before.is_none_or(|(_, (before, _))| before.end <= span.start) {
        spans.insert(span.start, (span, what));
    }
}

/// A text without what was found in it.
pub(super) struct Shown {
    pub(super) text: String,
    kept: Vec<Kept>,
}

/// A part that is as it was.
struct Kept {
    shown: usize,
    original: usize,
    length: usize,
}

impl Shown {
    pub(super) fn new(text: &str, found: &Spans) -> Self {
        let mut shown = Self { text: String::with_capacity(text.len()), kept: Vec::new() };
        let mut from = 0;
        for (span, what) in found.values() {
            shown.keep(text, from, span.start);
            shown.text.push_str(what.placeholder());
            from = span.end;
        }
        shown.keep(text, from, text.len());
        shown
    }

    fn keep(&mut self, text: &str, from: usize, to: usize) {
        let kept = text.get(from..to).unwrap_or_default();
        self.kept.push(Kept { shown: self.text.len(), original: from, length: kept.len() });
        self.text.push_str(kept);
    }

    /// What a span of this is of the original; the placeholders in it are left out.
    pub(super) fn originals(&self, span: ByteSpan) -> impl Iterator<Item = ByteSpan> {
        let first = self.kept.partition_point(|kept| kept.shown + kept.length <= span.start);
        let touched = self.kept.get(first..).unwrap_or_default().iter();
        touched.take_while(move |kept| kept.shown < span.end).filter(|kept| kept.length > 0).map(
            move |kept| {
                let from = span.start.max(kept.shown) - kept.shown;
                let to = (span.end - kept.shown).min(kept.length);
                ByteSpan { start: kept.original + from, end: kept.original + to }
            },
        )
    }
}
