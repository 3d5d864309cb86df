//! Style is a test: who may name whom, how long a file may be, and what must not lie about.
//!
//! Every rule lists all that breaks it at once, and says what to do. The lists at the top are the house's map; whoever
//! changes the map changes the lists with it.

mod source;

use std::{collections::BTreeSet, fmt::Write as _};

use source::{Source, files, line_of, read, sources};

/// The floors of the house, lowest first. A room may use the rooms on the floors below it, and none beside it.
const FLOORS: &[&[&str]] = &[
    &["accounts", "search"],
    &["charities", "kindness"],
    &["events"],
    &["rsvps", "stories", "tracks"],
    &["pledges"],
    &["night"],
    &["site"],
];

/// What every room stands on. It names no room.
const FOUNDATIONS: &[&str] = &[
    "activity", "app", "clock", "config", "db", "error", "jobs", "keys", "limits", "live", "mail", "markdown", "once",
    "outgoing", "sent", "web", "words",
];

/// What puts the house together. It may name everything.
const ROOF: &[&str] = &["", "lib", "main", "router", "commands", "assemble", "openapi"];

/// Files of the foundations that may name a room after all: file or folder, the path it may name, why.
const FOUNDATION_MAY: &[(&str, &str, &str)] = &[];

/// Nouns that are extractors: they prove a right from a request and carry its row.
const EXTRACTORS: &[&str] = &[
    "src/accounts/owner.rs",
    "src/accounts/session.rs",
    "src/events/dj.rs",
    "src/events/host.rs",
    "src/events/series_desk.rs",
];

/// Words that only a `store.rs` may say: rows are made and read there and nowhere else.
const STORED: &[&str] = &["sea_orm", "Model", "ActiveModel", "ActiveModelTrait", "EntityTrait"];

/// What each drawer never names.
const DRAWERS: &[(&str, &[&str])] = &[
    ("mod", &[]),
    ("store", &["axum", "App", "TransactionTrait"]),
    ("actions", &["axum"]),
    ("pages", &[]),
    ("api", &[]),
    ("jobs", &["axum"]),
    // The audit reads the whole book, so it is handed the house.
    ("check", &["axum"]),
    ("noun", &["axum", "App"]),
];

const FILE_LINES: usize = 400;
const DRAWER_LINES: usize = 300;

/// Names that say nothing of what is inside.
const NAMELESS: &[&str] = &["util", "utils", "helper", "helpers", "misc", "common", "shared", "stuff"];

/// Templates that may style themselves: mail programs read no style sheet.
const SELF_STYLED: &[&str] = &["templates/mail/"];

/// Collects what breaks a rule, and says it all at once.
struct Rule {
    what_to_do: &'static str,
    broken: Vec<String>,
}

impl Rule {
    fn new(what_to_do: &'static str) -> Self {
        Self { what_to_do, broken: Vec::new() }
    }

    fn check(&mut self, holds: bool, broken: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(broken());
        }
    }

    fn end(self) {
        let mut text = String::new();
        for line in &self.broken {
            // Writing to a String can't fail.
            let _ = write!(text, "\n  {line}");
        }
        assert!(self.broken.is_empty(), "{} found. {}{text}", self.broken.len(), self.what_to_do);
    }
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&module))
}

fn top(path: &str) -> &str {
    path.split("::").next().unwrap_or_default()
}

#[test]
fn every_module_has_its_place() {
    let mut rule =
        Rule::new("Put the module into FLOORS, FOUNDATIONS or ROOF in tests/it/house.rs, wherever it belongs.");
    let modules: BTreeSet<String> =
        sources("src").iter().filter_map(|source| source.module().first().cloned()).collect();
    for module in &modules {
        let known =
            floor(module).is_some() || FOUNDATIONS.contains(&module.as_str()) || ROOF.contains(&module.as_str());
        rule.check(known, || format!("src/{module}"));
    }
    rule.end();
}

#[test]
fn rooms_use_only_rooms_below() {
    let mut rule = Rule::new(
        "Move what is needed down to the room that owns it, or the caller up: to night/ when something happens across \
         rooms, to site/ when a page is made of many.",
    );
    for source in sources("src") {
        let module = source.module();
        let own = module.first().map_or("", String::as_str);
        let Some(own_floor) = floor(own) else { continue };
        for name in source.crate_paths() {
            let other = top(&name.path);
            let fine = other == own || floor(other).is_none_or(|other_floor| other_floor < own_floor);
            rule.check(fine && other != "router", || {
                format!("{}:{}: {own} uses {}", source.path, name.line, name.path)
            });
        }
    }
    rule.end();
}

#[test]
fn foundations_know_no_room() {
    let mut rule =
        Rule::new("Hand it in as an argument, or move it to the room. Exceptions with a reason: FOUNDATION_MAY.");
    for source in sources("src") {
        let module = source.module();
        let own = module.first().map_or("", String::as_str);
        if !FOUNDATIONS.contains(&own) {
            continue;
        }
        for name in source.crate_paths() {
            let allowed = FOUNDATION_MAY
                .iter()
                .any(|(file, path, _)| source.path.starts_with(file) && name.path.starts_with(path));
            let fine = floor(top(&name.path)).is_none() && top(&name.path) != "router";
            rule.check(fine || allowed, || format!("{}:{}: {own} uses {}", source.path, name.line, name.path));
        }
    }
    rule.end();
}

#[test]
fn errors_know_no_page() {
    let mut rule = Rule::new("error.rs holds meanings only; web turns them into a page or a problem document.");
    for source in sources("src").iter().filter(|source| source.module().first().is_some_and(|own| own == "error")) {
        for name in source.crate_paths() {
            rule.check(top(&name.path) != "web", || format!("{}:{}: names {}", source.path, name.line, name.path));
        }
        for word in ["askama", "Template", "Html"] {
            for line in source.lines_with(word) {
                rule.check(false, || format!("{}:{line}: names {word}", source.path));
            }
        }
    }
    rule.end();
}

/// The drawer that a file of a room is, or is part of: `src/pledges/pages/make.rs` is part of the pages.
fn drawer(source: &Source) -> Option<&'static str> {
    let module = source.module();
    floor(module.first()?)?;
    let own_mod = source.path.ends_with("/mod.rs") && module.len() == 1;
    let name = if own_mod { "mod" } else { module.get(1)?.as_str() };
    // Nights are actions across rooms, a site's other files are pages.
    let other = match module[0].as_str() {
        "night" => "actions",
        "site" => "pages",
        _ => "noun",
    };
    Some(DRAWERS.iter().map(|(drawer, _)| *drawer).find(|drawer| *drawer == name).unwrap_or(other))
}

#[test]
fn drawers_hold_what_they_should() {
    let mut rule = Rule::new(
        "Queries and rows belong in store.rs, HTTP in pages.rs and api.rs, one verb with one App::write in actions.rs, \
         rules without any of these in the noun's file.",
    );
    for source in sources("src") {
        let Some(drawer) = drawer(&source) else { continue };
        let at_the_edge = EXTRACTORS.contains(&source.path.as_str());
        let never =
            DRAWERS.iter().find(|(name, _)| *name == drawer && !at_the_edge).map_or(&[][..], |(_, never)| never);
        let stored = if drawer == "store" { &[][..] } else { STORED };
        for word in never.iter().chain(stored) {
            for line in source.lines_with(word) {
                rule.check(false, || format!("{}:{line}: {drawer} names {word}", source.path));
            }
        }
    }
    rule.end();
}

#[test]
fn files_stay_short() {
    let mut rule =
        Rule::new("Split by what changes together: a drawer becomes a folder named by verbs (pages/make.rs).");
    let all = ["src", "entity/src", "migration/src", "tests"].into_iter().flat_map(sources);
    for source in all {
        let lines = source.text.lines().count();
        rule.check(lines <= FILE_LINES, || format!("{}: {lines} lines, at most {FILE_LINES}", source.path));
        let without_tests = source.code.lines().count();
        let too_long = drawer(&source).is_some() && source.path.starts_with("src/") && without_tests > DRAWER_LINES;
        rule.check(!too_long || lines > FILE_LINES, || {
            format!("{}: {without_tests} lines without its tests, a drawer has at most {DRAWER_LINES}", source.path)
        });
    }
    rule.end();
}

#[test]
fn files_say_what_they_hold() {
    let mut rule = Rule::new("Name it by what is inside, or move each part to what it is about.");
    for path in ["src", "entity", "migration", "templates", "tests"].into_iter().flat_map(|folder| files(folder, &[""]))
    {
        let nameless = path
            .split('/')
            .any(|part| NAMELESS.contains(&part.split('.').next().unwrap_or_default().trim_start_matches('_')));
        rule.check(!nameless, || path.clone());
    }
    rule.end();
}

#[test]
fn rows_know_no_web_and_migrations_know_no_rows() {
    let mut rule = Rule::new(
        "A migration that used today's rows would change with them: spell its tables and columns out. Rows are below HTTP.",
    );
    for (member, never) in [("migration", ["entity", "axum"]), ("entity", ["migration", "axum"])] {
        let manifest = read(&format!("{member}/Cargo.toml"));
        for word in never {
            let depends = |line: &str| {
                line.ends_with(&format!("dependencies.{word}]"))
                    || line.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
            };
            rule.check(!manifest.lines().any(depends), || format!("{member}/Cargo.toml: depends on {word}"));
        }
    }
    rule.end();
}

/// The templates, without what belongs to other tools.
fn templates() -> Vec<String> {
    let mut found = files("templates", &[".html", ".txt", ".xml"]);
    found.retain(|path| !path.starts_with("templates/assets/"));
    found
}

/// The texts in double quotes after each `word`, as in `path = "…"` or `{% include "…" %}`.
fn quoted_after<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(word).filter_map(move |(at, _)| {
        let rest = text[at + word.len()..].trim_start_matches([' ', '=']);
        rest.strip_prefix('"')?.split('"').next()
    })
}

#[test]
fn no_template_is_dead_or_missing() {
    let mut rule = Rule::new("Delete the template nobody names; correct the name that has no template.");
    let templates = templates();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for source in sources("src") {
        named.extend(quoted_after(&source.text, "path").map(str::to_owned));
    }
    for text in templates.iter().map(|path| read(path)) {
        for word in ["include", "extends", "import"] {
            named.extend(quoted_after(&text, word).map(str::to_owned));
        }
    }
    for path in &templates {
        rule.check(named.contains(&path["templates/".len()..]), || format!("{path}: named by nobody"));
    }
    for name in named.iter().filter(|name| [".html", ".txt", ".xml"].iter().any(|ending| name.ends_with(ending))) {
        rule.check(templates.contains(&format!("templates/{name}")), || format!("{name}: no such template"));
    }
    rule.end();
}

/// Blanks what the template engine takes out, so that only markup is left.
fn markup(text: &str) -> String {
    let mut out = text.to_owned();
    for (open, close) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}")] {
        while let Some(start) = out.find(open) {
            let end = out[start..].find(close).map_or(out.len(), |at| start + at + close.len());
            let blank: String = out[start..end].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
            out.replace_range(start..end, &blank);
        }
    }
    out
}

/// The opening tags of the markup, each with where it starts.
fn tags(markup: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts = markup.match_indices('<').map(|(at, _)| (at, &markup[at..]));
    starts
        .filter(|(_, tag)| tag[1..].starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(|(at, tag)| (at, &tag[..tag_length(tag)]))
}

/// Up to the `>` that no quotes hold.
fn tag_length(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// The names of a tag's attributes; what is inside quotes is none.
fn attributes(tag: &str) -> Vec<String> {
    let outside: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let outside: String = outside.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    let named = outside.split_whitespace().skip(1).filter_map(|part| part.split('=').next());
    named.map(str::to_ascii_lowercase).filter(|name| !name.is_empty()).collect()
}

#[test]
fn templates_hold_no_style_and_no_script() {
    let mut rule = Rule::new(
        "The content security policy refuses what is inline: style by class in the style sheet, behave by a data-… \
         attribute that a script in assets/ looks for.",
    );
    for path in templates() {
        let text = markup(&read(&path));
        let self_styled = SELF_STYLED.iter().any(|folder| path.starts_with(folder));
        for (at, tag) in tags(&text) {
            let line = line_of(&text, at);
            let name = tag[1..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let body = text[at + tag.len()..].trim_start_matches('>').trim_start();
            rule.check(name != "style" || self_styled, || format!("{path}:{line}: a <style>"));
            let empty = body.starts_with("</script") && tag.contains("src=");
            rule.check(name != "script" || empty, || format!("{path}:{line}: a <script> with a body"));
            for attribute in attributes(tag) {
                let inline = attribute.starts_with("on") || (attribute == "style" && !self_styled);
                rule.check(!inline, || format!("{path}:{line}: {attribute}="));
            }
        }
    }
    rule.end();
}
