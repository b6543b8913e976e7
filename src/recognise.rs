//! Recognisers: kinds of text that are known by their form, not by their words.

use crate::fold::{Break, Folded};
use crate::pack::phrase::Recogniser;

/// Longest run of characters that a recogniser reads.
const MOST: usize = 64;

/// The runs of 8 and more digits of a text (the last may be the `x` of an ID number), in units.
pub(crate) fn digit_runs(folded: &Folded) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < folded.units.len() {
            let start = at;
            at += 1;
            if !folded.units[start].ch.is_ascii_digit() {
                continue;
            }
            while at < folded.units.len() && folded.units[at].ch.is_ascii_digit() && folded.break_before(at) < Break::Space {
                at += 1;
            }
            if at - start == 17 && folded.units.get(at).is_some_and(|unit| unit.ch == 'x' && unit.before < Break::Space) {
                at += 1;
            }
            if at - start >= 8 && at - start <= MOST {
                return Some((start, at));
            }
        }
        None
    })
}

/// Is `start..end`, a run of digits, of this kind?
pub(crate) fn is(kind: Recogniser, folded: &Folded, start: usize, end: usize) -> bool {
    let mut digits = ['\0'; MOST];
    let digits = &mut digits[..(end - start).min(MOST)];
    for (digit, unit) in digits.iter_mut().zip(&folded.units[start..end]) {
        *digit = unit.ch;
    }
    match kind {
        Recogniser::PhoneNumber => is_phone_number(digits),
        Recogniser::IdNumber => is_id_number(digits),
        Recogniser::BankCard => is_bank_card(digits),
        Recogniser::Number | Recogniser::Account => false,
    }
}

/// Where text of this kind ends that begins at unit `at`.
pub(crate) fn end(kind: Recogniser, folded: &Folded, at: usize) -> Option<usize> {
    let member = member(kind);
    let starts_inside = at > 0 && folded.break_before(at) == Break::Joined && folded.units[at - 1].ch.is_ascii_alphabetic();
    if kind == Recogniser::Account && starts_inside && folded.units.get(at).is_some_and(|unit| unit.ch.is_ascii_alphabetic()) {
        return None; // the rest of a longer Latin word
    }
    let end = (at..folded.units.len().min(at + MOST))
        .find(|&i| !member(folded.units[i].ch) || (i > at && folded.break_before(i) >= Break::Space))
        .unwrap_or(folded.units.len().min(at + MOST));
    (end > at && holds(kind, folded, at, end)).then_some(end)
}

/// Where text of this kind begins that ends before unit `at`.
pub(crate) fn start(kind: Recogniser, folded: &Folded, at: usize) -> Option<usize> {
    let member = member(kind);
    let mut start = at;
    while start > 0 && at - start < MOST && member(folded.units[start - 1].ch) && (start == at || folded.break_before(start) < Break::Space)
    {
        start -= 1;
    }
    (start < at && holds(kind, folded, start, at)).then_some(start)
}

fn member(kind: Recogniser) -> fn(char) -> bool {
    match kind {
        Recogniser::Number => |ch| ch.is_ascii_digit() || "零〇一二三四五六七八九十百千万亿两半几".contains(ch),
        Recogniser::Account => |ch| ch.is_ascii_alphanumeric(),
        Recogniser::PhoneNumber | Recogniser::BankCard => |ch| ch.is_ascii_digit(),
        Recogniser::IdNumber => |ch| ch.is_ascii_digit() || ch == 'x',
    }
}

fn holds(kind: Recogniser, folded: &Folded, start: usize, end: usize) -> bool {
    match kind {
        Recogniser::Number => true,
        Recogniser::Account => {
            let digits = folded.units[start..end].iter().filter(|unit| unit.ch.is_ascii_digit()).count();
            end - start >= 6 || (end - start >= 5 && digits > 0)
        }
        _ => is(kind, folded, start, end),
    }
}

/// Mobile numbers: mainland (1, then 3 to 9, 11 digits, with or without 86), Taiwan (09, 10 digits, or 886 9), Hong Kong with its
/// country code (852, then 4 to 9, 8 digits). Numbers without country code of Hong Kong look like any eight digits and are not taken.
fn is_phone_number(digits: &[char]) -> bool {
    let mainland = |d: &[char]| matches!(d, ['1', '3'..='9', ..] if d.len() == 11);
    match digits {
        ['8', '6', rest @ ..] if mainland(rest) => true,
        ['0', '0', '8', '6', rest @ ..] if mainland(rest) => true,
        ['0', '9', ..] => digits.len() == 10,
        ['8', '8', '6', '9', ..] => digits.len() == 12,
        ['8', '5', '2', '4'..='9', ..] => digits.len() == 11,
        _ => mainland(digits),
    }
}

/// A resident identity number of 18 characters with a valid month, day and check character (GB 11643-1999, ISO 7064 MOD 11-2).
fn is_id_number(digits: &[char]) -> bool {
    if digits.len() != 18 {
        return false;
    }
    let two = |i: usize| digits[i].to_digit(10).unwrap_or(99) * 10 + digits[i + 1].to_digit(10).unwrap_or(99);
    if !(matches!(two(6), 19 | 20) && (1..=12).contains(&two(10)) && (1..=31).contains(&two(12))) {
        return false;
    }
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = WEIGHTS.iter().zip(digits).map(|(weight, digit)| weight * digit.to_digit(10).unwrap_or(0)).sum();
    "10x98765432".chars().nth((sum % 11) as usize) == Some(digits[17])
}

/// A bank card number: 16 to 19 digits that begin as the cards of UnionPay, Visa, Mastercard and JCB do, valid by Luhn (ISO/IEC 7812-1).
fn is_bank_card(digits: &[char]) -> bool {
    if !(16..=19).contains(&digits.len()) || !matches!(digits, ['6', '2', ..] | ['4', ..] | ['5', '1'..='5', ..] | ['3', '5', ..]) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| {
            let digit = digit.to_digit(10).unwrap_or(0);
            match i % 2 {
                0 => digit,
                _ => digit * 2 / 10 + digit * 2 % 10,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known_by_their_form() {
        let cases = [
            ("13800138000", Some(Recogniser::PhoneNumber)),
            ("138-0013-8000", Some(Recogniser::PhoneNumber)),
            ("+86 138 0013 8000", Some(Recogniser::PhoneNumber)),
            ("0912-345-678", Some(Recogniser::PhoneNumber)),
            ("+852 9123 4567", Some(Recogniser::PhoneNumber)),
            ("12800138000", None),
            ("010-65137766", None),
            ("400-800-8888", None),
            ("11010519491231002X", Some(Recogniser::IdNumber)),
            ("110105194912310021", None),
            ("4111 1111 1111 1111", Some(Recogniser::BankCard)),
            ("4111 1111 1111 1112", None),
            ("202611110001234567", None),
        ];
        for (source, wanted) in cases {
            let folded = Folded::new(source);
            let found = digit_runs(&folded).find_map(|(start, end)| {
                [Recogniser::PhoneNumber, Recogniser::IdNumber, Recogniser::BankCard]
                    .into_iter()
                    .find(|&kind| is(kind, &folded, start, end))
            });
            assert_eq!(found, wanted, "{source}");
        }
    }
}
