"""N06xx: recipes, alone and against their network."""

from netdsl.diagnostics.model import Diagnostic, Fix, Note
from netdsl.diagnostics.suggest import listed, nearest
from netdsl.source import Span


class NetOfRecipe(Diagnostic):
    """A recipe is for a net that is not there.

    Wrong:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for b { data = cifar(batch=4); optimizer = adam(lr=0.001); steps = 9 }
    Right:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for a { data = cifar(batch=4); optimizer = adam(lr=0.001); steps = 9 }
    """

    code = "N0601"
    name: str
    nets: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no net `{self.name}` for this recipe"

    @property
    def better(self) -> str:
        """The net that was probably meant."""
        return self.nets[0] if len(self.nets) == 1 else nearest(self.name, self.nets)

    @property
    def help(self) -> str:
        if self.better:
            return f"did you mean `{self.better}`?"
        return f"nets known here: {listed(self.nets)}" if self.nets else 'name the file it is in: `use "mynet.net"`'

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.better) if self.better else None


class SameRecipe(Diagnostic):
    """Two recipes for one net have one name.

    Wrong:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for a { data = cifar(batch=4); optimizer = adam(lr=0.001); steps = 9 }
        train plain for a { data = cifar(batch=4); optimizer = sgd(lr=0.1); steps = 9 }
    Right:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for a { data = cifar(batch=4); optimizer = adam(lr=0.001); steps = 9 }
        train fast for a { data = cifar(batch=4); optimizer = sgd(lr=0.1); steps = 9 }
    """

    code = "N0602"
    name: str
    net: str
    first: Span

    @property
    def title(self) -> str:
        return f"net `{self.net}` has two recipes `{self.name}`"

    @property
    def notes(self) -> tuple[Note, ...]:
        return (Note(self.first, "first here"),)

    @property
    def help(self) -> str:
        return "rename one of the two: `--recipe` chooses by name"


class UnknownRecipeWord(Diagnostic):
    """A name in a recipe stands for nothing.

    Wrong:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for a { data = cifar(batch=4); optimizer = adma(lr=0.001); steps = 9 }
    Right:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for a { data = cifar(batch=4); optimizer = adam(lr=0.001); steps = 9 }
    """

    code = "N0603"
    name: str
    known: tuple[str, ...]
    meant: str = ""
    """What other tools call so is called this here."""

    @property
    def title(self) -> str:
        return f"there is no `{self.name}` in recipes"

    @property
    def better(self) -> str:
        """The name that was probably meant."""
        return self.meant or nearest(self.name, self.known)

    @property
    def label(self) -> str:
        return f"called `{self.meant}` here" if self.meant else ""

    @property
    def help(self) -> str:
        if self.better:
            return f"did you mean `{self.better}`?"
        return "`netdsl words` lists the words of recipes"

    @property
    def fix(self) -> Fix | None:
        return Fix(self.span, self.better) if self.better else None


class NoLength(Diagnostic):
    """A recipe does not say how long it trains, or says it twice.

    Wrong:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for a { data = cifar(batch=4); optimizer = adam(lr=0.001) }
    Right:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for a { data = cifar(batch=4); optimizer = adam(lr=0.001); epochs = 10 }
    """

    code = "N0604"
    name: str
    twice: bool

    @property
    def title(self) -> str:
        if self.twice:
            return f"recipe `{self.name}` gives its length in steps and in epochs"
        return f"recipe `{self.name}` does not say how long it trains"

    @property
    def help(self) -> str:
        if self.twice:
            return "leave one of the two out; the other is the unit of all times in the recipe"
        return "write `epochs = 90` or `steps = 10000`"


class WordRefuses(Diagnostic):
    """The arguments of a word do not go together.

    Wrong:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for a { data = cifar(batch=4); optimizer = sgd(lr=0.1); schedule = step; epochs = 9 }
    Right:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for a { data = cifar(batch=4); optimizer = sgd(lr=0.1); schedule = step([6]); epochs = 9 }
    """

    code = "N0605"
    word: str
    reason: str
    remedy: str = ""

    @property
    def title(self) -> str:
        return f"`{self.word}` cannot be so: {self.reason}"

    @property
    def help(self) -> str:
        return self.remedy


class Unfit(Diagnostic):
    """A recipe does not fit its network.

    Wrong:
        net a { input 5x8x8; flatten; linear(2) }
        train plain for a { data = parquet(batch=4); optimizer = sgd(lr=0.1); epochs = 9 }
    Right:
        net a { input 3x8x8; flatten; linear(2) }
        train plain for a { data = parquet(batch=4); optimizer = sgd(lr=0.1); epochs = 9 }
    """

    code = "N0606"
    net: str
    reason: str
    remedy: str

    @property
    def title(self) -> str:
        return f"this does not fit net `{self.net}`: {self.reason}"

    @property
    def help(self) -> str:
        return self.remedy


class NoSuchRecipe(Diagnostic):
    """A recipe is asked for that the net does not have.

    Wrong:
        $ netdsl train cifar10/resnet --recipe plian
    Right:
        $ netdsl train cifar10/resnet --recipe plain
    """

    code = "N0607"
    net: str
    name: str
    known: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"net `{self.net}` has no recipe{f' `{self.name}`' if self.name else ''}"

    @property
    def help(self) -> str:
        near = nearest(self.name, self.known)
        if near:
            return f"did you mean `{near}`?"
        if self.known:
            return f"it has {listed(self.known)}"
        return f"add one: `train plain for {self.net} {{ data = …; optimizer = …; epochs = … }}`"


class WrongOverride(Diagnostic):
    """`--set train.…` names a place that the recipe does not have.

    Wrong:
        $ netdsl train cifar10/resnet --set train.augment.lr=0.1
    Right:
        $ netdsl train cifar10/resnet --set train.optimizer.lr=0.1
    """

    code = "N0608"
    path: str
    reason: str
    remedy: str

    @property
    def title(self) -> str:
        return f"`--set {self.path}=…` cannot be: {self.reason}"

    @property
    def help(self) -> str:
        return self.remedy
