//! As what a person could sign a record, and whether that would count.

use std::collections::BTreeSet;

use crate::catalog::{Class, Role};
use crate::settings::gate::Proof;
use crate::settings::people::Person;
use crate::signoff::files::RecordFiles;
use crate::signoff::inputs::SignOffInputs;

/// Returns the roles in which a person could fill a seat of a record today.
pub(crate) fn roles_for(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
    person: &Person,
) -> Vec<Role> {
    let Ok(people) = inputs.people() else { return Vec::new() };
    let required = inputs.required_of(record_files, inputs.class_of(record_files));
    let of_seats = required.terms.seats(required.level).flat_map(|seat| &seat.roles);
    let beyond = required.settings.into_iter().flat_map(|who| &who.from);
    let mut roles: BTreeSet<Role> = of_seats.chain(beyond).copied().collect();
    if required.by_all_others || required.is_solo(person) {
        roles.extend(&person.roles);
    }
    roles.retain(|role| !required.parts(people, person, *role, inputs.today).is_empty());
    roles.into_iter().collect()
}

/// Returns the class by which what is said about a record counts without a key. None where a key or
/// an approval must show who said it.
pub(crate) fn class_without_key(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
) -> Option<Class> {
    let required = inputs.required_of(record_files, inputs.class_of(record_files));
    (required.proof() == Proof::Claimed).then_some(required.class)
}
