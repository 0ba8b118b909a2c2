//! Where the gate's own files lie below the folder they are for: one table for all who read, judge
//! or sign them.

use crate::span::RepoPath;

/// A file or folder of the gate's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OwnFile {
    /// The register of AI systems.
    Register,
    /// The rules.
    Rules,
    People,
    AllowedSigners,
    RevokedKeys,
    Baseline,
    /// Waivers, one file each.
    Waivers,
    /// The organisation's own checks, one file each.
    Checks,
    /// Risk registers, one file a system.
    Risks,
    /// Records of decisions, statements of who signed them, and signatures.
    SignOffs,
    /// Documents that are kept elsewhere, one file each.
    Pointers,
    Emergencies,
    /// What a program may change by itself, one file each.
    Envelopes,
    /// What programs changed, in one folder for each envelope.
    Runs,
    /// What laws and supervisors ask for beyond what ships, one file each.
    Overlays,
    /// What the organisation sets for all its repositories.
    Bundle,
}

/// How many folders lie between the path in the table and its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    File,
    Folder,
    FolderOfFolders,
}

impl OwnFile {
    pub(crate) const ALL: [Self; 16] = [
        Self::Register,
        Self::Rules,
        Self::People,
        Self::AllowedSigners,
        Self::RevokedKeys,
        Self::Baseline,
        Self::Waivers,
        Self::Checks,
        Self::Risks,
        Self::SignOffs,
        Self::Pointers,
        Self::Emergencies,
        Self::Envelopes,
        Self::Runs,
        Self::Overlays,
        Self::Bundle,
    ];

    /// Its path below the folder it is for.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Register => "aims.yaml",
            Self::Rules => "governance/gate.yaml",
            Self::People => "governance/people.yaml",
            Self::AllowedSigners => "governance/allowed_signers",
            Self::RevokedKeys => "governance/revoked_keys",
            Self::Baseline => "governance/baseline.json",
            Self::Waivers => "governance/waivers",
            Self::Checks => "governance/checks",
            Self::Risks => "governance/risks",
            Self::SignOffs => "governance/signoffs",
            Self::Pointers => "governance/pointers",
            Self::Emergencies => "governance/emergencies",
            Self::Envelopes => "governance/envelopes",
            Self::Runs => "governance/runs",
            Self::Overlays => "governance/overlays",
            Self::Bundle => "governance/bundle.json",
        }
    }

    fn depth(self) -> Depth {
        match self {
            Self::Register
            | Self::Rules
            | Self::People
            | Self::AllowedSigners
            | Self::RevokedKeys
            | Self::Bundle
            | Self::Baseline => Depth::File,
            Self::Waivers
            | Self::Checks
            | Self::Risks
            | Self::SignOffs
            | Self::Pointers
            | Self::Emergencies
            | Self::Envelopes
            | Self::Overlays => Depth::Folder,
            Self::Runs => Depth::FolderOfFolders,
        }
    }

    /// Whether it decides what the gate lets pass, so that a change of it takes a signed record.
    pub(crate) fn is_trusted(self) -> bool {
        match self {
            Self::Rules
            | Self::People
            | Self::AllowedSigners
            | Self::RevokedKeys
            | Self::Baseline
            | Self::Waivers
            | Self::Overlays
            | Self::Bundle
            | Self::Checks => true,
            Self::Register
            | Self::Risks
            | Self::SignOffs
            | Self::Pointers
            | Self::Emergencies
            | Self::Envelopes
            | Self::Runs => false,
        }
    }

    /// Which of them a path is by its name, in whatever folder it lies. None where it is none.
    pub(crate) fn of(path: &RepoPath) -> Option<Self> {
        Self::ALL.into_iter().find(|own| {
            let name = RepoPath::from(own.path()).file_name();
            match own.depth() {
                Depth::File => path.file_name() == name,
                Depth::Folder => path.parent().file_name() == name,
                Depth::FolderOfFolders => path.parent().parent().file_name() == name,
            }
        })
    }

    /// Which of them a path is, where it lies below a `governance` folder or is a register. None
    /// where it is none.
    pub(crate) fn at(path: &RepoPath) -> Option<Self> {
        let own = Self::of(path)?;
        let above = match own.depth() {
            Depth::File => path.parent(),
            Depth::Folder => path.parent().parent(),
            Depth::FolderOfFolders => path.parent().parent().parent(),
        };
        (own == Self::Register || above.file_name() == "governance").then_some(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_known_by_its_place_in_the_table() {
        for (path, of, at) in [
            ("aims.yaml", Some(OwnFile::Register), Some(OwnFile::Register)),
            ("apps/a/aims.yaml", Some(OwnFile::Register), Some(OwnFile::Register)),
            ("governance/gate.yaml", Some(OwnFile::Rules), Some(OwnFile::Rules)),
            ("apps/a/governance/people.yaml", Some(OwnFile::People), Some(OwnFile::People)),
            ("gate.yaml", Some(OwnFile::Rules), None),
            ("governance/waivers/one.yaml", Some(OwnFile::Waivers), Some(OwnFile::Waivers)),
            ("waivers/one.yaml", Some(OwnFile::Waivers), None),
            ("governance/checks/one.yaml", Some(OwnFile::Checks), Some(OwnFile::Checks)),
            ("governance/runs/nightly/1.yaml", Some(OwnFile::Runs), Some(OwnFile::Runs)),
            ("governance/notes.md", None, None),
        ] {
            let path = RepoPath::from(path);
            assert_eq!((OwnFile::of(&path), OwnFile::at(&path)), (of, at), "{path}");
        }
    }
}
