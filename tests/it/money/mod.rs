//! Money scenes: promises of every kind, payments, and a plain model that everything must agree with to the penny.

#![expect(clippy::print_stdout, reason = "tests of promises print what they counted")]

mod crash;
mod half_done;
mod histories;
mod retries;
mod tampering;
