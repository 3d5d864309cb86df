//! Amounts as statements print them.

use std::borrow::Cow;

use entity::money::Pence;

use crate::pledges::new_payment::AMOUNT_PENCE;
use crate::pledges::pounds;

/// Reads `12.50`, `£1,234.50`, `GBP 12.5`, `12`. Decimal text all the way; no float comes near it.
///
/// # Errors
/// A sentence for an amount that can't be read, or can't have been given: nothing, less than nothing, or too much.
pub fn parse(text: &str) -> Result<Pence, Cow<'static, str>> {
    let text = text.trim();
    if text.is_empty() {
        return Err("It has no amount".into());
    }
    let (is_negative, positive) = unsigned(text);
    let amount = pounds::parse(without_currency(positive))
        .map_err(|_| Cow::from(format!("Its amount can’t be read as pounds and pence: {}", shown(text))))?;
    match amount {
        Pence(0) => Err("Its amount is nothing".into()),
        amount if is_negative => {
            Err(format!("Its amount is negative, {amount} going back; reverse the payment instead").into())
        }
        Pence(pence) if AMOUNT_PENCE.contains(&pence) => Ok(amount),
        _ => Err("Its amount is larger than we book at once".into()),
    }
}

/// As keyboards and typesetters write it.
const MINUS: [char; 3] = ['-', '\u{2212}', '\u{2013}'];

/// Takes off a minus, before or after, or the brackets that stand for one.
fn unsigned(text: &str) -> (bool, &str) {
    if let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        return (true, inner.trim());
    }
    let bare = text.strip_prefix('£').map_or(text, str::trim);
    if let Some(inner) = bare.strip_prefix(MINUS).or_else(|| text.strip_suffix(MINUS)) {
        return (true, inner.trim());
    }
    (false, text)
}

fn without_currency(text: &str) -> &str {
    let word = |text: &str| text.eq_ignore_ascii_case("GBP");
    match (text.get(..3), text.len().checked_sub(3).and_then(|at| text.get(at..))) {
        (Some(first), _) if word(first) => text[3..].trim(),
        (_, Some(last)) if word(last) => text[..text.len() - 3].trim(),
        _ => text,
    }
}

/// A cell as a reason quotes it.
pub(super) fn shown(text: &str) -> String {
    crate::words::cut(text, 40).unwrap_or_default()
}
