//! Patterns of OpenSSH (ssh_config(5), PATTERNS).

/// Whether a text matches a list of patterns : `None` where no pattern fits, false where a
/// negated one does.
pub(super) fn match_list(text: &str, list: &str) -> Option<bool> {
    let mut found = None;
    for pattern in list.split(',') {
        match pattern.strip_prefix('!') {
            Some(negated) if matches(text.as_bytes(), negated.as_bytes()) => return Some(false),
            Some(_) => {}
            None if matches(text.as_bytes(), pattern.as_bytes()) => found = Some(true),
            None => {}
        }
    }
    found
}

/// `*` is any text and `?` any character. Without recursion, so that a hostile pattern costs
/// little.
fn matches(text: &[u8], pattern: &[u8]) -> bool {
    let (mut at, mut in_pattern) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some(b'*') => {
                star = Some((in_pattern, at));
                in_pattern += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[at] => {
                at += 1;
                in_pattern += 1;
            }
            _ => match star {
                Some((back, from)) => {
                    star = Some((back, from + 1));
                    in_pattern = back + 1;
                    at = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[in_pattern..].iter().all(|byte| *byte == b'*')
}
