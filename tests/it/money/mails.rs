//! Mails to supporters: each goes once, whatever is repeated, cut off or broken, and none of them says too much.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use twitterdisco::db::Db;
use twitterdisco::{App, pledges, worker};

use crate::support::post::{Letter, Mood, Post};
use crate::support::{Actor, House, on_both};

on_both!(
    twenty_retries_get_one_receipt,
    a_failing_server_delays_mails_and_loses_none,
    a_process_killed_in_the_middle_sends_none_again,
    a_server_that_goes_silent_gets_it_once,
    what_a_server_refuses_is_given_up,
    two_workers_send_one_mail_each,
    a_folder_that_cannot_be_written_delays,
    what_people_write_stays_in_its_place,
    thanks_come_once_and_only_for_what_has_arrived,
    a_withdrawn_pledge_hears_nothing,
    a_cancelled_night_says_so_once,
);

/// A night with its host.
pub async fn night(house: &House) -> (Actor, String) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "title": "Friday night" })).await;
    (host, slug)
}

/// A pledge of £10 by someone with an address.
pub async fn promise(house: &House, slug: &str, name: &str) -> Value {
    let body = json!({ "kind": "fixed", "amount_pence": 1_000, "name": name, "email": format!("{name}@example.org") });
    pledge(house, slug, name, body).await
}

pub async fn pledge(house: &House, slug: &str, key: &str, body: Value) -> Value {
    let path = format!("/api/v1/events/{slug}/pledges");
    house.stranger().post_once(&path, &format!("pledge-{key}"), body).await.expect(201).json()
}

/// The page of a pledge.
pub fn page_of(pledge: &Value) -> String {
    format!("/pledges/{}", pledge["manage_token"].as_str().expect("a token"))
}

/// Lets the jobs run once; says how many failed.
async fn tick(app: &App) -> usize {
    worker(app.clone()).tick().await.expect("the queue")
}

/// Lets the jobs run again and again, for so many minutes.
async fn run(app: &App, minutes: i64) {
    for _ in 0..minutes {
        app.clock.advance(TimeDelta::minutes(1));
        tick(app).await;
    }
}

/// Whom the mails went to, in order of the alphabet.
fn recipients(mails: &[Letter]) -> Vec<String> {
    let mut all: Vec<String> = mails.iter().map(|mail| mail.header("To").to_owned()).collect();
    all.sort();
    all
}

/// The fault: a mail queued by each request, or by each run of the job.
async fn twenty_retries_get_one_receipt(house: House) {
    let (_, slug) = night(&house).await;
    let body = json!({ "kind": "fixed", "amount_pence": 1_000, "name": "Sam", "email": "sam@example.org",
        "message": "For the ward" });
    let path = format!("/api/v1/events/{slug}/pledges");
    let anyone = house.stranger();
    join_all((0..20).map(|_| anyone.post_once(&path, "twenty-times", body.clone()))).await;
    let made = anyone.post_once(&path, "twenty-times", body).await.expect(201).json();
    for _ in 0..3 {
        house.pass(TimeDelta::minutes(10)).await;
    }
    let mails = house.letters();
    assert_eq!(mails.len(), 1, "{mails:?}");
    let mail = &mails[0];
    assert_eq!(mail.header("To"), "sam@example.org");
    assert_eq!(mail.header("Subject"), "Your pledge to Friday night");
    let id = made["id"].as_str().expect("an id");
    assert_eq!(mail.header("Message-ID"), format!("<{id}.receipt@disco.test>"));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(!mail.has("List-Unsubscribe"), "a receipt is no list");
    assert_eq!(mail.link(), page_of(&made));
    let reference = made["reference"].as_str().expect("a reference");
    let said = mail.text.replace(['-', ' '], "");
    assert!(said.contains(&reference.replace('-', "")), "{reference}: {}", mail.text);
    for said in [
        "Dear Sam,",
        "You promised £10. It is for Friday night, Friday 26 March 2027, 9pm",
        "to Cavell (formerly Cavell Nurses' Trust)",
        "Asthma + Lung UK",
        "The UK Sepsis Trust",
        "two reminders at most",
        "/reminders/stop",
        "withdraw",
    ] {
        assert!(mail.text.contains(said), "{said}: {}", mail.text);
    }
    assert!(!mail.text.contains("For the ward") && !mail.text.contains('&'), "{}", mail.text);
    let letter = anyone.get(&page_of(&made)).await.expect(200);
    assert!(letter.select("#mails").contains("We’ve mailed this link to sam@example.org"));
    assert_eq!(house.count("SELECT COUNT(*) FROM pledge_mail WHERE state = 'sent'").await, 1);
    house.check().await;
}

/// The fault: a mail that is given up, or sent twice, because the server was away, busy, or had other settings for an hour;
/// or one that a restart between forgets.
async fn a_failing_server_delays_mails_and_loses_none(house: House) {
    let (_, slug) = night(&house).await;
    let post = Post::open().await;
    let mut names = Vec::new();
    for (number, mood) in [Mood::Away, Mood::Busy, Mood::WrongPassword].into_iter().enumerate() {
        post.is(mood);
        // Each time a new process, on the same database.
        let app = post.of(&house.app);
        for name in [format!("jo{number}"), format!("kim{number}")] {
            let made = promise(&house, &slug, &name).await;
            assert!(tick(&app).await > 0, "{mood:?}");
            let letter = house.stranger().get(&page_of(&made)).await.expect(200);
            assert!(letter.select("#mails").contains("is on its way"), "{mood:?}");
            names.push(format!("{name}@example.org"));
        }
        run(&app, 60).await;
        assert_eq!(post.mails().len(), 0, "{mood:?}");
    }
    post.is(Mood::Fine);
    run(&post.of(&house.app), 180).await;
    names.sort();
    assert_eq!(recipients(&post.mails()), names);
    assert_eq!(house.count("SELECT COUNT(*) FROM job").await, 0);
    let told = house.rows("SELECT * FROM pledge_mail").await;
    assert!(told.iter().all(|row| row["state"] == "sent"), "{told:?}");
}

/// The fault: a worker that takes a job over hands the mail over again, since nobody noted that it had begun.
async fn a_process_killed_in_the_middle_sends_none_again(house: House) {
    let (_, slug) = night(&house).await;
    let made = promise(&house, &slug, "sam").await;
    let post = Post::open().await;
    post.is(Mood::Silent);
    let app = post.of(&house.app);
    let mut killed = JoinSet::new();
    killed.spawn(async move { tick(&app).await });
    post.has(1).await;
    killed.shutdown().await;
    post.is(Mood::Fine);
    run(&post.of(&house.app), 30).await;
    assert_eq!(post.mails().len(), 1, "one that came, and none after it");
    assert_eq!(house.count("SELECT COUNT(*) FROM job").await, 0, "nobody tries any more");
    let letter = house.stranger().get(&page_of(&made)).await.expect(200);
    assert!(letter.select("#mails").contains("We tried to mail this link"), "the letter doesn't promise too much");
    // Nor does another pledge, or this one's next mail, wait behind it.
    promise(&house, &slug, "jo").await;
    run(&post.of(&house.app), 1).await;
    assert_eq!(recipients(&post.mails()), ["jo@example.org", "sam@example.org"]);
}

/// The fault: a mail that the server may have is sent again because its last word was lost.
async fn a_server_that_goes_silent_gets_it_once(house: House) {
    let (_, slug) = night(&house).await;
    promise(&house, &slug, "sam").await;
    let post = Post::open().await;
    post.is(Mood::HangingUp);
    let app = post.of(&house.app);
    run(&app, 30).await;
    post.is(Mood::Fine);
    run(&app, 30).await;
    assert_eq!(post.mails().len(), 1);
}

/// The fault: an address that is no good is tried for ever, or can't be corrected.
async fn what_a_server_refuses_is_given_up(house: House) {
    let (_, slug) = night(&house).await;
    let made = promise(&house, &slug, "sma").await;
    let post = Post::open().await;
    post.is(Mood::Refusing);
    let app = post.of(&house.app);
    assert_eq!(tick(&app).await, 0, "there is nothing to try again");
    assert_eq!(house.count("SELECT COUNT(*) FROM job").await, 0);
    let page = page_of(&made);
    let letter = house.stranger().get(&page).await.expect(200);
    assert!(letter.select("#mails").contains("was refused. You can correct the address"));
    post.is(Mood::Fine);
    run(&app, 1).await;
    assert_eq!(post.mails().len(), 0);
    let api = format!("/api/v1{page}");
    house.stranger().patch(&api, json!({ "email": "sam@example.org" })).await.expect(200);
    run(&app, 1).await;
    assert_eq!(recipients(&post.mails()), ["sam@example.org"]);
}

/// The fault: two instances that both see a mail waiting.
async fn two_workers_send_one_mail_each(house: House) {
    let (_, slug) = night(&house).await;
    let post = Post::open().await;
    let mut apps = Vec::new();
    for _ in 0..2 {
        let mut app = post.of(&house.app);
        app.db = Db::connect(&house.app.config.database_url).await.expect("a database");
        apps.push(app);
    }
    let mut made = Vec::new();
    for number in 0..30 {
        made.push(promise(&house, &slug, &format!("sam{number}")).await);
    }
    // The queue hands a job out once, but lends it for a while only: the mail's own row holds where that runs out.
    let lent_twice = made[..10].iter().map(async |pledge| {
        let job = json!({ "pledge": pledge["id"], "kind": "receipt" });
        let [one, other] = [&apps[0], &apps[1]].map(|app| pledges::jobs::mail(app.clone(), job.clone()));
        let (one, other) = tokio::join!(one, other);
        assert!(one.is_ok() && other.is_ok());
    });
    join_all(lent_twice).await;
    assert_eq!(post.mails().len(), 10);
    let (one, other) = tokio::join!(tick(&apps[0]), tick(&apps[1]));
    assert_eq!(one + other, 0);
    let mut wanted: Vec<String> = (0..30).map(|number| format!("sam{number}@example.org")).collect();
    wanted.sort();
    assert_eq!(recipients(&post.mails()), wanted);
}

/// The fault: a mail that is noted as sent before its file is there.
async fn a_folder_that_cannot_be_written_delays(house: House) {
    let (_, slug) = night(&house).await;
    promise(&house, &slug, "sam").await;
    let dir = &house.app.config.mail.dir;
    std::fs::remove_dir_all(dir).expect("no folder");
    assert_eq!(tick(&house.app).await, 1);
    std::fs::create_dir_all(dir).expect("a folder");
    run(&house.app, 2).await;
    assert_eq!(recipients(&house.letters()), ["sam@example.org"]);
}

/// The fault: a name, a title or an address that puts a header into a mail, or a link where a stranger reads it.
async fn what_people_write_stays_in_its_place(house: House) {
    let host = house.organiser("Louise").await;
    let title = "Zoë’s night <b>&amp;</b> Bcc: eve@example.org";
    let slug = house.night(&host, json!({ "title": title })).await;
    let path = format!("/api/v1/events/{slug}/pledges");
    let anyone = house.stranger();
    for (number, bad) in [
        "sam@example.org\r\nBcc: eve@example.org",
        "sam@example.org, eve@example.org",
        "Sam <sam@example.org>",
        "\"sam\" eve@example.org",
        "sam@example.org\0",
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({ "kind": "fixed", "amount_pence": 1_000, "email": bad });
        let refused = anyone.post_once(&path, &format!("bad-address-{number}"), body).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["email"], "{bad}");
    }
    for (number, name) in
        ["Sam\r\nBcc: eve@example.org", "Win at https://evil.example/now", "Sam & Jo <3"].iter().enumerate()
    {
        let body = json!({ "kind": "fixed", "amount_pence": 1_000, "name": name, "email": format!("sam{number}@example.org") });
        pledge(&house, &slug, &format!("name-{number}"), body).await;
    }
    house.pass(TimeDelta::minutes(1)).await;
    let mails = house.letters();
    assert_eq!(recipients(&mails), ["sam0@example.org", "sam1@example.org", "sam2@example.org"]);
    for mail in &mails {
        assert!(!mail.has("Bcc") && mail.header("From") == "disco@disco.test", "{:?}", mail.headers);
        assert!(mail.header("Content-Type").starts_with("text/plain"), "{:?}", mail.headers);
        assert!(mail.text.contains(title), "text is text: {}", mail.text);
        assert!(!mail.text.contains("evil.example"), "a stranger's link goes to nobody: {}", mail.text);
    }
    assert!(mails.iter().any(|mail| mail.text.starts_with("Dear Sam & Jo <3,")), "no escaping: {mails:?}");
}

async fn give(host: &Actor, slug: &str, pledge: &Value, amount_pence: i64, charity: &str, key: &str) -> Value {
    let body = json!({ "charity": charity, "amount_pence": amount_pence, "pledge_reference": pledge["reference"] });
    host.post_once(&format!("/api/v1/events/{slug}/payments"), &format!("payment-{key}"), body).await.expect(201).json()
}

fn subjects(mails: &[Letter], to: &str) -> Vec<String> {
    let own = mails.iter().filter(|mail| mail.header("To") == to);
    let mut all: Vec<String> = own.map(|mail| mail.header("Subject").to_owned()).collect();
    all.sort();
    all
}

/// The fault: thanks for a part, thanks twice, or thanks for a payment that was taken back.
async fn thanks_come_once_and_only_for_what_has_arrived(house: House) {
    let (host, slug) = night(&house).await;
    let body = json!({ "kind": "fixed", "amount_pence": 1_000, "email": "sam@example.org",
        "split": [{ "charity": "sepsis-trust" }] });
    let made = pledge(&house, &slug, "sam", body).await;
    house.pass(TimeDelta::minutes(1)).await;
    give(&host, &slug, &made, 400, "sepsis-trust", "a-part").await;
    house.pass(TimeDelta::minutes(1)).await;
    assert_eq!(house.letters().len(), 1, "the receipt only");
    // At night it waits until morning, and is taken back meanwhile.
    house.pass(TimeDelta::hours(3)).await;
    let rest = give(&host, &slug, &made, 600, "sepsis-trust", "the-rest").await;
    house.pass(TimeDelta::minutes(1)).await;
    let reversal = format!("/api/v1/payments/{}/reversal", rest["id"].as_str().expect("an id"));
    host.post(&reversal, json!({})).await.expect(200);
    house.pass(TimeDelta::hours(14)).await;
    assert_eq!(house.letters().len(), 1, "nothing to thank for");
    for round in 0..2 {
        let paid = give(&host, &slug, &made, 600, "sepsis-trust", &format!("again-{round}")).await;
        house.pass(TimeDelta::minutes(1)).await;
        if round == 0 {
            let reversal = format!("/api/v1/payments/{}/reversal", paid["id"].as_str().expect("an id"));
            host.post(&reversal, json!({})).await.expect(200);
        }
    }
    let told = subjects(&house.letters(), "sam@example.org");
    assert_eq!(told, ["Thank you: your pledge to Friday night has arrived", "Your pledge to Friday night"]);
    let thanks =
        house.letters().into_iter().find(|mail| mail.header("Subject").starts_with("Thank you")).expect("thanks");
    assert!(thanks.text.contains("£10 with The UK Sepsis Trust"), "{}", thanks.text);
    house.check().await;
}

/// The fault: a mail that was queued goes out to someone who has left.
async fn a_withdrawn_pledge_hears_nothing(house: House) {
    let (host, slug) = night(&house).await;
    let made = promise(&house, &slug, "sam").await;
    house.stranger().delete(&format!("/api/v1{}", page_of(&made))).await.expect(200);
    host.post(&format!("/api/v1/events/{slug}/opening"), json!({})).await.expect(200);
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    for _ in 0..20 {
        house.pass(TimeDelta::days(1)).await;
    }
    assert_eq!(house.letters().len(), 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM pledge_mail").await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM job").await, 0);
}

/// The fault: no word, or one for each batch of pledges, or reminders after it.
async fn a_cancelled_night_says_so_once(house: House) {
    let (host, slug) = night(&house).await;
    for number in 0..3 {
        promise(&house, &slug, &format!("sam{number}")).await;
    }
    let left = promise(&house, &slug, "left").await;
    house.pass(TimeDelta::minutes(1)).await;
    house.stranger().delete(&format!("/api/v1{}", page_of(&left))).await.expect(200);
    // Made a moment before: what was promised is over before its receipt went.
    promise(&house, &slug, "late").await;
    host.post(&format!("/api/v1/events/{slug}/cancellation"), json!({})).await.expect(200);
    host.post(&format!("/api/v1/events/{slug}/cancellation"), json!({})).await.expect(409);
    for _ in 0..20 {
        house.pass(TimeDelta::days(1)).await;
    }
    let mails = house.letters();
    let ended = "Friday night was cancelled, so your promise has ended";
    for number in 0..3 {
        assert_eq!(subjects(&mails, &format!("sam{number}@example.org")), [ended, "Your pledge to Friday night"]);
    }
    assert_eq!(subjects(&mails, "late@example.org"), [ended]);
    assert_eq!(subjects(&mails, "left@example.org"), ["Your pledge to Friday night"]);
    assert!(
        mails
            .iter()
            .filter(|mail| mail.header("Subject") == ended)
            .all(|mail| mail.text.contains("Nothing is expected of you"))
    );
}
