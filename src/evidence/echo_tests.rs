//! No text that is made of our own names alone says anything, however it is laid out.

use super::*;
use crate::catalog;
use crate::document;

/// A small generator, so that every run asks the same (xorshift64*, Vigna 2016).
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap_or_default() % count
    }

    fn one<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len())]
    }
}

/// The names of the elements of a kind, or of all, in one language or in all; and titles.
fn names(random: &mut Random) -> (Vec<&'static str>, Vec<&'static str>) {
    let kinds = catalog::kinds();
    let kinds = match random.below(3) {
        0 => kinds,
        // Cards are what is most often written.
        1 => catalog::kind("model-card").map_or(kinds, std::slice::from_ref),
        _ => std::slice::from_ref(&kinds[random.below(kinds.len())]),
    };
    let codes: Vec<&str> = catalog::languages().collect();
    let at = random.below(codes.len() + 2);
    let languages: Vec<_> = match codes.get(at) {
        Some(code) => catalog::language(code).into_iter().collect(),
        None if at == codes.len() => Vec::new(),
        None => codes.iter().filter_map(|code| catalog::language(code)).collect(),
    };
    let (mut names, mut titles) = (Vec::new(), Vec::new());
    let has_english = languages.len() != 1 || random.below(3) == 0;
    for kind in kinds {
        for element in kind.all_elements() {
            let english = element.any_of.iter().filter(|_| has_english);
            let packs = languages.iter().flat_map(|it| it.names_of(&element.key));
            names.extend(english.chain(packs).map(String::as_str));
        }
        let packs = languages.iter().flat_map(|it| it.titles_of(kind));
        titles.extend(kind.titles.iter().chain(packs).map(String::as_str));
    }
    if names.is_empty() {
        names.extend(titles.iter().copied());
    }
    (names, titles)
}

/// One piece of a text.
fn piece(random: &mut Random, names: &[&str]) -> String {
    let mut name = || random.one(names);
    let (a, b, c, d) = (name(), name(), name(), name());
    let joined = [a, b, c, d].join(random.one(&[", ", " / ", "; ", " · ", ". "]));
    match random.below(20) {
        0 => format!("- {a}\n- {b}\n  - {c}\n  - {d}\n"),
        1 => format!("1. {a}\n2. {b}\n3. {c}\n4. {d}\n"),
        2 => format!("- [{a}](#z)\n  - [{b}](#x)\n- [{c}](#y)\n"),
        3 => format!("{a}\n\n{b}\n\n{c}\n\n{d}\n"),
        4 => format!("{joined}\n"),
        5 => format!("{joined}.\n"),
        6 => format!("**{a}:** {b}\n"),
        7 => format!("- **{a}**: {b}\n- **{c}**: {joined}\n"),
        8 => format!("**{a}** {b}\n"),
        9 => format!("{a}: {b}\n\n{c}: {joined}\n"),
        10 => format!("**{a}**\n\n{b}\n"),
        11 => format!("| {a} | {b} |\n|---|---|\n| {c} | {d} |\n| {b} | {a} |\n"),
        12 => format!("| {a} | {b} | {c} |\n|---|---|---|\n| {d} | {a} | {b} |\n"),
        13 => format!("| {a} |\n|---|\n| {b} |\n| {c} |\n"),
        14 => format!("## {a}\n\n{b}\n\n### {c}\n\n{joined}\n"),
        15 => format!("## {a}\n### {b}\n### {c}\n- {d}\n- {joined}\n"),
        16 => format!("> {a}\n>\n> {joined}\n"),
        17 => format!("- [x] {a}\n- [ ] {b}\n- *{c}*\n- `{d}`\n"),
        18 => format!("[{a}](docs/page.md)\n\n## [{b}](other.md)\n\n[{c}](docs/more.md)\n"),
        _ => format!("- **{a}**\n  - {b}\n  - {c}\n- {d}:\n  - {joined}\n"),
    }
}

/// Whether a text of names is taken to say something, and what.
fn said_in(text: &str) -> Option<String> {
    let document = document::parse("card.md".into(), text.as_bytes().to_vec());
    let found = recognise(Lexicon::shipped(), &document, None);
    let accepted = found.is_accepted().then(|| "accepted".to_owned());
    let reading = found.reading?;
    let said = reading.elements.iter().chain(&reading.also).find(|it| it.state == State::Present);
    let said =
        said.map(|it| format!("{}: {} by {:?}", reading.kind.id, it.element.key, it.found_as));
    said.or(accepted)
}

fn try_cases(first: u64, count: u64) {
    let mut heard = Vec::new();
    for seed in first..first + count {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let (names, titles) = names(&mut random);
        let mut text = format!("# {}\n\n", random.one(&titles));
        let pieces = 1 + random.below(12);
        // Some are of one kind of piece, as a form is.
        for _ in 0..pieces {
            text.push_str(&piece(&mut random, &names));
            text.push('\n');
        }
        heard.extend(said_in(&text).map(|said| format!("case {seed}: {said}\n{text}")));
    }
    assert!(heard.is_empty(), "{} texts of names say:\n{}", heard.len(), heard.join("\n"));
}

#[test]
fn a_text_of_names_says_nothing() {
    try_cases(1, 200);
}

#[test]
#[ignore = "takes minutes"]
fn a_text_of_names_says_nothing_in_ten_thousand_cases() {
    std::thread::scope(|scope| {
        for part in 0..4 {
            scope.spawn(move || try_cases(1 + part * 2500, 2500));
        }
    });
}

#[test]
fn what_is_said_among_names_is_heard() {
    let text = "# Model card\n\n- [Limitations](#limitations)\n- [License](#license)\n\n\
        ## Limitations\n\nFails on night recordings.\n\n## License\n\nMIT\n\n\
        ## Intended use\n\nTraining data, evaluation\n";
    let document = document::parse("card.md".into(), text.as_bytes().to_vec());
    let reading = recognise(Lexicon::shipped(), &document, None).reading.unwrap();
    let state = |key: &str| reading.elements.iter().find(|it| it.element.key == key).unwrap().state;
    assert_eq!(state("limitations"), State::Present);
    assert_eq!(state("licence"), State::Present);
    assert_eq!(state("intended-use"), State::Placeholder);
}

#[test]
fn no_name_has_a_word_that_tells_english() {
    let languages = catalog::languages().filter_map(catalog::language);
    let packs: Vec<_> = languages.collect();
    for kind in catalog::kinds() {
        let own = kind.all_elements().flat_map(|element| {
            element.any_of.iter().chain(packs.iter().flat_map(|it| it.names_of(&element.key)))
        });
        let titles = packs.iter().flat_map(|it| it.titles_of(kind));
        for name in kind.titles.iter().chain(titles).chain(own) {
            let lower = name.to_lowercase();
            let mut words = lower.split(|c: char| !c.is_alphanumeric());
            assert!(!words.any(|word| echo::TELLING.contains(&word)), "{name}");
        }
    }
}
