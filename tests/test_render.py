"""Diagnostics as they are shown: to a person, to a program, on a pull request."""

import json
import re
from time import perf_counter

import pytest

from netdsl.diagnostics.excerpt import MOST_LINES
from netdsl.diagnostics.formats import as_github, as_json
from netdsl.diagnostics.model import Diagnostic, Fix, Note
from netdsl.diagnostics.paint import Paint
from netdsl.diagnostics.render import MOST_CALLS, render, tally
from netdsl.source import SourceFile, Span


class Said(Diagnostic):
    """A diagnostic whose words are given."""

    code = "N9999"
    words: dict[str, str]
    further: tuple[Note, ...] = ()
    change: Fix | None = None

    title = property(lambda self: self.words.get("title", "a mistake"))
    label = property(lambda self: self.words.get("label", ""))
    why = property(lambda self: self.words.get("why", ""))
    help = property(lambda self: self.words.get("help", ""))
    notes = property(lambda self: self.further)
    fix = property(lambda self: self.change)


class Warned(Said):
    """The same, as a warning."""

    level = "warning"


def place(text: str, what: str, name: str = "a.net", after: str = "") -> Span:
    """The first `what` that follows `after` in a file of that text."""
    source = SourceFile(name, text)
    start = text.index(what, text.index(after))
    return Span(source, start, start + len(what))


def same_file(span: Span, what: str) -> Span:
    start = span.file.text.index(what)
    return Span(span.file, start, start + len(what))


def shown(diagnostic: Diagnostic, room: int = 100) -> str:
    return "\n" + render(diagnostic, room=room) + "\n"


NET = """net a(width=8) {
  input 3x8x8
  conv(widht, 3x3)
}
"""


def test_everything_that_can_be_said() -> None:
    span = place(NET, "widht")
    said = Said(
        span=span,
        words={
            "title": "there is no `widht` here",
            "label": "unknown",
            "why": "names are declared",
            "help": "see above",
        },
        further=(Note(same_file(span, "width"), "a parameter is declared here"),),
        trail=(Note(place("net b = a\n", "a", "b.net", after="="), "`a` is called here"),),
        change=Fix(span, "width"),
    )
    assert (
        shown(said)
        == """
error[N9999]: there is no `widht` here
 --> a.net:3:8
  |
1 | net a(width=8) {
  |       ----- a parameter is declared here
2 |   input 3x8x8
3 |   conv(widht, 3x3)
  |        ^^^^^ unknown
 ::: b.net:1:9
  |
1 | net b = a
  |         - `a` is called here
  |
  = why: names are declared
  = help: see above
  |
3 |   conv(width, 3x3)
  |        ~~~~~
"""
    )


def test_places_far_apart_leave_a_gap() -> None:
    lines = "".join(f"line{n}\n" for n in range(1, 13))
    span = place(lines, "line12")
    said = Said(span=span, words={}, further=(Note(same_file(span, "line2"), "there"),))
    assert (
        shown(said)
        == """
error[N9999]: a mistake
  --> a.net:12:1
   |
 2 | line2
   | ----- there
...
12 | line12
   | ^^^^^^
"""
    )


def test_a_place_of_several_lines_is_marked_without_its_indentation() -> None:
    text = "net a {\n  residual {\n    relu\n\n  }\n}\n"
    assert (
        shown(Said(span=place(text, "residual {\n    relu\n\n  }"), words={"label": "all of this"}))
        == """
error[N9999]: a mistake
 --> a.net:2:3
  |
2 |   residual {
  |   ^^^^^^^^^^
3 |     relu
  |     ^^^^
4 |
5 |   }
  |   ^ all of this
"""
    )


def test_a_long_place_is_shown_by_its_ends() -> None:
    text = "".join(f"line{n}\n" for n in range(1, 100))
    said = shown(Said(span=Span(SourceFile("a.net", text), 0, len(text)), words={"label": "too long"}))
    assert "...\n99 | line99\n   | ^^^^^^ too long\n" in said
    assert said.count("line") <= MOST_LINES


def test_tabs_and_wide_characters_keep_marks_in_place() -> None:
    text = '\tconv("宽度", widht)\n'
    assert (
        shown(Said(span=place(text, "widht"), words={"label": "here"}))
        == """
error[N9999]: a mistake
 --> a.net:1:13
  |
1 |     conv("宽度", widht)
  |                  ^^^^^ here
"""
    )


def test_combining_characters_take_no_column() -> None:
    text = "cafe\u0301 widht"
    assert "1 | cafe\u0301 widht\n  |      ^^^^^" in shown(Said(span=place(text, "widht"), words={}))


def test_a_long_line_is_cut_to_a_window_around_the_place() -> None:
    text = "a" * 500 + "widht" + "b" * 500
    assert (
        shown(Said(span=place(text, "widht"), words={"label": "here"}), room=30)
        == """
error[N9999]: a mistake
 --> a.net:1:501
  |
1 | …aaaaaaaaaawidhtbbbbbbbbbbbbbbb…
  |            ^^^^^ here
"""
    )


def test_a_place_longer_than_the_window_is_marked_as_far_as_it_is_shown() -> None:
    text = "a" * 50 + "w" * 200
    assert (
        shown(Said(span=place(text, "w" * 200), words={}), room=30)
        == """
error[N9999]: a mistake
 --> a.net:1:51
  |
1 | …wwwwwwwwwwwwwwwwwwwwwwwwwwwwww…
  |  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"""
    )


def test_a_very_long_line_is_not_laid_out_whole() -> None:
    text = "x" * 10_000_000
    begin = perf_counter()
    render(Said(span=Span(SourceFile("a.net", text), 5_000_000, 5_000_003), words={}))
    assert perf_counter() - begin < 1.5


def test_the_end_of_a_file_is_a_place() -> None:
    text = "net a {\n  relu\n\n"
    assert (
        shown(Said(span=Span(SourceFile("a.net", text), len(text), len(text)), words={"label": "`}` is missing"}))
        == """
error[N9999]: a mistake
 --> a.net:4:1
  |
2 |   relu
3 |
4 |
  | ^ `}` is missing
"""
    )


def test_a_file_without_text_has_a_name_only() -> None:
    said = Said(span=Span(SourceFile("no.net", ""), 0, 0), words={"title": "no file", "help": "look elsewhere"})
    assert shown(said) == "\nerror[N9999]: no file\n --> no.net\n  = help: look elsewhere\n"


def test_long_help_is_wrapped_but_code_in_it_is_not() -> None:
    words = "word " * 12 + "`a piece of code` " + "word " * 3
    said = render(Said(span=place(NET, "widht"), words={"help": words}), room=70)
    assert said.splitlines()[-2:] == [
        "  = help: " + "word " * 11 + "word",
        "          `a piece of code` word word word",
    ]


def test_a_fix_may_add_or_take_away_lines() -> None:
    text = "net a {\n  relu }\n"
    span = place(text, " }")
    assert render(Said(span=span, words={}, change=Fix(span, "\n}"))).endswith("  |\n2 |   relu\n3 | }\n  | ~")
    whole = place("net a {\n  relu\n  relu\n}\n", "  relu\n")
    assert render(Said(span=whole, words={}, change=Fix(whole, ""))).endswith("  |\n2 |   relu\n  | ~")


@pytest.mark.parametrize(
    ("character", "spelled"),
    [("\x1b", "␛"), ("\x00", "␀"), ("\x7f", "␡"), ("\r", "␍"), ("\x9b", "<U+009B>"), ("\u202e", "<U+202E>")],
)
def test_what_a_terminal_would_obey_is_spelled_out(character: str, spelled: str) -> None:
    text = f"bad{character}[31m widht\n"
    span = place(text, "widht", name=f"{character}.net")
    words = {part: f"{part} {character}" for part in ("title", "label", "why", "help")}
    said = render(
        Said(span=span, words=words, further=(Note(span, f"note {character}"),), change=Fix(span, f"{character}x"))
    )
    assert character not in said
    assert said.count(spelled) == 9
    mark = next(line for line in said.splitlines() if "^^^^^" in line)
    assert mark.index("^") == said.splitlines()[3].index("widht")


def test_a_long_trail_is_shortened() -> None:
    span = place("a\n" * 40, "a")
    trail = tuple(Note(Span(span.file, 2 * n, 2 * n + 1), f"call {n}") for n in range(1, 31))
    said = render(Said(span=span, words={}, trail=trail))
    assert [n for n in range(1, 31) if f"call {n}\n" in f"{said}\n" or f"call {n} (" in said] == [1, 2, 3, 30]
    assert f"(and {30 - MOST_CALLS} more calls between)" in said


def test_colour_changes_nothing_but_colour() -> None:
    said = Said(span=place(NET, "widht"), words={"title": "t", "label": "l", "help": "h"})
    coloured = render(said, Paint(colour=True))
    assert "\x1b[1;31merror[N9999]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(said)


def test_the_closing_line_counts() -> None:
    error, warning = Said(span=place(NET, "net"), words={}), Warned(span=place(NET, "net"), words={})
    assert tally([error, warning, error, error]) == "3 errors, 1 warning"
    assert tally([warning]) == "1 warning"
    assert tally([]) == ""


def test_json_has_places_that_count_from_one() -> None:
    span = place(NET, "widht")
    note = Note(same_file(span, "width"), "declared here")
    words = {"title": "t\x1b", "label": "l", "why": "w", "help": "h"}
    text = as_json([Said(span=span, words=words, further=(note,), trail=(note,), change=Fix(span, "width"))])
    at = {"file": "a.net", "line": 3, "column": 8, "end_line": 3, "end_column": 13}
    there = {"file": "a.net", "line": 1, "column": 7, "end_line": 1, "end_column": 12, "text": "declared here"}
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text) == [
        {
            "code": "N9999",
            "level": "error",
            "message": "t\x1b",
            **at,
            "label": "l",
            "notes": [there],
            "trail": [there],
            "why": "w",
            "help": "h",
            "fix": {**at, "text": "width"},
        }
    ]


def test_annotations_are_escaped() -> None:
    span = place("a\nb, c: 100%\n", "b", name="a,b:c%.net")
    words = {"title": "x: 100%, y", "label": "l: 1%", "help": "one,\ntwo"}
    assert as_github([Warned(span=span, words=words)]) == (
        "::warning file=a%2Cb%3Ac%25.net,line=2,endLine=2,col=1,title=N9999 x%3A 100%25%2C y::l: 1%25%0Aone,%0Atwo"
    )
