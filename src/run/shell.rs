//! `aimsgate completions` and `aimsgate man`: what a shell and `man` want to know of the command
//! line.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::Shell;

use super::output::write_data;
use crate::cli::Cli;
use crate::decision::Verdict;
use crate::error::Error;

/// Prints the completions of a shell.
pub(super) fn completions(shell: Shell, out: &mut dyn Write) -> Result<Verdict, Error> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "aimsgate", &mut text);
    write_data(out, &String::from_utf8_lossy(&text))
}

/// Prints the manual page: the program, then each command as a section of its own.
pub(super) fn man(out: &mut dyn Write) -> Result<Verdict, Error> {
    let mut command = Cli::command();
    command.build();
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for sub in command.get_subcommands().filter(|it| it.get_name() != "help") {
        let page = clap_mangen::Man::new(sub.clone());
        writeln!(text, ".SH \"AIMSGATE {}\"", sub.get_name().to_uppercase())?;
        page.render_description_section(&mut text)?;
        page.render_options_section(&mut text)?;
    }
    // A section of a command stands below that command.
    let text = String::from_utf8_lossy(&text);
    let mut below = false;
    let lines = text.lines().map(|line| {
        if line.starts_with(".SH \"AIMSGATE ") {
            below = true;
            return line.to_owned();
        }
        match line.strip_prefix(".SH ").filter(|_| below) {
            Some(title) => format!(".SS {title}"),
            None => line.to_owned(),
        }
    });
    write_data(out, &(lines.collect::<Vec<_>>().join("\n") + "\n"))
}
