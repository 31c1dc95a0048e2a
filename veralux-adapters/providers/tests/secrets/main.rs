//! Secret managers: the same cases over all of them, and AWS's against an emulated Secrets Manager.

#[cfg(test)]
mod aws;
#[cfg(test)]
mod emulator;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod managers;
#[cfg(test)]
mod signature;
