//! Who a commit names, read from its bytes as git reads them.
//!
//! libgit2 reads an identity from its end and gives none where a byte is no UTF-8. Git reads it
//! from its beginning: the address ends at the first `>`.

use std::collections::BTreeSet;

use crate::authorship::{Author, CommitPart};

/// The trailers that name people, and what they did; `author` is what git writes of each commit
/// into the message of `git merge --squash`.
const TRAILERS: [(&str, CommitPart); 4] = [
    ("author", CommitPart::Helped),
    ("co-authored-by", CommitPart::Helped),
    ("co-developed-by", CommitPart::Helped),
    ("signed-off-by", CommitPart::PassedOn),
];

/// The addresses that the target's `.mailmap` has instead of others.
pub(super) struct AddressMap(Option<git2::Mailmap>);

impl AddressMap {
    /// Reads the bytes of a `.mailmap`. It compares names and addresses in any case, as git does
    /// and libgit2 does not.
    pub(super) fn new(bytes: Option<&[u8]>) -> Self {
        let text = bytes.map(|bytes| String::from_utf8_lossy(bytes).to_lowercase());
        Self(text.and_then(|text| git2::Mailmap::from_buffer(&text).ok()))
    }

    /// Returns the address that stands for this one. None where none does.
    fn mapped(&self, name: &str, address: &str) -> Option<String> {
        let map = self.0.as_ref()?;
        let (name, address) = (name.to_lowercase(), address.to_lowercase());
        // libgit2 takes no empty name.
        let name = if name.is_empty() { "-" } else { name.as_str() };
        let known = git2::Signature::new(name, &address, &git2::Time::new(0, 0)).ok()?;
        let found = map.resolve_signature(&known).ok()?;
        let found = String::from_utf8_lossy(found.email_bytes()).trim().to_owned();
        (found != address).then_some(found)
    }
}

/// Returns everybody whom a commit names, and whether its author can be read.
pub(super) fn authors_of(commit: &git2::Commit<'_>, map: &AddressMap) -> (BTreeSet<Author>, bool) {
    let header = commit.raw_header_bytes();
    let message = String::from_utf8_lossy(commit.message_raw_bytes());
    named(header, &message, map)
}

fn named(header: &[u8], message: &str, map: &AddressMap) -> (BTreeSet<Author>, bool) {
    let mut authors = BTreeSet::new();
    let mut add = |name: &str, address: &str, part| {
        let mapped = map.mapped(name, address);
        authors.insert(Author { name: address.to_owned(), mapped, part });
    };
    let author = field(header, b"author ").and_then(identity);
    let is_read = author.is_some();
    if let Some((name, address)) = author {
        add(&name, &address, CommitPart::Wrote);
    }
    if let Some((name, address)) = field(header, b"committer ").and_then(identity) {
        add(&name, &address, CommitPart::PassedOn);
    }
    let mut lines = message.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((key, value)) = line.split_once(':') else { continue };
        let key = key.trim().to_lowercase();
        let Some((_, part)) = TRAILERS.iter().find(|(trailer, _)| *trailer == key) else {
            continue;
        };
        // A value may go on in the next line, which begins with a blank.
        let mut value = value.to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with([' ', '\t'])) {
            value.push(' ');
            value.push_str(more);
        }
        let mut people = trailer_identities(&value).peekable();
        if people.peek().is_none() && !value.trim().is_empty() {
            add("", value.trim().trim_start_matches('@'), *part);
        }
        people.for_each(|(name, address)| add(&name, &address, *part));
    }
    (authors, is_read)
}

/// Returns the value of a field of a commit's header.
fn field<'h>(header: &'h [u8], key: &[u8]) -> Option<&'h [u8]> {
    let mut lines = header.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    lines.find_map(|line| line.strip_prefix(key))
}

/// Returns the name and the address of an identity. None where there is no address, or one that is
/// no text.
fn identity(bytes: &[u8]) -> Option<(String, String)> {
    let start = bytes.iter().position(|byte| *byte == b'<')?;
    let rest = &bytes[start + 1..];
    let end = rest.iter().position(|byte| *byte == b'>')?;
    let address = std::str::from_utf8(&rest[..end]).ok()?.trim();
    let name = String::from_utf8_lossy(&bytes[..start]).trim().to_owned();
    (!address.is_empty()).then(|| (name, address.to_owned()))
}

/// Returns the names and the addresses in a trailer: `Dee <dee@example.com>`, or without the
/// brackets.
fn trailer_identities(value: &str) -> impl Iterator<Item = (String, String)> {
    let is_around = |c: char| matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"');
    let is_address = |word: &&str| word.find('@').is_some_and(|at| at > 0 && at + 1 < word.len());
    let words = value.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';'));
    let words = words.map(move |word| word.trim_matches(is_around));
    let name = value.split_whitespace().take_while(|word| !word.contains(['@', '<']));
    let name = name.collect::<Vec<_>>().join(" ");
    words.filter(is_address).map(move |address| (name.clone(), address.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(header: &[u8], message: &str, mailmap: Option<&[u8]>) -> (Vec<String>, bool) {
        let (authors, is_read) = named(header, message, &AddressMap::new(mailmap));
        let text = |it: Author| {
            let mapped = it.mapped.map_or_else(String::new, |mapped| format!(" = {mapped}"));
            format!("{:?} {}{mapped}", it.part, it.name)
        };
        (authors.into_iter().map(text).collect(), is_read)
    }

    #[test]
    fn an_identity_is_read_as_git_reads_it() {
        let cases: [(&[u8], Option<&str>); 7] = [
            (b"author Dee <dee@example.com> 1 +0000", Some("dee@example.com")),
            (b"author dee <dee@example.com> <x@y.example> 1 +0000", Some("dee@example.com")),
            (b"author <dee@example.com> 1 +0000", Some("dee@example.com")),
            (b"author D\xe9 < dee@example.com > 1 +0000", Some("dee@example.com")),
            (b"author dee <dee@example.com\xff> 1 +0000", None),
            (b"author dee <> 1 +0000", None),
            (b"author dee 1 +0000", None),
        ];
        for (line, expected) in cases {
            let (authors, is_read) = names(line, "", None);
            let expected: Vec<String> =
                expected.into_iter().map(|it| format!("Wrote {it}")).collect();
            assert_eq!((&authors, is_read), (&expected, !expected.is_empty()), "{line:?}");
        }
        // What follows the header is the message.
        assert_eq!(
            names(b"tree 1\n\nauthor dee <dee@example.com> 1 +0", "", None),
            (vec![], false)
        );
    }

    #[test]
    fn trailers_name_those_who_helped_and_those_who_passed_it_on() {
        let cases = [
            ("Co-authored-by: Dee <dee@example.com>", vec!["Helped dee@example.com"]),
            ("co-Authored-By: Dee dee@example.com", vec!["Helped dee@example.com"]),
            ("Co-developed-by: Dee", vec!["Helped Dee"]),
            ("Co-authored-by: @dee", vec!["Helped dee"]),
            ("Signed-off-by: Dee (dee@example.com)", vec!["PassedOn dee@example.com"]),
            ("Co-authored-by:\n Dee <dee@example.com>", vec!["Helped dee@example.com"]),
            ("Co-authored-by: A <a@b>, C <c@d>", vec!["Helped a@b", "Helped c@d"]),
            ("commit 12\nAuthor: Dee <dee@example.com>", vec!["Helped dee@example.com"]),
            ("Co-authored-by:", vec![]),
            ("Reviewed-by: Dee <dee@example.com>", vec![]),
        ];
        for (line, expected) in cases {
            let found = names(b"author x <> 1 +0", &format!("A change\n\n{line}\n"), None);
            let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(found.0, expected, "{line}");
        }
    }

    #[test]
    fn a_mailmap_gives_another_address() {
        let map: &[u8] = b"Dee <Dee@example.com> <dee@old.example>\n<ana@example.com> Ana <a@b>\n";
        let cases = [
            ("x <Dee@Old.example>", "Wrote Dee@Old.example = dee@example.com"),
            ("Ana <a@b>", "Wrote a@b = ana@example.com"),
            ("Zoe <a@b>", "Wrote a@b"),
            ("<dee@old.example>", "Wrote dee@old.example = dee@example.com"),
        ];
        for (author, expected) in cases {
            let header = format!("author {author} 1 +0000");
            assert_eq!(names(header.as_bytes(), "", Some(map)).0, [expected], "{author}");
        }
    }

    /// A small generator, so that every run asks the same (xorshift64*, Vigna 2016).
    struct Dice(u64);

    impl Dice {
        fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            all[(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % all.len()]
        }
    }

    /// 500 generated histories with identities and mailmaps of every kind, against git's own
    /// reading. Needs `git`, so it runs with the real tools.
    #[test]
    #[ignore = "needs git"]
    #[expect(clippy::disallowed_methods, reason = "a test asks git itself")]
    fn authors_are_those_of_git_log() {
        const NAMES: [&str; 7] = ["Dee", "dee ", "", "D. (x)", "Ana", "\u{e9}va", "ANA"];
        const ADDRESSES: [&str; 7] =
            ["dee@x.y", "Dee@X.y", "ana@x.y", "", "1+ana@z", "a b", "eva@x.y"];
        const TAILS: [&str; 4] = ["", " <other@x.y>", " x", ">"];
        const MAPS: [&str; 6] = [
            "Dee <dee@new.y> <dee@x.y>\n",
            "<ana@new.y> Ana <ana@x.y>\n",
            "Eva <eva@x.y>\n",
            "# a comment\n\n<ana@new.y> <1+ana@z> # more\n",
            "<Both@New.y> <ANA@X.Y>\n",
            "Zoe <zoe@new.y> Dee <dee@x.y>\n",
        ];
        let folder = std::env::temp_dir().join(format!("authors-{}", std::process::id()));
        let handle = git2::Repository::init_bare(&folder).unwrap();
        let objects = handle.odb().unwrap();
        let mut dice = Dice(20_261_130);
        let mut compared = 0;
        for history in 0..500 {
            let mailmap: String = (0..3).map(|_| dice.pick(&MAPS)).collect();
            let mut tree = handle.treebuilder(None).unwrap();
            let blob = handle.blob(mailmap.as_bytes()).unwrap();
            tree.insert(".mailmap", blob, 0o100_644).unwrap();
            let tree = tree.write().unwrap();
            let mut tip = None;
            for day in 0..4 {
                let mut identity = || {
                    format!(
                        "{} <{}>{} {day} +0000",
                        dice.pick(&NAMES),
                        dice.pick(&ADDRESSES),
                        dice.pick(&TAILS)
                    )
                };
                let parent = tip.map_or_else(String::new, |tip| format!("parent {tip}\n"));
                let text = format!(
                    "tree {tree}\n{parent}author {}\ncommitter {}\n\nA change\n",
                    identity(),
                    identity()
                );
                tip = Some(objects.write(git2::ObjectType::Commit, text.as_bytes()).unwrap());
            }
            let tip = tip.unwrap();
            let log = std::process::Command::new("git")
                .args(["-c", &format!("mailmap.blob={tip}:.mailmap"), "--git-dir"])
                .arg(&folder)
                .args(["log", "--format=%H%x00%ae%x00%aE%x00%ce%x00%cE", &tip.to_string()])
                .output()
                .unwrap();
            assert!(log.status.success(), "{}", String::from_utf8_lossy(&log.stderr));
            let map = AddressMap::new(Some(mailmap.as_bytes()));
            for line in String::from_utf8(log.stdout).unwrap().lines() {
                let fields: Vec<&str> = line.split('\0').collect();
                // libgit2 refuses some of them, and then nobody can say who wrote them.
                let commit = objects.read(fields[0].parse().unwrap()).unwrap();
                let (authors, is_read) = named(commit.data(), "", &map);
                let of = |part| {
                    let found = authors.iter().find(|author| author.part == part);
                    found.map_or_else(Default::default, |author| {
                        let mapped = author.mapped.as_ref().unwrap_or(&author.name);
                        (author.name.clone(), mapped.to_lowercase())
                    })
                };
                let expected = |at: usize| {
                    (fields[at].trim().to_owned(), fields[at + 1].trim().to_lowercase())
                };
                assert_eq!(of(CommitPart::Wrote), expected(1), "{history}: {line} {mailmap}");
                assert_eq!(of(CommitPart::PassedOn), expected(3), "{history}: {line}");
                assert_eq!(is_read, !fields[1].trim().is_empty());
                compared += 1;
            }
        }
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(compared, 2_000);
        println!("{compared} commits of 500 histories read as git reads them");
    }
}
