// The page of a search, put together from the data it carries.

function searchTile(title, value, detail) {
  return element("div", { class: "tile" }, element("dt", {}, title),
    element("dd", {}, element("div", { class: "value" }, value), element("div", { class: "detail" }, detail)));
}

function fillSearchHeadline(search, measure) {
  const front = search.front, best = front[front.length - 1], cheapest = front[0];
  const { front: ours, random } = search.hypervolume;
  byId("summary").textContent = `A space of ${digits(10 ** search.space.log10_size, 3)} networks; ` +
    `${count(search.evaluations)} of them looked at by ${search.arguments.algorithm}, ${count(search.searched.within_budgets)} within the budgets.`;
  if (front.length === 0) return;
  byId("tiles").replaceChildren(
    searchTile("Most accurate", inPercent(best.accuracy), `${figure(best[measure.key], measure.unit)}, ${quantity(best.macs, "MAC")}`),
    searchTile(measure.place === 0 ? "Fastest" : "Least energy", figure(cheapest[measure.key], measure.unit), `${inPercent(cheapest.accuracy)}, ${quantity(cheapest.macs, "MAC")}`),
    searchTile("Front", count(front.length), "networks"),
    searchTile("Hypervolume", random > 0 ? `${digits(ours / random, 4)} ×` : digits(ours, 4), "of the front, against the random one"));
}

function scatterSet(label, points, colour, more) {
  return { label, data: points, backgroundColor: colour, borderColor: colour, pointRadius: 2, ...more };
}

function drawScatter(data, measure) {
  const search = data.search;
  const all = [...data.evaluated, ...data.control].map((p) => p[measure.place]);
  const { scale, unit } = scaleFor(Math.max(...all, 0), measure.unit);
  const point = (p) => ({ x: p[measure.place] / scale, y: 100 * p[2] });
  const network = (n) => ({ x: n[measure.key] / scale, y: 100 * n.accuracy });
  const line = { showLine: true, stepped: "before", borderWidth: 1.5 };
  byId("scatter-caption").textContent = `Accuracy over ${measure.name}`;
  draw("scatter", {
    type: "scatter",
    data: { datasets: [
      scatterSet("front", search.front.map(network), partColour("npu"), { ...line, pointRadius: 4 }),
      scatterSet("front of random networks", search.random_front.map(network), partColour("cim"), { ...line, pointRadius: 3, borderDash: [5, 4] }),
      scatterSet("looked at", data.evaluated.map(point), partColour("none"), {}),
    ] },
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

function fillFront(search) {
  const stages = stagesOf(search.front);
  const tested = search.front.some((n) => n.test_accuracy !== undefined);
  const headings = ["accuracy", ...(tested ? ["on test images"] : []), "latency", "energy", "MACs", "parameters", "MACs on macros", ...stages];
  plainTable("front-table", headings, search.front.map((n) => [
    inPercent(n.accuracy), ...(tested ? [inPercent(n.test_accuracy)] : []), figure(n.latency_s, "s"), figure(n.energy_j, "J"), quantity(n.macs, ""), quantity(n.parameters, ""),
    percent(n.cim_share, 1), ...stages.map((s) => stageText(n.genotype[s]))]));
}

function fillSearchPage(data) {
  const search = data.search, measure = measureOf(search.arguments.objective);
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 13;
  fillSearchHeadline(search, measure);
  charts.splice(0).forEach((chart) => chart.destroy());
  drawScatter(data, measure);
  byId("random-note").textContent = `Random search looked at ${count(search.random.evaluations)} networks, ${count(search.random.within_budgets)} within the budgets.`;
  fillFront(search);
  plainTable("arguments", ["argument", "value"], Object.entries(search.arguments));
  byId("footer").textContent = `Schema ${search.schema}. Charts: Chart.js ${Chart.version}, MIT licence. This page fetches nothing.`;
  document.body.dataset.ready = "1";
}

const searchData = JSON.parse(byId("data").textContent);
fillSearchPage(searchData);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => fillSearchPage(searchData));
