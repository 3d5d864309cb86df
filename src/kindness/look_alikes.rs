//! Characters that read as another: what is seen counts, not what was typed.

/// Latin letters that a character is read as, for those that Unicode's compatibility forms don't bring back to Latin.
/// `c` is tried as it is and in lower case, since a large Η reads as h and a small η as n.
const SEEN_AS: &[(&str, &str)] = &[
    ("аαɑаᴀ", "a"),
    ("æӕ", "ae"),
    ("вβʙВΒ", "b"),
    ("сϲᴄⅽ", "c"),
    ("ԁđᴅɗ", "d"),
    ("еεєᴇ℮", "e"),
    ("ƒғ", "f"),
    ("ɡɢգ", "g"),
    ("нһհħʜΗ", "h"),
    ("іιıɪӏ¡", "i"),
    ("јᴊȷ", "j"),
    ("кκᴋ", "k"),
    ("łʟ", "l"),
    ("мᴍΜ", "m"),
    ("пηոɴΝ", "n"),
    ("оοоօøᴏ", "o"),
    ("œ", "oe"),
    ("рρᴘ", "p"),
    ("ԛ", "q"),
    ("гʀᴦ", "r"),
    ("ѕꜱ", "s"),
    ("ß", "ss"),
    ("тτᴛ", "t"),
    ("þ", "th"),
    ("υսᴜ", "u"),
    ("ѵνᴠ", "v"),
    ("ԝωшᴡ", "w"),
    ("хχ×", "x"),
    ("уүʏΥ", "y"),
    ("ᴢ", "z"),
];

/// Letters on a ground of their own, 26 in a row from each of these on.
const ROWS: [u32; 3] = [0x1F150, 0x1F170, 0x1F1E6];

/// Small things between letters that nobody sees.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{3164}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E01EF}'
    )
}

/// The Latin letters that `c` reads as, if it isn't one itself.
pub(super) fn seen_as(c: char) -> Option<&'static str> {
    const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz";
    let in_row = |from: &u32| {
        let at = usize::try_from(u32::from(c).checked_sub(*from)?).ok()?;
        ALPHABET.get(at..=at)
    };
    if c.is_ascii() {
        return None;
    }
    SEEN_AS.iter().find(|(all, _)| all.contains(c)).map(|(_, seen)| *seen).or_else(|| ROWS.iter().find_map(in_row))
}

/// The letter that a digit or a sign is put for: `c0ffee`, `$ister`.
pub(super) fn swapped(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}
