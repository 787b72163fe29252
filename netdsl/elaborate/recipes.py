"""`train NAME for NET { … }`: the settings of a recipe worked out into its words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netdsl.diagnostics.model import Diagnostic, Problems
from netdsl.diagnostics.recipes import NetOfRecipe, NoLength, NoSuchRecipe, SameRecipe, UnknownRecipeWord
from netdsl.elaborate.arguments import built, each
from netdsl.elaborate.fitting import Fitting
from netdsl.elaborate.nets import Net
from netdsl.elaborate.overrides import overridden
from netdsl.graph.builtins import BUILTINS
from netdsl.graph.meter import Meter
from netdsl.graph.mistakes import Exhausted, Mistake, StandsOnUnknown
from netdsl.graph.model import UNKNOWN, Home, Names, Network, Partial, Training, Value
from netdsl.graph.values import evaluate
from netdsl.layers.base import Layer
from netdsl.records import record
from netdsl.tree.expressions import Apply, Argument, Expr, List, Name
from netdsl.tree.statements import Block, File, Train
from netdsl.words.base import Word
from netdsl.words.names import meant

if TYPE_CHECKING:
    from netdsl.recipes.recipe import Recipe


def attached(
    networks: list[tuple[Net, Network | None]],
    file: File,
    home: Home,
    problems: Problems,
    meter: Meter,
    chosen: str | None = None,
    overrides: Mapping[str, str] | None = None,
) -> list[Network | None]:
    """The networks with the recipes that `file` has for them.

    `overrides` are for the recipe called `chosen`, or without a name the first of the only network. Every mistake in a
    recipe is said.
    """
    from netdsl.recipes.vocabulary import words

    trains = [node for node in file.definitions if isinstance(node, Train)]
    _check_names(trains, home, problems)
    kitchen = Kitchen(words(), home, meter, problems.add)
    if networks and (chosen is not None or overrides):
        trains = _overridden(trains, networks[0][0], chosen, overrides or {}, problems)
    made = [(train, kitchen.recipe(train)) for train in trains]
    return [network and _with(network, net, made, problems) for net, network in networks]


def _check_names(trains: list[Train], home: Home, problems: Problems) -> None:
    nets = tuple(name for name, value in home.names.items() if _is_net(value))
    first: dict[tuple[str, str], Train] = {}
    for train in trains:
        known = home.names.get(train.net.name)
        if known is not UNKNOWN and not _is_net(known):
            problems.add(NetOfRecipe(span=train.net.span, name=train.net.name, nets=nets))
        before = first.setdefault((train.net.name, train.name), train)
        if before is not train:
            said = SameRecipe(span=train.name_span, name=train.name, net=train.net.name, first=before.name_span)
            problems.add(said)


def _is_net(value: object) -> bool:
    return isinstance(value, Partial) and isinstance(value.target, Block) and value.target.is_net


def _overridden(
    trains: list[Train], net: Net, name: str | None, overrides: Mapping[str, str], problems: Problems
) -> list[Train]:
    """The recipes, one of them with these settings."""
    own = [train for train in trains if _is_for(train, net)]
    asked = next((train for train in own if name in (None, train.name)), None)
    if asked is None:
        known = tuple(train.name for train in own)
        problems.add(NoSuchRecipe(span=net.span, net=net.name, name=name or "", known=known))
        return trains
    try:
        changed = overridden(asked, overrides)
    except Mistake as mistake:
        problems.add(mistake.diagnostic)
        return trains
    return [changed if train is asked else train for train in trains]


def _is_for(train: Train, net: Net) -> bool:
    return train.net.name in (net.name, net.block.name)


def _with(network: Network, net: Net, made: list[tuple[Train, "Recipe | None"]], problems: Problems) -> Network:
    trainings = []
    for train, recipe in made:
        if recipe is not None and _is_for(train, net):
            for fault in Fitting(train, recipe, network.name, network.root, network.input).faults():
                problems.add(fault)
            trainings.append(Training(train.name, train.doc, recipe))
    return replace(network, trainings=tuple(trainings))


@record
class Kitchen:
    """Where recipes are worked out: their words, the names of their file, and who is told of mistakes."""

    words: Mapping[str, type[Word]]
    home: Home
    meter: Meter
    blame: Callable[[Diagnostic], None]

    def recipe(self, train: Train) -> "Recipe | None":
        """The recipe, whole; None where it was refused, and every mistake in it is said."""
        from netdsl.recipes.recipe import Recipe

        spoken = Name(train.name_span, "train")
        arguments = tuple(Argument(setting.span, setting.name, setting.value) for setting in train.settings)
        given = {setting.name for setting in train.settings}
        if ("steps" in given) == ("epochs" in given) and ("steps" in given or not train.broken):
            self.blame(NoLength(span=train.name_span, name=train.name, twice="steps" in given))
        try:
            values, written = each(Partial(Recipe), spoken, arguments, self.worth, self.blame)
            if train.broken:
                return None
            made: Recipe = built(Recipe, spoken, values, written, self.blame)
        except StandsOnUnknown:
            return None
        return made

    def word(self, kind: type[Any], spoken: Name, arguments: tuple[Argument, ...]) -> Any:
        """A word with its arguments; says every mistake in them, then raises `StandsOnUnknown`."""
        values, written = each(Partial(kind), spoken, arguments, self.worth, self.blame)
        return built(kind, spoken, values, written, self.blame)

    def worth(self, expr: Expr) -> object:
        """What an expression is worth, its words worked out; raises like `evaluate`."""
        if isinstance(expr, List):
            return self._list(expr)
        spoken = expr.function if isinstance(expr, Apply) else expr
        if isinstance(spoken, Name) and isinstance(expr, Apply | Name):
            if spoken.name in self.words:
                arguments = expr.arguments if isinstance(expr, Apply) else ()
                return self.word(self.words[spoken.name], spoken, arguments)
            if spoken.name not in self.home.names and spoken.name not in BUILTINS:
                raise Mistake(self._unknown(spoken))
        names = Names({word: Partial(kind) for word, kind in self.words.items()}, {}, None, self.home)
        return self._whole(evaluate(expr, names, self.meter), expr)

    def _list(self, expr: List) -> tuple[object, ...]:
        items: list[object] = []
        for item in expr.items:
            try:
                items.append(self.worth(item))
            except Exhausted:
                raise
            except StandsOnUnknown:
                pass
            except Mistake as mistake:
                self.blame(mistake.diagnostic)
        if len(items) < len(expr.items):
            raise StandsOnUnknown
        return tuple(items)

    def _whole(self, value: Value, expr: Expr) -> object:
        """A value with the words in it worked out."""
        if isinstance(value, tuple):
            return tuple(self._whole(item, expr) for item in value)
        if isinstance(value, Partial) and isinstance(value.target, type) and not issubclass(value.target, Layer):
            given = {name: self._whole(inner, expr) for name, inner in value.fixed}
            return built(value.target, Name(expr.span, value.target.word), given, {}, self.blame)
        return value

    def _unknown(self, name: Name) -> UnknownRecipeWord:
        word = meant(name.name, self.words)
        if word is not None:
            return UnknownRecipeWord(span=name.span, name=name.name, known=(), meant=word)
        lets = (found for found, value in self.home.names.items() if not isinstance(value, Partial))
        return UnknownRecipeWord(span=name.span, name=name.name, known=(*self.words, *lets))
