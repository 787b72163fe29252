"""`netdsl doctor`: what is here, what is missing and how to get it."""

import pytest
from click.testing import CliRunner

from netdsl.cli import doctor


def said() -> str:
    result = CliRunner().invoke(doctor.command)
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize("engine", ["dot", "pygraphviz", "wasi"])
def test_it_names_the_engine_in_use(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine not in doctor.available():
        pytest.skip(f"{engine} is not here")
    monkeypatch.setenv("NETDSL_GRAPHVIZ", engine)
    assert f"Graphviz     {engine} is in use" in said()


def test_it_says_how_to_get_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda module: None)
    assert "missing: pip install resvg-py (for PNG)" in said()


def test_an_unknown_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETDSL_GRAPHVIZ", "neato")
    assert "missing: NETDSL_GRAPHVIZ is 'neato'" in said()
