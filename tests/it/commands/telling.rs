//! Commands that do one thing and tell of it: `organiser add`, `token`, `link`, `check`, and wrong use.

use std::process::Output;

use crate::support::house::Rooms;
use crate::support::service::Place;

fn place() -> (Rooms, Place) {
    let rooms = Rooms::new();
    let database = format!("sqlite://{}?mode=rwc", rooms.dir.join("disco.db").display());
    let place = Place::new(database, &rooms.dir);
    (rooms, place)
}

/// Ends with this code, says one readable line on stderr and nothing on stdout.
#[track_caller]
fn refused(output: &Output, code: i32) -> String {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(output.stdout.is_empty());
    assert!(!told.contains("panicked"), "{told}");
    told
}

#[test]
fn a_link_is_told_as_one_json_object_a_line() {
    let (_rooms, place) = place();
    let told = place.say(&["link", "youtu.be/dQw4w9WgXcQ?t=65", "no link here", "https://example.com/a", "-- "]);
    let lines: Vec<serde_json::Value> = told.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 4, "{told}");
    assert_eq!(lines[0]["service"], "youtube");
    assert_eq!(lines[0]["start_seconds"], 65);
    assert!(lines[1].is_null() && lines[3].is_null());
    assert_eq!((&lines[2]["service"], &lines[2]["kind"], &lines[2]["id"]), (&"web".into(), &"page".into(), &().into()));
    assert!(!place.dir.join("disco.db").exists(), "it needs no database");
}

#[test]
fn an_organiser_is_added_once_and_gets_a_token() {
    let (_rooms, place) = place();
    let link = place.say(&["organiser", "add", "--email", "Sam@Disco.test", "--name", "Sam", "--role", "owner"]);
    assert!(link.starts_with("http://127.0.0.1:") && link.contains("/sign-in/"), "{link}");
    let again = place.run(&["organiser", "add", "--email", "sam@disco.test", "--name", "Sam"]);
    assert!(refused(&again, 2).contains("already has an account"));
    let wrong = place.run(&["organiser", "add", "--email", "sam", "--name", "Sam"]);
    assert!(refused(&wrong, 2).contains("mail address"));
    let token = place.say(&["token", "--email", "sam@disco.test"]);
    assert_eq!(token.split('.').count(), 3, "nothing but the token: {token}");
    assert!(!token.contains(char::is_whitespace));
    refused(&place.run(&["token", "--email", "nobody@disco.test"]), 2);
    refused(&place.run(&["token", "--email", "sam@disco.test", "--hours", "0"]), 2);
}

#[test]
fn wrong_use_and_wrong_settings_end_with_two() {
    let (_rooms, place) = place();
    refused(&place.run(&["dance"]), 2);
    refused(&place.run(&["migrate", "sideways"]), 2);
    for (setting, value) in [
        ("DATABASE_URL", "mysql://disco:sesame@nowhere"),
        ("DATABASE_URL", "postgres://disco:sesame@no where"),
        ("DATABASE_URL", "sqlite:///nowhere/at/all/disco.db?mode=rwc"),
        ("DISCO_BASE_URL", "ftp://disco.test"),
        ("DISCO_SECRET_KEY", "short"),
        ("DISCO_LISTEN", "everywhere"),
        ("DISCO_TRUSTED_PROXIES", "the proxy"),
        ("DISCO_LOG", "=!="),
    ] {
        let output = place.command(&["check"]).env(setting, value).output().expect("the binary");
        assert!(!refused(&output, 2).contains("sesame"), "{setting} is told with its password");
    }
    // What is empty isn't set: that is how container files leave things out.
    let empty = ["DISCO_TRUSTED_PROXIES", "DISCO_SECRET_KEY", "DISCO_BASE_URL", "DISCO_SMTP_URL"];
    let mut command = place.command(&["migrate", "up"]);
    for setting in empty {
        command.env(setting, "");
    }
    assert!(command.status().expect("the binary").success());
}

#[tokio::test]
async fn an_audit_makes_nothing_and_finds_what_is_wrong() {
    let (_rooms, place) = place();
    refused(&place.run(&["check"]), 2);
    assert!(!place.dir.join("disco.db").exists(), "an audit makes no database");
    place.say(&["organiser", "add", "--email", "sam@disco.test", "--name", "Sam"]);
    let told = place.say(&["check"]);
    assert!(told.lines().count() >= 10 && told.lines().all(|line| line.starts_with("ok ")), "{told}");
    crate::support::House::sql_on(&place.database_url, "UPDATE event_head SET seq = seq + 1").await.expect("a fault");
    let found = place.run(&["check"]);
    assert_eq!(found.status.code(), Some(1));
    let told = String::from_utf8_lossy(&found.stdout).into_owned();
    assert_eq!(told.lines().filter(|line| line.starts_with("BROKEN")).count(), 1, "{told}");
}
