"""What Typer says by itself, in the user's language: the frame of the help, and what is wrong with a command line.

Typer has English built in. The frame is written here as it writes it, from our own words; its errors are recognised by
how they read, and one that is not known is left in English.
"""

import re
import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from clearprop.i18n import SOURCE, _, language, speaking

UsageError: Any = typer.BadParameter.__base__
"""Where Typer keeps it differs between its versions."""


class Command(TyperCommand):
    """A command whose help is in the user's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line that shows how to call it."""
        write_usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Its arguments and options."""
        write_parameters(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """The option --help."""
        return told_help(super().get_help_option(ctx))


class Group(TyperGroup):
    """All commands; help and errors are in the user's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line that shows how to call it."""
        write_usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Its options, and a line for each command."""
        write_parameters(self, ctx, formatter)
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        lines = [(name, command.help or "") for name, command in commands.items() if command and not command.hidden]
        with formatter.section(_("Commands")):
            formatter.write_dl(lines)

    def get_help_option(self, ctx: Any) -> Any:
        """The option --help."""
        return told_help(super().get_help_option(ctx))

    def invoke(self, ctx: Any) -> Any:
        """Run the command, in the language that was asked for before it."""
        with speaking(ctx.params.get("lang")):
            return super().invoke(ctx)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command that was typed; a wrong command line ends it with exit status 2."""
        if not standalone_mode:
            return super().main(*args, standalone_mode=False, **extra)
        try:
            sys.exit(super().main(*args, standalone_mode=False, **extra))
        except UsageError as error:
            show(error)
            sys.exit(error.exit_code)


def write_usage(command: Any, ctx: Any, formatter: Any) -> None:
    """Usage: clearprop train [OPTIONS] DATA"""
    # Translators: [OPTIONS] and COMMAND [ARGS]... stand in a usage line for what is to be typed there.
    words: dict[str, str] = {"[OPTIONS]": _("[OPTIONS]"), "COMMAND [ARGS]...": _("COMMAND [ARGS]...")}
    pieces = " ".join(words.get(str(piece), str(piece)) for piece in command.collect_usage_pieces(ctx))
    # Translators: before the line that shows how to call a command; keep the space at the end.
    formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage: "))


def write_parameters(command: Any, ctx: Any, formatter: Any) -> None:
    """The arguments, and the options, each with its help."""
    sections: dict[str, list[Any]] = {_("Arguments"): [], _("Options"): []}
    arguments, options = sections.values()
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None:
            lines = arguments if parameter.param_type_name == "argument" else options
            lines.append((record[0], _NOTES.sub(_told_notes, record[1])))
    for name, lines in sections.items():
        if lines:
            with formatter.section(name):
                formatter.write_dl(lines)


_NOTES = re.compile(r"\[(?P<notes>[^\[\]]*)\]$")
"""At the end of a parameter's help: "[default: 0; x>=0]"."""


def _told_notes(found: re.Match[str]) -> str:
    return "[" + "; ".join([told(note, notes()) for note in found["notes"].split("; ")]) + "]"


def told_help(option: Any) -> Any:
    """The option --help, explained."""
    if option is not None:
        option.help = _("Show this message and exit.")
    return option


def show(error: Any) -> None:
    """The usage, where the help is, and what is wrong, on standard error."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return
    if error.ctx is not None:
        typer.echo(error.ctx.get_usage(), err=True)
        hint = _("Try '{command} {option}' for help.")
        typer.echo(hint.format(command=error.ctx.command_path, option=error.ctx.help_option_names[0]) + "\n", err=True)
    message = error.format_message()
    typer.echo(_("Error: {what}").format(what=told(message, errors())), err=True)


def told(text: str, known: Iterator[tuple[str, str]]) -> str:
    """The text as the first pattern that it fits puts it in the user's language; else as it is."""
    if language() == SOURCE:
        return text
    for pattern, sentence in known:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            parts = {name: " ".join(part.split()) for name, part in found.groupdict().items()}
            if "what" in parts:
                parts["what"] = told(parts["what"], values())
            return sentence.format(**parts)
    return text


def notes() -> Iterator[tuple[str, str]]:
    """What Typer adds to the help of a parameter."""
    yield r"required", _("required")
    yield r"default: (?P<value>.*)", _("default: {value}")


def errors() -> Iterator[tuple[str, str]]:
    """What Typer says of a command line: how it reads, and the same in the user's language."""
    yield r"No such command '(?P<name>.*)'\.", _("There is no command '{name}'.")
    yield (
        r"No such command '(?P<name>.*)'\. Did you mean (?P<near>.*)\?",
        _("There is no command '{name}'. Did you mean {near}?"),
    )
    yield r"No such option: (?P<name>\S*)", _("There is no option {name}.")
    yield (
        r"No such option: (?P<name>\S*) \(Possible options: (?P<near>.*)\)",
        _("There is no option {name}. Did you mean {near}?"),
    )
    yield r"Missing command\.", _("A command is missing.")
    yield r"Missing argument (?P<name>'.*?')\.(?P<rest>.*)", _("The argument {name} is missing.")
    yield r"Missing option (?P<name>'.*?')\.(?P<rest>.*)", _("The option {name} is missing.")
    yield r"Got unexpected extra argument(?:s|\(s\))? \((?P<words>.*)\)", _("This is too much: {words}.")
    yield r"Option (?P<name>'.*') requires an argument\.", _("The option {name} needs a value.")
    yield r"Option (?P<name>'.*') does not take a value\.", _("The option {name} takes no value.")
    yield r"Invalid value for (?P<name>.*?): (?P<what>.*)", _("The value of {name} cannot be used: {what}")


def values() -> Iterator[tuple[str, str]]:
    """What pydantic says of a value."""
    # Translators: these follow "The value of '--epochs' cannot be used: ".
    yield r"Input should be a valid integer.*|Unable to parse input string as an integer.*", _("give a whole number.")
    yield r"Input should be a valid number.*", _("give a number.")
    yield r"Input should be greater than or equal to (?P<least>.*)", _("give {least} or more.")
    yield r"Input should be less than or equal to (?P<most>.*)", _("give {most} or less.")
    yield r"Input should be (?P<known>'.*') or (?P<last>'.*')", _("give {known} or {last}.")
    yield r"Input should be (?P<known>'.*')", _("give {known}.")
    yield r"Value error, '.*' is not one of (?P<known>'.*'), (?P<last>'.*')\.", _("give {known} or {last}.")
    yield r"Value error, '.*' is not one of (?P<known>'.*')\.", _("give {known}.")
