//! Promise 10: it calls only whom it should. Forged links are shared while services are asked, and services that were taken
//! over redirect to everywhere; a listener at every other name and address must stay silent.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::json;

use super::live;
use crate::support::stand_in::{HOSTS, Reply, StandIn};
use crate::support::{House, on_both, scale, seed};

on_both!(forged_links_reach_nobody_off_the_list);

/// Links to things, and short ones.
const THINGS: &[(&str, &str)] = &[
    ("www.youtube.com", "/watch?v=dQw4w9WgXcQ"),
    ("open.spotify.com", "/track/4uLU6hMCjMI75M1A2tKUQC"),
    ("music.apple.com", "/gb/song/1422648513"),
    ("soundcloud.com", "/forss/flickermood"),
    ("www.deezer.com", "/track/3135556"),
    ("tidal.com", "/browse/track/77646168"),
    ("www.mixcloud.com", "/spartacus/party-time/"),
    ("spotify.link", "/aBcDeF"),
    ("on.soundcloud.com", "/aBcDeF"),
    ("link.deezer.com", "/s/aBcDeF"),
    ("deezer.page.link", "/aBcDeF"),
];

/// Ways to make a link look as if it led there.
fn forgeries(host: &str, path: &str, listener: &str) -> Vec<String> {
    let (bare, port) = listener.split_once(':').expect("an address");
    vec![
        format!("https://{host}.evil.example{path}"),
        format!("https://evil-{host}{path}"),
        format!("https://evil.example/{host}{path}"),
        format!("https://evil.example/?u=https://{host}{path}"),
        format!("https://evil.example#https://{host}{path}"),
        format!("https://{host}@evil.example{path}"),
        format!("https://{host}:443@{listener}{path}"),
        format!("https://{host}%40evil.example{path}"),
        format!(r"https://evil.example\@{host}{path}"),
        format!(r"https://{host}\.evil.example{path}"),
        format!("https://{host}:{port}{path}"),
        format!("http://{listener}{path}"),
        format!("https://{listener}/{host}{path}"),
        format!("https://{bare}.{host}:{port}{path}"),
        format!("https://localhost:{port}{path}"),
        format!("https://2130706433:{port}{path}"),
        format!("https://0x7f.1:{port}{path}"),
        format!("https://[::ffff:127.0.0.1]:{port}{path}"),
        format!("https://{host}{path}/../../..//{listener}/"),
        format!("https://{host}{path}%0d%0aHost:%20{listener}"),
        format!("https://{host}{path}\r\nHost: {listener}"),
        format!("https://{host}{path}@{listener}"),
        format!("https://{host}{path}&url=http://{listener}/#http://{listener}"),
        format!("https://{host}/redirect?q=http://{listener}{path}"),
        format!("https://{host}/oembed?url=http://{listener}{path}"),
        format!("//{listener}{path}"),
        format!("file://{host}{path}"),
        format!("gopher://{listener}/_GET%20{path}"),
        format!("{}{path}", format!("https://{host}").replace('o', "о")),
        format!("https://{host}。evil.example{path}"),
    ]
}

/// Where a service that was taken over sends whoever follows its short links.
fn redirects(listener: &str) -> Vec<String> {
    let (bare, port) = listener.split_once(':').expect("an address");
    vec![
        "https://evil.example/track/4uLU6hMCjMI75M1A2tKUQC".to_owned(),
        "//evil.example/track/4uLU6hMCjMI75M1A2tKUQC".to_owned(),
        format!("http://{listener}/"),
        format!("https://{listener}/track/4uLU6hMCjMI75M1A2tKUQC"),
        format!("https://open.spotify.com@{listener}/track/x"),
        format!("https://open.spotify.com:{port}/track/x"),
        format!("https://spotify.link:{port}/x"),
        format!("http://spotify.link/x?u={listener}"),
        "https://open.spotify.com.evil.example/track/4uLU6hMCjMI75M1A2tKUQC".to_owned(),
        r"\\evil.example\track".to_owned(),
        format!(r"https:\\{listener}\x"),
        format!("https://{bare}/"),
        "https://metadata.internal/latest".to_owned(),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://www.youtube.com/redirect?q=https://evil.example/".to_owned(),
        "https://accounts.spotify.com/login".to_owned(),
        "file:///etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
        "data:text/html,x".to_owned(),
        "%68ttps://evil.example/".to_owned(),
    ]
}

async fn forged_links_reach_nobody_off_the_list(house: House) {
    let services = StandIn::open().await;
    let listener = services.elsewhere.to_string();
    let house = services.furnish(house);
    let (_, _, api) = live(&house, json!({})).await;
    let seed = seed();
    let mut forged: Vec<String> = THINGS.iter().flat_map(|(host, path)| forgeries(host, path, &listener)).collect();
    forged.shuffle(&mut StdRng::seed_from_u64(seed));
    forged.truncate(scale(150, 500) - redirects(&listener).len());
    for (number, location) in redirects(&listener).iter().enumerate() {
        services.says("spotify.link", &format!("/forged{number}x"), Reply::to(location));
        forged.push(format!("https://spotify.link/forged{number}x"));
    }
    let true_links: Vec<String> = THINGS.iter().map(|(host, path)| format!("https://{host}{path}")).collect();
    let sam = house.guest("Sam").await;
    let mut refused = 0;
    for link in forged.iter().chain(&true_links) {
        let answer = sam.post(&format!("{api}/shares"), json!({ "link": link })).await;
        assert!([200, 201, 422].contains(&answer.status.as_u16()), "{link}: {}", answer.status);
        refused += usize::from(answer.status == 422);
    }
    // Whoever failed five times in a row rests; asking goes on after that.
    for _ in 0..6 {
        house.pass(TimeDelta::minutes(30)).await;
    }
    let allowed: BTreeSet<String> = HOSTS.iter().map(|host| (*host).to_owned()).collect();
    let asked: BTreeSet<String> = services.hosts_asked().into_iter().collect();
    println!(
        "seed {seed}: {} forged links, {refused} refused, {} requests to {asked:?}",
        forged.len(),
        services.asked().len()
    );
    assert!(asked.is_subset(&allowed), "{asked:?}");
    assert_eq!(services.heard(), 0, "somebody came to the listener");
    assert!(asked.len() >= 9, "the true links were asked about: {asked:?}");
    assert!(services.asked().iter().all(|asked| !asked.contains("redirect?q")), "{:?}", services.asked());
    // And the listener hears who comes.
    tokio::net::TcpStream::connect(services.elsewhere).await.expect("a line");
    while services.heard() == 0 {
        tokio::task::yield_now().await;
    }
}
