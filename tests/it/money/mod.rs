//! Money scenes: promises of every kind, payments, and a plain model that everything must agree with to the penny; and
//! statements, whose rows count once however often they come, and whatever they look like.

mod histories;
mod statement_files;
mod statement_pages;
mod statements;
