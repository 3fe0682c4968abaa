"""H4H: latency, energy and area of neural networks on edge AI chips with NPUs and compute-in-memory
macros, and the search for networks.

    import h4h
    chip = h4h.load_platform("platforms/h4h-7nm.yaml", {"cim.macros": 4})
    report = h4h.simulate(chip, "mobilenet_v2")
    print(report.totals.latency_s, report.totals.energy_j)

Names, words and units are those of the command line and of its JSON; docs/python.md is a guide.
"""
from . import _h4h
from ._h4h import Genotype, Network, Platform, Random, Space, network_names
from ._options import shipped_file, shipped_folder
from ._oracle import Costs, Oracle
from ._records import Comparison, Mapping, Record, Report, Sweep
from ._runs import compare, load_network, load_platform, map, simulate, sweep
from .errors import (Error, InfeasibleError, MappingError, NetworkError, PlatformError, SimulationError,
                     SpaceError, UsageError)

_h4h.use_shipped_files(shipped_folder())

__version__ = _h4h.version
__all__ = [
    "Comparison", "Costs", "Error", "Genotype", "InfeasibleError", "Mapping", "MappingError", "Network",
    "NetworkError", "Oracle", "Platform", "PlatformError", "Random", "Record", "Report",
    "SimulationError", "Space", "SpaceError", "Sweep", "UsageError", "compare", "load_network",
    "load_platform", "map", "network_names", "shipped_file", "simulate", "sweep"]
