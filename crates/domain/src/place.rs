//! Where on earth: coordinates, time zone and country, each parsed into a type that cannot be wrong.

use crate::Invalid;
use serde::{Deserialize, Serialize};

/// A point on earth in millionths of a degree, about a tenth of a metre, which every database
/// keeps exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Coordinates {
    latitude: i32,
    longitude: i32,
}

const MICRO: f64 = 1_000_000.0;

impl Coordinates {
    /// A point by its latitude (-90 to 90) and longitude (-180 to 180) in degrees (WGS 84).
    pub fn from_degrees(latitude: f64, longitude: f64, pointer: &str) -> Result<Self, Invalid> {
        let outside = |value: f64, most: f64| !(-most..=most).contains(&value);
        if outside(latitude, 90.0) || outside(longitude, 180.0) {
            return Err(Invalid::new(pointer, "RANGE", "must be a point on earth"));
        }
        Ok(Self {
            latitude: (latitude * MICRO).round() as i32,
            longitude: (longitude * MICRO).round() as i32,
        })
    }

    /// A point by its millionths of degrees; `None` when it is not on earth.
    pub fn from_micro_degrees(latitude: i32, longitude: i32) -> Option<Self> {
        let on_earth =
            latitude.unsigned_abs() <= 90_000_000 && longitude.unsigned_abs() <= 180_000_000;
        on_earth.then_some(Self {
            latitude,
            longitude,
        })
    }

    /// Latitude and longitude in millionths of a degree.
    pub const fn micro_degrees(self) -> (i32, i32) {
        (self.latitude, self.longitude)
    }

    /// Latitude and longitude in degrees.
    pub fn degrees(self) -> (f64, f64) {
        (
            f64::from(self.latitude) / MICRO,
            f64::from(self.longitude) / MICRO,
        )
    }
}

/// The name of a time zone in the IANA database, like `Europe/Berlin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeZone(String);

impl TimeZone {
    /// Takes a name that the database knows, in its case.
    pub fn parse(text: &str, pointer: &str) -> Result<Self, Invalid> {
        match text.parse::<chrono_tz::Tz>() {
            Ok(zone) if zone.name() == text => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new(
                pointer,
                "TIME_ZONE",
                "must be a time zone of the IANA database, like Europe/Berlin",
            )),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A country by its two letters in ISO 3166-1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Country(String);

/// The officially assigned codes of ISO 3166-1 alpha-2.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL \
BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM \
DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY \
HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC \
LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE \
NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD \
SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA \
UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

impl Country {
    /// Takes an assigned code in capitals.
    pub fn parse(text: &str, pointer: &str) -> Result<Self, Invalid> {
        if text.len() != 2 || !COUNTRIES.split(' ').any(|code| code == text) {
            let message = "must be a country of ISO 3166-1 in two capitals, like DE";
            return Err(Invalid::new(pointer, "COUNTRY", message));
        }
        Ok(Self(text.to_owned()))
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_survives_its_degrees() {
        let point = Coordinates::from_degrees(52.520_008, -13.404_954, "").expect("on earth");
        assert_eq!(point.micro_degrees(), (52_520_008, -13_404_954));
        assert_eq!(point.degrees(), (52.520_008, -13.404_954));
        let again = Coordinates::from_micro_degrees(52_520_008, -13_404_954);
        assert_eq!(again, Some(point));
    }

    #[test]
    fn points_beside_the_earth_are_refused() {
        for (latitude, longitude) in [(90.1, 0.0), (0.0, -180.1), (f64::NAN, 0.0)] {
            assert!(Coordinates::from_degrees(latitude, longitude, "/coordinates").is_err());
        }
        assert_eq!(Coordinates::from_micro_degrees(90_000_001, 0), None);
    }

    #[test]
    fn zones_and_countries_are_those_of_the_lists() {
        assert!(TimeZone::parse("America/Argentina/Ushuaia", "").is_ok());
        for zone in ["", "Berlin", "europe/berlin", "Mars/Olympus"] {
            assert!(TimeZone::parse(zone, "").is_err(), "{zone}");
        }
        assert!(Country::parse("DE", "").is_ok());
        for country in ["", "de", "XX", "D", "DE ", "E "] {
            assert!(Country::parse(country, "").is_err(), "{country}");
        }
        assert_eq!(COUNTRIES.split(' ').count(), 249);
    }
}
