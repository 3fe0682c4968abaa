// What a sweep's points are called, and the charts of them.

const NETWORK_COLOURS = ["npu", "cim", "noc", "memory", "weights", "leakage"];
const NETWORK_SHAPES = ["circle", "triangle", "rectRot", "rect", "star"];

const networkColour = (i) => NETWORK_COLOURS[i % NETWORK_COLOURS.length];
const networkShape = (i) => NETWORK_SHAPES[i % NETWORK_SHAPES.length];

const areaDigits = (mm2) => digits(mm2, 4, 2);
const area = (mm2) => `${areaDigits(mm2)}${SPACE}mm²`;

function variantText(point) {
  const values = Object.entries(point.values).map(([axis, value]) => `${axis} = ${value}`);
  return values.length === 0 ? "the platform without changes" : values.join(", ");
}

function figuresText(point) {
  return [seconds(point.latency_s), figure(point.energy_j, "J"), ...(point.area_mm2 === null ? [] : [area(point.area_mm2)])].join(", ");
}

// The largest ratio within a figure of points that have it.
function ratio(points, key) {
  const values = points.map((p) => p[key]).filter((v) => v !== null);
  const least = smallest(values);
  return values.length > 0 && least > 0 ? largest(values) / least : null;
}

const ratioText = (r) => `${digits(r, 3)}${SPACE}×`;

// Logarithmic where values lie far apart; labelled at 1, 2 and 5.
function figureAxis(title, values) {
  const min = smallest(values), max = largest(values);
  if (!(min > 0 && max > 8 * min)) return axis(title, { axis: { grace: "8%" } });
  const lead = (v) => v / 10 ** Math.floor(Math.log10(v) + 1e-9);
  const callback = (v) => ([1, 2, 5].some((l) => Math.abs(lead(v) - l) < 1e-6) ? digits(v, 2) : "");
  return axis(title, { axis: { type: "logarithmic", min: min / 1.3, max: max * 1.3 }, ticks: { callback, autoSkip: false, maxRotation: 0 } });
}

// A figure against latency: what of a point is drawn, in which units.
class Tradeoff {
  constructor(points, key, name, unit, names) {
    this.names = names;
    this.points = points.filter((p) => p[key] !== null);
    this.key = key;
    this.byIndex = new Map(this.points.map((p) => [p.index, p]));
    const most = (k) => largest(this.points.map((p) => p[k]), 0);
    this.x = scaleFor(most("latency_s"), "s");
    this.y = unit === "mm²" ? { scale: 1, unit } : scaleFor(most(key), unit);
    this.titles = [`latency, ${this.x.unit}`, `${name}, ${this.y.unit}`];
  }

  at(point) {
    return { x: point.latency_s / this.x.scale, y: point[this.key] / this.y.scale, point };
  }

  scales() {
    const all = this.points.map((p) => this.at(p));
    return { x: figureAxis(this.titles[0], all.map((p) => p.x)), y: figureAxis(this.titles[1], all.map((p) => p.y)) };
  }

  // Points by the values of a key, with the lines of the networks.
  datasetsBy(key, fronts) {
    const style = (group) => ({ i: group + fronts.length, pointRadius: this.points.length > 400 ? 2.5 : 4, pointHoverRadius: 6, order: 0 });
    const shapes = new Map(fronts.map((f) => [f.network, networkShape(f.i)]));
    const sets = key.values.map((_, group) => {
      const points = this.points.filter((p) => key.place(p) === group);
      return pointSet(key.text(group), points.map((p) => this.at(p)), cssColour(networkColour(group)), { ...style(group), pointStyle: points.map((p) => shapes.get(p.network)) });
    });
    const lines = fronts.map(({ network, i, front }) => pointSet(`front of ${this.names.get(network)}`, front.map((index) => this.at(this.byIndex.get(index))), cssColour("none"),
      { i, showLine: true, stepped: "before", borderWidth: 1.5, pointRadius: 0, pointHitRadius: 0, pointStyle: networkShape(i), order: 1 }));
    return [...sets, ...lines];
  }

  // Of one network: those on its line, and the others.
  datasets({ network, i, front }) {
    const colour = cssColour(networkColour(i)), on = new Set(front);
    const others = this.points.filter((p) => p.network === network && !on.has(p.index));
    const style = { pointStyle: networkShape(i), i };
    return [
      pointSet(this.names.get(network), front.map((index) => this.at(this.byIndex.get(index))), colour,
        { ...style, showLine: true, stepped: "before", borderWidth: 1.5, pointRadius: 5, pointHoverRadius: 7, order: 0 }),
      pointSet(this.names.get(network), others.map((p) => this.at(p)), `${colour}80`,
        { ...style, pointBorderColor: "transparent", pointRadius: this.points.length > 400 ? 2.5 : 4, pointHoverRadius: 6, order: 1, other: true }),
    ];
  }
}

const MOST_IN_TOOLTIP = 4;

function pointTooltip(names) {
  const label = ({ raw: { point } }) => [names.get(point.network), ...Object.entries(point.values).map(([axis, value]) => `${axis} = ${value}`), figuresText(point)];
  return { filter: (item, index) => index < MOST_IN_TOOLTIP, callbacks: { label } };
}

// Hides a network's points with its line, or the points of one value.
function toggleNetwork(event, item, { chart }) {
  const { i } = chart.data.datasets[item.datasetIndex];
  const visible = !chart.isDatasetVisible(item.datasetIndex);
  chart.data.datasets.forEach((set, index) => { if (set.i === i) chart.setDatasetVisibility(index, visible); });
  chart.update();
}

// Coloured by the values of the key `by`, or by network.
function drawTradeoff(canvas, tradeoff, fronts, by, choose) {
  const filter = (item, { datasets }) => !datasets[item.datasetIndex].other;
  draw(canvas, {
    type: "scatter",
    data: { datasets: by ? tradeoff.datasetsBy(by, fronts) : fronts.flatMap((f) => tradeoff.datasets(f)) },
    options: {
      animation: false, maintainAspectRatio: false, scales: tradeoff.scales(),
      onClick: (event, hits, chart) => { if (hits.length > 0) choose(chart.data.datasets[hits[0].datasetIndex].data[hits[0].index].point.index); },
      plugins: { legend: { position: "top", align: "start", labels: { ...legendLabels(), filter }, onClick: toggleNetwork }, tooltip: pointTooltip(tradeoff.names) },
    },
  });
}

// Under its bar a point has its values where they fit the axis, else its number.
function variantAxis(axes, points) {
  const names = points.map(variantText), values = points.map((p) => Object.values(p.values));
  const fits = points.length * largest(values.flat().map((v) => v.length), 1) < 130;
  return axes.length > 0 && fits
    ? { title: axes.join(" / "), labels: values, names }
    : { title: "point, by its number in the table", labels: points.map((p) => p.row), names };
}

// Bars of one network's points, in order; a gap where it does not run.
function drawVariants(canvas, axes, points, { name, unit: base, key, sets }, choose) {
  const { scale, unit } = scaleFor(largest(points.map((p) => p[key] || 0), 0), base);
  const datasets = sets.map(({ title, colour, value }) =>
    bars(title, cssColour(colour), points.map((p) => (p.infeasible ? null : value(p) / scale))));
  const label = (item) => (item.raw === null ? null : `${item.dataset.label}: ${digits(item.raw)} ${unit}`);
  stackedBars(canvas, variantAxis(axes, points), datasets, `${name} (${unit})`, label, (i) => choose(points[i].index));
}
