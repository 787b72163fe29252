"""No text makes the parser raise or dawdle: it gives a tree, and words for what is wrong."""

from pathlib import Path
from time import perf_counter

from hypothesis import example, given, settings
from hypothesis import strategies as st

from netdsl.diagnostics.model import Problems
from netdsl.source import SourceFile
from netdsl.syntax.lexer import keywords
from netdsl.syntax.parser import parse, parse_expression
from netdsl.tree.statements import File

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "architectures").rglob("*.net"))
TEXTS = [file.read_text("utf-8") for file in FILES]
SECONDS = 2.0

NAMES = "a b conv relu concat x X nn self def lambda elif return in is True 1 0 64 3x3 3X3 .5 1e-3 10 007 1_0"
SIGNS = '( ) [ ] { } , ; : = == < + - * ** / // % . -> => && || ! \' " "a{i}" "{" # ## /* */ \\ ? @ × − “ ” é'
WORDS = [
    *keywords(),
    *NAMES.split(),
    *SIGNS.split(),
    "\n",
    "\n",
    "\n  ",
    " ",
    "\t",
    "\r\n",
    "\0",
    "\u00a0",
    "\u200b",
    '"""',
]
soups = st.lists(st.sampled_from(WORDS), max_size=60).flatmap(
    lambda words: st.sampled_from(["", " "]).map(lambda space: space.join(words))
)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """A real file with pieces taken out, doubled, moved or put in."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from(["", text[start:end] * 2, text[start:end][::-1]]) | st.sampled_from(WORDS))
        text = text[:start] + piece + text[end:]
    return text


def read(text: str) -> None:
    """Parses `text` and looks at all that is said of it."""
    source, problems = SourceFile("fuzz.net", text), Problems()
    begun = perf_counter()
    tree = parse(source, problems)
    assert perf_counter() - begun < SECONDS
    assert isinstance(tree, File)
    assert problems.found or tree.definitions
    for problem in problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.title and (problem.help or problem.why or problem.code == "N0101")
        assert isinstance(problem.label, str) and isinstance(problem.notes, tuple)
        fix = problem.fix
        assert fix is None or 0 <= fix.span.start <= fix.span.end <= len(text)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=200))
@example("】")
def test_any_text(text: str) -> None:
    read(text)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    read(data.decode("latin-1"))


@settings(deadline=None, max_examples=400)
@given(soups)
def test_any_words(text: str) -> None:
    read(text)


@settings(deadline=None, max_examples=300)
@given(soups)
def test_any_words_in_a_net(text: str) -> None:
    read(f"net a {{\n  input 3x8x8\n  {text}\n}}\n\nblock b {{ relu }}\n")


@settings(deadline=None, max_examples=200)
@given(mutations())
def test_any_change_of_a_real_file(text: str) -> None:
    read(text)


@settings(deadline=None, max_examples=200)
@given(soups)
def test_any_expression(text: str) -> None:
    problems = Problems()
    expr = parse_expression(text, problems)
    assert (expr is None) == bool(problems.found) or problems.found
