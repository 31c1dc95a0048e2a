//! The services over the memory stores: what a deployment does, without HTTP and without a database.

#[cfg(test)]
mod gate;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod threads;
#[cfg(test)]
mod world;
