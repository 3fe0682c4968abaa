// The page of the studies, put together from the data it carries.

const CURVE_COLOURS = ["npu", "cim", "noc", "memory", "weights", "leakage", "none"];

const axisType = ({ title, logarithmic }, more = {}) =>
  axis(title, { ...more, axis: { type: logarithmic ? "logarithmic" : "linear", ...more.axis } });

// Labels where the points are.
function pointAxis(described, points) {
  const values = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  const afterBuildTicks = (built) => { built.ticks = values.map((value) => ({ value })); };
  return axisType(described, {
    axis: { min: values[0], max: values[values.length - 1], afterBuildTicks },
    ticks: { callback: (value) => digits(value) },
  });
}

function drawCurves(canvas, chart) {
  const sets = chart.series.map((s, i) => pointSet(s.name, s.points.map(([x, y]) => ({ x, y })),
    partColour(CURVE_COLOURS[i % CURVE_COLOURS.length]), { pointRadius: 3, showLine: true, borderWidth: 1.5 }));
  const points = chart.series.flatMap((s) => s.points);
  const label = (item) => `${item.dataset.label}: ${digits(item.raw.x)}, ${digits(item.raw.y)}`;
  drawPoints(canvas, sets, { x: pointAxis(chart.x, points), y: axisType(chart.y) }, { callbacks: { label } });
}

const canvasName = (study, i) => `${study.name}-${i}`;

function studySection(study) {
  const figures = study.charts.map((chart, i) => element("figure", {},
    element("figcaption", {}, chart.title),
    element("div", { class: "chart tall" }, element("canvas", { id: canvasName(study, i) }))));
  return element("section", { id: study.name }, element("h2", {}, study.name),
    element("p", { class: "lead" }, `What it shows: ${study.shows}. The values are in ${study.name}.csv.`),
    element("div", { class: "columns two" }, ...figures));
}

function claimRow(claim) {
  const cell = (text, kind) => element("td", { class: kind }, text);
  const accept = claim.band === "" ? claim.accept : `${claim.accept}; band ${claim.band}`;
  return element("tr", {}, cell(claim.id, "tight"), cell(claim.quotation, "wide"),
    cell(claim.value === null ? "none" : digits(claim.value), "number"), cell(accept, "tight"),
    cell(claim.verdict, "tight"), cell(claim.assumptions, "wide"), cell(claim.study, "tight"));
}

function fillClaims(claims) {
  const headings = ["claim", "the paper says", "value", "accept", "verdict", "assumptions", "study"];
  const head = element("tr", {}, ...headings.map((h) => element("th", { scope: "col" }, h)));
  byId("claims-table").replaceChildren(element("thead", {}, head), element("tbody", {}, ...claims.map(claimRow)));
}

function verdictCounts(claims) {
  const verdicts = [["holds", "hold"], ["within band", "lie within a band"], ["differs", "differ"]];
  return verdicts.map(([verdict, words]) => [words, claims.filter((c) => c.verdict === verdict).length])
    .filter(([, n]) => n > 0).map(([words, n]) => `${n} ${words}`).join(", ");
}

const studiesData = JSON.parse(byId("data").textContent);
showPage(studiesData.schema, () => {
  byId("summary").textContent = `On ${studiesData.chip}. ${studiesData.claims.length} claims: ${verdictCounts(studiesData.claims)}.`;
  fillClaims(studiesData.claims);
  byId("studies").replaceChildren(...studiesData.studies.map(studySection));
  for (const study of studiesData.studies) study.charts.forEach((chart, i) => drawCurves(canvasName(study, i), chart));
});
