//! The page's one field, and a guest who is only a cookie: a nickname asked once, and a page of one's own songs.

use serde_json::json;

use super::{live, titles};
use crate::support::{House, on_both};

on_both!(
    a_nickname_is_asked_once,
    the_one_field_takes_a_link_or_words,
    wrong_words_come_back_with_the_form,
    what_cant_be_shared_now_comes_back_too,
    my_songs_are_mine_to_see_and_withdraw,
    a_form_sent_twice_shares_once,
);

async fn a_nickname_is_asked_once(house: House) {
    let (_, slug, api) = live(&house, json!({})).await;
    let (page, phone) = (format!("/events/{slug}/share"), house.stranger());
    let form = phone.get(&page).await.expect(200);
    assert!(form.try_select("input[name=nickname]").is_some());
    assert_eq!(form.header("cache-control"), Some("no-store"));
    let nameless = phone.fill_in(&page, &page, &[("link", "Blue Monday")]).await.expect(422);
    assert_eq!(nameless.attribute("#nickname", "aria-invalid"), "true");
    assert_eq!(nameless.attribute("#link", "value"), "Blue Monday", "what was typed isn't lost");
    let shared = phone.fill_in(&page, &page, &[("link", "Blue Monday"), ("nickname", "Sam")]).await.expect(303);
    assert_eq!(shared.header("location"), Some(format!("/events/{slug}/mine").as_str()));
    assert!(!phone.cookie().is_empty(), "Sam is a cookie now");
    let again = phone.get(&page).await.expect(200);
    assert!(again.try_select("input[name=nickname]").is_none(), "asked once");
    assert!(again.select("form").contains("Sam"));
    phone
        .fill_in(&page, &page, &[("link", "https://youtu.be/HgzGwKwLmgM"), ("title", "Don't Stop Me Now")])
        .await
        .expect(303);
    let list = house.stranger().get(&format!("{api}/shares")).await.json();
    for share in list["items"].as_array().expect("items") {
        assert_eq!(share["shared_by"], "Sam");
    }
    assert_eq!(titles(&house, &api).await, ["Blue Monday", "Don't Stop Me Now"]);
    assert_eq!(house.count("SELECT COUNT(*) FROM guest").await, 1, "one person, whatever they share");
}

async fn the_one_field_takes_a_link_or_words(house: House) {
    let (_, slug, api) = live(&house, json!({})).await;
    let page = format!("/events/{slug}/share");
    // The field on the night's page leads to the form, filled in, without a token on the way.
    let night = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert!(night.try_select(&format!("form[method=get][action='{page}'] input[name=link]")).is_some());
    assert!(night.try_select("form[method=post], input[type=hidden]").is_none(), "a page for everyone holds no token");
    let phone = house.stranger();
    let filled = phone.get(&format!("{page}?link=https%3A%2F%2Fyoutu.be%2FHgzGwKwLmgM")).await.expect(200);
    assert_eq!(filled.attribute("#link", "value"), "https://youtu.be/HgzGwKwLmgM");
    assert!(filled.select(".say").contains("YouTube"), "{}", filled.select(".say"));
    for (typed, title, artist) in [
        ("Lovely Day", "Lovely Day", None),
        ("Bill Withers - Lean on Me", "Lean on Me", Some("Bill Withers")),
        ("Bill Withers – Use Me", "Use Me", Some("Bill Withers")),
        ("9 to 5", "9 to 5", None),
    ] {
        phone.fill_in(&page, &page, &[("link", typed), ("nickname", "Sam")]).await.expect(303);
        let list = house.stranger().get(&format!("{api}/shares")).await.json();
        let last = list["items"].as_array().and_then(|items| items.last()).expect("a song")["track"].clone();
        assert_eq!((last["title"].as_str(), last["artist"].as_str()), (Some(title), artist), "{typed}");
    }
}

async fn wrong_words_come_back_with_the_form(house: House) {
    let (_, slug, api) = live(&house, json!({})).await;
    let (page, phone) = (format!("/events/{slug}/share"), house.stranger());
    for (fields, wrong) in [
        (vec![("link", ""), ("nickname", "Sam")], "link"),
        (vec![("link", "javascript:alert(1)"), ("nickname", "Sam")], "link"),
        (vec![("link", "Blue Monday"), ("nickname", "n".repeat(61).leak() as &str)], "nickname"),
        (
            vec![("link", "Blue Monday"), ("dedication", "d".repeat(281).leak() as &str), ("nickname", "Sam")],
            "dedication",
        ),
    ] {
        let back = phone.fill_in(&page, &page, &fields).await.expect(422);
        assert!(back.select("title").starts_with("Error:"));
        assert!(back.try_select(&format!("#errors a[href='#{wrong}']")).is_some(), "{wrong} is named at the top");
        assert_eq!(back.attribute(&format!("#{wrong}"), "aria-invalid"), "true");
        for (name, value) in fields {
            assert_eq!(back.attribute(&format!("#{name}"), "value"), value, "{name} is filled in again");
        }
    }
    assert!(titles(&house, &api).await.is_empty());
    assert_eq!(house.count("SELECT COUNT(*) FROM guest").await, 0, "nobody became a guest by a mistake");
}

/// The fault: hosts pause new songs while somebody types, and all of it is gone.
async fn what_cant_be_shared_now_comes_back_too(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let (page, phone) = (format!("/events/{slug}/share"), house.stranger());
    host.patch(&api, json!({ "is_paused": true })).await.expect(200);
    let typed =
        [("link", "Blue Monday"), ("artist", "New Order"), ("dedication", "for the night team"), ("nickname", "Sam")];
    let refused = phone.fill_in(&page, &page, &typed).await.expect(422);
    for (field, words) in typed {
        assert_eq!(refused.attribute(&format!("#{field}"), "value"), words, "what was typed isn't lost");
    }
    assert!(refused.select("#link-err").contains("no new songs for a little while"), "{}", refused.select("main"));
    host.patch(&api, json!({ "is_paused": false })).await.expect(200);
    phone.fill_in(&page, &page, &typed).await.expect(303);
    assert_eq!(titles(&house, &api).await, ["Blue Monday"]);
}

async fn my_songs_are_mine_to_see_and_withdraw(house: House) {
    let (host, slug, api) = live(&house, json!({ "screening": "first" })).await;
    let (page, mine) = (format!("/events/{slug}/share"), format!("/events/{slug}/mine"));
    let (sam, priya) = (house.stranger(), house.stranger());
    sam.fill_in(&page, &page, &[("link", "Blue Monday"), ("dedication", "for Theatre 3"), ("nickname", "Sam")])
        .await
        .expect(303);
    let own = sam.get(&mine).await.expect(200);
    assert_eq!(own.header("cache-control"), Some("no-store"));
    for said in ["Sam", "Blue Monday", "for Theatre 3", "Waiting for a host"] {
        assert!(own.select("main").contains(said), "{said}");
    }
    for other in [&priya, &house.browser_of("Louise").await] {
        let theirs = other.get(&mine).await.expect(200);
        assert!(!theirs.text().contains("Blue Monday"), "another's songs aren't mine");
    }
    let held = sam.get(&mine).await.expect(200);
    let action = held.attribute("form.acts", "action");
    let id = action.split('/').nth(4).expect("an id").to_owned();
    host.post(&format!("/api/v1/shares/{id}/approval"), json!({})).await.expect(200);
    assert!(sam.get(&mine).await.expect(200).select("main").contains("Everyone can see it"));
    priya.fill_in(&page, &page, &[("link", "blue monday"), ("nickname", "Priya")]).await.expect(303);
    assert!(priya.get(&mine).await.expect(200).select("main").contains("Shared by Sam. You dance along"));
    // Only Sam takes Sam's song back, and a draft or another night's address doesn't help.
    let fields = [("idempotency_key".to_owned(), "withdrawal-by-another".to_owned())];
    let refused = priya.post_form(&action, &fields).await.status.as_u16();
    assert!(matches!(refused, 403 | 404), "{refused}");
    sam.fill_in(&mine, &action, &[]).await.expect(303);
    assert!(sam.get(&mine).await.expect(200).select("main").contains("You withdrew it"));
    assert!(
        !priya.get(&mine).await.expect(200).text().contains("Blue Monday"),
        "what was withdrawn is shown to no other"
    );
    assert!(titles(&house, &api).await.is_empty());
    house.check().await;
}

/// The fault: an impatient thumb shares twice and becomes two people.
async fn a_form_sent_twice_shares_once(house: House) {
    let (_, slug, api) = live(&house, json!({})).await;
    let (page, phone) = (format!("/events/{slug}/share"), house.stranger());
    let opened = phone.get(&page).await.expect(200);
    let fields = crate::support::actor::with_hidden(&opened, &page, &[("link", "Blue Monday"), ("nickname", "Sam")]);
    let (one, other) = tokio::join!(phone.post_form(&page, &fields), phone.post_form(&page, &fields));
    let again = phone.post_form(&page, &fields).await;
    assert!([&one, &other].iter().any(|answer| answer.status == 303), "{} {}", one.status, other.status);
    for answer in [&one, &other, &again] {
        // Still running, or from before Sam had a cookie: said, and nothing done.
        assert!(matches!(answer.status.as_u16(), 303 | 403 | 409), "{}: {}", answer.status, answer.text());
    }
    assert_eq!(titles(&house, &api).await, ["Blue Monday"]);
    assert_eq!(house.count("SELECT COUNT(*) FROM guest").await, 1);
    let mine = phone.get(&format!("/events/{slug}/mine")).await.expect(200);
    assert!(mine.select("main").contains("Blue Monday"));
}
