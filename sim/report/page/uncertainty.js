// Sensitivity and uncertainty: the effect of each parameter alone, and the distribution of samples.
// A figure: {name, unit, value, low, high, p5, p95, moved_by, alone: [[low end, high end]], sampled}.

const FIGURES = [["latency_s", "latency", "s"], ["energy_j", "energy", "J"], ["area_mm2", "area", "mm²"], ["average_w", "average power", "W"]];
const MOST_BARS = 12;

// Of totals whose values are uncertain, those that depend on a parameter.
function uncertainFigures(totals, details) {
  return FIGURES.filter(([key]) => totals[key] && totals[key].low < totals[key].high).map(([key, name, unit]) => ({
    name, unit, ...totals[key], alone: details.values.map((v) => v[key]), sampled: details.sampled[key] || [],
  }));
}

// Prefixes are for units of one dimension.
const isPlain = (unit) => unit === "" || unit.startsWith("mm");
const inUnit = (value, unit) => (isPlain(unit) ? `${digits(value)}${unit === "" ? "" : SPACE + unit}` : quantity(value, unit));
const intervalText = (f) => `nominal ${inUnit(f.value, f.unit)}; min..max ${inUnit(f.low, f.unit)} .. ${inUnit(f.high, f.unit)}; ` +
  `P5..P95 ${inUnit(f.p5, f.unit)} .. ${inUnit(f.p95, f.unit)}${f.moved_by ? `; dominant parameter: ${f.moved_by}` : ""}`;

const endOf = (figure, end) => (end === null ? figure.value : end);

// Parameters that the figure depends on, the strongest first.
function movers(figure, values) {
  const all = values.map((value, i) => ({ value, ends: figure.alone[i].map((end) => endOf(figure, end)), missing: figure.alone[i].map((end) => end === null) }));
  const width = ({ ends }) => Math.max(...ends, figure.value) - Math.min(...ends, figure.value);
  return all.filter((m) => width(m) > 0 || m.missing.some((end) => end)).sort((a, b) => width(b) - width(a));
}

function axisOf(figure, values) {
  const { scale, unit } = isPlain(figure.unit) ? { scale: 1, unit: figure.unit } : scaleFor(Math.max(...values.map(Math.abs)), figure.unit);
  return { scale, unit, title: unit === "" ? figure.name : `${figure.name} (${unit})` };
}

// A long key on two lines, parted behind a dot.
function keyLines(key) {
  const dot = key.lastIndexOf(".");
  return key.length <= 24 || dot < 0 ? [key] : [key.slice(0, dot + 1), key.slice(dot + 1)];
}

function drawTornado(canvas, figure, values) {
  const shown = movers(figure, values).slice(0, MOST_BARS);
  const { scale, unit, title } = axisOf(figure, [figure.value, ...shown.flatMap((m) => m.ends)]);
  const side = (label, i, colour) => ({ label, data: shown.map((m) => [figure.value / scale, m.ends[i] / scale]),
    backgroundColor: cssColour(colour), pointStyle: "rectRounded", grouped: false, barPercentage: 0.8, minBarLength: 1 });
  const label = (item) => `${item.dataset.label}: ${shown[item.dataIndex].missing[item.datasetIndex] ? "infeasible" : `${digits(item.raw[1])} ${unit}`}`;
  draw(canvas, {
    type: "bar",
    data: { labels: shown.map((m) => [...keyLines(m.value.key), m.value.range]), datasets: [side("at the low end", 0, "npu"), side("at the high end", 1, "cim")] },
    options: {
      animation: false, maintainAspectRatio: false, indexAxis: "y",
      scales: { x: axis(title, { axis: { beginAtZero: false, grace: "4%" } }), y: axis("", { grid: { display: false }, ticks: { autoSkip: false, font: { size: 11 } } }) },
      plugins: { legend: { position: "top", align: "start", labels: legendLabels() }, tooltip: { callbacks: { label } } },
      interaction: { mode: "index", axis: "y", intersect: false },
    },
  });
}

// Counts of equally wide bins, as the corners of steps.
function histogram(sampled) {
  const low = Math.min(...sampled), high = Math.max(...sampled), bins = Math.max(4, Math.ceil(2 * Math.cbrt(sampled.length)));
  const width = (high - low) / bins || 1, counts = new Array(bins).fill(0);
  sampled.forEach((v) => { counts[Math.min(bins - 1, Math.floor((v - low) / width))] += 1; });
  const corners = counts.flatMap((n, i) => [{ x: low + i * width, y: n }, { x: low + (i + 1) * width, y: n }]);
  return [{ x: low, y: 0 }, ...corners, { x: high, y: 0 }];
}

function drawDistribution(canvas, figure) {
  const steps = histogram(figure.sampled);
  const { scale, title } = axisOf(figure, [figure.value, ...figure.sampled]);
  const top = Math.max(...steps.map((p) => p.y));
  const at = ({ x, y }) => ({ x: x / scale, y });
  const line = (label, x, colour, dash) => pointSet(label, [at({ x, y: 0 }), at({ x, y: top })], cssColour(colour),
    { showLine: true, borderWidth: 2, borderDash: dash, pointRadius: 0, pointHitRadius: 0, pointStyle: "line" });
  const area = pointSet("samples", steps.map(at), cssColour("npu"), { showLine: true, fill: "origin", borderWidth: 1, backgroundColor: `${cssColour("npu")}55`, pointRadius: 0, pointHitRadius: 0, pointStyle: "rectRounded" });
  drawPoints(canvas, [line("nominal", figure.value, "cim", []), line("P5", figure.p5, "dim", [4, 4]), line("P95", figure.p95, "dim", [4, 4]), area],
    { x: axis(title), y: axis("samples", { axis: { beginAtZero: true }, ticks: { precision: 0 } }) }, { enabled: false });
}

// Both pictures of each figure.
function fillUncertainty(target, figures, values) {
  const picture = (caption, id, height) => element("figure", {}, element("figcaption", {}, caption),
    element("div", { class: "chart tall", style: height }, element("canvas", { id })));
  byId(target).querySelectorAll("canvas").forEach((canvas) => Chart.getChart(canvas)?.destroy());
  byId(target).replaceChildren(...figures.flatMap((f, i) => {
    const bars = Math.min(MOST_BARS, movers(f, values).length), height = `height:${Math.max(200, 90 + 40 * bars)}px`;
    const samples = f.sampled.length > 0 ? [picture(`${f.name}: ${intervalText(f)}`, `${target}-${i}-samples`, height)] : [];
    return [picture(`Sensitivity of ${f.name} to each parameter alone`, `${target}-${i}-tornado`, height), ...samples];
  }));
  figures.forEach((f, i) => {
    drawTornado(`${target}-${i}-tornado`, f, values);
    if (f.sampled.length > 0) drawDistribution(`${target}-${i}-samples`, f);
  });
}

const samplesText = (u) => `${plural(u.values.length, "uncertain parameter")}: each alone at both ends of its range, and ${plural(u.samples, "sample")} of all together (Latin hypercube, random seed ${u.seed}).`;
