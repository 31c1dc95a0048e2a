mod double;
mod ports;
mod refusals;
mod requests;
mod webhook;
