"""Trees of YAML or JSON as frozen dataclasses: an unknown, missing or wrong key is named with its path.

With the standard library alone, so that the offline check of a partner reads contracts as the hub does. Keys are
written in camelCase, as the Open Data Contract Standard has them; the fields' names are the same in snake_case.
"""

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from schemas.errors import WrongInput

T = TypeVar("T")


def typed(kind: type[T], tree: object, path: str) -> T:
    """The tree as a `kind` (a dataclass). Raises WrongInput with the path of what does not fit."""
    found: T = _value(kind, tree, path)
    return found


def _value(kind: Any, tree: object, path: str) -> Any:
    if kind is Any:
        return tree
    if dataclasses.is_dataclass(kind):
        return _record(kind, tree, path)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _one_of(arguments, tree, path)
    if origin is Literal:
        if tree in arguments and not isinstance(tree, bool):
            return tree
        raise WrongInput(f"{path}: must be one of {', '.join(map(str, arguments))}")
    if origin is tuple:
        return _tuple(arguments, tree, path)
    if origin is Mapping:
        if not isinstance(tree, Mapping) or not all(isinstance(key, str) for key in tree):
            raise WrongInput(f"{path}: must be a mapping")
        return {key: _value(arguments[1], value, f"{path}.{key}") for key, value in tree.items()}
    if type(tree) is not kind:
        raise WrongInput(f"{path}: must be {_word(kind)}")
    return tree


def _record(kind: Any, tree: object, path: str) -> Any:
    if not isinstance(tree, Mapping):
        raise WrongInput(f"{path}: must be a mapping")
    fields = _fields(kind)
    unknown = sorted(str(key) for key in tree if key not in fields)
    if unknown:
        raise WrongInput(f"{path}.{unknown[0]}: unknown key; there are {', '.join(fields)}")
    missing = [key for key, (_, _, needed) in fields.items() if needed and key not in tree]
    if missing:
        raise WrongInput(f"{path}.{missing[0]}: missing")
    return kind(**{fields[key][0]: _value(fields[key][1], value, f"{path}.{key}") for key, value in tree.items()})


@cache
def _fields(kind: Any) -> Mapping[str, tuple[str, Any, bool]]:
    """Written key: field, its type, whether it must be there."""
    hints = get_type_hints(kind)
    return {
        _written(field.name): (
            field.name,
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(kind)
    }


def _written(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _one_of(kinds: tuple[Any, ...], tree: object, path: str) -> Any:
    wanted = [kind for kind in kinds if kind is not types.NoneType]
    if tree is None and len(wanted) < len(kinds):
        return None
    if len(wanted) == 1:
        return _value(wanted[0], tree, path)
    if type(tree) in wanted:
        return tree
    raise WrongInput(f"{path}: must be {' or '.join(map(_word, wanted))}")


def _tuple(kinds: tuple[Any, ...], tree: object, path: str) -> Any:
    if not isinstance(tree, list):
        raise WrongInput(f"{path}: must be a list")
    if kinds[-1] is Ellipsis:
        return tuple(_value(kinds[0], each, f"{path}[{number}]") for number, each in enumerate(tree))
    if len(tree) != len(kinds):
        raise WrongInput(f"{path}: must have {len(kinds)} values")
    return tuple(
        _value(kind, each, f"{path}[{number}]") for number, (kind, each) in enumerate(zip(kinds, tree, strict=True))
    )


def _word(kind: Any) -> str:
    return {str: "text", int: "a whole number", bool: "true or false", types.NoneType: "null"}.get(kind, str(kind))
