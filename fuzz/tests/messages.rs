//! What people wrote, as no one would write it: without its beginning, in pieces, mixed with others and with strange signs.

#![cfg(test)]

use std::fs;
use std::path::Path;

use serde_json::Value;
use veralux_fuzz::policy::policy_scan;

/// What is put between the pieces.
const BETWEEN: [&str; 28] = [
    "",
    " ",
    "\n",
    "@",
    ".",
    "_",
    "$",
    "-",
    "#",
    "|",
    "x",
    "5",
    "oh ",
    " dot ",
    " at ",
    "\u{200b}",
    "\u{ad}",
    "\u{301}",
    "é",
    "oo",
    " dotcóm ",
    "dotcom",
    "\u{202e}",
    "①",
    "٣",
    "я",
    "信",
    "1\u{fe0f}\u{20e3}",
];

fn texts(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/policy").join(file);
    let lines = fs::read_to_string(path).unwrap();
    let documents = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let texts = documents.flat_map(|document| {
        let several = document["messages"].as_array().cloned();
        several.unwrap_or_else(|| vec![document["text"].clone()])
    });
    texts.map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// The same each time: places in a text are drawn by what came before.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        // A linear congruential generator (Knuth, MMIX).
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    fn place(&mut self, text: &str) -> usize {
        let drawn = self.below(text.len() + 1);
        (0..=drawn).rev().find(|at| text.is_char_boundary(*at)).unwrap()
    }
}

fn mix(file: &str, seed: u64) {
    let (texts, mut draw) = (texts(file), Draw(seed));
    assert!(texts.len() > 300, "{file}");
    for text in &texts {
        let words: Vec<_> =
            text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).collect();
        let from = words.get(draw.below(words.len() + 1)).map_or(0, |space| space + 1);
        policy_scan(text.get(from..).unwrap_or(text).as_bytes());
        let other = &texts[draw.below(texts.len())];
        let (cut, joint) = (draw.place(text), draw.place(other));
        let between = [BETWEEN[draw.below(BETWEEN.len())], BETWEEN[draw.below(BETWEEN.len())]];
        policy_scan(
            [&text[..cut], between[0], &other[joint..], between[1], &text[cut..]].concat().as_bytes(),
        );
    }
}

#[test]
fn messages_that_rules_were_made_by() {
    mix("seen.jsonl", 1);
}

#[test]
fn messages_of_the_first_set() {
    mix("dev.jsonl", 2);
}

#[test]
fn messages_that_no_rule_was_made_by() {
    mix("unseen.jsonl", 3);
    mix("free.jsonl", 4);
}
