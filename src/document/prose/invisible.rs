//! Which attributes of an HTML element keep its text from being seen.

/// The attributes of an element: lower-case names and values.
pub(super) type Attributes = [(String, String)];

/// Classes by which style sheets in common use hide an element.
const CLASSES: [&str; 17] = [
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "screen-reader-text",
    "screen-reader-only",
    "d-none",
    "hidden",
    "is-hidden",
    "u-hidden",
    "hide",
    "invisible",
    "is-invisible",
    "display-none",
    "opacity-0",
    "text-transparent",
    "visually-hidden-focusable",
    "sr-only-focusable",
];

/// Names of colours that nobody tells from the page.
const PALE: [&str; 10] = [
    "white",
    "snow",
    "ivory",
    "ghostwhite",
    "whitesmoke",
    "floralwhite",
    "mintcream",
    "azure",
    "aliceblue",
    "seashell",
];

/// Returns the value of an attribute.
pub(super) fn attribute<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Returns whether an element is hidden by itself: by an attribute, a class or its style.
/// `on_colour` says that it stands on a coloured ground, where pale text is seen.
pub(super) fn is_invisible(attributes: &Attributes, on_colour: bool) -> bool {
    let class = attribute(attributes, "class").unwrap_or_default();
    let is_on_colour = on_colour || has_coloured_ground(attributes);
    attribute(attributes, "hidden").is_some()
        || matches!(attribute(attributes, "aria-hidden"), Some("true" | ""))
        || is_hidden_by_class(class)
        || (!is_on_colour
            && (attribute(attributes, "color").is_some_and(is_pale)
                || class.split_whitespace().any(|it| it == "text-white")))
        || attribute(attributes, "style").is_some_and(|style| is_hidden_by(style, is_on_colour))
}

/// Returns whether an element sets a ground on which pale text is seen.
pub(super) fn has_coloured_ground(attributes: &Attributes) -> bool {
    let class = attribute(attributes, "class").unwrap_or_default();
    let by_class = class.split_whitespace().any(|it| {
        it == "badge" || (it.starts_with("bg-") && !matches!(it, "bg-white" | "bg-transparent"))
    });
    let style = attribute(attributes, "style").unwrap_or_default();
    let ground = declarations(style).filter(|(key, _)| key.starts_with("background"));
    by_class
        || attribute(attributes, "bgcolor").is_some_and(|it| !is_pale(it))
        || ground.into_iter().any(|(_, value)| !value.is_empty() && !is_pale(&value))
}

/// A class that hides, and none that shows the element again on a wide screen.
fn is_hidden_by_class(class: &str) -> bool {
    let shows = |it: &str| {
        let value = it.rsplit([':', '-']).next().unwrap_or_default();
        (it.starts_with("d-") || it.contains(':'))
            && matches!(value, "block" | "flex" | "inline" | "grid" | "table" | "cell" | "visible")
    };
    class.split_whitespace().any(|it| CLASSES.contains(&it)) && !class.split_whitespace().any(shows)
}

/// The declarations of a style: names and values in lower case without white space.
fn declarations(style: &str) -> impl Iterator<Item = (String, String)> {
    let mut bare = String::new();
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let bare: String =
        bare.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let all: Vec<_> = bare
        .split(';')
        .filter_map(|it| it.trim_end_matches("!important").split_once(':'))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    all.into_iter()
}

/// Returns whether a style hides what it is said of.
pub(super) fn is_hidden_by(style: &str, on_colour: bool) -> bool {
    // What is written in entities or escapes is written to be overlooked.
    if style.contains(['&', '\\']) {
        return true;
    }
    let is_colour = |key: &str| matches!(key, "color" | "-webkit-text-fill-color");
    let colour = declarations(style).find(|(key, _)| is_colour(key));
    let ground = declarations(style).find(|(key, _)| key.starts_with("background"));
    let is_same = colour.zip(ground).is_some_and(|((_, one), (_, other))| one == other);
    is_same
        || declarations(style).any(|(key, value)| match key.as_str() {
            "display" => value == "none",
            "visibility" => matches!(value.as_str(), "hidden" | "collapse"),
            "content-visibility" => value == "hidden",
            "opacity" | "zoom" => share(&value).is_some_and(|it| it <= 0.1),
            "font-size" => is_tiny(&value),
            "font" => value.starts_with("0/") || value.starts_with("0px"),
            "color" | "-webkit-text-fill-color" => {
                is_transparent(&value) || (!on_colour && is_pale(&value))
            }
            "height" | "width" | "max-height" | "max-width" => {
                length(&value).is_some_and(|it| (0.0..=1.0).contains(&it))
            }
            "left" | "top" | "right" | "bottom" | "margin" | "margin-left" | "margin-top"
            | "margin-right" | "inset" => length(&value).is_some_and(|it| it <= -300.0),
            "text-indent" => length(&value).is_some_and(|it| it.abs() >= 300.0),
            "clip" => value.starts_with("rect(0") || value.starts_with("rect(1px"),
            "clip-path" => value.starts_with("inset(") || value.starts_with("circle(0"),
            "transform" => {
                value.contains("scale(0") || (value.contains("translate") && value.contains("-9"))
            }
            "filter" => value.contains("opacity(0"),
            _ => false,
        })
}

/// The leading number of a value, and its unit.
fn number(value: &str) -> Option<(f64, &str)> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c)));
    let (number, unit) = value.split_at(end.unwrap_or(value.len()));
    Some((number.parse().ok()?, unit))
}

/// A share: `0.1` and `10%`.
fn share(value: &str) -> Option<f64> {
    let (number, unit) = number(value)?;
    Some(if unit == "%" { number / 100.0 } else { number })
}

/// A length in pixels, roughly; shares of a screen or an element are taken as some of it.
fn length(value: &str) -> Option<f64> {
    let (number, unit) = number(value)?;
    Some(match unit {
        "em" | "rem" | "ch" => number * 16.0,
        "%" | "vw" | "vh" => number * 10.0,
        _ => number,
    })
}

fn is_tiny(value: &str) -> bool {
    number(value).is_some_and(|(number, unit)| match unit {
        "em" | "rem" => number < 0.2,
        "%" => number < 20.0,
        _ => number < 4.0,
    })
}

fn is_transparent(value: &str) -> bool {
    let channels: Vec<&str> = value.split([',', '/', ')']).filter(|it| !it.is_empty()).collect();
    let is_rgba = value.starts_with("rgba(") || value.starts_with("hsla(");
    value == "transparent"
        || (value.starts_with('#') && matches!(value.len(), 5 | 9) && value.ends_with('0'))
        || (is_rgba
            && channels.last().and_then(|it| share(it)).is_some_and(|it| it <= 0.1)
            && channels.len() == 4)
}

/// Returns whether a colour is white or nearly so.
fn is_pale(value: &str) -> bool {
    let value = value.trim();
    if PALE.contains(&value) || is_transparent(value) {
        return true;
    }
    if let Some(hex) = value.strip_prefix('#') {
        let digit = |c: char| c.to_digit(16).unwrap_or(0);
        let digits: Vec<u32> = hex.chars().map(digit).collect();
        return match digits.as_slice() {
            [r, g, b] | [r, g, b, _] => [r, g, b].into_iter().all(|it| *it == 15),
            [r, _, g, _, b, _] | [r, _, g, _, b, _, _, _] => {
                [r, g, b].into_iter().all(|it| *it == 15)
            }
            _ => false,
        };
    }
    let inside = value.split_once('(').map(|(_, rest)| rest.trim_end_matches(')'));
    let Some(inside) = inside else { return false };
    let channels: Vec<&str> = inside.split([',', '/', ' ']).filter(|it| !it.is_empty()).collect();
    let is_high = |it: &&str| match number(it) {
        Some((number, "%")) => number >= 94.0,
        Some((number, _)) => number >= 240.0,
        None => false,
    };
    match channels.as_slice() {
        [r, g, b, ..] if value.starts_with("rgb") => [r, g, b].into_iter().all(is_high),
        [_, _, light, ..] if value.starts_with("hsl") => is_high(light),
        _ => false,
    }
}

/// Returns whether a text is a formula in white or without ink.
pub(super) fn is_pale_formula(text: &str) -> bool {
    text.contains('$')
        && ["\\color{white}", "\\textcolor{white}", "\\color{#fff", "\\phantom{"]
            .iter()
            .any(|it| text.contains(it))
}

/// Returns what the style sheets of a text hide: classes, ids and names of elements (`.x`, `#x`,
/// `x`).
pub(super) fn hidden_selectors(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for part in lower.split("<style").skip(1) {
        let Some((_, sheet)) = part.split_once('>') else { continue };
        let sheet = sheet.split("</style").next().unwrap_or_default();
        for rule in sheet.split('}') {
            let Some((selectors, style)) = rule.rsplit_once('{') else { continue };
            if is_hidden_by(style, declarations(style).any(|(key, _)| key == "background")) {
                let last = |it: &str| it.split_whitespace().next_back().map(str::to_owned);
                found.extend(selectors.split(',').filter_map(last));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_hide_what_nobody_sees() {
        for style in [
            "display:\tnone",
            "visibility: hidden !important",
            "opacity: 0.0",
            "opacity:5%",
            "color:white",
            "color: #fff",
            "color:#FEFEFE",
            "color:rgb(255, 255, 255)",
            "color:rgba(0,0,0,0)",
            "color:hsl(0,0%,100%)",
            "color:/* */white",
            "color:black;background:black",
            "color:\\77hite",
            "font-size:0",
            "font-size: 1px",
            "position:absolute; left:-9999px",
            "text-indent:-100em",
            "height:0;overflow:hidden",
            "max-height: 0px",
            "clip: rect(0 0 0 0)",
            "clip-path: inset(50%)",
            "transform: scale(0)",
        ] {
            assert!(is_hidden_by(style, false), "{style}");
        }
        for style in [
            "",
            "text-align:center",
            "color:#333",
            "color:red",
            "color:rgb(20,30,40)",
            "font-size:12px",
            "font-size:0.9em",
            "font-size:80%",
            "width:100%",
            "height:20px",
            "margin-left:-8px",
            "opacity:0.8",
            "display:none-of-these",
        ] {
            assert!(!is_hidden_by(style, false), "{style}");
        }
    }

    #[test]
    fn a_formula_in_white_is_not_seen() {
        assert!(is_pale_formula(r"$\color{white}{\text{It fails.}}$"));
        assert!(!is_pale_formula(r"$\color{red}{x}$") && !is_pale_formula("It costs $5."));
    }

    #[test]
    fn a_sheet_hides_by_class_and_id() {
        let sheet = "<style>.note{color:#333} div .x, #y {display:none}</style>";
        assert_eq!(hidden_selectors(sheet), [".x", "#y"]);
    }
}
