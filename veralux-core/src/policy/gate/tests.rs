use super::*;

#[test]
fn what_may_hold_something_is_doubted() {
    for (text, clean) in [
        ("see you at nine, the key is under the mat", true),
        ("See you at the vet's on Tuesday... Bring 2 leads, 3 bowls (the blue ones)!", true),
        ("it went well today. thanks for the hoooray and the photos of both cats by the window", true),
        ("call 415 555 0132", false),
        ("four one five five five five oh one three two", false),
        ("fouroneone is what it says", false),
        ("ohfourone is what it says", false),
        ("cinquantacinque is what it says", false),
        ("vierhundertfuenfzehn is what it says", false),
        ("zweitausendsieben is what it says", false),
        ("call 415-555-HAUL", false),
        ("call 1-800-flowers", false),
        ("ann@b", false),
        ("look at happypaws.com", false),
        ("look at happypaws ,com", false),
        ("it is happypawsdotcom as ever", false),
        ("fiiive siiix one one one two two", false),
        ("fivee fivee fivee onee twoo fourr zeroo", false),
        ("ring trescientos 0555", false),
        ("call SSS-O14O", false),
        ("foour oone fiive fiive twwo onne sixx", false),
        ("add me on 1nsta", false),
        ("c a l l m e", false),
        ("outside the app please", false),
        ("This pay is  &lt;DECIMAL&gt;  lakhs", true),
        ("you forgot my surname Mr . Ill give you a clue", true),
        ("look at happypaws . comm", false),
        ("he has what I need: a phone number, and your paperwork", true),
        ("send me your new phone number", false),
        ("what a ruuun!!! so hot!!!", true),
        ("f!ve", false),
    ] {
        // Wherever it lies to the windows.
        for place in 0..130 {
            let moved = format!("{} {text}", "ky, ".repeat(50).get(..place).unwrap_or_default());
            assert_eq!(signs(&moved).is_clean(), clean, "{moved}");
        }
    }
}

#[test]
fn a_letter_that_stands_twice_hides_no_word() {
    for word in ["telegram", "pinterest", "kakaotalk", "soundcloud", "clubhouse"] {
        for (at, letter) in word.char_indices() {
            let (front, behind) = word.split_at(at);
            let text = format!("my {front}{letter}{behind} is ann");
            assert!(!signs(&text).is_clean(), "{text}");
        }
    }
}

#[test]
fn a_long_word_makes_nobody_forget_single_letters() {
    for length in [40, 64, 66, 200] {
        let text = format!("my i n s t á is ann.lee {}", "x".repeat(length));
        assert!(!signs(&text).is_clean(), "{text}");
    }
}
