//! The services over the memory stores: what a deployment does, without HTTP and without a database.

mod gate;
mod routing;
mod schedule;
mod threads;
mod world;
