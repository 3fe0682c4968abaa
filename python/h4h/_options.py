"""Arguments of Python as options of the command line, whose parser reads them."""
from __future__ import annotations

import numbers
import os
import pathlib

PROGRAM = "h4h"


def text(value, what):
    """A word or number as the command line has it. Raises TypeError for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return str(int(value))
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return repr(float(value))
    raise TypeError(f"{what} must be a str or a number, not {type(value).__name__}")


def path(value, what):
    """The text of a path. Raises TypeError for what is none."""
    try:
        return os.fsdecode(os.fspath(value))
    except TypeError:
        raise TypeError(f"{what} must be a path, not {type(value).__name__}") from None


def quantity(value, unit, what):
    """A number gets the unit, a str has one: 0.002 and "2 ms" are the same time."""
    given = text(value, what)
    return given if isinstance(value, str) else f"{given} {unit}"


def options(**given):
    """--name=value for every argument that is not None; --name for True."""
    all_options = []
    for name, value in given.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            all_options.append(option)
        elif value is not None and value is not False:
            all_options.append(f"{option}={text(value, name)}")
    return all_options


def mapping_options(mapping, objective, effort, max_latency, max_energy, fps):
    """How networks are mapped. A default is left out: beside a fixed mapping it means nothing."""
    if isinstance(mapping, os.PathLike):
        mapping = path(pathlib.Path(mapping).absolute(), "mapping")
    return options(
        mapping=text(mapping, "mapping"),
        objective=None if objective == "latency" else text(objective, "objective"),
        effort=effort,
        max_latency=None if max_latency is None else quantity(max_latency, "s", "max_latency"),
        max_energy=None if max_energy is None else quantity(max_energy, "J", "max_energy"),
        fps=fps)


def results_options(cache, jobs):
    """Where results of layers are kept, and who simulates."""
    return options(cache=None if cache is None else path(cache, "cache"), jobs=jobs)


def overrides(given, prefix=""):
    """KEY=VALUE of a mapping, which may be nested, or of an iterable of such texts."""
    if isinstance(given, str):
        raise TypeError("overrides must be a dict or a list of 'KEY=VALUE', not a str")
    if not hasattr(given, "items"):
        return [text(item, "an override") for item in given]
    all_overrides = []
    for key, value in given.items():
        if not isinstance(key, str):
            raise TypeError(f"keys of a platform are str, not {type(key).__name__}")
        if hasattr(value, "items"):
            all_overrides += overrides(value, f"{prefix}{key}.")
        else:
            all_overrides.append(f"{prefix}{key}={text(value, prefix + key)}")
    return all_overrides


def _root():
    """Of a build, its directory; of an installation, the prefix."""
    package = pathlib.Path(__file__).absolute().parent
    for root in (package.parents[1], package.parents[3]):
        if (root / "share" / "h4h").is_dir():
            return root
    return package.parents[3]


def program() -> str:
    """The command h4h that belongs to the package: other processes of `jobs` run it."""
    return str(_root() / "bin" / PROGRAM)


def shipped_folder() -> str:
    return str(_root() / "share" / "h4h")


def shipped_file(name: str) -> str:
    """The path of a file that H4H ships, such as "platforms/h4h-7nm.yaml" or "spaces/toy.yaml".
    Raises FileNotFoundError."""
    found = pathlib.Path(shipped_folder()) / path(name, "name")
    found.stat()
    return str(found)
