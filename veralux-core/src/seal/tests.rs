mod keys;
mod ring;
