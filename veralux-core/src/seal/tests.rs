mod binding;
mod canary;
mod golden;
mod hostile;
mod keys;
mod ring;
mod vectors;
