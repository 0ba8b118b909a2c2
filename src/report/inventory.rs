//! What `aimsgate inventory` prints: every asset with how it is known, as lines or as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::words::safe;
use crate::asset::{AssetKind, Inventory, PathRole, Strength};
use crate::span::RepoPath;
use crate::untrusted;

#[derive(Serialize)]
struct InventoryJson<'a> {
    uses_ai: bool,
    reason: String,
    assets: Vec<AssetJson<'a>>,
    unread: Vec<UnreadJson<'a>>,
}

#[derive(Serialize)]
struct AssetJson<'a> {
    kind: AssetKind,
    name: &'a str,
    path: &'a RepoPath,
    strength: Strength,
    role: PathRole,
}

#[derive(Serialize)]
struct UnreadJson<'a> {
    path: &'a RepoPath,
    reason: &'a str,
}

/// What is in the inventory, one line each.
pub(crate) fn text(inventory: &Inventory) -> String {
    let mut out = String::new();
    for asset in &inventory.assets {
        let mut marks = vec![asset.kind.words()];
        if asset.strength == Strength::Hint {
            marks.push("a hint only");
        }
        if asset.role == PathRole::Aside {
            marks.push("beside the product");
        }
        let _ = writeln!(
            out,
            "{}: {} ({})",
            safe(&asset.place.path.to_string()),
            safe(&asset.name),
            marks.join(", ")
        );
    }
    for unread in &inventory.unread {
        let _ = writeln!(
            out,
            "{}: not looked into: {}",
            safe(&unread.path.to_string()),
            safe(&unread.reason)
        );
    }
    let answer = match &inventory.code.hint {
        _ if inventory.uses_ai() => "AI is used here",
        Some(_) => "could not see whether AI is used here",
        None => "no AI found here",
    };
    let _ = writeln!(out, "{answer}: {}", safe(&inventory.reason()));
    out
}

/// The inventory as JSON, one final line break.
pub(crate) fn json(found: &Inventory) -> String {
    let assets = found.assets.iter().map(|asset| AssetJson {
        kind: asset.kind,
        name: &asset.name,
        path: &asset.place.path,
        strength: asset.strength,
        role: asset.role,
    });
    let unread =
        found.unread.iter().map(|unread| UnreadJson { path: &unread.path, reason: &unread.reason });
    let json = InventoryJson {
        uses_ai: found.uses_ai(),
        reason: found.reason(),
        assets: assets.collect(),
        unread: unread.collect(),
    };
    untrusted::json(serde_json::to_string_pretty(&json).unwrap_or_default()) + "\n"
}
