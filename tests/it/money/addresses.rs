//! Whose address a pledge has: one that is corrected, one that somebody else types, and a secret link that got about.

use chrono::TimeDelta;
use serde_json::json;

use super::mails::{night, page_of, pledge, promise};
use crate::support::{Backend, House, on_both};

on_both!(a_corrected_address_gets_its_own_receipt);

/// The fault: a corrected address that hears nothing, with a page that says it did; and somebody who has the old link.
async fn a_corrected_address_gets_its_own_receipt(house: House) {
    let (_, slug) = night(&house).await;
    let made = promise(&house, &slug, "sam").await;
    house.pass(TimeDelta::minutes(1)).await;
    let me = house.stranger();
    let mine = format!("/api/v1{}", page_of(&made));
    me.patch(&mine, json!({ "email": "sam@right.example" })).await.expect(200);
    house.pass(TimeDelta::minutes(1)).await;
    let letters = house.letters();
    assert_eq!(letters.len(), 2);
    assert!(letters.iter().any(|mail| mail.header("To").contains("sam@right.example")));
    let page = page_of(&made);
    let renewed = me.fill_in(&page, &format!("{page}/link"), &[]).await.expect(303);
    let fresh = renewed.header("location").expect("a letter").to_owned();
    me.get(&fresh).await.expect(200);
    me.get(&page).await.expect(404);
    me.get(&mine).await.expect(404);
    let again = me.post(&format!("/api/v1{fresh}/link"), json!({})).await.expect(200).json();
    assert!(
        again["manage_url"].as_str().expect("an address").ends_with(again["manage_token"].as_str().expect("a token"))
    );
    me.get(&fresh).await.expect(404);
    me.get(&format!("/pledges/{}", again["manage_token"].as_str().expect("a token"))).await.expect(200);
    house.check().await;
}

/// The fault: somebody's address typed again and again, to fill their post.
#[tokio::test]
async fn one_address_gets_five_receipts_an_hour() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let house = House::furnished(backend, |config| config.limits = true).await;
        let (_, slug) = night(&house).await;
        for number in 0..8 {
            let body = json!({ "kind": "fixed", "amount_pence": 500, "email": "victim@example.org" });
            pledge(&house, &slug, &format!("victim-{number}"), body).await;
        }
        promise(&house, &slug, "sam").await;
        house.pass(TimeDelta::minutes(1)).await;
        let to_victim = house.letters().iter().filter(|mail| mail.header("To").contains("victim")).count();
        assert_eq!((to_victim, house.letters().len()), (5, 6));
    }
}
