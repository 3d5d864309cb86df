//! How many amounts a second are divided over charities, exact to the penny.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use entity::ids::CharityId;
use entity::money::Pence;
use twitterdisco::charities::{Split, Weight};
use uuid::Uuid;

fn main() {
    divan::main();
}

fn split(weights: &[Weight]) -> Split {
    let numbered = (1_u128..).zip(weights);
    let given: Vec<_> = numbered.map(|(number, weight)| (CharityId(Uuid::from_u128(number)), *weight)).collect();
    Split::new(&given).expect("a split")
}

/// £12.34, whose pennies don't divide.
fn allocate(bencher: Bencher, split: &Split) {
    bencher.counter(ItemsCount::new(1_u32)).bench(|| split.allocate(black_box(Pence(1234)), black_box(7)));
}

#[divan::bench]
fn three_equal_parts(bencher: Bencher) {
    allocate(bencher, &split(&[Weight::Equal; 3]));
}

#[divan::bench]
fn twelve_uneven_parts(bencher: Bencher) {
    let weights = [1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 9_973].map(Weight::Parts);
    allocate(bencher, &split(&weights));
}
