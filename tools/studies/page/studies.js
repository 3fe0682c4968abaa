// The page of the studies, put together from the data it carries.

const claimName = (claim) => (claim.accuracy_by ? `${claim.id} (${claim.accuracy_by})` : claim.id);

const CURVE_COLOURS = ["npu", "cim", "noc", "memory", "weights", "leakage", "none"];

const axisType = ({ title, logarithmic }, more = {}) =>
  axis(title, { ...more, axis: { type: logarithmic ? "logarithmic" : "linear", ...more.axis } });

const MOST_LABELS = 16;

// Labels where the points are, where there is room for them.
function pointAxis(described, points) {
  const values = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  if (values.length > MOST_LABELS) return axisType(described, { ticks: { callback: (value) => digits(value), maxRotation: 0 } });
  const afterBuildTicks = (built) => { built.ticks = values.map((value) => ({ value })); };
  return axisType(described, {
    axis: { min: values[0], max: values[values.length - 1], afterBuildTicks },
    ticks: { callback: (value) => digits(value) },
  });
}

function drawCurves(canvas, chart) {
  const sets = chart.series.map((s, i) => pointSet(s.name, s.points.map(([x, y]) => ({ x, y })),
    partColour(CURVE_COLOURS[i % CURVE_COLOURS.length]), { pointRadius: s.points.length > MOST_LABELS ? 1.5 : 3, showLine: s.joined, borderWidth: 1.5 }));
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
    element("p", { class: "lead" }, `What it shows: ${study.shows}. The values are in ${study.name}.csv.` +
      (study.by_surrogate ? " Accuracies are estimates of the surrogate from MACs and ViT blocks; nothing was trained." : "") +
      (study.remark === "" ? "" : ` On its fronts ${study.remark}.`)),
    element("div", { class: "columns two" }, ...figures));
}

const turnedBy = (claim) => {
  const { broken_by: broken, mended_by: mended, told_apart_by: apart } = claim.over;
  if (broken.length + mended.length > 0) return [...broken, ...mended].join(", ");
  return apart === "" ? "none" : `a combination of several, mainly ${apart}`;
};

function kindText(claim) {
  if (claim.variant_of !== "") return `variant of ${claim.variant_of}`;
  return claim.follows === "" ? claim.kind : `${claim.kind} from ${claim.follows}`;
}

// Whether some claims are means over supernets that were trained with several seeds.
const anyTrained = () => studiesData.claims.some((c) => c.interval !== undefined);

function claimRow(claim) {
  const cell = (text, kind) => element("td", { class: kind }, text);
  const accept = claim.band === "" ? claim.accept : `${claim.accept}; band ${claim.band}`;
  const interval = claim.interval === undefined ? "" : claim.interval.low === null ? `none (${claim.interval.count} trainings)` : `${digits(claim.interval.low)} .. ${digits(claim.interval.high)} (${claim.interval.count} trainings)`;
  const trained = anyTrained() ? [cell(interval, "tight")] : [];
  const ranges = !studiesData.uncertainty ? [] : !claim.over ? [cell("", "tight"), cell("", "number"), cell("", "wide")]
    : [cell(`${digits(claim.over.low)} .. ${digits(claim.over.high)}`, "tight"), cell(percent(claim.over.holds, 1), "number"), cell(turnedBy(claim), "wide")];
  return element("tr", {}, cell(claimName(claim), "tight"), cell(kindText(claim), "tight"), cell(claim.quotation, "wide"),
    cell(claim.value === null ? "none" : digits(claim.value), "number"), cell(accept, "tight"),
    cell(claim.verdict, "tight"), ...trained, ...ranges, cell(claim.assumptions, "wide"), cell(claim.study, "tight"));
}

function fillClaims(claims) {
  const trained = anyTrained() ? ["95 % interval"] : [];
  const ranges = studiesData.uncertainty ? ["interval", "holds in % of samples", "parameters that flip the verdict"] : [];
  const headings = ["claim", "kind", "quotation from the paper", "value", "acceptance criterion", "verdict", ...trained, ...ranges, "assumptions", "study"];
  const head = element("tr", {}, ...headings.map((h) => element("th", { scope: "col" }, h)));
  byId("claims-table").replaceChildren(element("thead", {}, head), element("tbody", {}, ...claims.map(claimRow)));
}

function showClaim(claim) {
  const f = { name: claim.measure, unit: "", ...claim.over };
  byId("claim-facts").textContent = `${claim.verdict} at the default; holds (${claim.accept}) in ${percent(f.holds, 1)} of the samples; parameters that flip the verdict: ${turnedBy(claim)}.`;
  fillUncertainty("claim-figures", [f], studiesData.uncertainty.values);
}

function fillSensitivity({ uncertainty, claims }) {
  byId("sensitivity").hidden = !uncertainty;
  if (!uncertainty) return;
  byId("sensitivity-lead").textContent = samplesText(uncertainty);
  const ranged = claims.filter((c) => c.over), select = byId("claim-select");
  select.replaceChildren(...ranged.map((c, i) => element("option", { value: i }, `${claimName(c)} (holds in ${percent(c.over.holds, 1)})`)));
  select.onchange = () => showClaim(ranged[select.value]);
  const first = Math.max(0, ranged.findIndex((c) => c.over.holds < 1));
  select.value = first;
  if (ranged.length > 0) showClaim(ranged[first]);
}

const ablatedText = ({ value, verdict }) => {
  if (value === null) return "infeasible";
  return verdict === "holds" ? digits(value) : `${digits(value)} (${verdict})`;
};

function fillAblations(claims) {
  const ablated = claims.filter((c) => c.ablations.length > 0);
  byId("ablations").hidden = ablated.length === 0;
  const mostFirst = [...ablated].sort((a, b) => b.ablations.length - a.ablations.length);
  const labels = [...new Set(mostFirst.flatMap((c) => c.ablations.map((a) => a.label)))];
  const cell = (text, kind) => element("td", { class: kind }, text);
  const row = (claim) => element("tr", {}, cell(claimName(claim), "tight"),
    cell(ablatedText(claim), "number"), ...labels.map((label) => {
      const found = claim.ablations.find((a) => a.label === label);
      return cell(found ? ablatedText(found) : "", "number");
    }));
  const head = element("tr", {}, ...["claim", "default", ...labels].map((h) => element("th", { scope: "col" }, h)));
  byId("ablations-table").replaceChildren(element("thead", {}, head), element("tbody", {}, ...ablated.map(row)));
}

function fillLeftOut(all) {
  byId("left-out-list").replaceChildren(...all.map(({ what, why }) => element("li", {}, `${what}: ${why}`)));
}

const studiesData = JSON.parse(byId("data").textContent);
showPage(studiesData.schema, () => {
  byId("summary").textContent = `On ${studiesData.chip}. ${studiesData.tally}`;
  fillClaims(studiesData.claims);
  fillAblations(studiesData.claims);
  fillLeftOut(studiesData.left_out);
  fillSensitivity(studiesData);
  byId("studies").replaceChildren(...studiesData.studies.map(studySection));
  for (const study of studiesData.studies) study.charts.forEach((chart, i) => drawCurves(canvasName(study, i), chart));
});
