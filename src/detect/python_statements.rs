//! What stands at the beginning of statements of Python: imports, assignments, classes, and what
//! parameters are where nothing else is given.

use std::borrow::Cow;
use std::ops::Range;

use super::python_lexer::TokenKind;
use super::python_reader::{Assignment, ClassHead, PythonFacts, PythonText};

/// Words that begin a statement which holds others behind a colon.
const BLOCKS: [&str; 13] = [
    "if", "elif", "else", "try", "except", "finally", "for", "while", "with", "def", "class",
    "async", "case",
];

impl<'s> PythonText<'s> {
    /// Finds what stands at the beginning of statements.
    pub(super) fn statements(&self, facts: &mut PythonFacts<'s>) {
        let mut at = 0;
        while at < self.tokens.len() {
            let mut end = at;
            while end < self.tokens.len() && self.kind(end) != TokenKind::End {
                end = self.next(end);
            }
            let end = end.min(self.tokens.len());
            at = self.statement(at..end, facts).max(at + 1);
        }
        for at in 0..self.tokens.len() {
            // `name := value` in any expression.
            if self.kind(at) == TokenKind::Pair(b':') && at > 0 {
                let value = at + 1..self.value_end(at + 1);
                if let Some(name) = self.name(at - 1) {
                    let target = Cow::Borrowed(name);
                    facts.assignments.push(Assignment { target, value: Some(value) });
                }
            }
        }
    }

    /// The end of what is given to a name in an expression.
    fn value_end(&self, start: usize) -> usize {
        let mut end = start;
        while !matches!(
            self.kind(end),
            TokenKind::End
                | TokenKind::Close
                | TokenKind::Sign(b',' | b':')
                | TokenKind::Pair(b':')
        ) {
            end = self.next(end);
        }
        end.min(self.tokens.len())
    }

    /// Reads one statement, or the head of one that holds others; returns where the next begins.
    fn statement(&self, range: Range<usize>, facts: &mut PythonFacts<'s>) -> usize {
        let first =
            if self.kind(range.start) == TokenKind::Name { self.word(range.start) } else { "" };
        match first {
            "import" => self.import(range.clone(), facts),
            "from" => self.import_from(range.clone(), facts),
            _ if BLOCKS.contains(&first) && !self.is(range.start + 1, b'=') => {
                return self.block(&range, facts);
            }
            _ => self.assignment(&range, facts),
        }
        range.end + 1
    }

    fn block(&self, range: &Range<usize>, facts: &mut PythonFacts<'s>) -> usize {
        let start = range.start + usize::from(self.is_word(range.start, "async"));
        let is_class = self.is_word(start, "class");
        if is_class && let Some(name) = self.name(start + 1) {
            let span = self.span(&(start + 1..start + 2));
            facts.classes.push(ClassHead { name, span, bases: start..start });
        }
        let mut at = range.start;
        while at < range.end && !self.is(at, b':') {
            // The colon of a `lambda` is another one.
            if self.is_word(at, "lambda") {
                while at < range.end && !self.is(at, b':') {
                    at = self.next(at);
                }
            }
            if self.kind(at) == TokenKind::Open(b'(') && at >= start + 2 {
                let brackets = at + 1..self.next(at).saturating_sub(1).min(range.end);
                if self.is_word(start, "def") {
                    self.defaults(brackets, facts);
                } else if is_class && let Some(class) = facts.classes.last_mut() {
                    class.bases = brackets;
                }
            }
            at = self.next(at);
        }
        if at < range.end { at + 1 } else { range.end + 1 }
    }

    /// What parameters are where nothing else is given.
    fn defaults(&self, brackets: Range<usize>, facts: &mut PythonFacts<'s>) {
        for part in self.split(brackets, b',') {
            let sides = self.split(part, b'=');
            if let ([name, value], Some(_)) = (sides.as_slice(), self.name(sides[0].start)) {
                facts.assignments.push(Assignment {
                    target: Cow::Borrowed(self.word(name.start)),
                    value: Some(value.clone()),
                });
            }
        }
    }

    fn import(&self, range: Range<usize>, facts: &mut PythonFacts<'s>) {
        for part in self.split(range.start + 1..range.end, b',') {
            if self.name(part.start).is_none() {
                continue;
            }
            let module = part.start..self.chain_end(part.start);
            let path = self.dotted(&module);
            if self.is_word(module.end, "as") {
                if let Some(alias) = self.name(module.end + 1) {
                    facts.imports.push((alias, path.into_owned()));
                }
            } else {
                // `import a.b` binds `a`.
                let name = self.word(part.start);
                facts.imports.push((name, name.to_owned()));
            }
        }
    }

    fn import_from(&self, range: Range<usize>, facts: &mut PythonFacts<'s>) {
        // A name that begins with a dot is one of this package.
        let Some(_) = self.name(range.start + 1) else { return };
        let module = range.start + 1..self.chain_end(range.start + 1);
        if !self.is_word(module.end, "import") {
            return;
        }
        let mut names = module.end + 1..range.end;
        if self.is(names.start, b'*') {
            if let Cow::Borrowed(module) = self.dotted(&module) {
                facts.wildcards.push(module);
            }
            return;
        }
        if self.is_open(names.start) {
            names = names.start + 1..self.next(names.start).saturating_sub(1).min(range.end);
        }
        let module = self.dotted(&module);
        for part in self.split(names, b',') {
            let Some(name) = self.name(part.start) else { continue };
            let is_alias = self.is_word(part.start + 1, "as");
            let local = if is_alias { self.name(part.start + 2) } else { Some(name) };
            facts.imports.extend(local.map(|local| (local, format!("{module}.{name}"))));
        }
    }

    fn assignment(&self, range: &Range<usize>, facts: &mut PythonFacts<'s>) {
        let mut sides = self.split(range.clone(), b'=');
        let Some(value) = sides.pop() else { return };
        for side in sides {
            // What stands behind a colon is an annotation.
            let Some(side) = self.split(side, b':').into_iter().next() else { continue };
            let targets = self.split(side.clone(), b',');
            let is_one = targets.len() == 1;
            for target in targets {
                if self.name(target.start).is_some() && self.chain_end(target.start) == target.end {
                    facts.assignments.push(Assignment {
                        target: self.dotted(&target),
                        value: is_one.then(|| value.clone()),
                    });
                }
            }
        }
        if self.name(range.start).is_some() {
            let target = range.start..self.chain_end(range.start);
            if matches!(self.kind(target.end), TokenKind::Pair(it) if !b"=!<>:".contains(&it)) {
                facts.assignments.push(Assignment { target: self.dotted(&target), value: None });
            }
        }
    }
}
