//! Shapes of JSON, as contract.md writes them: which fields a thing has, exactly, and what each holds.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime};
use serde_json::Value;

/// Fails unless `value` is an object with exactly the fields of `spec` (`id:id title:text summary:text?`), each of its
/// kind. A question mark lets it be null; nothing lets it be absent.
#[track_caller]
pub fn assert_shape(what: &str, spec: &str, value: &Value) {
    let fields: Vec<(&str, &str)> = spec.split_whitespace().filter_map(|field| field.split_once(':')).collect();
    let object = value.as_object().unwrap_or_else(|| panic!("{what} is no object: {value}"));
    let found: BTreeSet<&str> = object.keys().map(String::as_str).collect();
    let promised: BTreeSet<&str> = fields.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, promised, "the fields of {what}");
    for (name, kind) in fields {
        let held = &object[name];
        assert!(is_of(kind, held), "{what}.{name} should be {kind}: {held}");
    }
}

/// As [`assert_shape`] for each element of a list that isn't empty.
#[track_caller]
pub fn assert_shapes(what: &str, spec: &str, list: &Value) {
    let list = list.as_array().unwrap_or_else(|| panic!("{what} is no list: {list}"));
    assert!(!list.is_empty(), "no {what} to look at");
    for value in list {
        assert_shape(what, spec, value);
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    if let Some(kind) = kind.strip_suffix('?') {
        return value.is_null() || is_of(kind, value);
    }
    let text = value.as_str();
    match kind {
        "text" => value.is_string(),
        "number" => value.is_i64(),
        "flag" => value.is_boolean(),
        "list" => value.is_array(),
        "object" => value.is_object(),
        "url" => text.is_some_and(|text| text.starts_with("http")),
        // UUIDv7, lower-case.
        "id" => text.is_some_and(|text| text.len() == 36 && text.as_bytes()[14] == b'7' && text == text.to_lowercase()),
        "time" => text.is_some_and(|text| text.ends_with('Z') && DateTime::parse_from_rfc3339(text).is_ok()),
        "local" => text.is_some_and(|text| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").is_ok()),
        "date" => text.is_some_and(|text| chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()),
        _ => panic!("no such kind: {kind}"),
    }
}
