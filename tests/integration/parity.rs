//! Signatures get the verdict of `ssh-keygen -Y verify`, over generated cases of keys, options,
//! windows and damage.
//!
//! Needs `ssh-keygen`, so it runs with the other real tools: `cargo test parity -- --ignored
//! --nocapture`. `AIMSGATE_SSHSIG` may name a folder of signatures of others: that of OpenSSH's own
//! tests, with further cases where it holds `allowed-signers-cases.json`
//! (`tests/oracles/README.md`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::scratch;
use aimsgate::{AllowedSigners, Refused, RevokedKeys, Signature, Trust, verify};

/// One question to both.
struct Case {
    name: String,
    allowed: Vec<u8>,
    revoked: Option<Vec<u8>>,
    principal: String,
    namespace: String,
    signature: Vec<u8>,
    message: Vec<u8>,
    /// `YYYYMMDDHHMMSSZ`, and the same in seconds.
    at: (String, u64),
}

/// A small generator, so that every run asks the same (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }
}

fn run(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success()
}

fn here(case: &Case) -> Result<(), Refused> {
    let revoked =
        case.revoked.as_ref().map_or_else(RevokedKeys::default, |text| RevokedKeys::parse(text));
    let trust = Trust { allowed: AllowedSigners::parse(&case.allowed), revoked };
    let signature = Signature::parse(&case.signature)?;
    verify(&trust, &case.principal, &case.namespace, &signature, &case.message, case.at.1)
}

fn openssh(case: &Case, folder: &Path) -> bool {
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let (allowed, signature) =
        (write("allowed", &case.allowed), write("signature", &case.signature));
    let message = write("message", &case.message);
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "verify", "-n", &case.namespace, "-I", &case.principal, "-O"]);
    command
        .arg(format!("verify-time={}", case.at.0))
        .arg("-f")
        .arg(allowed)
        .arg("-s")
        .arg(signature);
    if let Some(revoked) = &case.revoked {
        command.arg("-r").arg(write("revoked", revoked));
    }
    command.env("TZ", "UTC").stdout(Stdio::null()).stderr(Stdio::null());
    command.stdin(fs::File::open(message).unwrap()).status().unwrap().success()
}

/// A pair of keys, and what OpenSSH writes of the public one.
struct Pair {
    private: PathBuf,
    public: String,
}

const KINDS: [(&str, &str, &str); 7] = [
    ("ed25519", "ed25519", ""),
    ("ecdsa256", "ecdsa", "256"),
    ("ecdsa384", "ecdsa", "384"),
    ("ecdsa521", "ecdsa", "521"),
    ("rsa", "rsa", "2048"),
    ("rsa3072", "rsa", "3072"),
    ("weak", "rsa", "1024"),
];

fn pair(folder: &Path, name: &str, kind: &str, bits: &str) -> Pair {
    let private = folder.join(name);
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-N", "", "-C", "a comment", "-t", kind, "-f"]).arg(&private);
    if !bits.is_empty() {
        command.args(["-b", bits]);
    }
    assert!(run(&mut command), "ssh-keygen -t {kind}");
    let public = fs::read_to_string(private.with_extension("pub")).unwrap().trim().to_owned();
    Pair { private, public }
}

/// Signs a message with a key, or with the certificate beside it.
fn sign(folder: &Path, key: &Path, namespace: &str, hash: &str, message: &[u8]) -> Vec<u8> {
    let file = folder.join("to-sign");
    fs::write(&file, message).unwrap();
    let _ = fs::remove_file(folder.join("to-sign.sig"));
    let hash = format!("hashalg={hash}");
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "sign", "-n", namespace, "-O", &hash, "-f"]).arg(key).arg(&file);
    assert!(run(&mut command), "ssh-keygen -Y sign");
    fs::read(folder.join("to-sign.sig")).unwrap()
}

/// Gives a key a certificate of an authority, and the path of the certificate.
fn certify(folder: &Path, authority: &Pair, pair: &Pair, name: &str, options: &[&str]) -> PathBuf {
    let key = folder.join(name);
    fs::copy(&pair.private, &key).unwrap();
    fs::copy(pair.private.with_extension("pub"), key.with_extension("pub")).unwrap();
    let mut command = Command::new("ssh-keygen");
    command
        .args(["-q", "-s"])
        .arg(&authority.private)
        .args(["-I", "id"])
        .args(options)
        .arg(key.with_extension("pub"));
    assert!(run(&mut command), "ssh-keygen -s {options:?}");
    folder.join(format!("{name}-cert.pub"))
}

const TIMES: [(&str, u64); 5] = [
    ("20250101000000Z", 1_735_689_600),
    ("20250601000000Z", 1_748_736_000),
    ("20250601120000Z", 1_748_779_200),
    ("20260101000000Z", 1_767_225_600),
    ("20300101000000Z", 1_893_456_000),
];

/// A line for a key, with whatever options and principals.
fn line(dice: &mut Dice, public: &str) -> String {
    let principals = *dice.pick(&[
        "alice",
        "alice",
        "alice",
        "alice,bob",
        "bob",
        "*",
        "al*e",
        "!alice,*",
        "\"alice\"",
        "\"alice,bob\"",
        "Alice",
        "al?ce",
        "alice@example.com",
        "bob,!alice",
        "",
    ]);
    let mut options = Vec::new();
    for _ in 0..*dice.pick(&[0, 0, 0, 1, 1, 2, 3]) {
        options.push(*dice.pick(&[
            "namespaces=\"aimsgate\"",
            "namespaces=\"git\"",
            "namespaces=\"git,aims*\"",
            "namespaces=\"!aimsgate,*\"",
            "NameSpaces=\"aimsgate\"",
            "namespaces=aimsgate",
            "namespaces=\"a\\\"b\"",
            "valid-after=\"20250601Z\"",
            "valid-after=\"20250601120000Z\"",
            "valid-after=\"202506011200UTC\"",
            "valid-before=\"20250601Z\"",
            "valid-before=\"20260101000000Z\"",
            "valid-before=\"20260101\"",
            "valid-before=\"20261332Z\"",
            "valid-after=\"20250231Z\"",
            "valid-after=\"2025\"",
            "Valid-Before=\"20300101z\"",
            "cert-authority",
            "CERT-AUTHORITY",
            "frobnicate",
            "no-touch-required",
            "",
        ]));
    }
    let options = options.join(*dice.pick(&[",", ",", ",", " ,", ", "]));
    let blank = *dice.pick(&[" ", " ", "\t", "  "]);
    let end = *dice.pick(&["\n", "\n", "\r\n", " comment here\n", ""]);
    let start = *dice.pick(&["", "", "", " ", "\t", "# "]);
    let public = match dice.roll(12) {
        0 => public.replacen("ssh-", "sh-", 1),
        1 => public[..public.len() / 2].to_owned(),
        2 => public.split(' ').take(2).collect::<Vec<_>>().join(" "),
        _ => public.to_owned(),
    };
    let options = if options.is_empty() { options } else { format!("{options}{blank}") };
    format!("{start}{principals}{blank}{options}{public}{end}")
}

/// Damages a signature file.
fn damaged(dice: &mut Dice, signature: &[u8]) -> Vec<u8> {
    let mut bytes = signature.to_vec();
    let at = dice.roll(bytes.len());
    match dice.roll(8) {
        0 => bytes[at] ^= 1 << dice.roll(8),
        1 => bytes.truncate(at),
        2 => bytes.insert(at, b'A'),
        3 => bytes = String::from_utf8(bytes).unwrap().replace('\n', "\r\n").into_bytes(),
        4 => bytes.extend(b"trailing\n"),
        5 => bytes.splice(0..0, *b"\n").for_each(drop),
        6 => {
            bytes.remove(at);
        }
        _ => bytes.insert(at, b' '),
    }
    bytes
}

fn generated(folder: &Path, count: usize) -> Vec<Case> {
    let mut dice = Dice(0x0A13_55EE_D001);
    let pairs: Vec<Pair> =
        KINDS.iter().map(|(name, kind, bits)| pair(folder, name, kind, bits)).collect();
    let authority = pair(folder, "authority", "ed25519", "");
    let rsa_authority = pair(folder, "rsa-authority", "rsa", "3072");
    let message = b"record: {id: r}\nsigner: alice\n".to_vec();
    // What is signed with, the line's key for it, and the signature.
    let mut signed: Vec<(String, Vec<u8>)> = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        for hash in ["sha512", "sha256"] {
            for namespace in ["aimsgate", "git"] {
                signed.push((
                    pair.public.clone(),
                    sign(folder, &pair.private, namespace, hash, &message),
                ));
            }
        }
        let day = "20250301000000:20251201000000";
        let sets: [&[&str]; 6] = [
            &["-n", "alice", "-V", day],
            &["-n", "alice,bob", "-V", "always:forever"],
            &["-n", "carol", "-V", day],
            &["-V", day],
            &["-h", "-n", "alice", "-V", day],
            &["-n", "alice", "-V", day, "-O", "force-command=true"],
        ];
        for (number, options) in sets.iter().enumerate() {
            let authority = if at % 2 == 0 { &authority } else { &rsa_authority };
            let certificate = certify(folder, authority, pair, &format!("c{at}-{number}"), options);
            signed.push((
                authority.public.clone(),
                sign(folder, &certificate, "aimsgate", "sha512", &message),
            ));
            let own = fs::read_to_string(&certificate).unwrap().trim().to_owned();
            signed.push((own, sign(folder, &certificate, "aimsgate", "sha256", &message)));
        }
    }
    let every: Vec<String> =
        pairs.iter().map(|pair| pair.public.clone()).chain([authority.public.clone()]).collect();
    let mut cases = Vec::new();
    for number in 0..count {
        let (public, signature) = dice.pick(&signed).clone();
        let mut allowed = String::new();
        for _ in 0..*dice.pick(&[1, 1, 1, 2, 3]) {
            let key = if dice.roll(5) == 0 { dice.pick(&every).clone() } else { public.clone() };
            allowed += &match dice.roll(6) {
                // Mostly sound lines, so that most cases are not refused for the line alone.
                0..=2 => {
                    let authority = if public.starts_with(&authority.public[..40])
                        || public.starts_with(&rsa_authority.public[..60])
                    {
                        "cert-authority "
                    } else {
                        ""
                    };
                    format!("alice {authority}{key}\n")
                }
                _ => line(&mut dice, &key),
            };
        }
        let signature = if dice.roll(5) == 0 { damaged(&mut dice, &signature) } else { signature };
        let mut message = message.clone();
        if dice.roll(12) == 0 {
            message.push(b'\n');
        }
        let revoked = match dice.roll(12) {
            0 => Some(format!("{public}\n")),
            1 => Some(format!("# none\n\n{}\n", dice.pick(&every))),
            2 => Some("no key at all\n".to_owned()),
            _ => None,
        };
        let at = *dice.pick(&TIMES);
        cases.push(Case {
            name: format!("generated {number}"),
            allowed: allowed.into_bytes(),
            revoked: revoked.map(String::into_bytes),
            principal: (*dice.pick(&["alice", "alice", "alice", "bob"])).to_owned(),
            namespace: (*dice.pick(&["aimsgate", "aimsgate", "aimsgate", "git"])).to_owned(),
            signature,
            message,
            at: (at.0.to_owned(), at.1),
        });
    }
    cases
}

/// The cases of a folder of vectors.
fn vectors(folder: &Path) -> Vec<(Case, bool)> {
    let text = fs::read_to_string(folder.join("allowed-signers-cases.json")).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let text =
        |case: &serde_json::Value, key: &str| case[key].as_str().unwrap_or_default().to_owned();
    let seconds =
        |at: &str| TIMES.iter().find(|(name, _)| *name == at).map(|(_, seconds)| *seconds);
    let case = |case: &serde_json::Value| {
        let at = text(case, "verify_time");
        let at = if at.is_empty() { "20250601000000Z".to_owned() } else { at };
        let seconds =
            seconds(&at).or_else(|| at.starts_with("2040").then_some(2_208_988_800)).unwrap();
        let read = Case {
            name: text(case, "name"),
            allowed: text(case, "allowed_signers").into_bytes(),
            revoked: None,
            principal: text(case, "identity"),
            namespace: text(case, "namespace"),
            signature: fs::read(folder.join(text(case, "signature"))).unwrap(),
            message: if text(case, "data") == "signed-data" {
                fs::read(folder.join("signed-data")).unwrap()
            } else {
                b"other data".to_vec()
            },
            at: (at, seconds),
        };
        (read, case["expect"] == "good")
    };
    all["cases"].as_array().unwrap().iter().map(case).collect()
}

/// The kinds of key whose signatures count, as the files of OpenSSH's own tests are called.
const MUST_COUNT: [&str; 5] = ["ecdsa", "ed25519", "rsa", "ecdsa_sk", "ed25519_sk"];

/// A signature of each kind of key in a folder, those of security keys among them, with its own
/// public key.
fn kinds(folder: &Path) -> Vec<Case> {
    let namespace = fs::read_to_string(folder.join("namespace")).unwrap().trim().to_owned();
    let signatures = fs::read_dir(folder).unwrap().map(|item| item.unwrap().path());
    let signatures = signatures.filter(|path| path.extension().is_some_and(|it| it == "sig"));
    let case = |path: PathBuf| {
        let public = fs::read_to_string(path.with_extension("pub")).ok()?;
        Some(Case {
            name: path.display().to_string(),
            allowed: format!("alice {public}").into_bytes(),
            revoked: None,
            principal: "alice".to_owned(),
            namespace: namespace.clone(),
            signature: fs::read(&path).unwrap(),
            message: fs::read(folder.join("signed-data")).unwrap(),
            at: (TIMES[1].0.to_owned(), TIMES[1].1),
        })
    };
    signatures.filter_map(case).collect()
}

/// A file with long words cut, for people.
fn short(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let cut = |word: &str| {
        if word.len() > 60 {
            format!("{}...{}", &word[..30], &word[word.len() - 8..])
        } else {
            word.to_owned()
        }
    };
    text.split(' ').map(cut).collect::<Vec<_>>().join(" ")
}

#[test]
#[ignore = "needs ssh-keygen; .ci/run runs it"]
fn signatures_get_the_verdict_of_openssh() {
    let count = std::env::var("AIMSGATE_PARITY")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(10_000);
    let folder = scratch();
    let cases = generated(folder.path(), count);
    let halves: Vec<&[Case]> = cases.chunks(cases.len().div_ceil(2)).collect();
    let compared: Vec<(&Case, Result<(), Refused>, bool)> = std::thread::scope(|scope| {
        let work = |half: &'_ [Case]| {
            let folder = scratch();
            half.iter().map(|case| (here(case), openssh(case, folder.path()))).collect::<Vec<_>>()
        };
        let halves: Vec<_> =
            halves.into_iter().map(|half| (half, scope.spawn(move || work(half)))).collect();
        let joined =
            halves.into_iter().flat_map(|(half, done)| half.iter().zip(done.join().unwrap()));
        joined.map(|(case, (ours, theirs))| (case, ours, theirs)).collect()
    });
    let stricter = |ours: &Result<(), Refused>| ours.as_ref().is_err_and(Refused::is_stricter);
    let wrong: Vec<_> = compared
        .iter()
        .filter(|(_, ours, theirs)| ours.is_ok() != *theirs && !stricter(ours))
        .collect();
    let good = compared.iter().filter(|(_, _, theirs)| *theirs).count();
    let strict = compared.iter().filter(|(_, ours, theirs)| *theirs && stricter(ours)).count();
    println!(
        "{} cases: OpenSSH accepts {good}, of which {strict} are refused here on purpose",
        compared.len()
    );
    for (case, ours, theirs) in wrong.iter().take(10) {
        println!(
            "{}: OpenSSH {theirs}, here {ours:?}\n  as {} for {} at {}\n  {}",
            case.name,
            case.principal,
            case.namespace,
            case.at.0,
            String::from_utf8_lossy(&case.allowed)
        );
        if let Some(revoked) = &case.revoked {
            println!("  revoked: {}", short(revoked));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ", wrong.len(), compared.len());
    assert!(
        good * 10 > compared.len(),
        "only {good} are accepted by OpenSSH: the cases say little"
    );
}

#[test]
#[ignore = "needs AIMSGATE_SSHSIG; .ci/run runs it"]
fn signatures_get_the_verdict_of_the_vectors() {
    let Ok(folder) = std::env::var("AIMSGATE_SSHSIG") else {
        panic!(
            "AIMSGATE_SSHSIG names no \
        folder"
        )
    };
    let has_cases = Path::new(&folder).join("allowed-signers-cases.json").is_file();
    let all = if has_cases { vectors(Path::new(&folder)) } else { Vec::new() };
    let differs = |(case, good): &(Case, bool)| {
        let ours = here(case);
        let stricter = ours.as_ref().is_err_and(Refused::is_stricter);
        (ours.is_ok() != *good && !stricter).then(|| format!("{}: {ours:?}", case.name))
    };
    let wrong: Vec<String> = all.iter().filter_map(differs).collect();
    println!("{} vectors, {} differ", all.len(), wrong.len());
    let own = kinds(Path::new(&folder));
    let temporary = scratch();
    let mut known = 0;
    for case in &own {
        let (ours, theirs) = (here(case), openssh(case, temporary.path()));
        println!("{}: {ours:?}", case.name);
        let stem = Path::new(&case.name).file_stem().unwrap().to_string_lossy().into_owned();
        if MUST_COUNT.contains(&stem.as_str()) {
            assert!(theirs, "{} is refused by OpenSSH", case.name);
            assert!(ours.is_ok(), "{}: {ours:?}", case.name);
            known += 1;
        } else {
            // Kinds that an older OpenSSH does not know, or that are not read here.
            assert!(theirs || ours.is_err(), "{} is refused by OpenSSH", case.name);
        }
    }
    assert_eq!(known, MUST_COUNT.len(), "a kind of key is missing");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
