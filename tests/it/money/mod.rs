//! Money scenes: promises of every kind, payments, and a plain model that everything must agree with to the penny;
//! statements, whose rows count once however often they come, and whatever they look like; and the hosts' side of it: the
//! page of a night's money, settlement sheets, exports.

#![expect(clippy::print_stdout, reason = "tests of promises print what they counted")]

mod addresses;
mod causes;
mod changing;
mod crash;
mod desk;
mod exports;
mod half_done;
mod histories;
mod mails;
mod promise_kept;
mod refused;
mod reminding;
mod retries;
mod settlements;
mod shown;
mod statement_files;
mod statement_pages;
mod statements;
mod sums;
mod tampering;
