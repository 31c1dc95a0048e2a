//! As much of the numbering plans as a warning needs.

use crate::phone::E164;

/// The calling code that a number begins with (ITU-T E.164, list of assigned codes: every code but the one-digit ones
/// and these has three digits).
pub(super) fn calling_code(number: &E164) -> &str {
    let digits = number.digits();
    let length = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    };
    digits.get(..length).unwrap_or(digits)
}

/// The ten digits of a number in the North American Numbering Plan.
pub(super) fn nanp(number: &E164) -> Option<&str> {
    number.digits().strip_prefix('1').filter(|national| national.len() == 10)
}

/// Whether a number is toll-free: the North American 8xx codes in use, or the international freephone +800. Many
/// networks do not forward to these.
pub(super) fn is_toll_free(number: &E164) -> bool {
    const CODES: &[&str] = &["800", "833", "844", "855", "866", "877", "888"];
    match nanp(number) {
        Some(national) => CODES.iter().any(|code| national.starts_with(code)),
        None => calling_code(number) == "800",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calling_codes_are_read() {
        for (number, code, toll_free) in [
            ("+15550109999", "1", false),
            ("+18005550199", "1", true),
            ("+18335550199", "1", true),
            ("+18015550199", "1", false),
            ("+447973100123", "44", false),
            ("+919812345678", "91", false),
            ("+37045512300", "370", false),
            ("+35312345678", "353", false),
            ("+4212345678", "421", false),
            ("+74951234567", "7", false),
            ("+80012345678", "800", true),
            ("+2348012345678", "234", false),
            ("+27821234567", "27", false),
        ] {
            let number = E164::parse(number).unwrap();
            assert_eq!((calling_code(&number), is_toll_free(&number)), (code, toll_free), "{number}");
        }
    }
}
