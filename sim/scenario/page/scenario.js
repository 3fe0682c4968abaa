// The page of a scenario, put together from the data it carries.

const SVG = "http://www.w3.org/2000/svg";

function svgElement(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

class ScenarioPage {
  constructor(data) {
    this.data = data;
  }

  fill() {
    const { scenario, platform, totals, networks, remarks } = this.data;
    byId("summary").textContent = `${plural(networks.length, "network")} on ${platform.name} for ${quantity(scenario.duration_s, "s")}; ` +
      `${scenario.policy === "deadline" ? "earliest deadline first" : "in the order of the file"}; ${scenario.idle === "on" ? "powered" : "asleep"} when idle.`;
    const frames = networks.reduce((sum, n) => sum + n.frames, 0);
    const onTime = networks.reduce((sum, n) => sum + n.on_time, 0);
    byId("tiles").replaceChildren(
      tile("frames on time", `${onTime} of ${frames}`, ""),
      tile("busy", `${digits(100 * totals.utilisation, 3)}${SPACE}%`, "of the time"),
      tile("energy", quantity(totals.energy_j, "J"), `in ${quantity(totals.time_s, "s")}`),
      tile("average power", quantity(totals.average_w, "W"), `${quantity(totals.idle_w, "W")} when idle`));
    this.fillTable();
    this.draw();
    byId("remarks").replaceChildren(...remarks.map((text) => element("li", {}, text)));
  }

  fillTable() {
    const time = (v) => quantity(v, "s");
    const columns = [
      ["network", "", (r) => r.name, (v) => v, "name"],
      ["inference", "", (r) => r.inference_s, time, "number"],
      ["energy", "per inference", (r) => r.inference_j, (v) => quantity(v, "J"), "number"],
      ["deadline", "", (r) => r.deadline_s, time, "number"],
      ["frames", "", (r) => r.frames, (v) => v, "number"],
      ["on time", "", (r) => r.on_time, (v) => v, "number"],
      ["late", "", (r) => r.late, (v) => v, "number"],
      ["dropped", "", (r) => r.dropped, (v) => v, "number"],
      ["latency", "mean", (r) => r.latency_mean_s, time, "number"],
      ["P95", "", (r) => r.latency_p95_s, time, "number"],
      ["max", "", (r) => r.latency_max_s, time, "number"],
      ["use", "% of the time", (r) => 100 * r.utilisation, (v) => v.toFixed(1), "number"],
    ];
    this.table = new SortedTable("network-table", columns, this.data.networks, () => {}, { largestFirst: false });
  }

  // A lane for each network: from the arrival of a frame (thin) to what the chip spends on it (bar).
  draw() {
    const { runs, networks, runs_in_all: all } = this.data;
    if (runs.length === 0) {
      byId("timeline-lead").textContent = "No frame ran.";
      return;
    }
    const end = Math.max(...runs.map((r) => r[3]));
    byId("timeline-lead").textContent = `The first ${runs.length} of ${plural(all, "frame")}, until ${quantity(end, "s")}. Thin: waiting; bar: on the chip, red where it is late.`;
    const width = 1100, left = 130, height = 26;
    const x = (t) => left + (width - left - 10) * t / end;
    const svg = svgElement("svg", { viewBox: `0 0 ${width} ${networks.length * height + 24}`, width, class: "lanes", role: "img", "aria-label": "timeline of frames" });
    networks.forEach((network, lane) => {
      const name = network.name.length > 18 ? `${network.name.slice(0, 17)}\u2026` : network.name;
      svg.append(svgElement("text", { x: 0, y: lane * height + 17, fill: "currentColor", "font-size": 12 }, name));
    });
    for (const [lane, arrived, begun, done, late] of runs) {
      const y = lane * height + 13;
      svg.append(svgElement("line", { x1: x(arrived), x2: x(begun), y1: y, y2: y, stroke: "currentColor", "stroke-width": 1, opacity: 0.5 }));
      const bar = svgElement("rect", { x: x(begun), y: lane * height + 5, width: Math.max(0.5, x(done) - x(begun)), height: 16, fill: late ? "#d1495b" : "#2a78b8" });
      bar.append(svgElement("title", {}, `${networks[lane].name}: arrived ${quantity(arrived, "s")}, begun ${quantity(begun, "s")}, done ${quantity(done, "s")}`));
      svg.append(bar);
    }
    for (let i = 0; i <= 4; ++i) {
      const t = end * i / 4;
      svg.append(svgElement("text", { x: x(t), y: networks.length * height + 18, fill: "currentColor", "font-size": 11, "text-anchor": i === 4 ? "end" : i === 0 ? "start" : "middle" }, quantity(t, "s")));
    }
    byId("lanes").replaceChildren(svg);
  }
}

const scenarioPage = new ScenarioPage(JSON.parse(byId("data").textContent));
showPage(scenarioPage.data.schema, () => scenarioPage.fill(), () => scenarioPage.draw());
