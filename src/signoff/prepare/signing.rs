//! Writes what a person signs about a record.

use std::fmt::Write as _;

use super::draft::Draft;
use super::scalar::scalar;
use crate::catalog::Role;
use crate::date::Date;
use crate::digest::Sha256;
use crate::signoff::files::RecordFiles;

/// Who signs about a record, as what, and when.
#[derive(Debug)]
pub(crate) struct Signing<'s> {
    pub(crate) signer: &'s str,
    pub(crate) role: Role,
    pub(crate) on: Date,
    pub(crate) comment: Option<&'s str>,
}

impl Signing<'_> {
    /// Returns a statement about a record.
    pub(crate) fn statement(&self, record_files: &RecordFiles, agree: bool) -> Draft {
        let name = format!("{}.{}.yaml", record_files.record.value.id.value, self.signer);
        let rest = format!("agree: {agree}\n{}", self.comment());
        self.draft(record_files, &name, "", &rest)
    }

    /// Returns the closing of a condition, with what shows that it was met: paths and digests.
    pub(crate) fn closing(
        &self,
        record_files: &RecordFiles,
        condition: &str,
        evidence: &[(String, Sha256)],
    ) -> Draft {
        let mut rest = String::from("evidence:\n");
        for (path, digest) in evidence {
            let _ = writeln!(rest, "  - {{path: {}, sha256: {digest}}}", scalar(path));
        }
        rest += &self.comment();
        let name = format!(
            "{}.closed-{condition}.{}.yaml",
            record_files.record.value.id.value, self.signer
        );
        self.draft(record_files, &name, &format!("condition: {}\n", scalar(condition)), &rest)
    }

    /// Returns the revocation of a record.
    pub(crate) fn revocation(&self, record_files: &RecordFiles, because: &str) -> Draft {
        let name = format!("{}.revoked.{}.yaml", record_files.record.value.id.value, self.signer);
        let rest = format!("because: {}\n", scalar(because));
        self.draft(record_files, &name, "revoke: true\n", &rest)
    }

    fn comment(&self) -> String {
        self.comment.map_or_else(String::new, |comment| format!("comment: {}\n", scalar(comment)))
    }

    fn draft(&self, record_files: &RecordFiles, name: &str, first: &str, rest: &str) -> Draft {
        let record = &record_files.record;
        let text = format!(
            "record: {{id: {}, sha256: {}}}\n{first}signer: {}\nacting-as: {}\nsigned-on: \
             {}\n{rest}",
            scalar(&record.value.id.value),
            record.sha256,
            scalar(self.signer),
            self.role.name(),
            self.on
        );
        let path = record.path.parent().join(name).unwrap_or_else(|_| record.path.clone());
        Draft { path, text }
    }
}
