//! The page of a night's money, in a browser without JavaScript: claims, money recorded and taken back, and what it says.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::actor::with_hidden;
use crate::support::statement::{CHARITY, received};
use crate::support::{Actor, Answer, House, on_both};

on_both!(
    claims_are_seen_or_not,
    money_comes_with_a_pledge_and_without,
    more_and_less_than_was_promised,
    wrong_money_is_refused_and_comes_back,
    a_payment_of_another_night_is_not_there,
    long_lists_come_a_page_at_a_time,
    charities_stay_once_they_have_money,
    what_was_confirmed_stays_what_it_was,
);

/// A night, and its host in a browser.
struct Desk {
    house: House,
    host: Actor,
    browser: Actor,
    slug: String,
    page: String,
}

impl Desk {
    async fn open(house: House) -> Self {
        let host = house.organiser("Louise").await;
        let slug = house.night(&host, json!({})).await;
        let browser = house.browser_of("Louise").await;
        let page = format!("/host/events/{slug}/ledger");
        Self { house, host, browser, slug, page }
    }

    /// A promise of £9, so £3 for each charity.
    async fn pledge(&self, name: &str) -> Value {
        let pledge = json!({ "kind": "fixed", "amount_pence": 900, "name": name, "email": "sam@example.org" });
        let path = format!("/api/v1/events/{}/pledges", self.slug);
        let key = format!("desk-pledge-{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), ""));
        self.house.stranger().post_once(&path, &key, pledge).await.expect(201).json()
    }

    async fn claim(&self, pledge: &Value, pence: i64) -> String {
        let path = format!("/api/v1/pledges/{}/payments", pledge["manage_token"].as_str().expect("a token"));
        let given = json!({ "charity": CHARITY, "amount_pence": pence });
        let claimed = self.house.stranger().post_once(&path, &format!("desk-claim-{pence}"), given).await;
        claimed.expect(201).json()["id"].as_str().expect("an id").to_owned()
    }

    fn payments(&self) -> String {
        format!("/host/events/{}/payments", self.slug)
    }

    async fn press(&self, opened: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        self.browser.post_form(action, &with_hidden(opened, action, fields)).await
    }

    /// Presses, and reads what the page then says was done.
    async fn told(&self, opened: &Answer, action: &str, fields: &[(&str, &str)]) -> String {
        let done = self.press(opened, action, fields).await.expect(303);
        let to = done.header("location").expect("a way back").split('#').next().unwrap_or_default().to_owned();
        self.browser.get(&to).await.expect(200).select("#done")
    }

    async fn record(&self, fields: &[(&str, &str)]) -> String {
        let opened = self.browser.get(&self.page).await.expect(200);
        self.told(&opened, &self.payments(), fields).await
    }

    async fn received(&self) -> i64 {
        received(&self.house, &self.slug).await
    }
}

/// Catches: a claim that counts for more than was confirmed, once what had settled a part of it is taken back.
async fn what_was_confirmed_stays_what_it_was(house: House) {
    let desk = Desk::open(house).await;
    let sam = desk.pledge("Sam").await;
    let claim = desk.claim(&sam, 300).await;
    let reference = sam["reference"].as_str().expect("a reference");
    desk.record(&[("charity", CHARITY), ("amount", "1"), ("method", "cash"), ("pledge_reference", reference)]).await;
    let opened = desk.browser.get(&desk.page).await.expect(200);
    let told = desk.told(&opened, &format!("{}/{claim}/confirmation", desk.payments()), &[]).await;
    assert!(told.contains("£2 to The UK Sepsis Trust"), "the rest of it: {told}");
    assert_eq!(desk.received().await, 300);
    let payments = desk.host.get(&format!("/api/v1/events/{}/payments", desk.slug)).await.expect(200).json();
    let cash = payments["items"].as_array().expect("payments").iter().find(|one| one["method"] == "cash").cloned();
    let cash = cash.expect("the cash")["id"].as_str().expect("an id").to_owned();
    desk.host.post(&format!("/api/v1/payments/{cash}/reversal"), json!({})).await.expect(200);
    assert_eq!(desk.received().await, 200);
    desk.house.check().await;
}

/// Catches: money without a pledge that is forgotten when its charity is taken off the night.
async fn charities_stay_once_they_have_money(house: House) {
    let desk = Desk::open(house).await;
    desk.record(&[("charity", CHARITY), ("amount", "50"), ("method", "cash"), ("name", "The bucket")]).await;
    let path = format!("/api/v1/events/{}", desk.slug);
    let other = json!({ "charities": [{ "slug": "cavell-nurses-trust", "parts": 1 }] });
    let refused = desk.host.patch(&path, other).await.expect(409);
    assert!(refused.text().contains("pledges or payments"), "{}", refused.text());
    let form = desk.browser.get(&format!("/host/events/{}/details", desk.slug)).await.expect(200);
    assert!(form.try_select("input[type=checkbox][name=charities]").is_none(), "nor by hand");
    assert_eq!(desk.received().await, 5_000);
    desk.house.check().await;
}

/// Catches: a press that counts twice, one that turns a claim it can't turn, claims in another order than they came in, and
/// a page that names nobody or somebody's address.
async fn claims_are_seen_or_not(house: House) {
    let desk = Desk::open(house).await;
    let (sam, jo) = (desk.pledge("Sam").await, desk.pledge("Jo").await);
    let (first, second) = (desk.claim(&sam, 300).await, desk.claim(&jo, 250).await);
    let opened = desk.browser.get(&desk.page).await.expect(200);
    let waiting = opened.select("#claims");
    assert!(waiting.find("Sam").expect("Sam") < waiting.find("Jo").expect("Jo"), "the oldest first: {waiting}");
    assert!(waiting.contains("The UK Sepsis Trust") && waiting.contains("£2.50"), "{waiting}");
    assert!(!opened.text().contains("sam@example.org"), "an address is nobody's business");

    let confirm = format!("{}/{first}/confirmation", desk.payments());
    let told = desk.told(&opened, &confirm, &[]).await;
    assert!(told.contains("£3 to The UK Sepsis Trust") && told.contains("£6 still to come"), "{told}");
    desk.press(&opened, &confirm, &[]).await.expect(303);
    assert_eq!(desk.received().await, 300, "a second press is the first again");
    let fresh = desk.browser.get(&desk.page).await.expect(200);
    assert!(!fresh.select("#claims").contains("Sam"));
    let key = [("csrf", &*fresh.attribute("input[name=csrf]", "value")), ("idempotency_key", "another-press")];
    let again = desk.press(&fresh, &confirm, &key).await.expect(409);
    assert!(again.text().contains("confirmed already"), "{}", again.text());

    let reverse = format!("{}/{second}/reversal", desk.payments());
    let told = desk.told(&fresh, &reverse, &[]).await;
    assert!(told.contains("Taken back: £2.50") && told.contains("counts no more"), "{told}");
    desk.press(&fresh, &reverse, &[]).await.expect(303);
    let after = desk.browser.get(&desk.page).await.expect(200);
    assert!(after.try_select("#claims").is_none(), "nobody waits");
    assert_eq!(desk.received().await, 300);
    desk.house.check().await;
}

/// Catches: cash that needs a pledge, a reference that must be typed as it is printed, a payment booked for the wrong
/// pledge, and one that can't be taken back.
async fn money_comes_with_a_pledge_and_without(house: House) {
    let desk = Desk::open(house).await;
    let pledge = desk.pledge("Sam").await;
    let reference = pledge["reference"].as_str().expect("a reference");
    let bucket = [
        ("charity", CHARITY),
        ("amount", "£1,042.10"),
        ("method", "cash"),
        ("name", "The bucket"),
        ("note", "Counted twice"),
    ];
    let opened = desk.browser.get(&desk.page).await.expect(200);
    let told = desk.told(&opened, &desk.payments(), &bucket).await;
    assert!(told.contains("£1,042.10 to The UK Sepsis Trust, in cash, for no pledge"), "{told}");
    desk.press(&opened, &desk.payments(), &bucket).await.expect(303);
    assert_eq!(desk.received().await, 104_210, "a second press is the first again");

    let linked = desk.browser.get(&format!("{}?pledge={reference}", desk.page)).await.expect(200);
    assert_eq!(linked.attribute("#pledge_reference", "value"), reference, "its link fills the form in");
    let spaced = format!("{} {}-{}", &reference[..2], &reference[2..6], reference[6..].to_lowercase());
    let cheque = [
        ("charity", CHARITY),
        ("amount", "3"),
        ("method", "cheque"),
        ("pledge_reference", &*spaced),
        ("paid_on", "25/03/2027"),
        ("reference", "000123"),
    ];
    let told = desk.told(&linked, &desk.payments(), &cheque).await;
    assert!(told.contains("£6 still to come"), "{told}");
    let list = desk.host.get(&format!("/api/v1/events/{}/payments", desk.slug)).await.expect(200).json();
    let [first, second] = [0, 1].map(|at| list["items"][at].clone());
    assert_eq!((&first["name"], &first["note"]), (&json!("The bucket"), &json!("Counted twice")));
    assert_eq!((&second["pledge_reference"], &second["paid_on"]), (&json!(reference), &json!("2027-03-25")));
    assert_eq!((&second["method"], &second["reference"]), (&json!("cheque"), &json!("000123")));

    let page = desk.browser.get(&desk.page).await.expect(200);
    let payments = page.select("#payments");
    assert!(payments.find("000123").expect("it") < payments.find("The bucket").expect("it"), "the newest first");
    let back = format!("{}/{}/reversal", desk.payments(), second["id"].as_str().expect("an id"));
    assert!(desk.told(&page, &back, &[]).await.contains("Taken back: £3"));
    assert_eq!(desk.received().await, 104_210);
    let after = desk.browser.get(&desk.page).await.expect(200);
    assert!(after.try_select(&format!("form[action='{back}']")).is_none(), "it can't be taken back twice");
    assert!(after.select("#payments").contains("taken back"), "and it is still told of");
    desk.house.check().await;
}

/// Catches: over-payment that is lost or refused, and a difference told wrongly.
async fn more_and_less_than_was_promised(house: House) {
    let desk = Desk::open(house).await;
    let pledge = desk.pledge("Sam").await;
    desk.pledge("Jo").await;
    let reference = pledge["reference"].as_str().expect("a reference");
    let of = |charity, amount| {
        [("charity", charity), ("amount", amount), ("method", "direct"), ("pledge_reference", reference)]
    };
    let told = desk.record(&of(CHARITY, "50p")).await;
    assert!(told.contains("£8.50 still to come") && !told.contains("more than promised"), "{told}");
    let told = desk.record(&of(CHARITY, "7.50")).await;
    assert!(told.contains("£5 more than promised to The UK Sepsis Trust: recorded as received"), "{told}");
    assert!(told.contains("£6 still to come"), "{told}");
    let page = desk.browser.get(&desk.page).await.expect(200);
    let first = page.select("#pledges li");
    assert!(first.contains("received £8") && first.contains("short by £6 in one place, over by £5"), "{first}");
    assert!(page.select("#pledges").contains("short by £9"), "the other's");
    for (charity, amount) in [("cavell-nurses-trust", "3"), ("british-lung-foundation", "3.00")] {
        desk.record(&of(charity, amount)).await;
    }
    let told = desk.record(&of("cavell-nurses-trust", "1")).await;
    assert!(told.contains("£1 more than promised") && told.contains("All that was promised is there"), "{told}");
    let page = desk.browser.get(&desk.page).await.expect(200);
    assert!(page.select("#pledges li").contains("over by £6"), "{}", page.select("#pledges li"));
    let sums = page.select("tfoot");
    assert!(sums.contains("£18") && sums.contains("£15") && sums.contains("£3"), "{sums}");
    assert!(page.select("tbody tr").contains("£2"), "Cavell: £6 promised, £4 received");
    assert_eq!(desk.received().await, 1500);
    desk.house.check().await;
}

/// Catches: an amount read as another than was typed, a form that comes back empty or as an error page, and a refusal that
/// books something.
async fn wrong_money_is_refused_and_comes_back(house: House) {
    let desk = Desk::open(house).await;
    desk.pledge("<script>alert(1)</script>").await;
    let before = desk.house.contents().await;
    let typed = [
        ("charity", CHARITY),
        ("amount", "5"),
        ("method", "cheque"),
        ("name", "\"><b>Sam"),
        ("reference", "Ref 1"),
        ("note", "Seen <i>twice</i>"),
        ("paid_on", "2027-03-25"),
    ];
    let forty = "9".repeat(40);
    let wrong_amounts = ["12,50", "1e3", "-5", "0", "٣", "", "1.234", "1,000,000.01", "5 pounds", &forty];
    let wrong_days = ["1800-01-01", "31/02/2027", "tomorrow", "2027-13-01", "99999-01-01"];
    let amounts = wrong_amounts.map(|amount| ("amount", amount));
    let others = [("pledge_reference", "TD44444444"), ("method", "barter"), ("charity", "elsewhere"), ("charity", "")];
    let long = "x".repeat(81);
    let texts = [("name", &*long), ("name", "a\u{202e}b")];
    let wrong = amounts.into_iter().chain(wrong_days.map(|day| ("paid_on", day))).chain(others).chain(texts);
    for (field, value) in wrong {
        let mut fields: Vec<(&str, &str)> = typed.iter().copied().filter(|(name, _)| *name != field).collect();
        fields.push((field, value));
        let opened = desk.browser.get(&desk.page).await.expect(200);
        let refused = desk.press(&opened, &desk.payments(), &fields).await.expect(422);
        assert!(refused.select("title").starts_with("Error: "), "{field}={value}");
        assert!(
            refused.try_select(&format!("#errors a[href='#{field}']")).is_some(),
            "{field}={value}: {}",
            refused.text()
        );
        assert!(refused.try_select(&format!("#{field}")).is_some(), "{field} is there to go to");
        for (name, value) in fields.iter().filter(|(name, _)| !["charity", "method", "note"].contains(name)) {
            assert_eq!(refused.attribute(&format!("#{name}"), "value"), *value, "{name} comes back");
        }
        assert_eq!(refused.select("#note"), "Seen <i>twice</i>");
        if field != "charity" {
            assert_eq!(refused.attribute("input[name=charity][checked]", "value"), CHARITY);
        }
        if field != "method" {
            assert_eq!(refused.attribute("#method option[selected]", "value"), "cheque");
        }
        assert!(!refused.text().contains("<b>Sam") && !refused.text().contains("<script>alert"), "text stays text");
    }
    let opened = desk.browser.get(&desk.page).await.expect(200);
    let fields: Vec<_> = with_hidden(&opened, &desk.payments(), &typed);
    let keyless: Vec<_> = fields.into_iter().filter(|(name, _)| name != "idempotency_key").collect();
    desk.browser.post_form(&desk.payments(), &keyless).await.expect(400);
    assert_eq!(desk.house.contents().await, before, "nothing is booked");
}

/// Catches: a payment found by its id alone, so that a host turns the money of a night that isn't theirs.
async fn a_payment_of_another_night_is_not_there(house: House) {
    let desk = Desk::open(house).await;
    let pledge = desk.pledge("Sam").await;
    let payment = desk.claim(&pledge, 300).await;
    let priya = desk.house.organiser("Priya").await;
    let other = desk.house.night(&priya, json!({ "title": "Another night" })).await;
    let browser = desk.house.browser_of("Priya").await;
    let opened = browser.get(&format!("/host/events/{other}/ledger?done={payment}")).await.expect(200);
    assert!(opened.try_select("#done").is_none(), "nothing is told of it either");
    let csrf = [("csrf".to_owned(), opened.attribute("input[name=csrf]", "value"))];
    let before = desk.house.contents().await;
    for verb in ["confirmation", "reversal"] {
        let theirs = format!("/host/events/{other}/payments/{payment}/{verb}");
        browser.post_form(&theirs, &csrf).await.expect(404);
        let ours = format!("/host/events/{}/payments/{payment}/{verb}", desk.slug);
        browser.post_form(&ours, &csrf).await.expect(403);
    }
    let reference = pledge["reference"].as_str().expect("a reference");
    let action = format!("/host/events/{other}/payments");
    let fields = [("charity", CHARITY), ("amount", "3"), ("method", "cash"), ("pledge_reference", reference)];
    let refused = browser.post_form(&action, &with_hidden(&opened, &action, &fields)).await.expect(422);
    assert!(refused.select("#errors").contains("No pledge of this night"), "{}", refused.text());
    assert_eq!(desk.house.contents().await, before);
}

/// Catches: pledges or payments that no page shows, or two do, and a cursor that isn't looked at.
async fn long_lists_come_a_page_at_a_time(house: House) {
    let desk = Desk::open(house).await;
    for number in 0..23 {
        desk.pledge(&format!("Supporter {number:02}.")).await;
        let given = json!({ "charity": CHARITY, "amount_pence": 100, "name": format!("Giver {number:02}.") });
        let path = format!("/api/v1/events/{}/payments", desk.slug);
        desk.host.post_once(&path, &format!("desk-page-{number}"), given).await.expect(201);
    }
    for (list, who) in [("pledges", "Supporter"), ("payments", "Giver")] {
        let (mut at, mut seen, mut pages) = (desk.page.clone(), Vec::new(), 0);
        loop {
            let page = desk.browser.get(&at).await.expect(200);
            let text = page.select(&format!("#{list} ul"));
            seen.extend((0..23).map(|number| format!("{who} {number:02}.")).filter(|name| text.contains(name)));
            pages += 1;
            let next = page.addresses(&format!("#{list} a[href*='{list}=']"));
            let Some(next) = next.first() else { break };
            next.split('#').next().unwrap_or_default().clone_into(&mut at);
        }
        assert_eq!((pages, seen.len()), (2, 23), "{list}: each once");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 23, "{list}");
    }
    for nonsense in ["pledges=x", "payments=x", "pledges=99999999999999999999", "done=x"] {
        desk.browser.get(&format!("{}?{nonsense}", desk.page)).await.expect(422);
    }
}
