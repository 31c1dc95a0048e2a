//! Contact details that are found plain must be found in every disguise, and in two of them at once.
//!
//! The transforms are classes of disguise, not examples; no list of disguised texts exists that rules could be fitted to.
//! The shares are printed by transform, so that a weak class shows.

#![cfg(test)]

use std::collections::BTreeMap;

use veralux_core::policy::{Detector, Kind, Severity};

/// The aims are 0.97 and 0.90.
const LEAST_SINGLE: f64 = 0.98;
const LEAST_PAIRS: f64 = 0.97;

/// A transform: its name, what it does, and whether it is about letters and digits alone (and may follow any other).
struct Transform {
    name: &'static str,
    apply: fn(&str) -> String,
}

static PHONES: &[&str] = &[
    "415-555-0132",
    "(503) 555-0126",
    "212.555.0187",
    "6465550199",
    "+1 312 555 0144",
    "07700 900123",
    "020 7946 0958",
    "+44 7700 900456",
    "0171 4926183",
    "+49 30 2718564",
    "06 83 14 56 27",
    "+33 6 12 83 40 97",
    "98230 41765",
    "+91 98100 12345",
    "612 490 378",
    "+34 698 143 725",
    "11 98264-7310",
    "0412 683 957",
];
static EMAILS: &[&str] = &[
    "john.smith@gmail.com",
    "annlee92@yahoo.com",
    "info@happypaws.co.uk",
    "maria@limpiezas.es",
    "j_doe@outlook.com",
    "bookings@cleanhome.org",
    "karl@huber.de",
    "tutor.amy@icloud.com",
];
static LINKS: &[&str] = &[
    "happypaws.com",
    "www.cleanhome.org",
    "joesplumbing.net",
    "wa.me/14155550132",
    "t.me/annlee",
    "bit.ly/3abcde",
    "sparklecleaners.co.uk",
    "linktr.ee/annlee",
];
static HANDLES: &[&str] =
    &["annlee92", "happy_paws_sf", "joe.the.plumber", "dogwalker_amy", "sparkle.clean", "mike_movers77"];

static CUED: &[&str] =
    &["call me on {}", "my number is {} thanks", "text {} tonight", "you can reach me at {}, ok?"];
static BARE: &[&str] = &["{}", "ok so {} then", "hi, it's {}. Thanks"];

fn each_char(text: &str, map: impl Fn(char) -> String) -> String {
    text.chars().map(map).collect()
}

fn offset(c: char, from: char, to: u32) -> String {
    char::from_u32(u32::from(c) - u32::from(from) + to).unwrap().to_string()
}

fn digits_to(text: &str, zero: u32) -> String {
    each_char(text, |c| if c.is_ascii_digit() { offset(c, '0', zero) } else { c.to_string() })
}

fn only_digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

fn words(text: &str, words: [&str; 10], between: &str) -> String {
    let said: Vec<&str> = only_digits(text).into_iter().map(|digit| words[digit as usize]).collect();
    let plus = if text.starts_with('+') { "+" } else { "" };
    format!("{plus}{}", said.join(between))
}

fn joined(text: &str, between: &str) -> String {
    let digits: Vec<String> = only_digits(text).iter().map(u32::to_string).collect();
    digits.join(between)
}

fn between_all(text: &str, sign: &str) -> String {
    let chars: Vec<String> = text.chars().map(String::from).collect();
    chars.join(sign)
}

fn regrouped(text: &str, sign: &str) -> String {
    text.replace([' ', '-', '.'], sign).replace(['(', ')'], "").replace(&sign.repeat(2), sign)
}

const EN: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const OH: [&str; 10] = ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const ES: [&str; 10] = ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"];
const DE: [&str; 10] = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"];
const FR: [&str; 10] = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"];
const HI: [&str; 10] = ["shunya", "ek", "do", "teen", "chaar", "paanch", "chhe", "saat", "aath", "nau"];
const HOMOPHONES: [&str; 10] = ["oh", "won", "too", "tree", "fore", "fife", "six", "seven", "ate", "nine"];
const SLIPS: [&str; 10] = ["zeero", "onee", "twoo", "thre", "foru", "fve", "sixx", "sevn", "eigth", "nien"];

/// Digits in other clothes, between signs, in words.
static FOR_PHONES: &[Transform] = &[
    Transform { name: "no separators", apply: |t| joined(t, "") },
    Transform { name: "spaces everywhere", apply: |t| joined(t, " ") },
    Transform { name: "hyphens everywhere", apply: |t| joined(t, "-") },
    Transform { name: "dots everywhere", apply: |t| joined(t, ".") },
    Transform { name: "stars everywhere", apply: |t| joined(t, "*") },
    Transform { name: "lines", apply: |t| joined(t, "\n") },
    Transform { name: "underscores", apply: |t| regrouped(t, "_") },
    Transform { name: "tildes", apply: |t| regrouped(t, " ~ ") },
    Transform { name: "bars", apply: |t| regrouped(t, "|") },
    Transform { name: "em dashes", apply: |t| regrouped(t, "—") },
    Transform { name: "tabs", apply: |t| regrouped(t, "\t") },
    Transform { name: "brackets", apply: |t| format!("[{}]", regrouped(t, "] [")) },
    Transform { name: "emoji", apply: |t| joined(t, "🐶") },
    Transform { name: "full width", apply: |t| digits_to(t, 0xff10) },
    Transform { name: "Arabic-Indic", apply: |t| digits_to(t, 0x660) },
    Transform { name: "Devanagari", apply: |t| digits_to(t, 0x966) },
    Transform { name: "mathematical", apply: |t| digits_to(t, 0x1d7ec) },
    Transform {
        name: "circled",
        apply: |t| {
            each_char(t, |c| match c.to_digit(10) {
                Some(0) => "⓪".to_owned(),
                Some(digit) => char::from_u32(0x245f + digit).unwrap().to_string(),
                None => c.to_string(),
            })
        },
    },
    Transform {
        name: "superscript",
        apply: |t| {
            each_char(t, |c| {
                c.to_digit(10).map_or(c.to_string(), |digit| {
                    "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit as usize).unwrap().to_string()
                })
            })
        },
    },
    Transform {
        name: "keycaps",
        apply: |t| {
            each_char(t, |c| if c.is_ascii_digit() { format!("{c}\u{fe0f}\u{20e3}") } else { c.to_string() })
        },
    },
    Transform { name: "zero width", apply: |t| between_all(t, "\u{200b}") },
    Transform { name: "struck through", apply: |t| each_char(t, |c| format!("{c}\u{336}")) },
    Transform { name: "words", apply: |t| words(t, EN, " ") },
    Transform { name: "words with oh", apply: |t| words(t, OH, " ") },
    Transform { name: "words, commas", apply: |t| words(t, EN, ", ") },
    Transform { name: "words, hyphens", apply: |t| words(t, EN, "-") },
    Transform { name: "words glued", apply: |t| words(t, EN, "") },
    Transform { name: "Spanish", apply: |t| words(t, ES, " ") },
    Transform { name: "German", apply: |t| words(t, DE, " ") },
    Transform { name: "French", apply: |t| words(t, FR, " ") },
    Transform { name: "Hindi", apply: |t| words(t, HI, " ") },
    Transform { name: "homophones", apply: |t| words(t, HOMOPHONES, " ") },
    Transform { name: "misspelt", apply: |t| words(t, SLIPS, " ") },
    Transform {
        name: "every other a word",
        apply: |t| {
            let mixed = only_digits(t).into_iter().enumerate();
            let said = mixed.map(
                |(at, digit)| if at % 2 == 0 { EN[digit as usize].to_owned() } else { digit.to_string() },
            );
            said.collect::<Vec<_>>().join(" ")
        },
    },
    Transform {
        name: "letters apart",
        apply: |t| {
            let said = only_digits(t).into_iter().map(|digit| between_all(EN[digit as usize], " "));
            said.collect::<Vec<_>>().join("  ")
        },
    },
    Transform {
        name: "like letters",
        apply: |t| {
            each_char(t, |c| match c {
                '0' => "O".to_owned(),
                '1' => "l".to_owned(),
                '5' => "S".to_owned(),
                _ => c.to_string(),
            })
        },
    },
];

/// Letters in other clothes, and words for the signs.
static FOR_ADDRESSES: &[Transform] = &[
    Transform { name: "capitals", apply: str::to_uppercase },
    Transform {
        name: "full width",
        apply: |t| {
            each_char(t, |c| if c.is_ascii_graphic() { offset(c, '!', 0xff01) } else { c.to_string() })
        },
    },
    Transform {
        name: "mathematical",
        apply: |t| {
            each_char(t, |c| if c.is_ascii_lowercase() { offset(c, 'a', 0x1d41a) } else { c.to_string() })
        },
    },
    Transform { name: "zero width", apply: |t| between_all(t, "\u{200b}") },
    Transform { name: "soft hyphens", apply: |t| between_all(t, "\u{ad}") },
    Transform { name: "struck through", apply: |t| each_char(t, |c| format!("{c}\u{336}")) },
    Transform {
        name: "Cyrillic",
        apply: |t| t.replace('a', "а").replace('e', "е").replace('o', "о").replace('c', "с"),
    },
    Transform { name: "letters apart", apply: |t| between_all(t, " ") },
    Transform {
        name: "dot in words",
        apply: |t| t.replace('@', " at ").replace('.', " dot ").replace('/', " slash "),
    },
    Transform { name: "dot in brackets", apply: |t| t.replace('@', "(at)").replace('.', "(dot)") },
    Transform { name: "square brackets", apply: |t| t.replace('@', "[at]").replace('.', "[.]") },
    Transform { name: "spaces around", apply: |t| t.replace('@', " @ ").replace('.', " . ") },
    Transform { name: "at the rate", apply: |t| t.replace('@', " at the rate ").replace('.', " dot ") },
    Transform {
        name: "Spanish",
        apply: |t| t.replace('@', " arroba ").replace('.', " punto ").replace('/', " barra "),
    },
    Transform { name: "ideographic stop", apply: |t| t.replace('.', "。") },
    Transform { name: "one dot leader", apply: |t| t.replace('.', "․") },
];

/// What is glued to a text or laid around it.
static AROUND: &[Transform] = &[
    Transform { name: "bidi", apply: |t| format!("\u{202a}{t}\u{202c}") },
    Transform { name: "quotes", apply: |t| format!("\"{t}\"") },
    Transform { name: "zero width joiners", apply: |t| between_all(t, "\u{200d}") },
    Transform { name: "no-break spaces", apply: |t| t.replace(' ', "\u{a0}") },
];

fn finds(detector: &Detector, kind: Kind, text: &str) -> bool {
    let found = detector.scan(text);
    found.iter().any(|finding| {
        finding.severity == Severity::Identifier && (finding.kind == kind || kind != Kind::Phone)
    })
}

/// Whether a second transform still has what it reads: those that write digits anew read ASCII digits, and letters stand
/// apart only where each is one character.
fn keeps_all(contact: &str, first: &str, second: &str) -> bool {
    let pairs =
        ["keycaps", "zero width", "zero width joiners", "struck through", "soft hyphens", "letters apart"];
    let rewrites =
        FOR_PHONES.iter().take(6).chain(FOR_PHONES.iter().skip(22)).any(|transform| transform.name == second)
            || second == "emoji";
    let digits = only_digits(first) == only_digits(contact) && first.is_ascii();
    let brackets = first.contains(['(', '[']) && second.contains("brackets");
    !brackets
        && if pairs.contains(&second) {
            first.is_ascii() || second != "letters apart"
        } else {
            !rewrites || digits
        }
}

struct Shares {
    by_name: BTreeMap<String, (usize, usize)>,
}

impl Shares {
    fn add(&mut self, name: &str, hit: bool) {
        let share = self.by_name.entry(name.to_owned()).or_default();
        share.0 += usize::from(hit);
        share.1 += 1;
    }

    fn total(&self) -> f64 {
        let sum = self.by_name.values().fold((0, 0), |sum, share| (sum.0 + share.0, sum.1 + share.1));
        share(sum)
    }

    fn print_weak(&self, below: f64) {
        for (name, counts) in self.by_name.iter().filter(|(_, counts)| share(**counts) < below) {
            println!("  {name}: {} of {}", counts.0, counts.1);
        }
    }
}

fn share((part, whole): (usize, usize)) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(f64::NAN, f64::from);
    number(part) / number(whole.max(1))
}

/// A kind, contacts, the sentences they stand in, transforms.
type Suite = (Kind, &'static [&'static str], Vec<&'static str>, Vec<&'static Transform>);

/// The contacts with the sentences they stand in, and the transforms that suit them.
fn suites() -> [Suite; 4] {
    let phones = FOR_PHONES.iter().chain(AROUND).collect();
    let addresses = || FOR_ADDRESSES.iter().chain(AROUND).collect();
    let letters = FOR_ADDRESSES.iter().take(8).chain(AROUND).collect();
    let sentences = |texts: &[&'static [&'static str]]| texts.concat();
    [
        (Kind::Phone, PHONES, sentences(&[CUED, BARE]), phones),
        (Kind::Email, EMAILS, sentences(&[BARE, &["write to {} please"]]), addresses()),
        (Kind::Url, LINKS, sentences(&[BARE, &["see {} for prices"]]), addresses()),
        (
            Kind::Social,
            HANDLES,
            vec!["my insta is {}", "insta: {}", "find me on telegram as {}", "@{}"],
            letters,
        ),
    ]
}

#[test]
fn every_disguise() {
    let detector = Detector::new();
    let mut shares = Shares { by_name: BTreeMap::new() };
    for (kind, contacts, sentences, transforms) in suites() {
        for contact in contacts {
            for sentence in &sentences {
                for transform in &transforms {
                    let text = sentence.replace("{}", &(transform.apply)(contact));
                    let hit = finds(&detector, kind, &text);
                    shares.add(&format!("{kind}, {}", transform.name), hit);
                    if !hit && std::option_env!("POLICY_SHOW").is_some() {
                        println!("missed: {kind} {}: {text:?}", transform.name);
                    }
                }
            }
        }
    }
    println!("single transforms: {:.4}", shares.total());
    shares.print_weak(0.97);
    assert!(shares.total() >= LEAST_SINGLE);
}

#[test]
fn two_disguises_at_once() {
    let detector = Detector::new();
    let mut shares = Shares { by_name: BTreeMap::new() };
    for (kind, contacts, sentences, transforms) in suites() {
        for (at, contact) in contacts.iter().enumerate() {
            for one in &transforms {
                for other in &transforms {
                    let (first, second) = ((one.apply)(contact), (other.apply)(&(one.apply)(contact)));
                    if first == *contact || second == first || !keeps_all(contact, &first, other.name) {
                        continue;
                    }
                    let sentence = sentences[at % sentences.len()];
                    let text = sentence.replace("{}", &second);
                    shares.add(
                        &format!("{kind}, {} then {}", one.name, other.name),
                        finds(&detector, kind, &text),
                    );
                }
            }
        }
    }
    println!("two transforms: {:.4}", shares.total());
    shares.print_weak(0.5);
    assert!(shares.total() >= LEAST_PAIRS);
}
