"""The line: source text -> tree -> checked graph -> target."""

from collections.abc import Mapping
from pathlib import Path

from netdsl import resources
from netdsl.budget import DEFAULT, Budget
from netdsl.diagnostics.definitions import NotShipped
from netdsl.diagnostics.model import Problems, Refused
from netdsl.elaborate.choice import chosen, completed
from netdsl.elaborate.homes import Definitions
from netdsl.elaborate.library import Library
from netdsl.elaborate.nets import Net, nets, network
from netdsl.elaborate.session import Session
from netdsl.elaborate.static import check_names
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Mistake
from netdsl.graph.model import Network, Training
from netdsl.records import record
from netdsl.shapes import Shape
from netdsl.source import SourceFile, Span
from netdsl.syntax.parser import parse
from netdsl.syntax.reading import read
from netdsl.tree.statements import Block, File, Instance, Train, UseFile


@record
class Checked:
    """A file without mistakes."""

    source: SourceFile
    networks: tuple[Network, ...]
    families: tuple[str, ...]
    """Nets some of whose parameters have no value; they have no shapes."""
    problems: Problems
    """Warnings."""
    sources: tuple[SourceFile, ...]
    """The file itself and all that it stands on."""
    home: SourceFile
    """The file that names the first network: the one that was checked, or one that it uses and has a recipe for."""


def find(where: str, budget: Budget = DEFAULT) -> SourceFile:
    """The file at a path, or the shipped network of that name (`resnet34`, `cifar10/resnet`).

    Raises `Refused` where there is none, or it cannot be read.
    """
    if where == "-" or _is_there(where):
        return read(Path(where), budget)
    shipped = shipped_files()
    if where in shipped:
        return read(shipped[where], budget)
    if where.endswith(".net") and where.removesuffix(".net") not in shipped:
        return read(Path(where), budget)
    problems = Problems()
    problems.add(NotShipped(span=Span(SourceFile(where, ""), 0, 0), name=where, known=tuple(shipped)))
    raise Refused(problems)


def _is_there(where: str) -> bool:
    """Whether something has this path; nothing has one that is too long."""
    try:
        return Path(where).exists()
    except OSError:
        return False


def shipped_files() -> dict[str, Path]:
    """The files of the shipped library by name: by the file's own, and with its folder before it.

    Where two files have one name, the one whose folder is called so has it.
    """
    root = resources.folder("architectures")
    paths = sorted(root.rglob("*.net"), key=lambda path: (path.stem != path.parent.name, path))
    found = {path.relative_to(root).with_suffix("").as_posix(): path for path in paths}
    return {path.stem: path for path in reversed(paths)} | found


def library() -> dict[str, Path]:
    """Every file of the shipped library by one name: its own, with the folder where another file or folder has it."""
    found = shipped_files()
    files = {path: name for name, path in sorted(found.items(), key=lambda item: len(item[0]), reverse=True)}
    folders = {path.parent.name for path in files}
    shared = {path.parent for path in files if "/" in files[path] or path.stem in folders - {path.parent.name}}
    return {f"{path.parent.name}/{path.stem}" if path.parent in shared else path.stem: path for path in sorted(files)}


def check(
    source: SourceFile,
    net: str | None = None,
    settings: Mapping[str, object] | None = None,
    input: Shape | None = None,
    budget: Budget = DEFAULT,
) -> Checked:
    """All nets of `source`, checked, or only the one that `net`, `settings` or `input` is about.

    `settings` give parameters of that net other values: Python values, or text as in a file. Raises `Refused` with
    every mistake.
    """
    one = net is not None or bool(settings) or input is not None
    return _checked(source, _Choice(net, settings or {}) if one else None, input, budget)


def choose(
    source: SourceFile,
    net: str | None = None,
    settings: Mapping[str, object] | None = None,
    input: Shape | None = None,
    budget: Budget = DEFAULT,
) -> Network:
    """The one network that is meant: the net `net`, else the one named like the file, else the only one.

    Raises `Refused` like `check`, and where it is not clear which is meant.
    """
    return check_one(source, net, settings, input, budget).networks[0]


def check_one(
    source: SourceFile,
    net: str | None = None,
    settings: Mapping[str, object] | None = None,
    input: Shape | None = None,
    budget: Budget = DEFAULT,
    recipe: str | None = None,
) -> Checked:
    """The network that `choose` gives, with the warnings that were said of it; raises like it.

    Settings that begin with `train.` are those of its recipe called `recipe`, else of its first.
    """
    return _checked(source, _Choice(net, settings or {}, recipe), input, budget)


def training(checked: Checked, recipe: str | None = None) -> Training:
    """The recipe of that name for the first network, else its first; raises `Refused` where there is none."""
    network = checked.networks[0]
    found = next((one for one in network.trainings if recipe in (None, one.name)), None)
    if found is not None:
        return found
    from netdsl.diagnostics.recipes import NoSuchRecipe

    problems, known = Problems(), tuple(one.name for one in network.trainings)
    span = Span(checked.source, 0, 0)
    problems.add(NoSuchRecipe(span=span, net=network.name, name=recipe or "", known=known))
    raise Refused(problems)


def emit(network: Network) -> str:
    """The network as PyTorch source."""
    from netdsl.targets.pytorch.source import source

    return source(network)


_OF_RECIPE = "train."
"""What the name of a setting of a recipe begins with."""


@record
class _Choice:
    net: str | None
    settings: Mapping[str, object]
    recipe: str | None = None

    @property
    def of_net(self) -> dict[str, object]:
        """The settings of the net."""
        return {name: value for name, value in self.settings.items() if not name.startswith(_OF_RECIPE)}

    @property
    def of_recipe(self) -> dict[str, str]:
        """The settings of the recipe, by their path."""
        own = {name: value for name, value in self.settings.items() if name.startswith(_OF_RECIPE)}
        return {name.removeprefix(_OF_RECIPE): str(value) for name, value in own.items()}


def _checked(source: SourceFile, choice: _Choice | None, input: Shape | None, budget: Budget) -> Checked:
    problems, meter = Problems(), Meter(budget)
    tree = parse(source, problems, budget)
    library = Library(source.path.resolve() if source.path is not None else None, problems, budget)
    definitions = Definitions(library, meter)
    definitions.add(tree)
    found = nets(tree, definitions, problems)
    if choice is not None:
        try:
            one = chosen(source, found, choice.net, choice.settings)
            found = [completed(one, choice.of_net, meter)]
        except Mistake as mistake:
            if not problems.refused:
                problems.add(mistake.diagnostic)
            found = []
    networks = [(net, network(net, Session(problems, meter, input))) for net in found if not net.missing]
    finished = _with_recipes(networks, tree, definitions, problems, meter, choice)
    for definition in tree.definitions:
        if isinstance(definition, Block):
            check_names(definition, definitions, problems)
    if problems.refused:
        raise Refused(problems)
    families = tuple(net.name for net in found if net.missing)
    whole = tuple(network for network in finished if network is not None)
    sources = (source, *(file.source for file in library.read.values()))
    return Checked(source, whole, families, problems, sources, _home(tree, library, whole))


def _with_recipes(
    networks: list[tuple[Net, Network | None]],
    tree: File,
    definitions: Definitions,
    problems: Problems,
    meter: Meter,
    choice: _Choice | None,
) -> list[Network | None]:
    """The networks with their recipes; nothing of recipes is imported for a file that has none."""
    asked = choice is not None and (choice.recipe is not None or bool(choice.of_recipe))
    if not (asked or any(isinstance(node, Train) for node in tree.definitions)):
        return [network for _, network in networks]
    from netdsl.elaborate.recipes import attached

    recipe, overrides = (choice.recipe, choice.of_recipe) if choice is not None else (None, {})
    return attached(networks, tree, definitions.home, problems, meter, recipe, overrides)


def _home(tree: File, library: Library, networks: tuple[Network, ...]) -> SourceFile:
    """The file that names the first of the networks: `tree`, or one that it uses."""
    used = (library.file(node, tree.source) for node in tree.definitions if isinstance(node, UseFile))
    for file in (tree, *used):
        names = {node.name for node in file.definitions if isinstance(node, Block | Instance)} if file else set()
        if file and networks and networks[0].name in names:
            return file.source
    return tree.source
