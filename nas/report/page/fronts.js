// The page of several searches beside each other, put together from the data it carries.

const FRONT_COLOURS = ["none", "npu", "noc", "cim", "memory", "weights", "leakage"];

function drawFronts(data, measure) {
  const { scale, unit } = scaleFor(Math.max(...data.fronts.flatMap((f) => f.front.map((n) => n[measure.key])), 0), measure.unit);
  byId("scatter-caption").textContent = `Accuracy versus ${measure.name}`;
  const sets = data.fronts.map((front, i) => pointSet(front.platform,
    front.front.map((n) => ({ x: n[measure.key] / scale, y: 100 * n.accuracy, ...errorEnds(n) })),
    partColour(data.fronts.length === 1 ? "npu" : FRONT_COLOURS[i % FRONT_COLOURS.length]), { pointRadius: 3, showLine: true, stepped: "before", borderWidth: 1.5 }));
  drawPoints("scatter", sets, { x: axis(`${measure.name}, ${unit}`), y: axis("accuracy, %") }, { callbacks: { label: accuracyAt(unit) } });
}

function fillChosen(data) {
  const networks = data.fronts.flatMap((f) => f.cheapest.map((c) => c.network)).filter((n) => n !== null);
  const stages = stagesOf(networks);
  const tested = networks.some((n) => n.test_accuracy !== undefined);
  const rows = data.fronts.flatMap((f) => f.cheapest.map(({ at_least, network: n }) => n === null
    ? [f.platform, inPercent(at_least), "none"]
    : [f.platform, inPercent(at_least), measuredPercent(n.accuracy, n.accuracy_standard_error), ...(tested ? [measuredPercent(n.test_accuracy, n.test_accuracy_standard_error)] : []), figure(n.latency_s, "s"), figure(n.energy_j, "J"),
      quantity(n.macs, ""), percent(n.cim_share, 1), ...stages.map((s) => stageText(n.genotype[s]))]));
  plainTable("chosen-table", ["platform", "at least", "accuracy", ...(tested ? ["test accuracy"] : []), "latency", "energy", "MACs", "MACs on macros", ...stages], rows);
}

const frontsData = JSON.parse(byId("data").textContent);
showPage(frontsData.schema, () => {
  const measure = measureOf(frontsData.objective);
  byId("summary").textContent = `Searches of ${frontsData.space} for ${measure.name}; accuracies by ${frontsData.accuracy}.` + healthText(frontsData.supernet_health);
  drawFronts(frontsData, measure);
  fillChosen(frontsData);
});
