// The page of several searches beside each other, put together from the data it carries.

const FRONT_COLOURS = ["none", "npu", "noc", "cim", "memory", "weights", "leakage"];

function drawFronts(data, measure) {
  const { scale, unit } = scaleFor(Math.max(...data.fronts.flatMap((f) => f.front.map((n) => n[measure.key])), 0), measure.unit);
  byId("scatter-caption").textContent = `Accuracy over ${measure.name}`;
  draw("scatter", {
    type: "scatter",
    data: { datasets: data.fronts.map((front, i) => {
      const colour = partColour(FRONT_COLOURS[i % FRONT_COLOURS.length]);
      return { label: front.platform, data: front.front.map((n) => ({ x: n[measure.key] / scale, y: 100 * n.accuracy })),
        backgroundColor: colour, borderColor: colour, pointRadius: 3, showLine: true, stepped: "before", borderWidth: 1.5 };
    }) },
    options: {
      animation: false, maintainAspectRatio: false,
      scales: { x: axis(`${measure.name}, ${unit}`), y: axis("accuracy, %") },
      plugins: {
        legend: { position: "top", align: "start", labels: legendLabels() },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${item.raw.y.toFixed(2)} %, ${digits(item.raw.x)} ${unit}` } },
      },
    },
  });
}

function fillChosen(data) {
  const networks = data.fronts.flatMap((f) => f.cheapest.map((c) => c.network)).filter((n) => n !== null);
  const stages = stagesOf(networks);
  const tested = networks.some((n) => n.test_accuracy !== undefined);
  const rows = data.fronts.flatMap((f) => f.cheapest.map(({ at_least, network: n }) => n === null
    ? [f.platform, inPercent(at_least), "none"]
    : [f.platform, inPercent(at_least), inPercent(n.accuracy), ...(tested ? [inPercent(n.test_accuracy)] : []), figure(n.latency_s, "s"), figure(n.energy_j, "J"),
      quantity(n.macs, ""), percent(n.cim_share, 1), ...stages.map((s) => stageText(n.genotype[s]))]));
  plainTable("chosen-table", ["platform", "at least", "accuracy", ...(tested ? ["on test images"] : []), "latency", "energy", "MACs", "MACs on macros", ...stages], rows);
}

function fillFrontsPage(data) {
  const measure = measureOf(data.objective);
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 13;
  byId("summary").textContent = `Searches of ${data.space} for ${measure.name}; accuracies by ${data.accuracy}.`;
  charts.splice(0).forEach((chart) => chart.destroy());
  drawFronts(data, measure);
  fillChosen(data);
  byId("footer").textContent = `Schema ${data.schema}. Charts: Chart.js ${Chart.version}, MIT licence. This page fetches nothing.`;
  document.body.dataset.ready = "1";
}

const frontsData = JSON.parse(byId("data").textContent);
fillFrontsPage(frontsData);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => fillFrontsPage(frontsData));
