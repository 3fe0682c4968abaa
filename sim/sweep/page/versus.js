// Figures of a network's points over the values of one varied key.

const VERSUS_FIGURES = [
  { key: "latency_s", name: "latency", unit: "s" }, { key: "energy_j", name: "energy", unit: "J" },
  { key: "area_mm2", name: "area", unit: "mm²" }, { key: "average_w", name: "average power", unit: "W" },
  { key: "macros_in_use", name: "macros in use", unit: "" }, { key: "cim_share", name: "share of MACs on macros", unit: "" },
  { key: "noc_bytes", name: "NoC traffic", unit: "B" }, { key: "spilled_bytes", name: "spilled to external memory", unit: "B" },
];

// A varied key with its values, in the order in which they were given.
class VariedKey {
  constructor(key, points) {
    this.key = key;
    this.values = [...new Set(points.map((p) => p.values[key]))];
    this.order = new Map(this.values.map((value, i) => [value, i]));
  }

  place(point) {
    return this.order.get(point.values[this.key]);
  }

  colour(i) {
    return networkColour(i);
  }

  text(i) {
    return `${this.key} = ${this.values[i]}`;
  }
}

// Points that differ in the key alone, in groups: a line each.
function linesOver(points, key) {
  const lines = new Map();
  points.forEach((p) => {
    const others = JSON.stringify(Object.entries(p.values).filter(([axis]) => axis !== key.key));
    lines.set(others, [...(lines.get(others) || []), p]);
  });
  return [...lines.values()].map((line) => line.sort((a, b) => key.place(a) - key.place(b)));
}

function versusDatasets(points, key, by, at) {
  const named = new Set();
  return linesOver(points, key).map((line) => {
    const group = by ? by.place(line[0]) : 0, first = !named.has(group);
    named.add(group);
    return pointSet(by ? by.text(group) : "points", line.map(at), cssColour(networkColour(group)),
      { showLine: true, borderWidth: 1.5, pointRadius: 4, pointHoverRadius: 6, pointStyle: networkShape(group), group, first });
  });
}

// All lines of one colour are shown or hidden together.
function toggleGroup(event, item, { chart }) {
  const { group } = chart.data.datasets[item.datasetIndex], visible = !chart.isDatasetVisible(item.datasetIndex);
  chart.data.datasets.forEach((set, i) => { if (set.group === group) chart.setDatasetVisibility(i, visible); });
  chart.update();
}

// Without `by` all lines have one colour.
function drawVersus(canvas, points, key, by, { key: field, name, unit: base }, names, choose) {
  const shown = points.filter((p) => !p.infeasible && p[field] !== null && p[field] !== undefined);
  const { scale, unit } = isPlain(base) ? { scale: 1, unit: base } : scaleFor(largest(shown.map((p) => p[field]), 0), base);
  const at = (point) => ({ x: key.place(point), y: point[field] / scale, point });
  const callback = (value) => (Number.isInteger(value) ? key.values[value] ?? "" : "");
  const filter = (item, { datasets }) => by !== undefined && datasets[item.datasetIndex].first;
  draw(canvas, {
    type: "scatter",
    data: { datasets: versusDatasets(shown, key, by, at) },
    options: {
      animation: false, maintainAspectRatio: false,
      scales: {
        x: axis(key.key, { axis: { type: "linear", min: -0.4, max: key.values.length - 0.6, afterBuildTicks: (x) => { x.ticks = key.values.map((_, value) => ({ value })); } }, ticks: { callback, maxRotation: 0 }, grid: { display: false } }),
        y: axis(unit === "" ? name : `${name} (${unit})`, { axis: { beginAtZero: true, grace: "5%" } }),
      },
      onClick: (event, hits, chart) => { if (hits.length > 0) choose(chart.data.datasets[hits[0].datasetIndex].data[hits[0].index].point.index); },
      plugins: { legend: { position: "top", align: "start", labels: { ...legendLabels(), filter }, onClick: toggleGroup }, tooltip: pointTooltip(names) },
    },
  });
}
