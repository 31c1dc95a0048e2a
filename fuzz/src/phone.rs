//! Any text as a phone number.

use veralux_core::phone::{E164, MAX_DIGITS, MIN_TYPED_DIGITS};

/// Reads a number in the three ways there are.
///
/// # Panics
/// When what was accepted is not E.164, does not survive its own text, or shows in `Debug`.
pub fn e164(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (parsed, normalised, typed) = (E164::parse(text), E164::normalise(text), E164::typed(text));
    for number in [parsed, normalised, typed].into_iter().flatten() {
        let digits = number.digits();
        assert!((2..=MAX_DIGITS).contains(&digits.len()));
        assert!(digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0'));
        assert_eq!(E164::parse(number.as_str()), Ok(number));
        assert!(digits.len() == 2 || !format!("{number:?}").contains(digits));
    }
    assert!(parsed.is_err() || parsed == normalised, "what needs no normalising is left alone");
    assert!(typed.is_err() || typed == normalised);
    assert_eq!(typed.is_ok(), normalised.is_ok_and(|number| number.digits().len() >= MIN_TYPED_DIGITS));
}
