"""Names in the source: the only way from a user's text to an identifier."""

import keyword
import re
from dataclasses import dataclass, field

_SOURCE = """
    abs bool dict enumerate float int len list max min object range reversed round set str sum super torch tuple type
    zip math nn self F Tensor OrderedDict Callable NamedTuple partial True False None
"""
_TORCH = """
    T_destination add_module append apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches
    eval extend extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half insert ipu
    load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters pop
    register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module
    register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state
    set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
"""
_SPOKEN = frozenset(_SOURCE.split())
"""What the source itself uses."""
MODULE = frozenset(_TORCH.split())
"""Attributes that every module, or every `nn.Sequential`, has already."""
_PARTS = ("block", "layer", "stage", "unit", "cell", "net", "next", "head", "path")


def is_identifier(text: str) -> bool:
    """Whether a label can stand after `self.` as it is."""
    return text.isidentifier() and text.isascii() and not keyword.iskeyword(text) and not text.startswith("__")


def identifier(text: str) -> str:
    """An identifier that recalls `text`."""
    plain = re.sub(r"[^0-9a-zA-Z_]+", "_", text).strip("_") or "x"
    plain = f"n{plain}" if plain[0].isdigit() else plain
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def snake(text: str) -> str:
    """A field's name: `AuxLogits` is aux_logits."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier(text)).lower().lstrip("_") or "value"


def camel(text: str) -> str:
    """A class name: `conv_bn` is ConvBn, `denseblock` DenseBlock."""
    words: list[str] = []
    for word in identifier(text).split("_"):
        end = re.fullmatch(rf"([a-z]+)((?:{'|'.join(_PARTS)})\d*)", word)
        words += end.groups() if end else [word]
    return _together([word for word in words if word]) or "Unit"


def _together(words: list[str]) -> str:
    """Words with capitals; digits stay apart from digits."""
    joined = ""
    for word in words:
        apart = "_" if joined[-1:].isdigit() and word[0].isdigit() else ""
        joined += apart + word[0].upper() + word[1:]
    return joined


def class_name(name: str, title: str) -> str:
    """A net's class: its title without punctuation if that is its name, else its name with the title's capitals."""
    words = re.findall(r"[0-9a-zA-Z]+", title)
    plain = name.replace("_", "").lower()
    for count in range(1, len(words) + 1):
        if "".join(words[:count]).lower() == plain and not words[0][0].isdigit():
            return _together(words[:count])
    parts = []
    for part in name.split("_"):
        same = (w for w in words if len(w) > 2 and part.lower().startswith(w.lower()) and w != w.lower())
        found = max(same, key=len, default="")
        parts.append(found + part[len(found) :] if found else part)
    return camel("_".join(parts))


@dataclass
class Taken:
    """Names of one space, each given once; names that differ only in capitals count as one where `folded`."""

    names: set[str] = field(default_factory=lambda: set(_SPOKEN))
    folded: bool = False

    def free(self, name: str) -> str:
        """`name`, or the first like it that nothing else has."""
        fresh, count = name, 1
        while self._as(fresh) in self.names:
            count += 1
            fresh = f"{name}_{count}" if name[-1].isdigit() else f"{name}{count}"
        self.names.add(self._as(fresh))
        return fresh

    def give_back(self, name: str) -> None:
        """Lets something else have the name."""
        self.names.discard(self._as(name))

    def _as(self, name: str) -> str:
        return name.lower() if self.folded and name not in _SPOKEN else name
