//! What pages are made of: the page as such, and tables. Nothing in it is fetched, and no script
//! runs.

use crate::untrusted::xml;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1a1a1a;--page:#fff;--line:#bbb;--soft:#f2f2f2;\
--good:#0b6b2e;--bad:#a40000;--warn:#7a4b00;--none:#555}\
@media (prefers-color-scheme:dark){:root{--ink:#eee;--page:#161616;--line:#555;--soft:#242424;\
--good:#6fd08c;--bad:#ff8a80;--warn:#ffc46b;--none:#aaa}}\
@media print{:root{--ink:#000;--page:#fff;--line:#999;--soft:#fff;--good:#000;--bad:#000;\
--warn:#000;--none:#000}section{break-inside:auto}tr,figure{break-inside:avoid}}\
body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);\
max-width:75rem;margin:0 auto;padding:1rem}\
table{border-collapse:collapse;width:100%;margin:1rem 0}\
caption{text-align:left;font-weight:bold}\
th,td{border:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top;\
overflow-wrap:break-word}\
th{background:var(--soft)}tbody th{font-weight:600}\
td:last-child{overflow-wrap:anywhere;min-width:6rem}\
code,pre{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}\
pre{background:var(--soft);padding:.5rem;overflow-x:auto;white-space:pre-wrap}\
mark{background:none;color:inherit;text-decoration:underline wavy}\
.evidenced{color:var(--good)}.lacking,.error{color:var(--bad)}\
.contradicted,.warning{color:var(--warn)}.not-looked-at,.note{color:var(--none)}\
figure{display:inline-block;margin:0 2rem 1rem 0}\
svg text{font:12px system-ui,sans-serif;fill:var(--ink)}\
svg{max-width:100%;height:auto}\
svg rect{stroke:var(--line)}svg path,svg polyline{fill:none;stroke:var(--line);stroke-width:2}\
svg .then{stroke:var(--ink)}svg .now{stroke:var(--bad);stroke-dasharray:6 4}";

/// Returns a page of this title, with one final line break. What stands in it is safe already.
pub(super) fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\
         </main>\n</body>\n</html>\n",
        xml(title)
    )
}

/// Returns a table of these columns. What stands in it is safe already.
pub(super) fn table(caption: &str, heads: &[&str], rows: &str) -> String {
    let heads: String = heads.iter().map(|it| format!("<th scope=\"col\">{it}</th>")).collect();
    format!(
        "<table>\n<caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n"
    )
}
