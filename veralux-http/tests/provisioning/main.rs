//! Numbers at providers: the API and the real clients of Twilio and Telnyx, against the emulator.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod world;
