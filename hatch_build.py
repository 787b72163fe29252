"""Builds the parser's tables into the wheel, and beside the grammar for an editable install."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ParserTables(BuildHookInterface):
    """Runs before the files of a wheel are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Writes `grammars/net.json`, which a wheel takes along with the rest of the folder."""
        sys.path.insert(0, self.root)
        from netdsl.syntax.generate import generate
        from netdsl.syntax.tables import encoded

        grammars = Path(self.root, "grammars")
        tables = generate(grammars.joinpath("net.lark").read_text("utf-8"))
        grammars.joinpath("net.json").write_bytes(encoded(tables))
