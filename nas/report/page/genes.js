// What pages of searches share: how a network's genes are written, and what is minimised.

const inPercent = (fraction) => `${(100 * fraction).toFixed(2)}${SPACE}%`;

// With its standard error, where that is known.
const measuredPercent = (fraction, error) => (error === undefined ? inPercent(fraction)
  : `${(100 * fraction).toFixed(2)} ± ${(100 * error).toFixed(2)}${SPACE}%`);

// Ends of a bar of its standard error, or of the interval of an estimate, in percent.
function errorEnds(n) {
  const [low, high] = n.accuracy_low !== undefined ? [n.accuracy_low, n.accuracy_high]
    : n.accuracy_standard_error !== undefined ? [n.accuracy - n.accuracy_standard_error, n.accuracy + n.accuracy_standard_error] : [];
  return low === undefined ? {} : { low: 100 * low, high: 100 * high };
}

// What a supernet's health says about a search on it.
function healthText(health) {
  if (health === undefined || health === null) return "";
  return ` Of the supernet's networks with more MACs than the median, ${health.beat_smallest} of ${health.networks} beat the smallest by more than two paired standard errors ` +
    `(Kendall's tau of accuracy and MACs ${health.kendall_tau.toFixed(2)})` + (health.healthy ? "." : ": it is undertrained, and its ranking of networks is not reliable.");
}

// The measure that is minimised: where it stands in a point, its key, unit and name.
function measureOf(objective) {
  return objective === "energy"
    ? { place: 1, key: "energy_j", unit: "J", name: "energy" }
    : { place: 0, key: "latency_s", unit: "s", name: "latency" };
}

// A stage's genes in a few characters.
function stageText(gene) {
  if (gene === undefined || gene.depth === 0) return "–";
  if (typeof gene !== "object") return `${gene}`;
  const { depth = 1, width, expansion, kernel, activation, se } = gene;
  const parts = [width === undefined ? `${depth}` : `${depth}×${width}`];
  if (expansion !== undefined) parts.push(`e${expansion}`);
  if (kernel !== undefined) parts.push(`k${kernel}`);
  if (activation !== undefined) parts.push(activation);
  if (se) parts.push("se");
  return parts.join(" ");
}

function stagesOf(networks) {
  return [...new Set(networks.flatMap((n) => Object.keys(n.genotype)))];
}
