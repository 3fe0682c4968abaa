"""Runs of the simulator: simulate, map, sweep, compare."""
from __future__ import annotations

import os
import typing

from . import _h4h
from ._options import (mapping_options, options, overrides, path, program, results_options, text)
from ._records import Comparison, Mapping, Report, Sweep

Path = typing.Union[str, "os.PathLike[str]"]
Quantity = typing.Union[str, float, None]
PlatformLike = typing.Union[_h4h.Platform, Path]
NetworkLike = typing.Union[_h4h.Network, Path]
Networks = typing.Union[NetworkLike, typing.Iterable[NetworkLike]]


def load_platform(path_of_file: Path,
                  overrides_of_keys: typing.Union[typing.Mapping[str, typing.Any], typing.Iterable[str],
                                                  None] = None, /,
                  **more: typing.Any) -> _h4h.Platform:
    """Reads a platform file, or one that H4H ships, by its name: "h4h-7nm".

    Keys of the platform are replaced as by --set of the command line; values are numbers in the base
    unit of the file format, or text with a unit:

        load_platform(path, {"cim.macros": 4, "noc.bandwidth": "8 GB/s"})
        load_platform(path, cim={"macros": 4})
        load_platform(path, ["cim.macros=4"])

    Raises PlatformError, which names file and line, and FileNotFoundError.
    """
    changes = overrides(overrides_of_keys or {}) + overrides(more)
    return _h4h.load_platform(path(path_of_file, "path"), changes)


def load_network(name_or_path: Path, *, unsupported: str = "refuse",
                 input: typing.Optional[str] = None) -> _h4h.Network:
    """Reads a .tflite, .onnx or .yaml file, or builds a network by its name (network_names()): what
    --network of the command line takes, also "SPACE.yaml#min".

    unsupported: "refuse" a network with operators that H4H cannot model, or leave them to the "host".
    input: shape of an input that the file leaves open, such as "1x32x32x3".
    Raises NetworkError and FileNotFoundError.
    """
    return _h4h.load_network(path(name_or_path, "network"), options(unsupported=unsupported, input=input))


def _platform(given):
    return given if isinstance(given, _h4h.Platform) else load_platform(given)


def _network(given):
    return given if isinstance(given, _h4h.Network) else load_network(given)


def _networks(given):
    if isinstance(given, (str, _h4h.Network)) or hasattr(given, "__fspath__"):
        given = [given]
    return [_network(network) for network in given]


def _simulated(platform, network, mapping, objective, effort, max_latency, max_energy, fps, more, cache,
               jobs):
    pins = mapping if isinstance(mapping, Mapping) else None
    given = mapping_options("auto" if pins else mapping, objective, effort, max_latency, max_energy, fps)
    return _h4h.simulate(_platform(platform), _network(network),
                         given + more + results_options(cache, jobs), pins and pins.text, program())


def simulate(platform: PlatformLike, network: NetworkLike, mapping: typing.Union[Path, Mapping] = "auto",
             objective: str = "latency", *, effort: typing.Optional[str] = None,
             max_latency: Quantity = None, max_energy: Quantity = None,
             fps: typing.Optional[float] = None, uncertainty: bool = False,
             samples: typing.Optional[int] = None, seed: typing.Optional[int] = None,
             cache: typing.Optional[Path] = None, jobs: typing.Optional[int] = None) -> Report:
    """Latency, energy and area of a network on a platform, layer by layer.

    platform, network: what load_platform() and load_network() return, or their arguments.
    mapping: "auto" (the best shares for `objective`), "npu", "cim", the path of a mapping file, or a
        Mapping that map() returned.
    objective: "latency", "energy" or "edp", their product.
    effort: how far "auto" looks: "quick" or "full".
    max_latency, max_energy: limits in seconds and joules, or text with a unit such as "2 ms".
    fps: inferences per second, with the chip asleep in between; adds the average power.
    uncertainty: varies every platform value with a range, in `samples` (64) of `seed` (1).
    cache: file of cached layer results, or "none"; default as for the command line ($H4H_CACHE).
    jobs: worker processes (1).
    Raises InfeasibleError where the network does not run, UsageError, MappingError.
    """
    more = options(uncertainty=bool(uncertainty), samples=samples, seed=seed)
    document, _ = _simulated(platform, network, mapping, objective, effort, max_latency, max_energy, fps,
                             more, cache, jobs)
    return Report(document)


def map(platform: PlatformLike, network: NetworkLike, objective: str = "latency", *,
        mapping: typing.Union[Path, Mapping] = "auto", effort: typing.Optional[str] = None,
        max_latency: Quantity = None, max_energy: Quantity = None, cache: typing.Optional[Path] = None,
        jobs: typing.Optional[int] = None) -> Mapping:
    """The best mapping of a network, to look at or to pass to simulate(). Arguments as there."""
    document, mapping_text = _simulated(platform, network, mapping, objective, effort, max_latency,
                                        max_energy, None, [], cache, jobs)
    layers = [{name: value for name, value in layer.items()
               if name in ("name", "op") or name.endswith(("_share", "_channels"))}
              for layer in document["layers"]]
    return Mapping(document["mapping"], layers, mapping_text)


def _axis(key, values):
    if isinstance(values, str):
        return f"--vary={text(key, 'a key')}={values}"
    return f"--vary={text(key, 'a key')}={','.join(text(v, f'a value of {key}') for v in values)}"


def sweep(platform: PlatformLike, networks: Networks,
          vary: typing.Optional[typing.Mapping[str, typing.Union[str, typing.Iterable[typing.Any]]]] = None,
          *, vary_file: typing.Optional[Path] = None, mapping: Path = "auto", objective: str = "latency",
          effort: typing.Optional[str] = None, max_latency: Quantity = None, max_energy: Quantity = None,
          fps: typing.Optional[float] = None, uncertainty: bool = False,
          samples: typing.Optional[int] = None, seed: typing.Optional[int] = None,
          cache: typing.Optional[Path] = None, jobs: typing.Optional[int] = None) -> Sweep:
    """Networks on every combination of values, each with its best mapping.

    networks: one, or a list.
    vary: for each key its values, as a list or as --vary of the command line takes them:
        {"cim.macros": [1, 2, 4, 8], "noc.bandwidth": "4..8:2 GB/s"}.
    vary_file: a CSV file whose columns are keys; each row is a variant.
    Other arguments as in simulate(). A point that does not run says so in `infeasible`.
    """
    if vary is not None and not hasattr(vary, "items"):
        raise TypeError(f"vary must be a dict of keys and their values, not {type(vary).__name__}")
    given = [_axis(key, values) for key, values in (vary or {}).items()]
    given += options(vary_file=None if vary_file is None else path(vary_file, "vary_file"))
    given += mapping_options(mapping, objective, effort, max_latency, max_energy, fps)
    given += options(uncertainty=bool(uncertainty), samples=samples, seed=seed)
    return Sweep(_h4h.sweep(_platform(platform), _networks(networks), given + results_options(cache, jobs),
                            program()))


def compare(first: PlatformLike, second: PlatformLike, networks: Networks, *, mapping: str = "auto",
            objective: str = "latency", effort: typing.Optional[str] = None, max_latency: Quantity = None,
            max_energy: Quantity = None, fps: typing.Optional[float] = None,
            samples: typing.Optional[int] = None, seed: typing.Optional[int] = None,
            cache: typing.Optional[Path] = None, jobs: typing.Optional[int] = None) -> Comparison:
    """Two platforms on the same networks: ratios second / first of latency, energy, their product and
    area, over `samples` (64) of the values that have a range, in pairs. Other arguments as in
    simulate()."""
    given = mapping_options(mapping, objective, effort, max_latency, max_energy, fps)
    given += options(samples=samples, seed=seed) + results_options(cache, jobs)
    return Comparison(_h4h.compare(_platform(first), _platform(second), _networks(networks), given,
                                   program()))
