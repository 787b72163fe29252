"""Words of other languages, and what is written here instead."""

_BLOCK = "a reusable part is a block: `block name(width) { … }`"
_LET = "a number is named by `let name = value`"
_CHOICE = "write `if … { … } else if … { … } else { … }`"
_RESULT = "leave it out: a block gives what its last statement gives"

ADVICE = {
    **dict.fromkeys(("def", "func", "fn", "function"), _BLOCK),
    **dict.fromkeys(("class", "module"), "a network is `net name { … }`, a part of one `block name { … }`"),
    **dict.fromkeys(("import", "from", "include", "require"), 'the names of another file come by `use "file.net"`'),
    **dict.fromkeys(("var", "const", "int", "float", "auto"), _LET),
    **dict.fromkeys(("elif", "elsif", "elseif", "switch", "match", "case"), _CHOICE),
    **dict.fromkeys(("while", "loop", "foreach", "do"), "write `repeat n { … }` or `for i in range(n) { … }`"),
    **dict.fromkeys(("return", "yield"), _RESULT),
    **dict.fromkeys(("async", "await", "try", "except", "with", "raise", "assert", "del", "global"), "leave it out"),
    "pass": "leave the braces empty, or write `identity`",
    "lambda": "give the layer or block by its name, or with part of its arguments: `batchnorm(eps=1e-3)`",
    **dict.fromkeys(("print", "echo", "shape", "summary"), "leave it out: `netdsl summary` shows every shape"),
    **dict.fromkeys(
        ("parallel", "branches", "fork"), "write `concat { … }` or `add { … }`: each statement is a branch"
    ),
    "super": "leave it out: a block is not derived from another",
    **dict.fromkeys(
        ("Input", "InputLayer", "inputs", "placeholder"), "write `input 3x224x224`: channels, height, width"
    ),
    **dict.fromkeys(("activation", "Activation"), "an activation is a layer of its own: write `relu`"),
    **dict.fromkeys(("Sequential", "sequential", "ModuleList"), "write each layer on its line, or `->` between them"),
    **dict.fromkeys(("Model", "compile", "fit"), "leave it out: the net itself is the model"),
    **dict.fromkeys(("end", "endif", "endfor", "fi", "done"), "leave it out: a body ends with its `}`"),
}
"""Words that begin a statement."""

MEANT = {
    **dict.fromkeys(("def", "func", "fn", "function"), "block"),
    **dict.fromkeys(("var", "const", "int", "float", "auto"), "let"),
}
"""Those that stand for one word of the language."""
