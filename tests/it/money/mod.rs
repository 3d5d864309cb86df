//! Money scenes: promises of every kind, payments, and a plain model that everything must agree with to the penny.

mod crash;
mod half_done;
mod histories;
mod retries;
mod tampering;
