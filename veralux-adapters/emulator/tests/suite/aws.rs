//! Secret managers: the same cases over all of them, and AWS's against the emulated Secrets Manager.

mod faults;
mod managers;
mod own;
mod world;
