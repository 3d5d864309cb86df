//! Statements of every make, read back; and whatever else somebody may send.

use entity::money::Pence;
use proptest::prelude::*;

use super::{Gift, Statement, amount, day};

const JUSTGIVING: &str = "\
DonorFirstName,DonorAddressLine1,DonorPostcode,DonationRef,DonationDate,IsPledge,DonationPaymentReference,,,,DonationAmount,\
NetDonationAmount,DonationNickname,MessageFromDonor,CustomEventCode1,CustomEventCode2,CustomEventCode3
Ada,1 Secret Street,M1 1AA,D100,26/03/2027 21:04:11,False,P1,,,,\"£1,012.50\",1000.00,Ada L,\"For TD 4XKC-LR6Y, with love\",,,
,,,D101,27/03/2027,True,P1,,,,5.00,4.90,,,,,
,,,D102,27/03/2027,False,P1,,,,20,19.60,Sam,,,td66666666,
";

fn gifts(text: &str) -> Vec<Gift> {
    Statement::parse(text).expect("a statement").rows.into_iter().filter_map(|row| row.read.ok()).collect()
}

fn reasons(text: &str) -> Vec<String> {
    let rows = Statement::parse(text).expect("a statement").rows;
    rows.into_iter().filter_map(|row| row.read.err()).map(|refusal| refusal.reason.into_owned()).collect()
}

fn saved(text: &str, how: &str) -> Vec<u8> {
    let two = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    match how {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8 bom" => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        "windows-1252" => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        "utf-16le" => two(u16::to_le_bytes),
        "utf-16be" => two(u16::to_be_bytes),
        "utf-16le bom" => [b"\xFF\xFE".to_vec(), two(u16::to_le_bytes)].concat(),
        "utf-16be bom" => [b"\xFE\xFF".to_vec(), two(u16::to_be_bytes)].concat(),
        other => panic!("{other}?"),
    }
}

const SAVED: [&str; 7] = ["utf-8", "utf-8 bom", "windows-1252", "utf-16le", "utf-16be", "utf-16le bom", "utf-16be bom"];

#[test]
fn a_justgiving_report_keeps_what_is_needed_and_nothing_else() {
    let statement = Statement::parse(JUSTGIVING).expect("a statement");
    assert_eq!(statement.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4]);
    let gift = statement.rows[0].read.as_ref().expect("a gift");
    assert_eq!((gift.id.as_deref(), gift.amount), (Some("D100"), Pence(101_250)), "the gross amount");
    assert_eq!(gift.paid_on.map(|day| day.to_string()).as_deref(), Some("2027-03-26"));
    assert_eq!((gift.name.as_deref(), gift.candidates.as_slice()), (Some("Ada L"), &["TD4XKCLR6Y".to_owned()][..]));
    assert!(!format!("{statement:?}").contains("Secret"), "addresses are dropped while parsing");
    assert!(statement.rows[1].read.as_ref().expect_err("no gift").reason.contains("pledge on the giving page"));
    assert_eq!(statement.rows[2].read.as_ref().expect("a gift").candidates, ["TD66666666"]);
}

#[test]
fn the_order_in_which_references_count() {
    let text = "message,custom event code 3,THIRD PARTY REFERENCE,Reference,amount\n\
                TDCCCCCCCC TDCCCCCCCC,TDHHHHHHHH,TDJJJJJJJJ,TDKKKKKKKK,1\n";
    assert_eq!(gifts(text)[0].candidates, ["TDKKKKKKKK", "TDJJJJJJJJ", "TDHHHHHHHH", "TDCCCCCCCC"]);
    assert_eq!(gifts(text)[0].reference.as_deref(), Some("TDKKKKKKKK"));
}

#[test]
fn a_file_says_the_same_however_it_was_saved() {
    let expected = Statement::parse(JUSTGIVING);
    for how in SAVED {
        for end in ["\n", "\r\n", "\r"] {
            let bytes = saved(&JUSTGIVING.replace('\n', end), how);
            assert_eq!(Statement::read(&bytes, None), expected, "{how}, {end:?}");
            assert_eq!(Statement::read(&bytes, Some("utf-8")), expected, "{how}, {end:?}, said to be UTF-8");
        }
    }
    let semicolons = "Donation Ref;Donation Amount (£);Donation Date\nD1;5.00;2027-03-26T10:00:00Z\n";
    let tabs = semicolons.replace(';', "\t");
    assert_eq!(gifts(semicolons), gifts(&tabs));
    assert_eq!(gifts(&format!("A bank\nAccount;12\n\nsep=;\n{semicolons}"))[0].id.as_deref(), Some("D1"));
    assert!(Statement::read(b"a", Some("klingon")).is_err());
}

#[test]
fn what_is_no_statement_is_told_so() {
    for text in [
        "",
        "\n\n",
        "{\"a\":1}",
        "\u{89}PNG\r\n\0\0\0",
        "<html><p>Hello, world</p></html>",
        "a,b,c\n1,2,3\n",
        "amount\n5\n",
    ] {
        assert!(Statement::parse(text).is_err(), "{text}");
    }
    let why = Statement::parse("DonationRef,DonationDate\nD1,26/03/2027\n").expect_err("no amount");
    assert!(why.contains("no column for the amount"), "{why}");
    let long = format!("id,amount\n{}", "1,1\n".repeat(20_001));
    assert!(Statement::parse(&long).expect_err("too long").contains("more than 20000 rows"));
}

#[test]
fn rows_that_cannot_count_say_why() {
    let head = "id,amount,date,message,currency\n";
    for (row, why) in [
        ("1,-5,,,", "negative"),
        ("1,(5.00),,,", "negative"),
        ("1,0.00,,,", "nothing"),
        ("1,,26/03/2027,,", "no amount"),
        ("1,\"12,50\",,,", "can’t be read"),
        ("1,1e3,,,", "can’t be read"),
        ("1,1.005,,,", "can’t be read"),
        ("1,99999999,,,", "larger"),
        ("1,5,31/02/2027,,", "date"),
        ("1,5,03/26/2027,,", "date"),
        ("1,5,,=HYPERLINK(\"http://x\"),", "formula"),
        ("=1+1,5,,,", "formula"),
        ("1,=2+3,,,", "formula"),
        ("1,5,,@SUM(A1),", "formula"),
        ("1,5,,,USD", "isn’t in pounds"),
        ("1,5,,a,GBP,more", "more cells"),
        (",500,,,", "line of totals"),
    ] {
        let told = reasons(&format!("{head}{row}\n"));
        assert!(told.len() == 1 && told[0].contains(why), "{row}: {told:?}");
    }
    assert!(reasons(&format!("{head}1,5,,- thanks @ all (really),gbp\n2,5,,@Louise (and Sam),\n\n,,,,\n")).is_empty());
}

#[test]
fn a_quotation_mark_that_is_never_closed_costs_its_own_row_only() {
    let text = "id,amount,message\n1,5,\"fine\n\nand well\"\n2,6,\"open\n3,7,plain\n4,8,also\n";
    let rows = Statement::parse(text).expect("a statement").rows;
    let told: Vec<_> = rows.iter().map(|row| (row.line, row.read.as_ref().ok().map(|gift| gift.amount.0))).collect();
    assert_eq!(told, [(2, Some(500)), (5, None), (6, Some(700)), (7, Some(800))]);
    // Each of these lines opens a cell that runs to the end: reading on from each next one would take for ever.
    let why = Statement::parse(&format!("id,amount\n{}1,\"\n", "x\"y,\"5\n".repeat(60))).expect_err("nonsense");
    assert!(why.contains("quotation mark"), "{why}");
}

#[test]
fn repeats_without_an_id_are_two_gifts_unless_they_name_a_pledge() {
    let text =
        "date,amount,reference\n26/03/2027,5,\n26/03/2027,5,\n26/03/2027,5,TD4XKCLR6Y\n26/03/2027,5,td4xkclr6y\n";
    let prints: Vec<String> = gifts(text).into_iter().map(|gift| gift.print).collect();
    assert_ne!(prints[0], prints[1]);
    assert_eq!(gifts(text).len(), 4);
    let twice = gifts("date,amount,reference\n26/03/2027,5,TD4XKCLR6Y\n26/03/2027,5,TD4XKCLR6Y\n");
    assert_eq!(twice[0].print, twice[1].print);
}

#[test]
fn days_are_read_the_british_way() {
    for (text, day_) in [
        ("26/03/2027", "2027-03-26"),
        ("6/3/2027 9:05", "2027-03-06"),
        ("26/03/27", "2027-03-26"),
        ("2027-03-26T21:05:11.123Z", "2027-03-26"),
        ("2027-03-26 21:05:11 +00:00", "2027-03-26"),
        ("26 Mar 2027", "2027-03-26"),
        ("26-March-2027", ""),
        ("26/03/0027", ""),
        ("20270326", ""),
        ("tomorrow", ""),
        ("26/03/2027<b>", ""),
    ] {
        let read = day::parse(text).ok().flatten().map(|day| day.to_string()).unwrap_or_default();
        assert_eq!(read, day_, "{text}");
    }
    assert_eq!(day::parse(" "), Ok(None));
}

proptest! {
    #[test]
    fn money_reads_back(pence in 1_i64..=100_000_000, how in 0..6) {
        let plain = format!("{}.{:02}", pence / 100, pence % 100);
        let text = match how {
            0 => plain,
            1 => Pence(pence).to_string(),
            2 => format!(" £ {plain} "),
            3 => format!("GBP {plain}"),
            4 => format!("{plain} gbp"),
            _ => format!("{} GBP", Pence(pence)),
        };
        prop_assert_eq!(amount::parse(&text), Ok(Pence(pence)));
        for back in [format!("-{text}"), format!("({text})")] {
            prop_assert!(amount::parse(&back).is_err());
        }
    }

    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Statement::read(&bytes, None);
        let head = b"DonationRef;DonationAmount;DonationDate;Message\n";
        let rows = Statement::read(&[&head[..], &bytes].concat(), Some("windows-1252")).map_or(0, |read| read.rows.len());
        prop_assert!(rows <= 400);
    }

    #[test]
    fn no_text_breaks_it(text in "[\",;\t\r\n=@()£0-9aT]{0,300}") {
        let _ = Statement::parse(&format!("id,amount,date,message\n{text}"));
        let _ = Statement::parse(&text);
    }
}
