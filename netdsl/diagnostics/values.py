"""N03xx: the values of expressions."""

from netdsl.diagnostics.model import Diagnostic
from netdsl.diagnostics.suggest import counted


class WrongOperand(Diagnostic):
    """An operator, index or function got a value it cannot work with.

    Wrong:
        net a { input 3x8x8; conv("8" + 1, 3x3) }
    Right:
        net a { input 3x8x8; conv(8 + 1, 3x3) }
    """

    code = "N0306"
    what: str
    remedy: str = ""

    @property
    def title(self) -> str:
        return self.what

    @property
    def help(self) -> str:
        return self.remedy


class NotACondition(Diagnostic):
    """A condition is neither true nor false.

    Wrong:
        net a(n=3) { input 3x8x8; if n { relu } }
    Right:
        net a(n=3) { input 3x8x8; if n > 0 { relu } }
    """

    code = "N0307"
    found: str

    @property
    def title(self) -> str:
        return f"a condition is `true` or `false`, and this is {self.found}"

    @property
    def help(self) -> str:
        return f"compare it: `{self.span.text} != 0`" if self.found[:1].isdigit() else "compare it with something"


class DividedByZero(Diagnostic):
    """A number is divided by zero.

    Wrong:
        net a(n=0) { input 3x8x8; conv(8 // n, 3x3) }
    Right:
        net a(n=1) { input 3x8x8; conv(8 // n, 3x3) }
    """

    code = "N0308"

    @property
    def title(self) -> str:
        return "this divides by zero"

    @property
    def help(self) -> str:
        return "guard it: `a // b if b != 0 else c`"


class OutOfList(Diagnostic):
    """An index beyond the end of a list.

    Wrong:
        net a(ws=[8, 16]) { input 3x8x8; conv(ws[2], 3x3) }
    Right:
        net a(ws=[8, 16]) { input 3x8x8; conv(ws[1], 3x3) }
    """

    code = "N0309"
    index: int
    length: int

    @property
    def title(self) -> str:
        return f"there is no element {self.index} in a list of {self.length}"

    @property
    def help(self) -> str:
        if not self.length:
            return "the list is empty"
        return f"elements are counted from 0 to {self.length - 1}; `[-1]` is the last"


class CannotTakeApart(Diagnostic):
    """A loop's names do not fit what the list holds.

    Wrong:
        net a { input 3x8x8; for i, w in [8, 16] { conv(w, 3x3) } }
    Right:
        net a { input 3x8x8; for i, w in enumerate([8, 16]) { conv(w, 3x3) } }
    """

    code = "N0310"
    names: int
    found: str

    @property
    def title(self) -> str:
        return f"{counted(self.names, 'name')} cannot take {self.found} apart"

    @property
    def help(self) -> str:
        if self.found.startswith("a list"):
            return "write as many names as each row has elements"
        return "for the index as well, write `enumerate(…)`; for two lists side by side, `zip(…, …)`"
