//! What a pickle imports, read from its opcodes and never run.
//!
//! # Design
//!
//! Every protocol is one list of opcodes (`pickletools` of CPython), so one walk reads them all. A
//! length is believed only as far as there are bytes, and the walk ends at the first byte that is
//! no opcode, as where `joblib` puts an array in between.

/// Opcodes that are walked.
const MOST_OPCODES: usize = 50_000;

/// Imports that are kept.
const MOST_IMPORTS: usize = 200;

/// Modules whose functions do something to the machine.
const ACTING: [&str; 18] = [
    "os",
    "posix",
    "nt",
    "subprocess",
    "sys",
    "socket",
    "shutil",
    "runpy",
    "importlib",
    "pty",
    "webbrowser",
    "commands",
    "requests",
    "urllib",
    "httpx",
    "ctypes",
    "pip",
    "code",
];

/// Functions of `builtins` that run what they are given, or reach anything.
const ACTING_BUILTINS: [&str; 8] =
    ["eval", "exec", "compile", "__import__", "getattr", "open", "input", "execfile"];

/// What was read of a pickle.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PickleRead {
    /// Dotted paths, in their order.
    pub(super) imports: Vec<String>,
    /// How many opcodes were read.
    pub(super) opcodes: usize,
    /// Whether the end was reached.
    pub(super) ended: bool,
}

impl PickleRead {
    /// What it does to the machine when it is loaded.
    pub(super) fn acts(&self) -> Option<&str> {
        let acts = |path: &&String| {
            let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
            let root = module.split('.').next().unwrap_or_default();
            ACTING.contains(&root)
                || (matches!(module, "builtins" | "__builtin__") && ACTING_BUILTINS.contains(&name))
        };
        self.imports.iter().find(acts).map(String::as_str)
    }

    /// Whether it imports something of a module.
    pub(super) fn imports_of(&self, modules: &[&str]) -> bool {
        self.imports.iter().any(|path| {
            modules.iter().any(|module| {
                path.strip_prefix(module).is_some_and(|rest| rest.starts_with(['.', '_']))
            })
        })
    }
}

/// How the argument of an opcode is written.
enum Argument {
    None,
    Fixed(usize),
    /// A number of bytes of this width, then as many.
    Counted(usize),
    Line,
    TwoLines,
}

fn argument(opcode: u8) -> Option<Argument> {
    Some(match opcode {
        b'('
        | b')'
        | b'.'
        | b'0'
        | b'1'
        | b'2'
        | b'N'
        | b'Q'
        | b'R'
        | b']'
        | b'a'
        | b'b'
        | b'd'
        | b'e'
        | b'l'
        | b'o'
        | b's'
        | b't'
        | b'u'
        | b'}'
        | 0x81
        | 0x85..=0x89
        | 0x8f..=0x94
        | 0x97
        | 0x98 => Argument::None,
        b'K' | b'h' | b'q' | 0x80 | 0x82 => Argument::Fixed(1),
        b'M' | 0x83 => Argument::Fixed(2),
        b'J' | b'j' | b'r' | 0x84 => Argument::Fixed(4),
        b'G' | 0x95 => Argument::Fixed(8),
        b'U' | b'C' | 0x8a | 0x8c => Argument::Counted(1),
        b'T' | b'B' | b'X' | 0x8b => Argument::Counted(4),
        0x8d | 0x8e | 0x96 => Argument::Counted(8),
        b'F' | b'I' | b'L' | b'S' | b'V' | b'P' | b'g' | b'p' => Argument::Line,
        b'c' | b'i' => Argument::TwoLines,
        _ => return None,
    })
}

/// What stands on top of the stack, as far as it is a text.
#[derive(Default)]
struct Texts {
    last: Option<String>,
    before: Option<String>,
    memo: Vec<Option<String>>,
}

impl Texts {
    fn push(&mut self, text: Option<String>) {
        self.before = self.last.take();
        self.last = text;
    }

    fn keep(&mut self, at: Option<usize>) {
        let at = at.unwrap_or(self.memo.len());
        if at < MOST_OPCODES {
            if self.memo.len() <= at {
                self.memo.resize(at + 1, None);
            }
            self.memo[at].clone_from(&self.last);
        }
    }

    fn get(&mut self, at: usize) {
        let text = self.memo.get(at).cloned().flatten();
        self.push(text);
    }
}

/// Reads the beginning of a pickle.
pub(super) fn read(bytes: &[u8]) -> PickleRead {
    let mut read = PickleRead::default();
    let mut texts = Texts::default();
    let mut rest = bytes;
    while let Some((opcode, after)) = rest.split_first() {
        let Some((argument, after)) = argument(*opcode).and_then(|it| taken(&it, after)) else {
            break;
        };
        rest = after;
        read.opcodes += 1;
        let text = |bytes: &[u8]| Some(String::from_utf8_lossy(bytes).into_owned());
        let number = || argument.iter().rev().fold(0_usize, |sum, it| sum << 8 | usize::from(*it));
        match *opcode {
            b'c' | b'i' => {
                let path = String::from_utf8_lossy(argument).trim_end().replacen('\n', ".", 1);
                read.imports.push(path.replace('\r', ""));
                texts.push(None);
            }
            0x93 => {
                if let (Some(module), Some(name)) = (texts.before.take(), texts.last.take()) {
                    read.imports.push(format!("{module}.{name}"));
                }
            }
            b'X' | b'U' | b'T' | 0x8c | 0x8d => texts.push(text(argument)),
            b'V' | b'S' => texts.push(text(argument.trim_ascii()).map(|it| it.replace('\'', ""))),
            0x94 => texts.keep(None),
            b'q' | b'r' => texts.keep(Some(number())),
            b'h' | b'j' => texts.get(number()),
            b'.' => {
                read.ended = true;
                break;
            }
            0x80 | 0x95 => {}
            _ => texts.push(None),
        }
        if read.opcodes >= MOST_OPCODES || read.imports.len() >= MOST_IMPORTS {
            break;
        }
    }
    read
}

/// The argument of an opcode and what follows; None where bytes are missing.
fn taken<'b>(argument: &Argument, bytes: &'b [u8]) -> Option<(&'b [u8], &'b [u8])> {
    let line = |bytes: &[u8]| bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
    match argument {
        Argument::None => Some((&[], bytes)),
        Argument::Fixed(length) => bytes.split_at_checked(*length),
        Argument::Counted(width) => {
            let (length, rest) = bytes.split_at_checked(*width)?;
            let length = length.iter().rev().fold(0_u64, |sum, it| sum << 8 | u64::from(*it));
            rest.split_at_checked(usize::try_from(length).ok()?)
        }
        Argument::Line => bytes.split_at_checked(line(bytes)?),
        Argument::TwoLines => {
            let first = line(bytes)?;
            bytes.split_at_checked(first + line(&bytes[first..])?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_read_in_every_protocol() {
        let rows: [(&[u8], &str, bool); 5] = [
            (b"cos\nsystem\n(S'x'\ntR.", "os.system", true),
            (b"\x80\x02csklearn.svm\nSVC\nq\x00)\x81.", "sklearn.svm.SVC", false),
            (
                b"\x80\x04\x95\x1e\0\0\0\0\0\0\0\x8c\x05posix\x94\x8c\x06system\x94\x93.",
                "posix.system",
                true,
            ),
            (b"\x80\x04\x8c\x08builtins\x94\x8c\x04eval\x94\x93.", "builtins.eval", true),
            (b"\x80\x04\x8c\x08builtins\x94\x8c\x03set\x94\x93.", "builtins.set", false),
        ];
        for (bytes, import, acts) in rows {
            let found = read(bytes);
            assert_eq!(found.imports, [import]);
            assert_eq!(found.acts().is_some(), acts, "{import}");
            assert!(found.ended);
        }
    }

    #[test]
    fn lengths_beyond_the_end_and_other_bytes_end_the_walk() {
        for bytes in [
            &b"\x80\x04X\xff\xff\xff\xffabc"[..],
            b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff",
            b"r\xff\xff\xff\xff.",
            b"c",
            b"cos",
            b"",
            b"no pickle at all",
        ] {
            assert_eq!(read(bytes).imports, [""; 0]);
        }
    }
}
