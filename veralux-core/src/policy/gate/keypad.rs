//! Letters that stand for the keys of a telephone behind few digits: "415-555-HAUL", "1-800-flowers".

/// Digits in front of which or behind which such letters stand.
pub(super) const FEW: std::ops::RangeInclusive<usize> = 4..=6;

/// Whether a text with few digits holds capitals for the keys of a telephone: "415-555-HAUL", "0800 MY DRAIN".
pub(super) fn end_number(text: &str, digits: usize) -> bool {
    let keys =
        |five: &[u8]| matches!(five, [b'-', letters @ ..] if letters.iter().all(u8::is_ascii_uppercase));
    digits == 6 && text.as_bytes().windows(5).any(keys)
        || text.as_bytes().contains(&b'8')
            && (text.as_bytes().windows(6).any(is_free_to_call)
                || text.as_bytes().windows(7).any(is_far_and_free))
}

/// Whether bytes are the end of a code of numbers that are free to call, and a capital behind it: "877-W", "0800) M".
fn is_free_to_call(bytes: &[u8]) -> bool {
    let sign = |byte: u8| b"-. )".contains(&byte);
    match *bytes {
        [b'8', one, other, first, second, third]
            if one.is_ascii_digit() && other.is_ascii_digit() && sign(first) =>
        {
            second.is_ascii_uppercase() || sign(second) && third.is_ascii_uppercase()
        }
        _ => false,
    }
}

/// Whether bytes are such a code behind the one for long distances, where letters may be small: "1-800-f".
fn is_far_and_free(bytes: &[u8]) -> bool {
    matches!(bytes, [b'1', sign, b'8', one, other, b'-', letter]
        if b"-. (".contains(sign) && one.is_ascii_digit() && other.is_ascii_digit() && letter.is_ascii_alphabetic())
}
