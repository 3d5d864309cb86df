//! Reminders: two at most, in the day time of the night's own zone, to whom still has something to give and wants to hear
//! of it; one tap stops them.

use std::time::Instant;

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use twitterdisco::worker;

use super::mails::{night, page_of, pledge, promise};
use crate::support::post::{Letter, Mood, Post};
use crate::support::{Actor, Backend, House, on_both, scale};

on_both!(
    two_reminders_at_ten_whatever_the_clocks_did,
    nobody_is_reminded_at_night,
    reminders_keep_to_the_zone_of_the_night,
    one_tap_stops_them,
    a_mail_program_stops_them_by_itself,
    a_night_closed_twice_reminds_once,
    only_those_with_something_to_give_are_reminded,
    after_a_long_sleep_the_second_keeps_its_distance,
    a_big_round_goes_in_batches,
);

async fn turn(host: &Actor, slug: &str, verb: &str) {
    host.post(&format!("/api/v1/events/{slug}/{verb}"), json!({})).await.expect(200);
}

/// From seven to eleven on Friday night; receipts are out of the way, and the night is over.
async fn close(house: &House, host: &Actor, slug: &str) {
    turn(host, slug, "opening").await;
    house.pass(TimeDelta::hours(4)).await;
    turn(host, slug, "closing").await;
}

/// The reminders sent so far.
fn reminders(house: &House) -> Vec<Letter> {
    house.letters().into_iter().filter(|mail| mail.has("List-Unsubscribe")).collect()
}

/// Passes the hours one by one; tells after how many of them reminders came.
async fn hours_of_reminders(house: &House, hours: i64) -> Vec<i64> {
    let mut came = Vec::new();
    for hour in 1..=hours {
        let before = reminders(house).len();
        house.pass(TimeDelta::hours(1)).await;
        came.extend((before..reminders(house).len()).map(|_| hour));
    }
    came
}

/// The fault: a reminder before the hosts' day of correction is over, at an hour that a clock change moved, or a third one.
async fn two_reminders_at_ten_whatever_the_clocks_did(house: House) {
    let (host, slug) = night(&house).await;
    let body =
        json!({ "kind": "per_song", "rate_pence": 50, "cap_pence": 1_000, "name": "Sam", "email": "sam@example.org" });
    let made = pledge(&house, &slug, "sam", body).await;
    for (guest, title) in [("Jo", "Blue Monday"), ("Kim", "Africa"), ("Lou", "Le Freak")] {
        let path = format!("/api/v1/events/{slug}/shares");
        house.guest(guest).await.post(&path, json!({ "title": title })).await.expect(201);
    }
    close(&house, &host, &slug).await;
    // Closed at eleven on Friday. On Sunday the clocks go forward, so ten o'clock is 34 hours later; two weeks and then ten
    // o'clock is 346 hours later.
    assert_eq!(hours_of_reminders(&house, 24 * 40).await, [34, 346]);
    let mails = reminders(&house);
    let first = mails.iter().find(|mail| mail.header("Subject").starts_with("What you promised")).expect("the first");
    let last = mails.iter().find(|mail| mail.header("Subject").starts_with("A last word")).expect("the last");
    for mail in [first, last] {
        assert_eq!(mail.header("To"), "sam@example.org");
        assert_eq!(mail.link(), page_of(&made));
        assert_eq!(mail.header("List-Unsubscribe"), format!("<http://disco.test{}/reminders/stop>", page_of(&made)));
        assert!(!mail.has("List-Unsubscribe-Post"), "one click needs TLS");
        for said in
            ["50p for every song, £10 at most, and it came to £1.50", "Give £0.50 to Cavell", "https://", "withdraw"]
        {
            assert!(mail.text.contains(said), "{said}: {}", mail.text);
        }
    }
    assert!(first.text.contains("once more at most") && last.text.contains("We won't remind you again"));
    assert_ne!(first.header("Message-ID"), last.header("Message-ID"));
    let letter = house.stranger().get(&page_of(&made)).await.expect(200);
    assert!(letter.select("#mails").contains("You’ve had both reminders"));
    assert_eq!(house.count("SELECT COUNT(*) FROM job").await, 0);
    house.check().await;
}

/// The fault: a queue that was held up until the evening goes out then.
async fn nobody_is_reminded_at_night(house: House) {
    let (host, slug) = night(&house).await;
    promise(&house, &slug, "sam").await;
    close(&house, &host, &slug).await;
    // The service was down from Saturday until half past nine on Sunday evening.
    house.app.clock.advance(TimeDelta::hours(45) + TimeDelta::minutes(30));
    assert_eq!(hours_of_reminders(&house, 24).await, [13], "ten on Monday");

    // The mail server is down from before the second round until that evening.
    let post = Post::open().await;
    post.is(Mood::Away);
    let app = post.of(&house.app);
    house.app.clock.advance(TimeDelta::days(12) - TimeDelta::hours(12));
    let hours = 22;
    for hour in 0..hours {
        post.is(if hour < 12 { Mood::Away } else { Mood::Fine });
        worker(app.clone()).tick().await.expect("the queue");
        house.app.clock.advance(TimeDelta::hours(1));
    }
    let told: Vec<String> = post.mails().iter().map(|mail| mail.header("Subject").to_owned()).collect();
    assert!(told.is_empty(), "{told:?} at {}", house.app.now());
    for _ in 0..12 {
        worker(app.clone()).tick().await.expect("the queue");
        house.app.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(post.mails().len(), 1, "delayed, and not lost");
}

async fn reminders_keep_to_the_zone_of_the_night(house: House) {
    let host = house.organiser("Louise").await;
    let far = json!({ "title": "Auckland night", "time_zone": "Pacific/Auckland", "starts_local": "2027-03-27T21:00" });
    let slug = house.night(&host, far).await;
    promise(&house, &slug, "sam").await;
    close(&house, &host, &slug).await;
    // Closed at 23:00 UTC on Friday, which is noon on Saturday there; a day later it is past ten.
    assert_eq!(hours_of_reminders(&house, 72).await, [46], "21:00 UTC on Sunday is ten on Monday, in summer time");
}

/// The fault: a stop that does nothing, does it twice, or stops more than reminders.
async fn one_tap_stops_them(house: House) {
    let (host, slug) = night(&house).await;
    let made = promise(&house, &slug, "sam").await;
    let page = page_of(&made);
    let (stop, start) = (format!("{page}/reminders/stop"), format!("{page}/reminders/start"));
    let anyone = house.stranger();
    let before = house.contents().await;
    let asked = anyone.get(&stop).await.expect(200);
    assert_eq!((asked.select("h1"), asked.select("form button")), ("Stop reminders?".into(), "Stop reminders".into()));
    assert_eq!(asked.header("referrer-policy"), Some("no-referrer"));
    assert!(house.contents().await == before, "looking stops nothing");
    for _ in 0..3 {
        anyone.fill_in(&page, &stop, &[]).await;
        let moved = anyone.post_form(&stop, &[]).await.expect(303);
        assert_eq!(moved.header("location"), Some(format!("{page}#mails").as_str()));
    }
    let count = "SELECT COUNT(*) FROM activity WHERE kind LIKE 'pledge.reminders%'";
    assert_eq!(house.count(count).await, 1, "told once");
    assert!(anyone.get(&stop).await.expect(200).select("h1").contains("stopped"));
    assert!(anyone.get(&page).await.expect(200).select("#mails").contains("Reminders are stopped"));
    let api = format!("/api/v1{page}/reminders");
    assert_eq!(anyone.get(&api).await.expect(200).json(), json!({ "wanted": false, "sent": 0 }));
    close(&house, &host, &slug).await;
    assert!(hours_of_reminders(&house, 72).await.is_empty());
    // Who starts them again before the second round hears once.
    anyone.fill_in(&page, &start, &[]).await.expect(303);
    assert_eq!(anyone.get(&api).await.expect(200).json(), json!({ "wanted": true, "sent": 0 }));
    assert_eq!(hours_of_reminders(&house, 24 * 20).await.len(), 1);
    for wanted in [false, false, true] {
        let set = anyone.put(&api, json!({ "wanted": wanted })).await.expect(200).json();
        assert_eq!(set, json!({ "wanted": wanted, "sent": 1 }));
    }
    assert_eq!(anyone.put(&api, json!({ "wanted": "no" })).await.expect(422).wrong_fields(), ["wanted"]);
    anyone.post_form("/pledges/nonsense/reminders/stop", &[]).await.expect(404);
    let mine = anyone.get(&format!("/api/v1{page}")).await.expect(200).json();
    assert_eq!((&mine["state"], &mine["promised_pence"]), (&json!("promised"), &json!(1_000)));
}

/// The fault: one-click unsubscribing (RFC 8058) that needs a cookie, an origin or a redirect. It comes in both types of a
/// form, from a machine that knows nothing of us.
async fn a_mail_program_stops_them_by_itself(house: House) {
    let (_, slug) = night(&house).await;
    let forms = [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n",
        ),
    ];
    for (number, (kind, body)) in forms.into_iter().enumerate() {
        let made = promise(&house, &slug, &format!("sam{number}")).await;
        let stop = format!("{}/reminders/stop", page_of(&made));
        for _ in 0..2 {
            let headers = [("content-type", kind)];
            let told = house.stranger().send(Method::POST, &stop, &headers, Body::from(body)).await.expect(200);
            assert_eq!(told.select("h1"), "Reminders are stopped");
        }
        let api = format!("/api/v1{}/reminders", page_of(&made));
        assert_eq!(house.stranger().get(&api).await.expect(200).json()["wanted"], false);
    }
}

/// Over TLS the mail tells mail programs that they may press the button themselves.
#[tokio::test]
async fn over_tls_a_reminder_offers_one_click() {
    let house =
        House::furnished(Backend::Sqlite, |config| config.base_url = "https://disco.test".parse().expect("a URL"))
            .await;
    let (host, slug) = night(&house).await;
    let made = promise(&house, &slug, "sam").await;
    close(&house, &host, &slug).await;
    house.pass(TimeDelta::hours(35)).await;
    let mails = reminders(&house);
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].header("List-Unsubscribe"), format!("<https://disco.test{}/reminders/stop>", page_of(&made)));
    assert_eq!(mails[0].header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
}

/// The fault: rounds of the first closing that go on beside those of the second, or are lost with them.
async fn a_night_closed_twice_reminds_once(house: House) {
    let (host, slug) = night(&house).await;
    promise(&house, &slug, "sam").await;
    close(&house, &host, &slug).await;
    for _ in 0..2 {
        house.pass(TimeDelta::hours(10)).await;
        turn(&host, &slug, "opening").await;
        house.pass(TimeDelta::hours(1)).await;
        turn(&host, &slug, "closing").await;
    }
    // The last closing was 21:00 UTC on Saturday, so its day of correction ends at 22:00 on Sunday: Monday at ten.
    assert_eq!(hours_of_reminders(&house, 24 * 30).await, [36, 348]);
    assert_eq!(house.count("SELECT COUNT(*) FROM job").await, 0);
}

/// The fault: someone is reminded who withdrew, who gave, who says so, who asked for peace, or whose songs were none.
async fn only_those_with_something_to_give_are_reminded(house: House) {
    let (host, slug) = night(&house).await;
    let anyone = house.stranger();
    let one = json!({ "kind": "fixed", "amount_pence": 1_000, "split": [{ "charity": "sepsis-trust" }] });
    let of = |name: &str| {
        let mut body = one.clone();
        body["email"] = format!("{name}@example.org").into();
        body
    };
    let names = ["withdrew", "gave", "says", "part", "peace", "plain"];
    let mut made = Vec::new();
    for name in names {
        made.push(pledge(&house, &slug, name, of(name)).await);
    }
    pledge(&house, &slug, "nobody", one.clone()).await;
    let songs = json!({ "kind": "per_song", "rate_pence": 50, "cap_pence": 1_000, "email": "silence@example.org" });
    pledge(&house, &slug, "silence", songs).await;
    close(&house, &host, &slug).await;
    let [withdrew, gave, says, part, peace, _] = made.as_slice() else { panic!("six of them") };
    let paid = |pledge: &Value, amount: i64| json!({ "charity": "sepsis-trust", "amount_pence": amount, "pledge_reference": pledge["reference"] });
    let payments = format!("/api/v1/events/{slug}/payments");
    host.post_once(&payments, "payment-whole", paid(gave, 1_000)).await.expect(201);
    host.post_once(&payments, "payment-part", paid(part, 250)).await.expect(201);
    let claim = json!({ "charity": "sepsis-trust", "amount_pence": 1_000 });
    anyone.post_once(&format!("/api/v1{}/payments", page_of(says)), "claim-whole", claim).await.expect(201);
    anyone.put(&format!("/api/v1{}/reminders", page_of(peace)), json!({ "wanted": false })).await.expect(200);
    house.pass(TimeDelta::hours(33)).await;
    // In the last hour, too.
    anyone.delete(&format!("/api/v1{}", page_of(withdrew))).await.expect(200);
    house.pass(TimeDelta::hours(2)).await;
    let mails = reminders(&house);
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.header("To")).collect();
    to.sort_unstable();
    assert_eq!(to, ["part@example.org", "plain@example.org"]);
    let part = mails.iter().find(|mail| mail.header("To").starts_with("part")).expect("a part");
    assert!(part.text.contains("So far £2.50 has arrived") && part.text.contains("Give £7.50 to The UK Sepsis Trust"));
}

/// The fault: both on one day, when the service was off for weeks.
async fn after_a_long_sleep_the_second_keeps_its_distance(house: House) {
    let (host, slug) = night(&house).await;
    promise(&house, &slug, "sam").await;
    close(&house, &host, &slug).await;
    house.app.clock.advance(TimeDelta::days(30) + TimeDelta::hours(12));
    let came = hours_of_reminders(&house, 24 * 20).await;
    assert_eq!(came.len(), 2);
    assert!(came[1] - came[0] >= 24 * 7, "{came:?}");
}

/// The fault: a round that keeps everybody waiting, forgets those beyond a batch, or starts again from the first. Deep, 10,000
/// pledges.
async fn a_big_round_goes_in_batches(house: House) {
    let (host, slug) = night(&house).await;
    let count: usize = scale(450, 10_000);
    for number in 0..count {
        let body = json!({ "kind": "fixed", "amount_pence": 1_000 });
        pledge(&house, &slug, &format!("sam{number}"), body).await;
    }
    // Addresses behind its back, to leave out as many receipts.
    house.sql("UPDATE pledge SET email = 'sam' || number || '@example.org'").await.expect("addresses");
    close(&house, &host, &slug).await;
    house.pass(TimeDelta::hours(33)).await;
    house.app.clock.advance(TimeDelta::hours(1));
    let begun = Instant::now();
    let mut most = 0;
    while reminders_sent(&house).await < count {
        let before = reminders_sent(&house).await;
        house.pass(TimeDelta::minutes(1)).await;
        let now = reminders_sent(&house).await;
        assert!(now > before, "the round goes on");
        most = most.max(now - before);
    }
    println!("a round of {count}: {most} at most at a time, {:?} in all", begun.elapsed());
    assert!(most <= 200, "{most} at once");
    house.pass(TimeDelta::hours(5)).await;
    let mails = reminders(&house);
    let to: std::collections::BTreeSet<&str> = mails.iter().map(|mail| mail.header("To")).collect();
    assert_eq!((mails.len(), to.len()), (count, count), "each once");
}

async fn reminders_sent(house: &House) -> usize {
    let sent = house.count("SELECT CAST(SUM(reminders_sent) AS BIGINT) FROM pledge").await;
    usize::try_from(sent).expect("a count")
}
