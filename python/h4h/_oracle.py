"""Costs of many networks of a space."""
from __future__ import annotations

import array
import functools
import typing

from . import _h4h
from ._options import options, path, program, results_options, text
from ._records import Report
from ._runs import Path, PlatformLike, _platform


class Costs(typing.NamedTuple):
    """A figure for each genotype: numpy arrays where numpy is there, else arrays of the module array.
    Of a network that does not run, latency_s and energy_j are infinite."""
    latency_s: typing.Any   # seconds
    energy_j: typing.Any    # joules
    area_mm2: typing.Any    # square millimetres of the chip; nan where some part gives none
    infeasible: typing.List[typing.Optional[str]]  # why a network does not run, None where it does


@functools.lru_cache(maxsize=None)
def _as_array():
    try:
        import numpy
        return numpy.asarray
    except ImportError:
        return lambda column: array.array("d", memoryview(column))


class Oracle:
    """Costs of genotypes of a space on a platform, as simulate() reports of their networks, to the bit.

    platform: what load_platform() returns, or its argument; space: a Space, or its path.
    objective: what every mapping minimises: "latency", "energy" or "edp".
    cache, jobs: as in simulate(). The first genotypes are slow, since their layers are simulated;
    precompute() simulates the layers of the whole space in advance.

    Threads may share an oracle; calls wait for each other. A process that was forked makes its own: one
    of the parent raises RuntimeError there.
    """

    def __init__(self, platform: PlatformLike, space: typing.Union[_h4h.Space, Path],
                 objective: str = "latency", *, cache: typing.Optional[Path] = None,
                 jobs: typing.Optional[int] = None) -> None:
        if not isinstance(space, _h4h.Space):
            space = _h4h.Space(path(space, "space"))
        given = options(objective=text(objective, "objective")) + results_options(cache, jobs)
        self._as_array = _as_array()  # not in a call: an import under way in a thread survives no fork
        self._oracle = _h4h.Oracle(_platform(platform), space, given, program())

    @property
    def space(self) -> _h4h.Space:
        """The space of its genotypes."""
        return self._oracle.space

    def __call__(self, genotypes: typing.Any) -> Costs:
        """Costs of a list of Genotype, or of an array with a row of indices of choices for each."""
        latency, energy, area, infeasible = self._oracle.evaluate(genotypes)
        return Costs(self._as_array(latency), self._as_array(energy), self._as_array(area), infeasible)

    def report(self, genotype: _h4h.Genotype) -> typing.Optional[Report]:
        """The Report of one genotype; None where it does not run."""
        document = self._oracle.report(genotype)
        return None if document is None else Report(document)

    def precompute(self) -> typing.Dict[str, typing.Any]:
        """Simulates every layer of the space: {"blocks", "jobs", "all"}; all is False where layers of
        tensors that spill are left to be simulated on demand. Raises RuntimeError on platforms where a
        layer's cost depends on the one before."""
        return self._oracle.precompute()
