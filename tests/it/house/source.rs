//! Reads the project's files for the rules in [`super`]: what is code in them, and what it names.

use std::{fs, path::Path};

/// A Rust file, as the rules see it: without comments, texts and its own tests.
pub struct Source {
    /// From the root of the project, with forward slashes.
    pub path: String,
    /// All of it, for counting lines.
    pub text: String,
    /// The code up to its inline tests, none for a `tests.rs`; comments and texts are blanks, lines stay lines.
    pub code: String,
}

/// A word of the code, or a path such as `crate::events::store`, and the line it starts on.
pub struct Name {
    pub path: String,
    pub line: usize,
}

/// Every file under `folder` whose name ends in one of `endings`, by path.
pub fn files(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(next) else { continue };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            // What npm fetched for the browser tests isn't ours.
            if path.ends_with("node_modules") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                found.push(relative(&path));
            }
        }
    }
    found.sort();
    found
}

/// Every Rust file under `folder`.
pub fn sources(folder: &str) -> Vec<Source> {
    files(folder, &[".rs"])
        .into_iter()
        .map(|path| {
            let text = read(&path);
            let blanked = blank_comments_and_texts(&text);
            let code = if path.ends_with("/tests.rs") { String::new() } else { without_tests(&blanked).to_owned() };
            Source { path, text, code }
        })
        .collect()
}

/// The text of a file of the project.
pub fn read(path: &str) -> String {
    let full = root().join(path);
    fs::read_to_string(&full).unwrap_or_else(|e| panic!("{}: {e}", full.display()))
}

/// How many lines down `offset` is, counted from 1.
pub fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

impl Source {
    /// The module that the file is, as a path: `["events", "store"]` for `src/events/store.rs`.
    pub fn module(&self) -> Vec<String> {
        let inside = self.path.split_once("src/").map_or("", |(_, rest)| rest).trim_end_matches(".rs");
        let mut parts: Vec<String> = inside.split('/').map(str::to_owned).collect();
        if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
            parts.pop();
        }
        parts
    }

    /// Where the code says `word`, as a whole word.
    pub fn lines_with(&self, word: &str) -> Vec<usize> {
        words(&self.code)
            .into_iter()
            .filter(|(_, found)| *found == word)
            .map(|(at, _)| line_of(&self.code, at))
            .collect()
    }

    /// The modules of this crate that the code names, each as its path from the crate's root, wherever it does so: in
    /// `use crate::{a, b::c}`, in the middle of an expression, or through `super::`.
    pub fn crate_paths(&self) -> Vec<Name> {
        let mut names = Vec::new();
        for (at, word) in words(&self.code) {
            let preceded = self.code[..at].trim_end().ends_with("::");
            let base = match word {
                "crate" => Some(Vec::new()),
                "super" if !preceded => Some(self.module()),
                _ => None,
            };
            let Some(base) = base.filter(|_| !preceded) else { continue };
            let line = line_of(&self.code, at);
            let tree = &self.code[at..];
            names.extend(tree_paths(tree).into_iter().map(|path| Name { path: resolve(&base, &path), line }));
        }
        // `pub(crate)` names the crate and nothing in it.
        names.retain(|name| !name.path.is_empty());
        names
    }
}

/// The code before the first `#[cfg(test)]` that has a body; `#[cfg(test)] mod tests;` may stand anywhere.
fn without_tests(code: &str) -> &str {
    let mut marks = code.match_indices("#[cfg(test)]").map(|(at, _)| at);
    let body = marks.find(|at| code[*at..].find(['{', ';']).is_some_and(|end| code[*at + end..].starts_with('{')));
    &code[..body.unwrap_or(code.len())]
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// The identifiers of the code, with where they start.
fn words(code: &str) -> Vec<(usize, &str)> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(start) = code[rest..].find(part).map(|at| rest + at) {
        let end = code[start..].find(|c| !part(c)).map_or(code.len(), |at| start + at);
        found.push((start, &code[start..end]));
        rest = end;
    }
    found
}

/// The paths of a `use` tree or of a plain path at the start of `code`: `crate::{a, b::{c, d}}` has three.
fn tree_paths(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut current = String::new();
    for c in code.chars() {
        match c {
            '{' if current.ends_with("::") => open.push(current.clone()),
            ',' | '}' if !open.is_empty() => {
                paths.push(current.clone());
                if c == '}' {
                    open.pop();
                }
                current = open.last().cloned().unwrap_or_default();
            }
            ' ' | '\n' if !open.is_empty() => {}
            c if c.is_alphanumeric() || c == '_' || c == ':' => current.push(c),
            _ if open.is_empty() => break,
            _ => {}
        }
        if c == '}' && open.is_empty() {
            break;
        }
    }
    paths.push(current);
    paths.retain(|path| !path.ends_with("::") && !path.is_empty());
    paths
}

/// Turns `crate::a::b` or `super::b`, as said in the module `base`, into `a::b`.
fn resolve(base: &[String], path: &str) -> String {
    let mut at: Vec<&str> = base.iter().map(String::as_str).collect();
    for part in path.split("::") {
        match part {
            "crate" | "self" => {}
            "super" => drop(at.pop()),
            part => at.push(part),
        }
    }
    at.join("::")
}

/// Blanks what isn't code, so that a word in a comment or a text is no name.
fn blank_comments_and_texts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let skipped = not_code(rest);
        if skipped > 0 {
            out.extend(rest[..skipped].chars().map(|c| if c == '\n' { c } else { ' ' }));
            rest = &rest[skipped..];
        } else {
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let taken = if word > 0 { word } else { rest.chars().next().map_or(1, char::len_utf8) };
            out.push_str(&rest[..taken]);
            rest = &rest[taken..];
        }
    }
    out
}

/// How many bytes at the start of `rest` are a comment, a text or a character, with their marks; 0 for code.
fn not_code(rest: &str) -> usize {
    let after = |from: usize, end: &str| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return after(2, "*/");
    }
    let opening = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - opening.len();
    if let Some(raw) = opening.strip_prefix('r').filter(|_| prefix <= 1) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            return after(prefix + hashes + 2, &format!("\"{}", "#".repeat(hashes)));
        }
    }
    if opening.starts_with('"') && prefix <= 1 {
        return prefix + quoted(opening);
    }
    if opening.starts_with('\'') && prefix <= 1 { character(opening).map_or(0, |len| prefix + len) } else { 0 }
}

/// The length of a text in double quotes at the start of `rest`.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// The length of a character in single quotes at the start of `rest`; none for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inner = &rest[1..];
    if inner.starts_with('\\') {
        return inner[2..].find('\'').map(|at| at + 4);
    }
    let first = inner.chars().next()?.len_utf8();
    inner[first..].starts_with('\'').then_some(first + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned(), code: blank_comments_and_texts(text) }
    }

    fn paths(path: &str, text: &str) -> Vec<String> {
        source(path, text).crate_paths().into_iter().map(|name| name.path).collect()
    }

    #[test]
    fn comments_and_texts_are_not_code() {
        let text =
            "a /* App */ b // App\nlet s = \"App \\\" App\"; r#\"App \" App\"# 'x' '\\'' &'a str '\"' b\"App\" bar";
        let source = source("src/a.rs", text);
        assert!(source.lines_with("App").is_empty(), "{}", source.code);
        assert_eq!(source.lines_with("str"), [2]);
        assert_eq!(source.lines_with("bar"), [2]);
    }

    #[test]
    fn inline_tests_are_left_out() {
        assert_eq!(
            without_tests("#[cfg(test)]\nmod tests;\na\n#[cfg(test)]\nmod t { b }"),
            "#[cfg(test)]\nmod tests;\na\n"
        );
        assert_eq!(without_tests("a"), "a");
    }

    #[test]
    fn paths_are_found_however_they_are_written() {
        let text =
            "use crate::{\n    app::App,\n    events::{store, host::HostOf},\n};\nfn f() { crate::tracks::g(1) }";
        assert_eq!(
            paths("src/pledges/actions.rs", text),
            ["app::App", "events::store", "events::host::HostOf", "tracks::g"]
        );
        assert_eq!(
            paths("src/pledges/pages/make.rs", "use super::super::store; super::super::super::night::x()"),
            ["pledges::store", "night::x"]
        );
        assert_eq!(paths("src/pledges/mod.rs", "pub(crate) fn f(a: u8) {} pub(super) struct X;"), [""; 0]);
    }
}
