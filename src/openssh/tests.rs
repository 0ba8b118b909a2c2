//! A signature counts where OpenSSH says so and nothing speaks against it. The keys are test keys
//! of this project.

use super::*;

const MESSAGE: &[u8] = include_bytes!("../../fixtures/signatures/message");
const AUTHORITY: &str = include_str!("../../fixtures/signatures/ca.pub");
/// 2026-06-01.
const TODAY: u64 = 1_780_272_000;

/// Each kind of key: its public part and its signature of the message.
const KINDS: [(&str, &[u8]); 3] = [
    (
        include_str!("../../fixtures/signatures/ed.pub"),
        include_bytes!("../../fixtures/signatures/ed.sig"),
    ),
    (
        include_str!("../../fixtures/signatures/ec.pub"),
        include_bytes!("../../fixtures/signatures/ec.sig"),
    ),
    (
        include_str!("../../fixtures/signatures/rsa.pub"),
        include_bytes!("../../fixtures/signatures/rsa.sig"),
    ),
];
const CERTIFIED: &[u8] = include_bytes!("../../fixtures/signatures/cert.sig");

fn judged(allowed: &str, revoked: &str, signature: &[u8]) -> Result<(), Refused> {
    let trust = Trust {
        allowed: AllowedSigners::parse(allowed.as_bytes()),
        revoked: RevokedKeys::parse(revoked.as_bytes()),
    };
    verify(&trust, "ana@example.com", "aimsgate", &Signature::parse(signature)?, MESSAGE, TODAY)
}

#[test]
fn each_kind_of_key_signs_for_its_person_only() {
    for (public, signature) in KINDS {
        assert_eq!(judged(&format!("ana@example.com {public}"), "", signature), Ok(()), "{public}");
        let other = judged(&format!("ben@example.com {public}"), "", signature);
        assert_eq!(other, Err(Refused::NotAllowed("ana@example.com".to_owned())));
        assert_eq!(
            judged(&format!("ana@example.com {public}"), public, signature),
            Err(Refused::Revoked)
        );
        let trust = Trust {
            allowed: AllowedSigners::parse(format!("ana@example.com {public}").as_bytes()),
            ..Trust::default()
        };
        let signature = Signature::parse(signature).unwrap();
        let verify = |namespace: &str, message: &[u8]| {
            verify(&trust, "ana@example.com", namespace, &signature, message, TODAY)
        };
        assert_eq!(verify("aimsgate", b"something else"), Err(Refused::DoesNotFit));
        assert_eq!(verify("git", MESSAGE), Err(Refused::OtherNamespace("aimsgate".to_owned())));
    }
}

#[test]
fn an_authority_speaks_for_people_and_times_it_certified() {
    let allowed = format!("*@example.com cert-authority {AUTHORITY}");
    assert_eq!(judged(&allowed, "", CERTIFIED), Ok(()));
    let trust = Trust { allowed: AllowedSigners::parse(allowed.as_bytes()), ..Trust::default() };
    let signature = Signature::parse(CERTIFIED).unwrap();
    let at =
        |principal: &str, at: u64| verify(&trust, principal, "aimsgate", &signature, MESSAGE, at);
    let late = at("ana@example.com", TODAY + 400 * 86_400);
    assert_eq!(late, Err(Refused::Certificate { line: 1, why: "it was no longer valid" }));
    let other = at("ben@example.com", TODAY);
    assert_eq!(other, Err(Refused::Certificate { line: 1, why: "it does not name this person" }));
    assert_eq!(judged(&allowed, AUTHORITY, CERTIFIED), Err(Refused::Revoked), "with its authority");
    assert_eq!(
        judged(&allowed, KINDS[0].0, CERTIFIED),
        Err(Refused::Revoked),
        "with its plain key"
    );
    let plain = judged(&format!("ana@example.com {AUTHORITY}"), "", CERTIFIED);
    assert_eq!(
        plain,
        Err(Refused::NotAllowed("ana@example.com".to_owned())),
        "an authority is \
        named as one"
    );
}

#[test]
fn what_is_stricter_than_openssh_says_what_to_mend() {
    let (public, signature) = KINDS[0];
    let refused = |line: &str| judged(&format!("{line} {public}"), "", signature).unwrap_err();
    assert_eq!(refused("*@example.com"), Refused::WildcardPrincipal(1));
    assert_eq!(refused("ana@example.com valid-before=\"20270101\""), Refused::NoZone(1));
    assert!(
        refused("*@example.com").is_stricter()
            && refused(
                "ana@example.com \
            valid-before=\"20270101\""
            )
            .is_stricter()
    );
    assert_eq!(refused("ana@example.com valid-before=\"20260101Z\""), Refused::OutsideWindow(1));
    let unreadable =
        judged(&format!("ana@example.com {public}"), "# old keys\nno key\n", signature);
    assert_eq!(unreadable, Err(Refused::RevocationsUnreadable(2)));
}

#[test]
fn damaged_signatures_are_none() {
    let armored = KINDS[0].1;
    for end in 0..armored.len() - 30 {
        assert!(Signature::parse(&armored[..end]).is_err(), "{end}");
    }
    let text = std::str::from_utf8(armored).unwrap();
    assert!(Signature::parse(text.replace("SSH SIGNATURE", "PGP SIGNATURE").as_bytes()).is_err());
    assert!(Signature::parse(&[armored, &[b'\n'; 70_000][..]].concat()).is_err(), "too large");
}

#[test]
fn lines_that_cannot_be_read_are_told() {
    let text = format!(
        "# keys\n\nana@example.com ssh-ed25519 AAAA\nana@example.com frobnicate {}",
        KINDS[0].0
    );
    let told: Vec<(usize, &str)> = AllowedSigners::parse(text.as_bytes())
        .mistakes
        .iter()
        .map(|it| (it.line, it.why))
        .collect();
    assert_eq!(told, [(3, "the key cannot be read"), (4, "an option is not known")]);
}

#[test]
fn a_key_is_replaced_in_its_line_or_by_one_that_begins_as_its_line_ends() {
    let line = |options: &str, key: usize| {
        let key: Vec<&str> = KINDS[key].0.split(' ').take(2).collect();
        format!("ana@example.com {options} {}", key.join(" "))
    };
    let old = line("namespaces=\"aimsgate\"", 0);
    let ended = line("namespaces=\"aimsgate\",valid-before=\"20261130Z\"", 0);
    let later = line("namespaces=\"aimsgate\",valid-after=\"20261130Z\"", 1);
    let cases: [(Vec<String>, bool); 7] = [
        (vec![line("namespaces=\"aimsgate\"", 1)], true),
        (vec![ended.clone(), later.clone()], true),
        (vec![ended.clone()], true),
        (vec![ended.clone(), later.clone(), line("namespaces=\"aimsgate\"", 2)], false),
        (vec![line("namespaces=\"*\"", 1)], false),
        (vec![line("namespaces=\"aimsgate\",cert-authority", 1)], false),
        (vec![later.replace("ana@", "eva@")], false),
    ];
    for (new, expected) in cases {
        let bytes: Vec<&[u8]> = new.iter().map(|line| line.as_bytes()).collect();
        let found = replaces_keys(&[old.as_bytes()], &bytes, &["ana@example.com"]);
        assert_eq!(found, expected, "{new:?}");
    }
}
