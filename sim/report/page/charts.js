// Bars, points and rooflines, drawn by Chart.js; and what every page does.

function axis(title, more = {}) {
  return {
    title: { display: true, text: title, color: cssColour("dim") },
    ticks: { color: cssColour("dim"), ...more.ticks },
    grid: { color: cssColour("grid"), drawBorder: false, ...more.grid },
    ...more.axis,
  };
}

const legendLabels = () => ({ color: cssColour("text"), usePointStyle: true, boxHeight: 9, padding: 14 });

// In place of what the canvas showed before.
function draw(canvas, configuration) {
  Chart.getChart(canvas)?.destroy();
  new Chart(byId(canvas), configuration);
  addChartTools(byId(canvas));
}

const accuracyAt = (unit) => (item) => `${item.dataset.label}: ${item.raw.y.toFixed(2)} %, ${digits(item.raw.x)} ${unit}`;

function pointSet(label, points, colour, more) {
  return { label, data: points, backgroundColor: colour, borderColor: colour, pointRadius: 2, ...more };
}

// Vertical bars from `low` to `high` of the points that have both.
const ERROR_BARS = {
  id: "errorBars",
  beforeDatasetsDraw(chart) {
    const { ctx, data, scales: { x, y } } = chart;
    data.datasets.forEach((set, s) => set.data.forEach((point) => {
      if (point?.low === undefined || !chart.isDatasetVisible(s)) return;
      const at = x.getPixelForValue(point.x);
      ctx.strokeStyle = set.borderColor;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(at, y.getPixelForValue(point.low));
      ctx.lineTo(at, y.getPixelForValue(point.high));
      ctx.stroke();
    }));
  },
};

// Sets of points; a tooltip tells one.
function drawPoints(canvas, datasets, scales, tooltip) {
  const ends = datasets.flatMap((set) => set.data.filter((p) => p.low !== undefined).flatMap((p) => [p.low, p.high]));
  if (ends.length > 0) Object.assign(scales.y, { suggestedMin: smallest(ends), suggestedMax: largest(ends) });
  draw(canvas, {
    type: "scatter",
    data: { datasets },
    plugins: [ERROR_BARS],
    options: {
      animation: false, maintainAspectRatio: false, scales,
      plugins: { legend: { position: "top", align: "start", labels: legendLabels() }, tooltip },
    },
  });
}

// Of the local time, such as 2026-11-30 09:05.
function fileDate() {
  const date = new Date(document.lastModified), two = (n) => `${n}`.padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

// What every page does: shows itself, and draws again when the colours change.
function showPage(schema, fill, redraw = fill) {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 13;
  fill();
  addTools();
  // The file's date as the browser knows it: in the page it would make each run's bytes differ.
  byId("footer").textContent = `File of ${fileDate()}. Schema ${schema}. Charts: Chart.js ${Chart.version}, MIT licence. This page loads nothing from the network.`;
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  document.body.dataset.ready = "1";
}

// What stands under bars, and in their tooltips.
function layerAxis(layers) {
  return { title: "layer, in file order", labels: layers.map((_, i) => i + 1), names: layers.map((l, i) => `${i + 1}  ${l.name}`) };
}

function stackedBars(canvas, { title, labels, names }, datasets, yTitle, label, choose) {
  draw(canvas, {
    type: "bar",
    data: { labels, datasets },
    options: {
      animation: false, maintainAspectRatio: false,
      onClick: (event, hits) => { if (hits.length > 0) choose(hits[0].index); },
      scales: {
        x: axis(title, { axis: { stacked: true }, ticks: { maxRotation: 0, autoSkip: true }, grid: { display: false } }),
        y: axis(yTitle, { axis: { stacked: true, beginAtZero: true, afterFit: (scale) => { scale.width = 62; } } }),
      },
      plugins: {
        legend: { position: "top", align: "start", labels: legendLabels() },
        tooltip: { callbacks: { title: (items) => names[items[0].dataIndex], label } },
      },
      interaction: { mode: "index", intersect: false },
    },
  });
}

// Marks across bars, to compare them with.
function marks(label, data) {
  const width = (context) => Math.min(55, Math.max(2, (0.42 * context.chart.chartArea?.width) / data.length || 2));
  return { type: "line", label, data, showLine: false, pointStyle: "line", pointRadius: width, pointHoverRadius: width, borderColor: cssColour("text"), borderWidth: 2, order: -1, stack: "marks" };
}

function bars(name, colour, data) {
  return { label: name, data, backgroundColor: colour, pointStyle: "rectRounded", barPercentage: 0.92, categoryPercentage: 0.95, maxBarThickness: 110 };
}

function drawTime(layers, choose, alone = null) {
  const all = [...layers, ...(alone ? alone.layers : [])];
  const { scale, unit } = scaleFor(largest(all.map((l) => l.latency_s)), "s");
  const used = BOUNDS.filter((b) => layers.some((l) => l.bound_by === b));
  const datasets = used.map((b) =>
    bars(part(b).name, partColour(b), layers.map((l) => (l.bound_by === b ? l.latency_s / scale : null))));
  if (alone) datasets.push(marks("NPU alone", alone.layers.map((l) => l.latency_s / scale)));
  const label = (item) => (item.raw === null ? null
    : item.dataset.stack === "marks" ? `${item.dataset.label}: ${digits(item.raw)} ${unit}`
    : `${digits(item.raw)} ${unit}, bound by ${item.dataset.label}`);
  stackedBars("time-chart", layerAxis(layers), datasets, `time (${unit})`, label, choose);
}

function drawEnergy(layers, parts, choose, alone = null) {
  const all = [...layers, ...(alone ? alone.layers : [])];
  const { scale, unit } = scaleFor(largest(all.map((l) => l.energy_j)), "J");
  const used = parts.filter((p) => layers.some((l) => l.energy_parts_j[p] > 0));
  const datasets = used.map((p) =>
    bars(part(p).name, partColour(p), layers.map((l) => l.energy_parts_j[p] / scale)));
  if (alone) datasets.push(marks("NPU alone", alone.layers.map((l) => l.energy_j / scale)));
  const label = (item) => `${item.dataset.label}: ${digits(item.raw, 3)} ${unit}`;
  stackedBars("energy-chart", layerAxis(layers), datasets, `energy (${unit})`, label, choose);
}

// The roof of one bandwidth between two intensities, with its corner.
function roof(peak, bandwidth, from, to) {
  const corner = peak / bandwidth;
  const at = (x) => ({ x, y: Math.min(peak, x * bandwidth) });
  return from < corner && corner < to ? [at(from), at(corner), at(to)] : [at(from), at(to)];
}

function roofDatasets(roofline, from, to) {
  const peak = roofline.peak_macs_per_s;
  const colours = ["noc", "memory"];
  return roofline.bandwidths.map((b, i) => ({
    type: "line", label: `${b.name} ${quantity(b.bytes_per_s, "B/s", 3)}`,
    data: roof(peak, b.bytes_per_s, from, to), borderColor: cssColour(colours[i]), borderWidth: 2,
    borderDash: i === 0 ? [] : [6, 4], pointStyle: "line", pointRadius: 0, pointHitRadius: 0, fill: false, order: 2,
  }));
}

function pointDatasets(roofline, layers) {
  const points = roofline.points.map((p) => ({
    x: p.macs / p.noc_bytes, y: p.macs / layers[p.layer].latency_s, layer: p.layer,
  }));
  return BOUNDS.map((b) => ({
    label: `bound by ${part(b).name}`, data: points.filter((p) => layers[p.layer].bound_by === b),
    backgroundColor: partColour(b), borderColor: cssColour("panel"), borderWidth: 1,
    pointRadius: 5, pointHoverRadius: 7, order: 1,
  })).filter((set) => set.data.length > 0);
}

const decades = (values) => [10 ** Math.floor(Math.log10(Math.min(...values) / 1.2)),
                             10 ** Math.ceil(Math.log10(Math.max(...values) * 1.2))];

// On a logarithmic axis only powers of ten are labelled.
function logAxis(title, [min, max], text) {
  const callback = (value) => (Math.abs(Math.log10(value) % 1) < 1e-9 ? text(value) : "");
  return axis(title, { axis: { type: "logarithmic", min, max }, ticks: { callback, autoSkip: false, maxRotation: 0 } });
}

function drawRoofline(roofline, layers, choose) {
  const canvas = `${roofline.device}-roof`;
  if (byId(`${canvas}-caption`) === null) return; // listed devices have no chart of their own
  const peak = roofline.peak_macs_per_s;
  const name = part(roofline.device).name;
  byId(`${canvas}-caption`).textContent = `${name}: peak ${quantity(peak, "MAC/s")}`;
  if (roofline.points.length === 0) {
    byId(`${canvas}-caption`).textContent = name;
    byId(canvas).hidden = true;
    byId(canvas).parentElement.classList.add("none");
    byId(`${canvas}-none`).hidden = false;
    byId(`${canvas}-none`).textContent = `In this mapping the ${name} execute${name === "NPU" ? "s" : ""} no MACs.`;
    return;
  }
  const points = pointDatasets(roofline, layers);
  const all = points.flatMap((set) => set.data);
  const corners = roofline.bandwidths.map((b) => peak / b.bytes_per_s);
  const xs = decades([...all.map((p) => p.x), ...corners]);
  const ys = decades([...all.map((p) => p.y), peak]);
  draw(canvas, {
    type: "scatter",
    data: { datasets: [...points, ...roofDatasets(roofline, xs[0], xs[1])] },
    options: {
      animation: false, maintainAspectRatio: false,
      onClick: (event, hits, chart) => {
        const hit = hits.map((h) => chart.data.datasets[h.datasetIndex].data[h.index]).find((p) => p.layer !== undefined);
        if (hit) choose(hit.layer);
      },
      scales: { x: logAxis("MACs per NoC byte", xs, (v) => digits(v)), y: logAxis("achieved MAC/s", ys, (v) => quantity(v, "")) },
      plugins: {
        legend: { position: "top", align: "start", labels: legendLabels() },
        tooltip: {
          filter: (item) => item.raw.layer !== undefined,
          callbacks: {
            title: (items) => (items.length ? `${items[0].raw.layer + 1}  ${layers[items[0].raw.layer].name}` : ""),
            label: (item) => [`${digits(item.raw.x)} MACs per NoC byte`, `${quantity(item.raw.y, "MAC/s")}, ${percent(item.raw.y, peak)} of peak`],
          },
        },
      },
    },
  });
}

function drawCharts(data, choose) {
  const report = data.report;
  drawTime(report.layers, choose, data.npu_alone);
  drawEnergy(report.layers, Object.keys(report.energy_j), choose, data.npu_alone);
  data.rooflines.forEach((r) => drawRoofline(r, report.layers, choose));
}
