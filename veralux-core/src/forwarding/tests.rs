//! The proof: the codes against a model of the line, the reader against what real handset stacks read.

mod contract;
mod line;
mod proof;
mod reading;
mod vectors;
mod words;

use super::*;
use line::{Line, Situation};

/// Numbers of every length and many countries.
fn destinations() -> Vec<Destination> {
    let mut numbers: Vec<String> =
        (7..=15).map(|length| format!("+{}", "491761234567890".get(..length).unwrap())).collect();
    for number in [
        "+15550109999",
        "+14155550123",
        "+18005550199",
        "+447973100123",
        "+919812345678",
        "+37045512300",
        "+61468083169",
        "+2348012345678",
        "+905321234567",
        "+80012345678",
        "+1004000",
        "+99999999999999",
        "+2121212121",
        "+6161616161",
    ] {
        numbers.push(number.to_owned());
    }
    numbers.iter().map(|number| Destination::parse(number).unwrap()).collect()
}

fn request(carrier: Carrier, mode: Mode, destination: Destination, seconds: u8) -> Request {
    let ring_time = Some(RingTime::new(seconds.into()).unwrap());
    Request { ring_time, ..Request::new(carrier, mode, destination) }
}

/// Every carrier, mode and ring time with every destination.
fn every_request() -> impl Iterator<Item = Request> {
    let destinations = destinations();
    Carrier::ALL.iter().flat_map(move |carrier| {
        let destinations = destinations.clone();
        Mode::ALL.iter().flat_map(move |mode| {
            let destinations = destinations.clone();
            (RingTime::MIN..=RingTime::MAX).flat_map(move |seconds| {
                let each = destinations.clone().into_iter();
                each.map(move |destination| request(*carrier, *mode, destination, seconds))
            })
        })
    })
}
