"""Results: documents whose members are attributes."""
from __future__ import annotations

import copy
import typing


def _view(value):
    if isinstance(value, dict):
        return Record(value)
    if isinstance(value, list):
        return [_view(item) for item in value]
    return value


class Record:
    """A JSON object. Its members are attributes and items; names end in their unit: latency_s,
    energy_j, area_mm2, noc_bytes. What is unknown is None."""

    def __init__(self, document):
        self._document = document

    def __getattr__(self, name: str) -> typing.Any:
        if name.startswith("_"):  # of a copy that is being made, there is no document yet
            raise AttributeError(name)
        if name in self._document:
            return _view(self._document[name])
        raise AttributeError(f"no '{name}' in {type(self).__name__}; there are: {', '.join(dir(self))}")

    def __getitem__(self, name: str) -> typing.Any:
        return _view(self._document[name])

    def __dir__(self):
        return [*self._document, *(n for n in type(self).__dict__ if not n.startswith("_")), "to_dict"]

    def __eq__(self, other):
        return isinstance(other, Record) and self._document == other._document

    __hash__ = None

    def __repr__(self):
        return f"{type(self).__name__}({self._document!r})"

    def to_dict(self) -> typing.Dict[str, typing.Any]:
        """The JSON document, as json.loads() gives it."""
        return copy.deepcopy(self._document)


def rows(records, frame):
    """Copies of a list of dicts, or a pandas.DataFrame of them, nested names joined by dots."""
    if not frame:
        return copy.deepcopy(records)
    try:
        import pandas
    except ImportError:
        raise ImportError("frame=True needs pandas (Debian: python3-pandas)") from None
    return pandas.json_normalize(records)


class Report(Record):
    """What `h4h simulate --format json` prints, schema h4h.report/1: `totals` (latency_s, energy_j,
    ...), `energy_j` by part, `area_mm2` by part, `mapping`, `remarks`. With `uncertainty`, figures of
    `totals` are records of value, low, high, p5, p95."""

    def layers(self, frame: bool = False) -> typing.Any:
        """A dict for each layer in file order: name, op, input, output, macs, npu_share (0 to 1 of the
        output channels), cycles, latency_s, energy_j, noc_bytes, bound_by, ...; with frame=True a
        pandas.DataFrame."""
        return rows(self._document["layers"], frame)

    def __repr__(self):
        network, platform = self.network.name, self.platform.name
        return f"<h4h.Report of {network} on {platform}>"


class Mapping(Record):
    """Shares of the devices: `kind`, `gap`, `macros_in_use`, `units_in_use`, ... as in a report's
    `mapping`. simulate(mapping=...) takes it."""

    def __init__(self, document, layers, text):
        super().__init__(document)
        self._layers, self._text = layers, text

    def layers(self, frame: bool = False) -> typing.Any:
        """A dict for each layer: name, op, npu_share (0 to 1 of the output channels) and the output
        channels of each device."""
        return rows(self._layers, frame)

    @property
    def text(self) -> str:
        """The text of a mapping file that pins all of it, as --save-mapping writes it."""
        return self._text

    def __repr__(self):
        return f"<h4h.Mapping {self.kind} of {len(self._layers)} layers>"


class Sweep(Record):
    """What `h4h sweep` writes into sweep.json, schema h4h.sweep/1: platform, objective, axes, networks."""

    def points(self, frame: bool = False) -> typing.Any:
        """A dict for each network on each variant: values (by key), network, latency_s, energy_j,
        area_mm2, ..., layers; or infeasible, which says why it does not run. With frame=True a
        pandas.DataFrame with a column for each key, and without layers."""
        points = self._document["points"]
        if not frame:
            return rows(points, False)
        flat = [{**p["values"], **{k: v for k, v in p.items() if k not in ("values", "layers")}}
                for p in points]
        return rows(flat, True)

    def __repr__(self):
        return f"<h4h.Sweep of {len(self._document['points'])} points>"


class Comparison(Record):
    """What `h4h compare` writes into compare.json, schema h4h.compare/1: ratios second / first of
    latency, energy, their product and area, with their intervals."""

    def __repr__(self):
        names = ", ".join(n["network"] for n in self._document["networks"])
        return f"<h4h.Comparison on {names}>"
