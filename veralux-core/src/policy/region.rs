//! Where a tenant is: what makes a national number one that anybody can dial.

use crate::phone::E164;
use crate::word::words;
use serde::{Deserialize, Serialize};

words! {
    /// A country whose national numbers are meant (ISO 3166-1).
    pub enum Region {
        /// United States, Canada and the other countries of code 1.
        UnitedStates = "US",
        /// United Kingdom.
        UnitedKingdom = "GB",
        /// Germany.
        Germany = "DE",
        /// France.
        France = "FR",
        /// Spain.
        Spain = "ES",
        /// Italy.
        Italy = "IT",
        /// India.
        India = "IN",
        /// Australia.
        Australia = "AU",
        /// Brazil.
        Brazil = "BR",
        /// Mexico.
        Mexico = "MX",
    }
}

impl Region {
    /// The region whose numbers begin as this one does; none where the plan of its country is not known here.
    pub fn of(number: &E164) -> Option<Self> {
        // No country's code begins another's.
        Self::ALL.iter().copied().find(|region| number.digits().starts_with(plan(*region).code))
    }
}

/// A numbering plan as far as it is needed (ITU-T E.164, national plans): country code, trunk prefix, digits of a national
/// number without it.
struct Plan {
    code: &'static str,
    trunk: &'static str,
    digits: std::ops::RangeInclusive<usize>,
}

const fn plan(region: Region) -> Plan {
    let (code, trunk, digits) = match region {
        Region::UnitedStates => ("1", "1", 10..=10),
        Region::UnitedKingdom => ("44", "0", 9..=10),
        Region::Germany => ("49", "0", 7..=11),
        Region::France => ("33", "0", 9..=9),
        Region::Spain => ("34", "", 9..=9),
        // The zero of Italian numbers is dialled from abroad as well.
        Region::Italy => ("39", "", 9..=11),
        Region::India => ("91", "0", 10..=10),
        Region::Australia => ("61", "0", 9..=9),
        Region::Brazil => ("55", "0", 10..=11),
        Region::Mexico => ("52", "", 10..=10),
    };
    Plan { code, trunk, digits }
}

/// A national number in E.164 form; none when it does not fit the region's plan.
pub(super) fn international(region: Region, digits: &str) -> Option<String> {
    let Plan { code, trunk, digits: lengths } = plan(region);
    let national = match digits.strip_prefix(trunk).filter(|_| !trunk.is_empty()) {
        Some(rest) => rest,
        // In code 1 the trunk prefix may be left out, elsewhere it is the mark of a national number.
        None if trunk.is_empty() || trunk == "1" => digits,
        None if region == Region::India && digits.len() == 10 => digits,
        None => return None,
    };
    let fits = lengths.contains(&national.len()) && national.bytes().all(|digit| digit.is_ascii_digit());
    let known = code != "1" || national.bytes().next().is_some_and(|digit| digit > b'1');
    (fits && known).then(|| format!("+{code}{national}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_where_it_is() {
        for (number, expected) in [
            ("+14155550132", Some(Region::UnitedStates)),
            ("+447700900123", Some(Region::UnitedKingdom)),
            ("+493012345678", Some(Region::Germany)),
            ("+390612345678", Some(Region::Italy)),
            ("+4312345678", None),
            ("+3531234567", None),
        ] {
            assert_eq!(Region::of(&E164::parse(number).unwrap()), expected, "{number}");
        }
    }

    #[test]
    fn national_numbers() {
        for (region, digits, expected) in [
            (Region::UnitedStates, "4155550132", Some("+14155550132")),
            (Region::UnitedStates, "14155550132", Some("+14155550132")),
            (Region::UnitedStates, "1155550132", None),
            (Region::UnitedStates, "5550132", None),
            (Region::UnitedKingdom, "07700900123", Some("+447700900123")),
            (Region::UnitedKingdom, "7700900123", None),
            (Region::France, "0612345678", Some("+33612345678")),
            (Region::Spain, "612345678", Some("+34612345678")),
            (Region::Italy, "0612345678", Some("+390612345678")),
            (Region::India, "9823041765", Some("+919823041765")),
        ] {
            assert_eq!(international(region, digits).as_deref(), expected, "{region} {digits}");
        }
    }
}
