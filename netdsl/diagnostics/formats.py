"""Diagnostics for machines: JSON, and annotations on a pull request."""

import json
from collections.abc import Iterable

from netdsl.diagnostics.cells import safe
from netdsl.diagnostics.model import Diagnostic, Note
from netdsl.source import Span


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """An array of objects. Lines and columns count from 1; a place ends before `end_column`. ASCII only."""
    return json.dumps([record(diagnostic) for diagnostic in diagnostics], indent=2)


def record(diagnostic: Diagnostic) -> dict[str, object]:
    """One diagnostic as plain data."""
    fix = diagnostic.fix
    return {
        "code": diagnostic.code,
        "level": diagnostic.level,
        "message": diagnostic.title,
        **place(diagnostic.span),
        "label": diagnostic.label,
        "notes": [noted(note) for note in diagnostic.notes],
        "trail": [noted(note) for note in diagnostic.trail],
        "why": diagnostic.why,
        "help": diagnostic.help,
        "fix": {**place(fix.span), "text": fix.text} if fix else None,
    }


def noted(note: Note) -> dict[str, object]:
    """A further place as plain data."""
    return {**place(note.span), "text": note.text}


def place(span: Span) -> dict[str, object]:
    """Where a span begins and ends."""
    line, column = span.file.position(span.start)
    end_line, end_column = span.file.position(span.end)
    return {"file": span.file.name, "line": line, "column": column, "end_line": end_line, "end_column": end_column}


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """A workflow command for each diagnostic: GitHub shows it at the line of the pull request."""
    return "\n".join(map(annotation, diagnostics))


def annotation(diagnostic: Diagnostic) -> str:
    """`::error file=…,line=…::…` with the words under the place, the reason and the help as its message."""
    at = place(diagnostic.span)
    properties = {
        "file": at["file"],
        "line": at["line"],
        "endLine": at["end_line"],
        "col": at["column"],
        "title": f"{diagnostic.code} {safe(diagnostic.title)}",
    }
    words = [diagnostic.label, diagnostic.why, diagnostic.help]
    message = "\n".join(safe(line) for part in words if part for line in part.split("\n")) or safe(diagnostic.title)
    listed = ",".join(f"{name}={escaped(str(value), ':,')}" for name, value in properties.items())
    return f"::{diagnostic.level} {listed}::{escaped(message)}"


def escaped(text: str, also: str = "") -> str:
    """`text` with the characters that end a workflow command or a property in percent form."""
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + also else c for c in text)
