"""How much a page of a network in several lines says."""

from netdsl.records import by_value


@by_value
class Form:
    """How much stands on a page."""

    units: bool = False
    """Whether cells say which of their numbers are parameters."""
    broken: bool = False
    """Whether names may stand in two lines."""
    tight: bool = False
    """Whether counts stand below names, close to the borders."""
    cornered: bool = False
    """Whether the sizes of maps stand in the corners of bands, above cells."""


FORMS = (Form(units=True), Form(), Form(broken=True))
"""The preferred first."""
TIGHT = Form(broken=True, tight=True)
"""Where nothing else has room."""
