//! Holds a document against the rules and collects every fault.

use std::fmt;

use url::Url;

use super::MAX_FAULTS;
use super::json::{Located, Members, Node};
use super::rule::{Bounds, Object, Rule, Tagged};
use super::text::Text;
use crate::fault::Fault;
use crate::phone::E164;

/// Every fault of a value under a rule, in the order of the rows.
pub(super) fn faults(node: Node<'_>, rule: &'static Rule) -> Vec<Fault> {
    let mut walk = Walk { path: Vec::new(), found: Vec::new() };
    walk.value(node, rule);
    walk.found
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Field(&'static str),
    Key(Text<'a>),
    Index(usize),
}

struct Walk<'a> {
    path: Vec<Step<'a>>,
    found: Vec<Fault>,
}

impl<'a> Walk<'a> {
    fn value(&mut self, node: Node<'a>, rule: &'static Rule) {
        match (rule, node) {
            (Rule::List { item, min, max }, Node::List(items)) => {
                let count = items.len();
                if count < *min || max.is_some_and(|max| count > max) {
                    self.must_be(rule);
                }
                for (index, node) in items.iter().enumerate() {
                    self.at(Step::Index(index), |walk| walk.value(node, item));
                }
            }
            (Rule::Map(item), Node::Object(members)) => {
                for (key, value) in members.sorted() {
                    self.at(Step::Key(key), |walk| walk.value(value, item));
                }
            }
            (Rule::Object(object), Node::Object(members)) => self.object(members, object),
            (Rule::Tagged(tagged), Node::Object(members)) => self.tagged(members, tagged),
            _ if scalar(node, rule) => {}
            _ => self.must_be(rule),
        }
    }

    fn object(&mut self, members: Members<'a>, object: &'static Object) {
        let mut next = 0;
        let located = Located::new(members, |key| {
            // A document in the order of the rows is found at the first look.
            let place = match object.fields.get(next) {
                Some(field) if key.is(field.key) => next,
                _ => object.fields.iter().position(|field| key.is(field.key))?,
            };
            next = place + 1;
            Some(place)
        });
        for (place, field) in object.fields.iter().enumerate() {
            let node = located.at(place);
            self.at(Step::Field(field.key), |walk| match node {
                Some(Node::Null) if !field.required => {
                    walk.fault(format!("must be {}, or be left out; null is not accepted", field.rule));
                }
                Some(node) => walk.value(node, &field.rule),
                None if field.required => walk.fault(format!("is required: {}", field.rule)),
                None => {}
            });
        }
        if let Some((first, second)) = object.either
            && members.find(first).is_none()
            && members.find(second).is_none_or(|node| matches!(node, Node::Text(text) if text.is_empty()))
        {
            let message = format!("is required, unless `{second}` is set");
            self.at(Step::Field(first), |walk| walk.fault(message));
        }
    }

    fn tagged(&mut self, members: Members<'a>, tagged: &'static Tagged) {
        let mode = match members.find(tagged.tag) {
            Some(Node::Text(word)) => tagged.mode(|mode| word.is(mode)),
            _ => None,
        };
        match mode {
            Some(object) => self.object(members, object),
            None => self.at(Step::Field(tagged.tag), |walk| {
                walk.fault(format!("must be {}", Rule::Word(tagged.words)));
            }),
        }
    }

    fn at(&mut self, step: Step<'a>, inside: impl FnOnce(&mut Self)) {
        self.path.push(step);
        inside(self);
        self.path.pop();
    }

    fn must_be(&mut self, rule: &Rule) {
        self.fault(format!("must be {rule}"));
    }

    fn fault(&mut self, message: String) {
        if self.found.len() < MAX_FAULTS {
            let steps: Vec<String> = self.path.iter().map(Step::to_string).collect();
            self.found.push(Fault { path: steps.join("."), message });
        }
    }
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(key) => f.write_str(key),
            Self::Key(key) => f.write_str(&key.decode()),
            Self::Index(index) => index.fmt(f),
        }
    }
}

/// Whether a value that is neither array nor object follows its rule.
fn scalar(node: Node<'_>, rule: &Rule) -> bool {
    match (rule, node) {
        (Rule::Text { min, max }, Node::Text(text)) => long_enough(text, *min, *max),
        (Rule::Word(words), Node::Text(text)) => words.iter().any(|word| text.is(word)),
        (Rule::E164, Node::Text(text)) => E164::parse(&text.decode()).is_ok(),
        (Rule::Url, Node::Text(text)) => Url::parse(&text.decode()).is_ok(),
        (Rule::Flag, Node::Bool(_)) => true,
        (Rule::Number(bounds), Node::Number(text)) => number(text).is_some_and(|value| bounds.hold(value)),
        (Rule::Whole(bounds), Node::Number(text)) => number(text).is_some_and(|value| whole(value, *bounds)),
        _ => false,
    }
}

fn long_enough(text: Text<'_>, min: usize, max: Option<usize>) -> bool {
    match (min, max) {
        (0, None) => true,
        (1, None) => !text.is_empty(),
        _ => {
            let units = text.units();
            units >= min && max.is_none_or(|max| units <= max)
        }
    }
}

/// The double that JavaScript reads: `1e400` is infinite, `1e-400` is 0.
fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// JavaScript's `Number.isInteger`, in bounds. Infinity is no integer: its fraction is not a number.
fn whole(value: f64, bounds: Bounds) -> bool {
    value.fract() == 0.0 && bounds.hold(value)
}
