// The page of a training, put together from the data it carries.

function fillHealth(health) {
  byId("health-note").textContent = "Accuracies on images held out from training. The gain is relative to the smallest network on the same images, with its standard error." + healthText(health);
  byId("tiles").replaceChildren(
    tile("Smallest", inPercent(health.smallest.accuracy), quantity(health.smallest.macs, "MAC")),
    tile("Largest", inPercent(health.largest.accuracy), quantity(health.largest.macs, "MAC")),
    tile("Beat the smallest", `${health.beat_smallest} of ${health.networks}`, health.healthy ? "at least half: healthy" : "fewer than half: undertrained"),
    tile("Kendall's tau", health.kendall_tau.toFixed(2), "of accuracy and MACs"));
  const row = (name, n) => [name, quantity(n.macs, ""), measuredPercent(n.accuracy, n.accuracy_standard_error), measuredPercent(n.gain, n.gain_standard_error)];
  plainTable("health-table", ["network", "MACs", "accuracy", "gain"], [row("smallest", health.smallest),
    ...health.measured.map((n, i) => row(`${i + 1}`, n)), row("largest", health.largest)]);
}

function drawHealth(health) {
  const { scale, unit } = scaleFor(health.largest.macs, "MAC");
  const point = (n) => ({ x: n.macs / scale, y: 100 * n.accuracy });
  byId("health-caption").textContent = "Accuracy versus MACs";
  drawPoints("health-chart", [
    pointSet("more MACs than the median", health.measured.map(point), partColour("npu"), { pointRadius: 3 }),
    pointSet("smallest and largest", [health.smallest, health.largest].map(point), partColour("cim"), { pointRadius: 4 }),
  ], { x: axis(`MACs, ${unit}`), y: axis("accuracy, %") }, { callbacks: { label: accuracyAt(unit) } });
}

// Networks that were trained alone, beside what they are in the supernet.
function fillAlone(alone) {
  byId("alone-note").textContent = `${alone.text}. Each network was trained alone for as many steps as the supernet; random seed ${alone.seed}.`;
  plainTable("alone-table", ["network", "MACs", "in the supernet", "trained alone"], alone.measured.map((n, i) => [`${i + 1}`,
    quantity(n.macs, ""), measuredPercent(n.accuracy, n.accuracy_standard_error),
    measuredPercent(n.alone_accuracy, n.alone_accuracy_standard_error)]));
}

function drawLosses(losses) {
  const line = (place) => losses.map((l) => ({ x: l[0], y: l[place] }));
  const style = { showLine: true, pointRadius: 0, borderWidth: 1.5 };
  drawPoints("loss-chart", [pointSet("mean", line(1), partColour("npu"), style),
    pointSet("largest network", line(2), partColour("cim"), style),
    pointSet("smallest network", line(3), partColour("noc"), style)], { x: axis("step"), y: axis("loss") }, {});
}

const trainData = JSON.parse(byId("data").textContent);
showPage(trainData.schema, () => {
  const { schema, program, model_version: model, health, alone, ...asked } = trainData.train;
  byId("summary").textContent = `${count(asked.steps)} steps of ${count(asked.batch)} images, recipe ${asked.recipe}.`;
  byId("health").hidden = health === undefined;
  if (health !== undefined) {
    fillHealth(health);
    drawHealth(health);
  }
  byId("alone").hidden = alone === undefined;
  if (alone !== undefined) fillAlone(alone);
  drawLosses(trainData.losses);
  plainTable("arguments", ["argument", "value"], Object.entries(asked).map(([k, v]) => [k, `${v}`]));
});
