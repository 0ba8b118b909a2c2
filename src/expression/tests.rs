//! What expressions come to, and that none costs more than it may.

use serde_json::{Value, json};

use super::{Budget, CelExpression, Template, Unknown};

const UNITS: u64 = 1_000_000;

fn evaluated(text: &str) -> Result<Value, String> {
    let data = json!({
        "id": "scorer", "owner": "ana", "paths": ["a", "bb"], "level": 3, "share": 0.5,
        "on": "2026-01-31", "facts": {"generative": true},
    });
    let expression = CelExpression::parse(text, &["system", "gone"])?;
    let value = expression.evaluate(&vec![("system", &data)], &Budget::new(UNITS));
    match value {
        Ok(value) => Ok(value.into_owned()),
        Err(Unknown::Value(why)) => Err(why),
        Err(Unknown::Cost) => Err("cost".to_owned()),
    }
}

#[test]
fn expressions_come_to_what_cel_says() {
    for text in [
        "system.owner == 'ana' && system.level >= 3",
        "system.level + 1 == 4 && 7 / 2 == 3 && 7 % 2 == 1 && -system.level == -3",
        "system.share * 2.0 == 1.0 && system.share < system.level",
        "'bb' in system.paths && !('c' in system.paths) && 'facts' in system",
        "system.paths.all(it, it != '') && system.paths.exists_one(it, it == 'a')",
        "system.paths.filter(it, it.size() > 1) == ['bb']",
        "system.paths.map(it, it + '!')[1] == 'bb!'",
        "system.paths.exists(a, system.paths.exists(b, a != b))",
        "has(system.owner) && !has(system.stage) && size(system.paths) == 2",
        "system.owner.startsWith('a') && system.owner.endsWith('a') && system.owner.contains('n')",
        "system.owner.matches('^[a-z]+$') && 'ANA'.lowerAscii() == system.owner",
        "days(system.on, '2026-03-01') == 29 && string(system.level) == '3'",
        "system.level == 3 ? system.facts.generative : false",
        "system['owner'] == 'ana' && [1, 2] + [3] == [1, 2, 3]",
        "false && gone || true",
        "gone == 1 || true",
        "system.paths.exists(it, it == 'a' || system.stage == 'x')",
    ] {
        assert_eq!(evaluated(text), Ok(Value::Bool(true)), "{text}");
    }
}

#[test]
fn what_is_missing_or_does_not_fit_is_unknown_and_never_false() {
    for (text, why) in [
        ("system.stage == 'x'", "`stage` is not stated"),
        ("gone == 1", "there is no `gone` here"),
        ("system.level == '3'", "a number and a text do not go together"),
        ("system.level != '3'", "a number and a text do not go together"),
        ("system.owner < 3", "a text and a number do not go together"),
        ("system.level in ['3']", "a number and a text do not go together"),
        ("system.paths[7] == 'a'", "there is nothing at 7"),
        ("1 / 0 == 1", "1 and 0 come to no number"),
        ("9223372036854775807 + 1 > 0", "9223372036854775807 and 1 come to no number"),
        ("system.owner && true", "a text is not true or false"),
        ("true && gone", "there is no `gone` here"),
        ("!system.paths.all(it, system.stage == it)", "`stage` is not stated"),
        ("days('today', system.on) > 1", "`today` is no day"),
        ("system.owner.all(it, true)", "a text is no list"),
        ("system.level.x == 1", "a number has no `x`"),
    ] {
        assert_eq!(evaluated(text), Err(why.to_owned()), "{text}");
    }
}

#[test]
fn what_cannot_be_evaluated_is_refused_when_it_is_read() {
    for (text, why) in [
        ("other.id == ''", "`other` is no variable here"),
        ("system.paths.all(it, true) && it", "`it` is no variable here"),
        ("timestamp('x') == system", "`timestamp` is no function of these expressions"),
        ("system.owner.matches(system.id)", "`matches` takes a pattern in quotes"),
        ("system.owner.matches('(')", "`(` is no pattern that can be used"),
        ("{'a': 1} == system", "maps cannot be written here"),
        ("contains(system.id, 'a')", "`contains` is written `VALUE.NAME(...)`"),
        ("size(1, 2) == 1", "`size` takes another number of values"),
        ("has(system)", "`has` takes a field: `has(system.owner)`"),
        ("system.paths.all(1, true)", "write a name and an expression"),
    ] {
        let refused = evaluated(text).unwrap_err();
        assert!(refused.contains(why), "{text}: {refused}");
    }
    assert!(evaluated("system.").unwrap_err().contains("no expression of CEL"));
    assert!(evaluated(&"a".repeat(3_000)).unwrap_err().contains("2000 bytes"));
}

#[test]
fn a_hostile_expression_ends_and_could_not_be_decided() {
    let list = "[0,1,2,3,4,5,6,7,8,9]";
    let mut nested = "true".to_owned();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        nested = format!("{list}.all({name}, {nested})");
    }
    assert_eq!(evaluated(&nested), Err("cost".to_owned()));
    let absorbed = nested.replace("true", "gone == 1 || true");
    assert_eq!(evaluated(&absorbed), Err("cost".to_owned()));
    let doubled = (0..8).fold("'0123456789abcdef'".to_owned(), |text, at| {
        let name = char::from(b'a' + at);
        format!("[{text}].map({name}, {name} + {name} + {name} + {name} + {name})[0]")
    });
    assert_eq!(evaluated(&format!("size({doubled}) > 0")), Err("cost".to_owned()));
    for text in [
        "(".repeat(1_900),
        format!("{}1{}", "(".repeat(900), ")".repeat(900)),
        format!("1{} == 1", " + 1".repeat(480)),
        format!("true{}", " ? true : true".repeat(140)),
        format!("{}1{}", "[".repeat(900), "]".repeat(900)),
        format!("system{}", ".a".repeat(990)),
        format!("{}system", "system[".repeat(270)),
        "a?b:".repeat(400),
        "\u{0}\u{7f}{[(".repeat(300),
        "'".repeat(1_999),
        "1e999999 > 1.0 && 0x == 99999999999999999999999".to_owned(),
    ] {
        assert!(evaluated(&text).is_err(), "{}", &text[..20]);
    }
    // The parser takes each pair of these away.
    for text in ["!".repeat(1_900) + "true", "-".repeat(1_900) + "1 == 1"] {
        assert_eq!(evaluated(&text), Ok(Value::Bool(true)));
    }
}

#[test]
fn a_template_puts_values_into_a_text() {
    let data = json!({"id": "scorer"});
    let variables = vec![("system", &data)];
    let filled = |text: &str| {
        let template = Template::parse(text, &["system"])?;
        Ok::<_, String>(template.filled(&variables, &Budget::new(UNITS)))
    };
    assert_eq!(filled("`{system.id}` of {system.owner}."), Ok("`scorer` of ?.".to_owned()));
    assert_eq!(filled("nothing"), Ok("nothing".to_owned()));
    assert!(filled("`{system.id").is_err() && filled("{other}").is_err());
}
