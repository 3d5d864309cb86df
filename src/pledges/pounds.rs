//! Amounts as people type them in a form: pounds, with or without pence.

use std::borrow::Cow;

use entity::money::Pence;

/// More digits than any amount here has.
const DIGITS_MAX: usize = 9;

/// Reads `£12.50`, `12.5`, `20`, `1,000`, and `20p`.
///
/// # Errors
/// A sentence that shows how to write it, for anything that could mean two things or nothing.
pub fn parse(text: &str) -> Result<Pence, Cow<'static, str>> {
    let wrong = || Cow::from("Enter an amount in pounds, like 20 or 20.50");
    let text = text.trim();
    if let Some(pence) = text.strip_suffix(['p', 'P']).map(str::trim_end) {
        let pence = Some(pence).filter(|pence| is_number(pence)).and_then(|pence| pence.parse().ok());
        return pence.map(Pence).ok_or_else(wrong);
    }
    let text = text.strip_prefix('£').unwrap_or(text).trim();
    let (pounds, pence) = text.split_once('.').unwrap_or((text, "0"));
    let pounds = without_commas(pounds).filter(|pounds| is_number(pounds)).ok_or_else(wrong)?;
    if !is_number(pence) || pence.len() > 2 {
        return Err(wrong());
    }
    let pounds: i64 = pounds.parse().map_err(|_| wrong())?;
    let hundredths: i64 = pence.parse().map_err(|_| wrong())?;
    Ok(Pence(pounds * 100 + if pence.len() == 1 { hundredths * 10 } else { hundredths }))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes commas out where each stands before three digits; `12,50` is neither pounds nor thousands.
fn without_commas(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if !rest.is_empty() && (first.is_empty() || first.len() > 3 || rest.iter().any(|group| group.len() != 3)) {
        return None;
    }
    Some(format!("{first}{}", rest.concat()))
}

#[cfg(test)]
mod tests {
    use entity::money::Pence;

    use super::parse;

    #[test]
    fn amounts_read_as_they_are_meant() {
        for (text, pence) in [
            ("20", 2000),
            ("20.50", 2050),
            ("£12.50", 1250),
            ("12.5", 1250),
            (" £ 1,000 ", 100_000),
            ("0.05", 5),
            ("20p", 20),
            ("150 P", 150),
            ("0", 0),
        ] {
            assert_eq!(parse(text), Ok(Pence(pence)), "{text}");
        }
        let forty = "9".repeat(40);
        for text in [
            "", "£", "12,50", "1e3", "-5", "٣", "1.234", "1.2.3", ".5", "5.", "1,00,000", ",100", "+5", "0x10", "p",
            "1.5p", "£20p", "-5p", &forty,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn money_as_we_print_it_reads_back(pence in 0_i64..=99_999_999_999) {
            proptest::prop_assert_eq!(parse(&Pence(pence).to_string()), Ok(Pence(pence)));
            proptest::prop_assert_eq!(parse(&Pence(pence).decimal()), Ok(Pence(pence)));
        }
    }
}
