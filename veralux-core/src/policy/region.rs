//! Where a tenant is: what makes a national number one that anybody can dial.

use std::ops::RangeInclusive;

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
        /// Austria.
        Austria = "AT",
        /// Belgium.
        Belgium = "BE",
        /// Denmark.
        Denmark = "DK",
        /// Ireland.
        Ireland = "IE",
        /// Netherlands.
        Netherlands = "NL",
        /// New Zealand.
        NewZealand = "NZ",
        /// Norway.
        Norway = "NO",
        /// Poland.
        Poland = "PL",
        /// Portugal.
        Portugal = "PT",
        /// Sweden.
        Sweden = "SE",
        /// Switzerland.
        Switzerland = "CH",
    }
}

impl Region {
    /// The region whose numbers begin as this one does; none where the plan of its country is not known here.
    pub fn of(number: &E164) -> Option<Self> {
        // No country's code begins another's.
        Self::ALL.iter().copied().find(|region| number.digits().starts_with(plan(*region).code))
    }
}

/// A numbering plan as far as it is needed (ITU-T E.164, national plans).
struct Plan {
    code: &'static str,
    trunk: Trunk,
    /// How many digits a national number has without its trunk prefix.
    digits: RangeInclusive<usize>,
}

/// The digit in front of a national number that is not dialled from abroad.
#[derive(Clone, Copy)]
enum Trunk {
    /// There is none.
    None,
    /// It is always written, and so is the mark of a national number.
    Written(&'static str),
    /// It may be left out, as it mostly is.
    Optional(&'static str),
}

const fn plan(region: Region) -> Plan {
    use Trunk::{None, Optional, Written};
    let (code, trunk, digits) = match region {
        Region::UnitedStates => ("1", Optional("1"), 10..=10),
        Region::UnitedKingdom => ("44", Written("0"), 9..=10),
        Region::Germany => ("49", Written("0"), 7..=11),
        Region::France => ("33", Written("0"), 9..=9),
        Region::Spain => ("34", None, 9..=9),
        // The zero of Italian numbers is dialled from abroad as well.
        Region::Italy => ("39", None, 9..=11),
        Region::India => ("91", Optional("0"), 10..=10),
        Region::Australia => ("61", Written("0"), 9..=9),
        // The zero goes with the code of a carrier.
        Region::Brazil => ("55", Optional("0"), 10..=11),
        Region::Mexico => ("52", None, 10..=10),
        Region::Austria => ("43", Written("0"), 7..=13),
        Region::Belgium => ("32", Written("0"), 8..=9),
        Region::Denmark => ("45", None, 8..=8),
        Region::Ireland => ("353", Written("0"), 7..=9),
        Region::Netherlands => ("31", Written("0"), 9..=9),
        Region::NewZealand => ("64", Written("0"), 8..=10),
        Region::Norway => ("47", None, 8..=8),
        Region::Poland => ("48", None, 9..=9),
        Region::Portugal => ("351", None, 9..=9),
        Region::Sweden => ("46", Written("0"), 7..=9),
        Region::Switzerland => ("41", Written("0"), 9..=9),
    };
    Plan { code, trunk, digits }
}

/// A national number in E.164 form; none when it does not fit the region's plan.
pub(super) fn international(region: Region, digits: &str) -> Option<String> {
    let Plan { code, trunk, digits: lengths } = plan(region);
    let national = match trunk {
        Trunk::None => digits,
        Trunk::Written(prefix) => digits.strip_prefix(prefix)?,
        Trunk::Optional(prefix) => digits.strip_prefix(prefix).unwrap_or(digits),
    };
    let fits = lengths.contains(&national.len()) && national.bytes().all(|digit| digit.is_ascii_digit());
    // Area codes: of code 1 from 2 on (NANPA), of Brazil without a zero (Anatel).
    let area = national.as_bytes().get(..2)?;
    let known = match region {
        Region::UnitedStates => area.first().is_some_and(|digit| *digit > b'1'),
        Region::Brazil => !area.contains(&b'0'),
        _ => true,
    };
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
            ("+4312345678", Some(Region::Austria)),
            ("+35312345678", Some(Region::Ireland)),
            ("+351912345678", Some(Region::Portugal)),
            ("+3581234567", None),
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
            (Region::India, "09823041765", Some("+919823041765")),
            (Region::Brazil, "11987654321", Some("+5511987654321")),
            (Region::Brazil, "1132654321", Some("+551132654321")),
            (Region::Brazil, "011987654321", Some("+5511987654321")),
            (Region::Brazil, "10987654321", None),
            (Region::Australia, "0412345678", Some("+61412345678")),
            (Region::Australia, "412345678", None),
            (Region::Mexico, "5512345678", Some("+525512345678")),
            (Region::Ireland, "0851234567", Some("+353851234567")),
            (Region::Switzerland, "0791234567", Some("+41791234567")),
            (Region::Norway, "41234567", Some("+4741234567")),
            (Region::Poland, "512345678", Some("+48512345678")),
        ] {
            assert_eq!(international(region, digits).as_deref(), expected, "{region} {digits}");
        }
    }
}
