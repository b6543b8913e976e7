//! Room 2b: bent spellings. Finds the insults, threats and diversions of the packs where they are spelt by sound (沙比), in Latin letters (shabi,
//! cnmb), with pictures (🐮🍺), taken apart (女马) or in another order (残脑), and leaves alone what ordinary words make of the same sounds.
//!
//! Every word of two to six characters that stands alone in a rule of these categories becomes its sequence of syllables without tone;
//! near sounds (zh/z, ch/c, sh/s) count as one. The text becomes such a sequence too, and one automaton finds the words in it.
//! The gate then asks whether the characters in question are at home: in a word of the dictionary, or side by side in harmless messages
//! (`data/model/innocent.bin`).

use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, MatchKind};
use once_cell::sync::Lazy;
use pinyin::ToPinyin as _;

use crate::fold::{self, Break};
use crate::pack::phrase::{Edge, Step};
use crate::scan::Wanted;
use crate::segment::Text;

const SHORTEST: usize = 2;
const LONGEST: usize = 6;
/// Three letters and fewer are somebody's brand, port or size.
const SHORTEST_INITIALS: usize = 4;
/// Ways to say one phrase that are followed.
const MOST_WAYS: usize = 64;

/// A word as the packs have it.
struct Target {
    chars: Vec<char>,
    phrase: usize,
}

/// The words that are looked for, by sound, by first letters, and by their characters in any order.
pub(crate) struct Bent {
    targets: Vec<Target>,
    by_sound: Option<AhoCorasick>,
    of_sound: Vec<Vec<usize>>,
    by_initials: HashMap<String, usize>,
    by_characters: HashMap<u64, Vec<usize>>,
}

/// A bent phrase at bytes `start..end` of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BentMatch {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) phrase: usize,
}

/// A character of the text, or what stands for one.
#[derive(Clone, Copy, Debug)]
struct Token {
    /// The character it is or stands for; `\0` for Latin letters.
    ch: char,
    sound: u16,
    kind: Kind,
    /// A pause stands before it.
    pause: bool,
    start: usize,
    end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Han,
    /// Of a Latin word; its first and last syllables stand at the word's edges.
    Latin {
        first: bool,
        last: bool,
    },
    Picture,
    /// Put together from parts.
    Whole,
    /// Anything else; matches nothing.
    Other,
}

impl Bent {
    /// Takes the words out of the phrases that are also looked for in disguise.
    pub(crate) fn new(phrases: &[Wanted]) -> Result<Self, aho_corasick::BuildError> {
        let mut bent =
            Self { targets: Vec::new(), by_sound: None, of_sound: Vec::new(), by_initials: HashMap::new(), by_characters: HashMap::new() };
        let mut index: HashMap<Vec<u8>, usize> = HashMap::new();
        let mut seen: HashSet<Vec<char>> = HashSet::new();
        for (phrase, wanted) in phrases.iter().enumerate().filter(|(_, wanted)| wanted.disguised) {
            for chars in ways(&wanted.phrase.steps) {
                let sounds: Vec<u16> = chars.iter().map(|&c| sound_of(c)).collect();
                if !(SHORTEST..=LONGEST).contains(&chars.len()) || sounds.contains(&0) || !seen.insert(chars.clone()) {
                    continue;
                }
                let target = bent.targets.len();
                let bytes: Vec<u8> = sounds.iter().flat_map(|s| s.to_be_bytes()).collect();
                let next = bent.of_sound.len();
                let at = *index.entry(bytes).or_insert(next);
                if at == next {
                    bent.of_sound.push(Vec::new());
                }
                bent.of_sound[at].push(target);
                let initials: String = chars.iter().filter_map(|&c| initial_of(c)).collect();
                if initials.len() == chars.len() && chars.len() >= SHORTEST_INITIALS {
                    bent.by_initials.entry(initials).or_insert(target);
                }
                bent.by_characters.entry(unordered(&chars)).or_default().push(target);
                bent.targets.push(Target { chars, phrase });
            }
        }
        let mut sounds: Vec<(usize, Vec<u8>)> = index.into_iter().map(|(bytes, at)| (at, bytes)).collect();
        sounds.sort_unstable();
        if !sounds.is_empty() {
            let all = sounds.iter().map(|(_, bytes)| bytes);
            bent.by_sound = Some(AhoCorasick::builder().match_kind(MatchKind::Standard).build(all)?);
        }
        Ok(bent)
    }

    /// Every bent phrase, sorted. Linear in the text.
    pub(crate) fn scan(&self, text: &Text<'_>) -> Vec<BentMatch> {
        let mut found = Vec::new();
        let tokens = tokens(text);
        self.by_sound(text, &tokens, &mut found);
        self.shuffled(text, &tokens, &mut found);
        self.abbreviated(text, &mut found);
        if let Some(whole) = put_together(&tokens) {
            self.by_sound(text, &whole, &mut found);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn by_sound(&self, text: &Text<'_>, tokens: &[Token], found: &mut Vec<BentMatch>) {
        let Some(automaton) = &self.by_sound else { return };
        let bytes: Vec<u8> = tokens.iter().flat_map(|token| token.sound.to_be_bytes()).collect();
        for hit in automaton.find_overlapping_iter(&bytes) {
            if hit.start() % 2 != 0 {
                continue;
            }
            let span = &tokens[hit.start() / 2..hit.end() / 2];
            if span[1..].iter().any(|token| token.pause) {
                continue;
            }
            let fits = |&&target: &&usize| is_bent(text, span, &self.targets[target].chars);
            if let Some(&target) = self.of_sound[hit.pattern().as_usize()].iter().find(fits) {
                found.push(BentMatch { start: span[0].start, end: span[span.len() - 1].end, phrase: self.targets[target].phrase });
            }
        }
    }

    fn shuffled(&self, text: &Text<'_>, tokens: &[Token], found: &mut Vec<BentMatch>) {
        for length in SHORTEST..=LONGEST.min(tokens.len()) {
            for span in tokens.windows(length) {
                if span.iter().any(|token| token.kind != Kind::Han) || span[1..].iter().any(|token| token.pause) {
                    continue;
                }
                let chars: Vec<char> = span.iter().map(|token| token.ch).collect();
                for &target in self.by_characters.get(&unordered(&chars)).into_iter().flatten() {
                    let target = &self.targets[target];
                    let (mut here, mut there) = (chars.clone(), target.chars.clone());
                    here.sort_unstable();
                    there.sort_unstable();
                    if here == there && chars != target.chars && length > 1 && !at_home(text, span, |_| true) {
                        found.push(BentMatch { start: span[0].start, end: span[length - 1].end, phrase: target.phrase });
                        break;
                    }
                }
            }
        }
    }

    /// Words of Latin letters that are the first letters of a phrase's syllables.
    fn abbreviated(&self, text: &Text<'_>, found: &mut Vec<BentMatch>) {
        let units = &text.folded.units;
        let mut at = 0;
        while at < units.len() {
            let first = at;
            while at < units.len() && units[at].ch.is_ascii_lowercase() && (at == first || units[at].before == Break::Joined) {
                at += 1;
            }
            if at == first {
                at += 1;
                continue;
            }
            let word: String = units[first..at].iter().map(|unit| unit.ch).collect();
            let beside_digit = |i: Option<&fold::Unit>| i.is_some_and(|unit| unit.ch.is_ascii_digit());
            let numbered = beside_digit(units.get(at)) || (first > 0 && beside_digit(units.get(first - 1)));
            // Codes are written in capitals.
            let source = &text.source[units[first].start as usize..units[at - 1].end as usize];
            let code = source.chars().any(char::is_uppercase);
            if let Some(&target) = self.by_initials.get(&word).filter(|_| !code && !numbered && !INNOCENT.knows(word.chars())) {
                found.push(BentMatch {
                    start: units[first].start as usize,
                    end: units[at - 1].end as usize,
                    phrase: self.targets[target].phrase,
                });
            }
        }
    }
}

/// Is this span a bent spelling of `chars`, and not at home where it stands?
fn is_bent(text: &Text<'_>, span: &[Token], chars: &[char]) -> bool {
    let same = span.iter().zip(chars).filter(|(token, c)| token.ch == **c).count();
    let latin = span.iter().filter(|token| matches!(token.kind, Kind::Latin { .. })).count();
    if same == span.len() {
        // Spelt right: another room's business, unless put together from parts or pictures.
        return span.iter().any(|token| matches!(token.kind, Kind::Whole | Kind::Picture));
    }
    // Latin syllables count as whole words only.
    let whole = |i: usize, token: &Token| match token.kind {
        Kind::Latin { first, last } => {
            (first || i > 0 && matches!(span[i - 1].kind, Kind::Latin { .. }))
                && (last || matches!(span.get(i + 1).map(|t| t.kind), Some(Kind::Latin { .. })))
        }
        _ => true,
    };
    if !span.iter().enumerate().all(|(i, token)| whole(i, token)) {
        return false;
    }
    if latin > 0 || span.iter().any(|token| matches!(token.kind, Kind::Picture | Kind::Whole)) {
        // A syllable beside characters that are all different says little.
        return latin == span.len() || same > 0 || latin + 1 >= span.len();
    }
    let bent = |i: usize| span[i].ch != chars[i];
    !at_home(text, span, bent) && (same > 0 || span.iter().all(|token| !INNOCENT.knows([token.ch, '\0'])))
}

/// Do ordinary words or ordinary neighbours account for the characters of a span that `asked` names?
fn at_home(text: &Text<'_>, span: &[Token], asked: impl Fn(usize) -> bool) -> bool {
    let units = &text.folded.units;
    let unit = |byte: usize| units.partition_point(|unit| (unit.start as usize) < byte);
    let in_word = |token: &Token| {
        let at = unit(token.start);
        !(text.is_word_edge(at) && text.is_word_edge(at + 1))
    };
    if span.iter().enumerate().any(|(i, token)| asked(i) && in_word(token)) {
        return true;
    }
    // Nor is it a word if it begins or ends inside one: 东北 老.
    let (first, last) = (unit(span[0].start), unit(span[span.len() - 1].start) + 1);
    if !text.is_word_edge(first) || !text.is_word_edge(last) {
        return true;
    }
    (1..span.len()).filter(|&i| asked(i - 1) || asked(i)).all(|i| INNOCENT.knows([span[i - 1].ch, span[i].ch]))
}

/// The text, character by character.
fn tokens(text: &Text<'_>) -> Vec<Token> {
    let units = &text.folded.units;
    let mut tokens = Vec::with_capacity(units.len());
    let mut at = 0;
    let mut byte = 0;
    while at < units.len() {
        pictures(text.source, byte, units[at].start as usize, &mut tokens);
        let unit = units[at];
        let (start, end) = (unit.start as usize, unit.end as usize);
        if unit.ch.is_ascii_lowercase() {
            let mut last = at + 1;
            while last < units.len() && units[last].ch.is_ascii_lowercase() && units[last].before == Break::Joined {
                last += 1;
            }
            latin(&units[at..last], &mut tokens);
            at = last;
        } else {
            let kind = if unit.ch.is_ascii() { Kind::Other } else { Kind::Han };
            tokens.push(Token { ch: unit.ch, sound: sound_of(unit.ch), kind, pause: unit.before >= Break::Clause, start, end });
            at += 1;
        }
        byte = units[at - 1].end as usize;
    }
    pictures(text.source, byte, text.source.len(), &mut tokens);
    tokens
}

/// The pictures of a stretch of source that folding leaves out.
fn pictures(source: &str, from: usize, to: usize, tokens: &mut Vec<Token>) {
    for (at, picture) in source[from..to].char_indices().filter(|(_, c)| !c.is_ascii()) {
        for &ch in PICTURES.get(&picture).into_iter().flatten() {
            let start = from + at;
            tokens.push(Token { ch, sound: sound_of(ch), kind: Kind::Picture, pause: false, start, end: start + picture.len_utf8() });
        }
    }
}

/// A Latin word as syllables, if it is made of them; else as letters, which match nothing.
fn latin(units: &[fold::Unit], tokens: &mut Vec<Token>) {
    let word: String = units.iter().map(|unit| unit.ch).collect();
    let cuts = syllables(&word).filter(|_| word.len() <= 24 && !INNOCENT.knows(word.chars()));
    let mut from = 0;
    for &(to, sound) in cuts.iter().flatten() {
        let kind = Kind::Latin { first: from == 0, last: to == word.len() };
        let pause = from == 0 && units[0].before >= Break::Clause;
        tokens.push(Token { ch: '\0', sound, kind, pause, start: units[from].start as usize, end: units[to - 1].end as usize });
        from = to;
    }
    if cuts.is_none() {
        tokens.push(Token {
            ch: '\0',
            sound: 0,
            kind: Kind::Other,
            pause: units[0].before >= Break::Clause,
            start: units[0].start as usize,
            end: units[units.len() - 1].end as usize,
        });
    }
}

/// Where the syllables of a Latin word end, and their sounds; the longest first syllable that leaves a rest of syllables.
fn syllables(word: &str) -> Option<Vec<(usize, u16)>> {
    let mut ends: Vec<Option<(usize, u16)>> = vec![None; word.len() + 1];
    ends[word.len()] = Some((word.len(), 0));
    for from in (0..word.len()).rev() {
        for to in (from + 1..=word.len().min(from + 6)).rev() {
            if ends[to].is_some()
                && let Some(&sound) = SOUNDS.of_syllable.get(&word[from..to])
            {
                ends[from] = Some((to, sound));
                break;
            }
        }
    }
    let mut cuts = Vec::new();
    let mut at = 0;
    while at < word.len() {
        let (to, sound) = ends[at]?;
        cuts.push((to, sound));
        at = to;
    }
    Some(cuts)
}

/// The tokens with parts put together, where there are any.
fn put_together(tokens: &[Token]) -> Option<Vec<Token>> {
    let part = |token: &Token| full_form(token.ch);
    let mut whole = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let joined = [3, 2].into_iter().find_map(|count| {
            let parts = tokens.get(at..at + count)?;
            if parts.iter().any(|token| token.kind != Kind::Han) || INNOCENT.knows([parts[0].ch, parts[1].ch]) {
                return None;
            }
            let key: String = parts.iter().map(part).collect();
            let ch = *PARTS.get(&key[..])?;
            Some((
                count,
                Token {
                    ch,
                    sound: sound_of(ch),
                    kind: Kind::Whole,
                    pause: parts[0].pause,
                    start: parts[0].start,
                    end: parts[count - 1].end,
                },
            ))
        });
        let (count, token) = joined.unwrap_or((1, tokens[at]));
        whole.push(token);
        at += count;
    }
    (whole.len() < tokens.len()).then_some(whole)
}

/// A part at the side of a character, in its full form.
fn full_form(part: char) -> char {
    const SIDES: [(char, char); 24] = [
        ('亻', '人'),
        ('氵', '水'),
        ('辶', '辵'),
        ('忄', '心'),
        ('扌', '手'),
        ('犭', '犬'),
        ('讠', '言'),
        ('纟', '糸'),
        ('钅', '金'),
        ('饣', '食'),
        ('礻', '示'),
        ('衤', '衣'),
        ('艹', '艸'),
        ('刂', '刀'),
        ('灬', '火'),
        ('冫', '冰'),
        ('牜', '牛'),
        ('月', '肉'),
        ('王', '玉'),
        ('罒', '网'),
        ('攵', '攴'),
        ('阝', '阜'),
        ('邑', '阜'),
        ('⻊', '足'),
    ];
    SIDES.iter().find(|(side, _)| *side == part).map_or(part, |(_, full)| *full)
}

/// Every way to say a phrase that is made of words alone.
fn ways(steps: &[Step]) -> Vec<Vec<char>> {
    let mut ways = vec![Vec::new()];
    for step in steps {
        match step {
            Step::Text(literals) if ways.len() * literals.len() <= MOST_WAYS => {
                let plain = literals.iter().filter(|literal| literal.repeats == 0);
                ways = plain.flat_map(|l| ways.iter().map(move |way| way.iter().copied().chain(l.text.chars()).collect())).collect();
            }
            Step::Edge(Edge::Pause) => {}
            _ => return Vec::new(),
        }
    }
    ways
}

/// A hash of characters that does not mind their order.
fn unordered(chars: &[char]) -> u64 {
    chars.iter().map(|&c| (c as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31)).fold(chars.len() as u64, u64::wrapping_add)
}

/// Syllables without tone, near ones together; 0 is none.
struct Sounds {
    of_syllable: HashMap<&'static str, u16>,
}

static SOUNDS: Lazy<Sounds> = Lazy::new(|| {
    let mut near: HashMap<String, u16> = HashMap::new();
    let mut of_syllable = HashMap::new();
    for syllable in ('\u{4e00}'..='\u{9fa5}').filter_map(|c| c.to_pinyin()).map(|p| p.plain()) {
        let next = near.len() as u16 + 1;
        let sound = *near.entry(nearly(syllable)).or_insert(next);
        of_syllable.insert(syllable, sound);
    }
    Sounds { of_syllable }
});

fn nearly(syllable: &str) -> String {
    let hard = ["zh", "ch", "sh"].into_iter().find(|hard| syllable.starts_with(hard));
    hard.map_or(syllable.to_owned(), |hard| hard[..1].to_owned() + &syllable[2..])
}

fn sound_of(ch: char) -> u16 {
    let digit = match ch {
        '0' => '零',
        '2' => '二',
        '4' => '四',
        '5' => '五',
        '6' => '六',
        '7' => '七',
        '8' => '八',
        '9' => '九',
        ch => ch,
    };
    digit.to_pinyin().and_then(|p| SOUNDS.of_syllable.get(p.plain())).copied().unwrap_or(0)
}

fn initial_of(ch: char) -> Option<char> {
    ch.to_pinyin()?.plain().chars().next()
}

static PICTURES: Lazy<HashMap<char, Vec<char>>> = Lazy::new(|| {
    let rows = include_str!("../data/fold/emoji.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t'))
        .filter_map(|(picture, word)| Some((picture.chars().next()?, word.chars().collect())))
        .collect()
});

static PARTS: Lazy<HashMap<&'static str, char>> = Lazy::new(|| {
    let rows = include_str!("../data/fold/split.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t')).filter_map(|(parts, whole)| Some((parts, whole.chars().next()?))).collect()
});

/// What harmless messages hold: pairs of neighbouring characters, frequent characters (paired with `\0`), and Latin words.
static INNOCENT: Lazy<Innocent> = Lazy::new(|| Innocent(include_bytes!("../data/model/innocent.bin").to_vec()));

/// A Bloom filter (Bloom 1970) with two hashes.
pub(crate) struct Innocent(Vec<u8>);

impl Innocent {
    /// Bytes of the filter.
    #[cfg(feature = "train")]
    const SIZE: usize = 1 << 17;

    fn bits(size: usize, chars: impl IntoIterator<Item = char>) -> [usize; 2] {
        let hash = chars.into_iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, c| (hash ^ c as u64).wrapping_mul(0x0100_0000_01b3));
        let hash = hash ^ hash >> 29;
        [hash as usize % (size * 8).max(1), (hash >> 32) as usize % (size * 8).max(1)]
    }

    fn knows(&self, chars: impl IntoIterator<Item = char>) -> bool {
        let has = |bit: usize| self.0.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 != 0);
        Self::bits(self.0.len(), chars).into_iter().all(has)
    }

    /// The filter of these harmless texts.
    #[cfg(feature = "train")]
    pub(crate) fn learn<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<u8> {
        /// A character of this many texts and more is frequent.
        const FREQUENT: usize = 40;
        let mut filter = vec![0; Self::SIZE];
        let mut set =
            |chars: &[char]| Self::bits(Self::SIZE, chars.iter().copied()).into_iter().for_each(|bit| filter[bit / 8] |= 1 << (bit % 8));
        let mut count: HashMap<char, usize> = HashMap::new();
        for text in texts {
            let folded = fold::Folded::new(text);
            let units = &folded.units;
            for pair in units.windows(2).filter(|pair| pair[1].before <= Break::Soft) {
                set(&[pair[0].ch, pair[1].ch]);
            }
            for c in units.iter().map(|unit| unit.ch).collect::<HashSet<_>>() {
                *count.entry(c).or_default() += 1;
            }
            let chars: String =
                units.iter().map(|unit| if unit.before == Break::Joined { unit.ch.to_string() } else { format!(" {}", unit.ch) }).collect();
            for word in chars.split(|c: char| !c.is_ascii_lowercase()).filter(|word| word.len() > 1) {
                set(&word.chars().collect::<Vec<_>>());
            }
        }
        for (c, _) in count.into_iter().filter(|(_, count)| *count >= FREQUENT) {
            set(&[c, '\0']);
        }
        filter
    }
}
