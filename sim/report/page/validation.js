// The page of a validation, put together from the data it carries.

const SCATTER_COLOURS = { conv3x3: "npu", dw3x3: "cim", pw1x1: "noc", fc: "memory" };

function drawAgreement(scatter) {
  const all = Object.values(scatter).flat();
  const low = Math.min(...all.map((p) => Math.min(...p))), high = Math.max(...all.map((p) => Math.max(...p)));
  const sets = Object.entries(scatter).map(([op, points]) =>
    pointSet(op, points.map(([x, y]) => ({ x, y })), partColour(SCATTER_COLOURS[op] || "leakage"), { pointRadius: 1.6 }));
  sets.push(pointSet("legacy estimator", all.map(([x, , y]) => ({ x, y })), partColour("none"), { pointRadius: 0.8 }));
  sets.push(pointSet("equal", [{ x: low, y: low }, { x: high, y: high }], cssColour("text"), { showLine: true, pointRadius: 0, borderWidth: 1 }));
  const text = (v) => digits(v, 3);
  drawPoints("scatter", sets, { x: logAxis("Regor cycles", [low, high], text), y: logAxis("simulated cycles", [low, high], text) }, { enabled: false });
}

const logText = (v) => v.toFixed(3);

function fillAgreement(data) {
  plainTable("verdict-table", ["", "criterion", "value", "limit"], data.verdicts.map((v) => [v.pass ? "PASS" : "FAIL", v.what, v.figure, v.bound]));
  plainTable("group-table", ["op", "MACs", "system", "layers", "bias", "mean |ln|", "p90", "inside", "legacy mean |ln|"],
    data.groups.map((g) => [g.op, g.macs_per_cycle, g.system, g.ours.n, logText(g.ours.bias), logText(g.ours.mean), logText(g.ours.p90), percent(g.ours.inside, 1), logText(g.legacy.mean)]));
  plainTable("ablation-table", ["setting", "mean |ln|", "bias", "inside"],
    [{ setting: "default", all: data.all.ours }, ...data.ablations].map((a) => [a.setting, logText(a.all.mean), logText(a.all.bias), percent(a.all.inside, 1)]));
  plainTable("network-table", ["network", "MACs", "system", "cycles", "Regor cycles", "legacy cycles"],
    data.networks.map((n) => [n.name, n.macs_per_cycle, n.system, count(n.cycles.ours), count(n.cycles.regor), count(n.cycles.legacy)]));
  byId("network-note").textContent = data.networks.length === 0 ? "Not run without --nets DIR, the directory of their .tflite files." : "";
  plainTable("worst-table", ["layer", "op", "MACs", "system", "input", "output", "cycles", "closed form", "Regor cycles", "legacy cycles", "ln(cycles / Regor)", "NPU busy", "NoC busy", "weight memory busy"],
    data.worst.map((w) => [w.id, w.op, w.macs_per_cycle, w.system, w.input, w.output, count(w.cycles.ours), count(Math.floor(w.closed)), count(w.cycles.regor), count(w.cycles.legacy),
      logText(Math.log(w.cycles.ours / w.cycles.regor)), percent(w.npu, 1), percent(w.noc, 1), w.weights === null ? "with activations" : percent(w.weights, 1)]));
}

const milliseconds = (v) => v.toFixed(3);

function fillSilicon(data) {
  byId("silicon-lead").textContent = data.silicon_note;
  plainTable("silicon-table", ["network", "device", "MACs", "MHz", "weight memory", "silicon ms", "model min..max ms", "model nominal ms", "nominal / silicon", "conditions", "source"],
    data.silicon.map((s) => [s.network, s.device, s.macs_per_cycle, s.clock_mhz, s.weights_in, milliseconds(s.silicon_ms),
      s.model_ms ? `${milliseconds(s.model_ms.low)} .. ${milliseconds(s.model_ms.high)}` : `not run: ${s.left_out}`,
      s.model_ms ? milliseconds(s.model_ms.value) : "", s.model_ms ? (s.model_ms.value / s.silicon_ms).toFixed(2) : "", s.conditions, s.source]));
  byId("silicon-note").textContent = data.silicon.length === 0 ? "Not run without --nets DIR, the directory of their .tflite files." : "";
}

const validationData = JSON.parse(byId("data").textContent);
showPage(validationData.schema, () => {
  const { ours, legacy } = validationData.all;
  byId("summary").textContent = `${count(ours.n)} layers: mean |ln(cycles / Regor cycles)| is ${logText(ours.mean)}; for Arm's older estimator it is ${logText(legacy.mean)}. These are estimators, not measurements.`;
  drawAgreement(validationData.scatter);
  fillAgreement(validationData);
  fillSilicon(validationData);
});
