//! Numbers at a provider, over the memory stores and a provider in memory that fails, answers late and loses answers.

#[cfg(test)]
mod crashes;
#[cfg(test)]
mod interrupt;
#[cfg(test)]
mod shop;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod stops;
#[cfg(test)]
mod world;
