//! Keys for tests only: each is made of its owner's name, so that anybody can make it. Never trust
//! one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256, Sha512};

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pair(name: &str) -> Ed25519KeyPair {
    let seed = Sha256::digest(format!("aimsgate test key of {name}; never trust it"));
    Ed25519KeyPair::from_seed_unchecked(&seed).unwrap()
}

fn wire(parts: &[&[u8]]) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|part| [&u32::try_from(part.len()).unwrap().to_be_bytes()[..], part].concat())
        .collect()
}

fn public(name: &str) -> Vec<u8> {
    wire(&[b"ssh-ed25519", pair(name).public_key().as_ref()])
}

/// A public key as files have it.
pub(crate) fn public_line(name: &str) -> String {
    format!("ssh-ed25519 {}", STANDARD.encode(public(name)))
}

/// A line of `allowed_signers`.
pub(crate) fn allowed(name: &str) -> String {
    format!("{name}@example.com namespaces=\"aimsgate\" {}\n", public_line(name))
}

/// What `ssh-keygen -Y sign` writes (PROTOCOL.sshsig).
pub(crate) fn sign(name: &str, namespace: &str, message: &[u8]) -> String {
    let digest = Sha512::digest(message);
    let signed = [&b"SSHSIG"[..], &wire(&[namespace.as_bytes(), b"", b"sha512", &digest])].concat();
    let signature = wire(&[b"ssh-ed25519", pair(name).sign(&signed).as_ref()]);
    let blob = [
        &b"SSHSIG"[..],
        &1_u32.to_be_bytes(),
        &wire(&[&public(name), namespace.as_bytes(), b"", b"sha512", &signature]),
    ]
    .concat();
    armored(&blob)
}

/// The application of every security key here.
const APPLICATION: &[u8] = b"ssh:";

fn hardware_public(name: &str) -> Vec<u8> {
    wire(&[b"sk-ssh-ed25519@openssh.com", pair(name).public_key().as_ref(), APPLICATION])
}

/// A line of `allowed_signers` for a security key.
pub(crate) fn allowed_hardware(name: &str) -> String {
    let key = STANDARD.encode(hardware_public(name));
    format!("{name}@example.com namespaces=\"aimsgate\" sk-ssh-ed25519@openssh.com {key}\n")
}

/// What a security key signs (PROTOCOL.u2f), touched or not.
pub(crate) fn sign_with_hardware(name: &str, is_touched: bool, message: &[u8]) -> String {
    let digest = Sha512::digest(message);
    let signed = [&b"SSHSIG"[..], &wire(&[b"aimsgate", b"", b"sha512", &digest])].concat();
    let flags = [u8::from(is_touched)];
    let counter = 7_u32.to_be_bytes();
    let by_key =
        [&Sha256::digest(APPLICATION)[..], &flags, &counter, &Sha256::digest(&signed)].concat();
    let signature = [
        wire(&[b"sk-ssh-ed25519@openssh.com", pair(name).sign(&by_key).as_ref()]),
        flags.to_vec(),
        counter.to_vec(),
    ]
    .concat();
    armored(
        &[
            &b"SSHSIG"[..],
            &1_u32.to_be_bytes(),
            &wire(&[&hardware_public(name), b"aimsgate", b"", b"sha512", &signature]),
        ]
        .concat(),
    )
}

fn armored(blob: &[u8]) -> String {
    let base64 = STANDARD.encode(blob);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n"))
}
