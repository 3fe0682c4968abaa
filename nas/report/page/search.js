// The page of a search, put together from the data it carries.

// Rank correlations of the accuracies estimated and predicted before the measurement.
function preselectionText(preselection) {
  if (preselection === undefined) return "";
  const one = ({ kendall_tau: tau, networks }) => `${tau.toFixed(2)} (${plural(networks, "network")})`;
  return ` Kendall's tau with the accuracy: ${one(preselection.screen)} of the screen, ${one(preselection.prediction)} of the prediction.`;
}

const variesChip = (search) => search.varied !== undefined;
const chipText = (network) => Object.entries(network.settings).map(([key, value]) => `${key}=${value}`).join(", ");
const area = (mm2) => `${digits(mm2)}${SPACE}mm²`;

// Of a number by its logarithm.
const sizeText = (log10) => (log10 < 6 ? count(Math.round(10 ** log10)) : `about 10^${Math.round(log10)}`);

function fillSearchHeadline(search, measure) {
  const front = search.front, best = front[front.length - 1], cheapest = front[0];
  const { front: ours, random } = search.hypervolume, varies = variesChip(search);
  const chips = Object.values(search.varied ?? {}).reduce((product, values) => product * values.length, 1);
  byId("summary").textContent = `A space of ${sizeText(search.space.log10_size)} networks${varies ? ` on ${plural(chips, "chip")}` : ""}; ` +
    `${count(search.evaluations)} evaluated by ${search.arguments.algorithm}, ${count(search.searched.within_budgets)} feasible.` +
    (search.arguments.accuracy.startsWith("surrogate") ? " Accuracies are estimates of the surrogate from MACs and ViT blocks; nothing was trained." : "") + preselectionText(search.preselection) + healthText(search.supernet_health);
  if (front.length === 0) return;
  byId("tiles").replaceChildren(
    tile("Most accurate", inPercent(best.accuracy), `${figure(best[measure.key], measure.unit)}, ${quantity(best.macs, "MAC")}`),
    tile(measure.place === 0 ? "Fastest" : "Least energy", figure(cheapest[measure.key], measure.unit), `${inPercent(cheapest.accuracy)}, ${quantity(cheapest.macs, "MAC")}`),
    tile("Front", count(front.length), "networks"),
    tile("Hypervolume", random > 0 ? `${digits(ours / random, 4)} ×` : figure(ours, measure.unit) + (varies ? `${SPACE}mm²` : ""), random > 0 ? "of the front, relative to random search" : "of the front"));
}

function drawScatter(data, measure) {
  const search = data.search;
  const all = [...data.evaluated, ...data.control].map((p) => p[measure.place]);
  const { scale, unit } = scaleFor(Math.max(...all, 0), measure.unit);
  const point = (p) => ({ x: p[measure.place] / scale, y: 100 * p[2] });
  const network = (n) => ({ x: n[measure.key] / scale, y: 100 * n.accuracy, network: n, ...errorEnds(n) });
  // Of three objectives no line joins the networks: the larger a point, the larger the area.
  const varies = variesChip(search), line = varies ? {} : { showLine: true, stepped: "before", borderWidth: 1.5 };
  const size = varies ? areaSizes(search) : (usual) => usual;
  byId("scatter-caption").textContent = `Accuracy versus ${measure.name}${varies ? "; size of a point: area of the macros" : ""}`;
  const label = (item) => accuracyAt(unit)(item) + (varies && item.raw.network ? `, ${area(item.raw.network.macro_area_mm2)}, ${chipText(item.raw.network)}` : "");
  drawPoints("scatter", [
    pointSet("front", search.front.map(network), partColour("npu"), { ...line, pointRadius: size(4, search.front) }),
    pointSet("front of random search", search.random_front.map(network), partColour("cim"), { ...line, pointRadius: size(3, search.random_front), borderDash: [5, 4] }),
    pointSet("evaluated", data.evaluated.map(point), partColour("none"), {}),
  ], { x: axis(`${measure.name}, ${unit}`), y: axis("accuracy, %") }, { callbacks: { label } });
}

// Radii of points, in pixels.
function areaSizes(search) {
  const most = largest([...search.front, ...search.random_front].map((n) => n.macro_area_mm2), 0);
  return (usual, networks) => networks.map((n) => 2 + (most > 0 ? 6 * Math.sqrt(n.macro_area_mm2 / most) : 0));
}

function drawConvergence({ convergence, search }, measure) {
  const { scale, unit: prefixed } = scaleFor(largest([...convergence.front, ...convergence.random].map(([, volume]) => volume), 0), measure.unit);
  const unit = variesChip(search) ? `${prefixed} mm²` : prefixed;
  const growth = (name, pairs, colour) => pointSet(name, pairs.map(([x, volume]) => ({ x, y: volume / scale })), partColour(colour), { showLine: true, pointRadius: 0, pointHitRadius: 4, borderWidth: 2 });
  const sets = [growth("search", convergence.front, "npu"), ...(convergence.random.length > 0 ? [growth("random search", convergence.random, "cim")] : [])];
  const label = (item) => `${item.dataset.label}: ${digits(item.raw.y)} ${unit} after ${plural(item.raw.x, "network")}`;
  drawPoints("convergence-chart", sets, { x: axis("evaluated networks", { axis: { beginAtZero: true } }), y: axis(`hypervolume (${unit})`, { axis: { beginAtZero: true } }) }, { callbacks: { label } });
}

// Bars of the errors, where accuracies have some.
function errorNote(front) {
  const n = front[0];
  return n === undefined ? "" : n.accuracy_low !== undefined ? " Bars: the interval of the estimate."
    : n.accuracy_standard_error !== undefined ? " Bars: one standard error of the accuracy, from the number of images." : "";
}

function simulateCommand(search, network) {
  const { platform, space } = search;
  const chip = Object.entries(network.settings ?? {}).map(([key, value]) => `${key}=${value}`);
  const words = ["--platform", platform.file, ...[...platform.settings, ...chip].flatMap((s) => ["--set", s]), "--network", `${space.file}#${JSON.stringify(network.genotype)}`];
  const objective = search.arguments.objective === "latency" ? [] : ["--objective", search.arguments.objective];
  return ["h4h simulate", ...[...words, ...objective].map(shellWord)].join(" ");
}

function chooseNetwork(search, index) {
  const network = search.front[index];
  document.querySelectorAll("#front-table tbody tr").forEach((row, i) => row.classList.toggle("chosen", i === index));
  byId("front-network").replaceChildren(
    element("p", { class: "facts" }, `Row ${index + 1} of front.csv: ${inPercent(network.accuracy)}, ${figure(network.latency_s, "s")}, ${figure(network.energy_j, "J")}` +
      (variesChip(search) ? `, macros of ${area(network.macro_area_mm2)}: ${chipText(network)}` : "")),
    copyLine("Genotype:", JSON.stringify(network.genotype)), copyLine("Simulate this:", simulateCommand(search, network)));
}

function fillFront(search) {
  const stages = stagesOf(search.front);
  const tested = search.front.some((n) => n.test_accuracy !== undefined);
  const keys = Object.keys(search.varied ?? {});
  const headings = ["row", "accuracy", ...(tested ? ["test accuracy"] : []), "latency", "energy", ...(variesChip(search) ? ["area of macros", ...keys] : []), "MACs", "parameters", "MACs on macros", ...stages];
  plainTable("front-table", headings, search.front.map((n, i) => [
    `${i + 1}`, n.accuracy_low === undefined ? measuredPercent(n.accuracy, n.accuracy_standard_error) : `${inPercent(n.accuracy)} (${inPercent(n.accuracy_low)} .. ${inPercent(n.accuracy_high)})`, ...(tested ? [measuredPercent(n.test_accuracy, n.test_accuracy_standard_error)] : []), figure(n.latency_s, "s"), figure(n.energy_j, "J"), ...(variesChip(search) ? [area(n.macro_area_mm2), ...keys.map((key) => n.settings[key])] : []), quantity(n.macs, ""), quantity(n.parameters, ""),
    percent(n.cim_share, 1), ...stages.map((s) => stageText(n.genotype[s]))]));
  tableRecords.set("front-table", () => search.front.map((n) => ({ ...flatRecord(n), ...n.settings })));
  document.querySelectorAll("#front-table tbody tr").forEach((row, i) => row.addEventListener("click", () => chooseNetwork(search, i)));
  if (search.front.length > 0) chooseNetwork(search, search.front.length - 1);
}

const searchData = JSON.parse(byId("data").textContent);
showPage(searchData.search.schema, () => {
  const search = searchData.search, measure = measureOf(search.arguments.objective);
  fillSearchHeadline(search, measure);
  drawScatter(searchData, measure);
  drawConvergence(searchData, measure);
  byId("random-note").textContent = search.random.evaluations === 0 ? "No random search for comparison." : `Random search: ${count(search.random.evaluations)} networks evaluated, ${count(search.random.within_budgets)} feasible.`;
  byId("random-note").append(errorNote(search.front));
  fillFront(search);
  plainTable("arguments", ["argument", "value"], Object.entries(search.arguments));
});
