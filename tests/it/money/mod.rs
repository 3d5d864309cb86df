//! Money: statements count once however often they come, and whatever they look like.

mod statement_files;
mod statement_pages;
mod statements;
