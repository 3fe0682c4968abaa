#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>

#include "base/csv/csv_table.hpp"
#include "tests/sim/sweep_pages.hpp"
#include "tests/support/chromium.hpp"

// What pages show beside the results of one run, and what a reader takes from them.
namespace h4h::tests {
namespace {

using sim::sweep_pages::between;
using sim::sweep_pages::data_of;
using sim::sweep_pages::kNote;
using sim::sweep_pages::noted;
using Json = nlohmann::json;

const std::string kPlatform = "--platform platforms/h4h-7nm.yaml ";

Outcome h4h(const std::string& arguments) { return run(H4H_BINARY " " + arguments); }

Json json_of(const std::string& arguments) {
  const Outcome o = h4h(arguments);
  EXPECT_EQ(o.code, 0) << o.err;
  return Json::parse(o.out);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Of HTML without elements in it.
std::string plain(std::string html) {
  for (const auto& [from, to] : {std::pair{"<span>", ""},
                                 {"</span>", ""},
                                 {"&quot;", "\""},
                                 {"&lt;", "<"},
                                 {"&gt;", ">"},
                                 {"&amp;", "&"}}) {
    html = replaced(std::move(html), from, to);
  }
  return html;
}

// A command of h4h as a page shows it, run from the source folder.
Json simulated(const std::string& command) {
  EXPECT_EQ(command.rfind("h4h simulate ", 0), 0u) << command;
  return json_of(command.substr(4) + " --format json");
}

// The document after `use` has run on the page, too.
std::string after(const TemporaryFolder& folder, const std::filesystem::path& page,
                  const std::string& use) {
  std::string text = content(page);
  text.insert(text.rfind("</body>"), "<script>" + kNote + use + "</script>\n");
  const std::string dom = rendered(folder, folder.write("used.html", text));
  expect_ready(dom);
  return dom;
}

// Column by column, as far as `names` has them.
void expect_same_numbers(const std::string& csv_file, const std::string& page_csv,
                         const std::vector<std::string>& names) {
  const TemporaryFolder folder;
  const CsvTable shown(folder.write("page.csv", page_csv).string(), names);
  const CsvTable written(csv_file, names);
  ASSERT_EQ(shown.rows.size(), written.rows.size());
  for (std::size_t i = 0; i < shown.rows.size(); ++i) {
    for (const std::string& name : names) {
      EXPECT_EQ(shown.rows[i].number(name), written.rows[i].number(name)) << name << " " << i;
    }
  }
}

class Page : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  }
  std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
  void simulate(const std::string& arguments) const {
    const Outcome o = h4h("simulate " + kPlatform + arguments + " --html " + file("r.html"));
    ASSERT_EQ(o.code, 0) << o.err;
  }

  const TemporaryFolder folder_;
};

TEST(PageOfARun, HasTheNpuAloneAsItsOwnSimulationFindsIt) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "r.html").string();
  h4h("simulate " + kPlatform + "--network mobilenet_v2 --html " + file);
  const Json alone = data_of(content(file))["npu_alone"];
  const Json npu =
      json_of("simulate " + kPlatform + "--network mobilenet_v2 --mapping npu --format json");
  EXPECT_EQ(alone["latency_s"], npu["totals"]["latency_s"]);
  EXPECT_EQ(alone["energy_j"], npu["totals"]["energy_j"]);
  ASSERT_EQ(alone["layers"].size(), npu["layers"].size());
  for (std::size_t i = 0; i < npu["layers"].size(); ++i) {
    EXPECT_EQ(alone["layers"][i]["latency_s"], npu["layers"][i]["latency_s"]) << i;
    EXPECT_EQ(alone["layers"][i]["energy_j"], npu["layers"][i]["energy_j"]) << i;
  }
  h4h("simulate " + kPlatform + "--network resnet8 --mapping npu --html " + file);
  EXPECT_EQ(data_of(content(file))["npu_alone"], Json());
}

TEST(PageOfARun, ShowsTheCommandThatGivesItsReport) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "r.html").string();
  const std::string asked = "simulate " + kPlatform + "--set 'sram.size=1 MiB' --network resnet8";
  const Outcome o = h4h(asked + " --jobs 1 --format json --html " + file);
  const std::string page = content(file);
  EXPECT_EQ(plain(between(page, "<code id=\"command\">", "</code>")), "h4h " + asked);
  EXPECT_EQ(Json::parse(o.out), simulated("h4h " + asked));
  const Json report = Json::parse(o.out);
  EXPECT_NE(page.find("<footer><p>h4h " + report["program"]["version"].get<std::string>() +
                      ", model version " + report["model_version"].dump() + "."),
            std::string::npos);
}

TEST_F(Page, TellsTheNpuAloneAndTheAreaOfEachPart) {
  simulate(
      "--network mobilenet_v2 --set 'area.npu=2 mm2' --set 'area.sram=3 mm2' --set 'area.noc=1 "
      "mm2' "
      "--set 'area.weights=1 mm2'");
  const std::string dom = rendered(folder_, file("r.html"));
  expect_ready(dom);
  EXPECT_NE(between(dom, "id=\"tiles\"", "</dl>").find("NPU alone"), std::string::npos);
  const std::string areas = between(dom, "id=\"area-totals\"", "</table>");
  for (const char* const text :
       {"CIM macros", "8.671&nbsp;mm²", "2&nbsp;mm²", "SRAM", "weight memory"}) {
    EXPECT_NE(areas.find(text), std::string::npos) << text << areas;
  }
  EXPECT_EQ(between(dom, "id=\"area-note\" class=\"note\">", "</p>"), "Total: 15.67 mm².");
  simulate("--network resnet8");
  EXPECT_NE(rendered(folder_, file("r.html"))
                .find("Unknown, so that there is no total: NPU, NoC, SRAM, weight memory."),
            std::string::npos);
}

TEST_F(Page, ShowsAllLayersInOneTimeline) {
  simulate("--network mobilenet_v2");
  const std::string dom = after(folder_, file("r.html"), R"js(
    page.choose(3);
    byId("network-timeline").click();
    const whole = page.timeline.layer, layers = page.timeline.layers;
    note("duration", whole.duration_ps);
    note("selected", byId("layer-select").selectedOptions[0].textContent);
    note("intervals", whole.lanes.npu_mac.intervals.length - sum(layers.map((l) => l.lanes.npu_mac?.intervals.length || 0)));
    const of = (m) => page.timeline.rows.find((r) => r.label === `macro ${m}`).lanes[0];
    note("busy", layers.filter((l) => l.macros_busy[1] >= 5).length > 0);
    const busy = (lane) => sum(lane.data.intervals.map(([begin, end]) => end - begin));
    note("macros", busy(of(1)) > busy(of(8)));
    note("layer", page.timeline.layerAt(layers[0].duration_ps + layers[1].duration_ps / 2));
    const box = document.querySelector("#timeline svg").getBoundingClientRect();
    const x = page.timeline.x(layers[0].duration_ps / 2);
    const picture = document.querySelector("#timeline svg");
    picture.setPointerCapture = () => {};
    const at = { clientX: box.left + x, clientY: box.top + 40, pointerId: 1 };
    picture.dispatchEvent(new PointerEvent("pointermove", at));
    note("tip", byId("tooltip").textContent.split("\n")[0]);
    picture.dispatchEvent(new PointerEvent("pointerdown", at));
    picture.dispatchEvent(new PointerEvent("pointerup", at));
    note("chosen", page.chosen);
  )js");
  const Json report = data_of(content(file("r.html")))["report"];
  EXPECT_EQ(noted(dom, "duration"),
            fmt::format("{:.0f}", report["totals"]["latency_s"].get<double>() * 1e12));
  EXPECT_EQ(noted(dom, "selected"), "all layers");
  EXPECT_EQ(noted(dom, "intervals"), "0");
  EXPECT_EQ(noted(dom, "busy"), "true");
  EXPECT_EQ(noted(dom, "macros"), "true");
  EXPECT_EQ(noted(dom, "layer"), "1");
  EXPECT_EQ(noted(dom, "tip"), "1  stem");
  EXPECT_EQ(noted(dom, "chosen"), "0");
}

// Takes what the buttons save.
const std::string kSave = R"js(
  const saved = [];
  downloadText = (name, text) => saved.push([name, text]);
  download = (name, address) => saved.push([name, address]);
  const save = (button) => { button.click(); return saved[saved.length - 1]; };
)js";

TEST_F(Page, SavesTheLayersAsTheCsvOfTheProgramAndChartsAsPictures) {
  simulate("--network mobilenet_v2");
  folder_.write("layers.csv",
                h4h("simulate " + kPlatform + "--network mobilenet_v2 --format csv").out);
  const std::string dom = after(folder_, file("r.html"), kSave + R"js(
    const above = byId("layer-table").parentElement.previousElementSibling;
    note("layers", save(above.querySelector(".tool"))[1]);
    document.querySelectorAll("figure canvas").forEach((canvas) => {
      const [csv, png] = canvas.closest("figure").querySelectorAll(".tool");
      if (save(csv)[1].split("\n").length < 5) throw new Error(`no values of ${canvas.id}`);
      if (!save(png)[1].startsWith("data:image/png;base64,")) throw new Error(`no picture of ${canvas.id}`);
    });
    note("charts", document.querySelectorAll("figure canvas").length);
    const drawing = svgText(document.querySelector("#timeline svg"));
    note("svg", /fill:\s*rgb/.test(drawing));
    note("names", saved[0][0]);
  )js");
  EXPECT_EQ(noted(dom, "charts"), "5");
  EXPECT_EQ(noted(dom, "names"), "mobilenet_v2_1_224-on-h4h-7nm-H4H-layer-table.csv");
  EXPECT_EQ(noted(dom, "svg"), "true");
  expect_same_numbers(file("layers.csv"), plain(noted(dom, "layers")),
                      {"macs", "npu_share", "cycles", "latency_s", "energy_j", "noc_bytes",
                       "spilled_bytes", "energy_npu_j", "energy_cim_j", "energy_leakage_j"});
}

// Texts of narrow pages neither cover their neighbours nor widen the page.
TEST_F(Page, FitsAPhone) {
  simulate("--network mobilenet_v2");
  const std::string dom = after(folder_, file("r.html"), R"js(
    document.body.style.width = "400px";
    page.fill();
    const over = [...document.querySelectorAll("table.bars td, .tile, .controls, .mapping li, figcaption, #timeline")]
      .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent);
    note("over", over.join("; "));
    note("names", ["stem", "model_1/model/batch_normalization_5"].map((n) => splitName(n).map((s) => s.textContent).join("|")).join(" "));
    note("keys", keyLines("npu.softmax.cycles_per_element (first)").join("|"));
    note("page", byId("timeline").scrollWidth < 400 && document.querySelector("main").scrollWidth <= 400);
  )js");
  EXPECT_EQ(noted(dom, "names"), "stem| model_1/model/batch_norma|lization_5");
  EXPECT_EQ(noted(dom, "keys"), "npu.softmax.|cycles_per_element (first)");
  EXPECT_EQ(noted(dom, "over"), "");
  EXPECT_EQ(noted(dom, "page"), "true");
}

TEST_F(Page, OfASweepDrawsAFigureOverAKeyAndSimulatesAPoint) {
  const std::string out = file("out");
  const Outcome o = h4h("sweep " + kPlatform +
                        "--set 'sram.size=1 MiB' --network resnet8 --network mobilenet_v1:0.25:96 "
                        "--vary cim.macros=0,4,8 "
                        "--vary 'noc.bandwidth=8 GB/s,16 GB/s' --out " +
                        out);
  ASSERT_EQ(o.code, 0) << o.err;
  const std::string dom = after(folder_, out + "/index.html", kSave + R"js(
    const lines = () => Chart.getChart("versus-chart").data.datasets;
    note("lines", lines().map((set) => `${set.label}: ${set.data.map((p) => p.x).join(" ")}`).join("; "));
    const { y } = Chart.getChart("versus-chart").options.scales;
    note("latency", lines()[0].data[1].y === lines()[0].data[1].point.latency_s / 1e-6 && y.title.text === "latency (µs)");
    byId("versus-key").value = 1;
    byId("versus-colour").value = 0;
    byId("versus-key").dispatchEvent(new Event("change"));
    note("swapped", lines().map((set) => set.label).join("; "));
    byId("front-colour").value = 0;
    byId("front-colour").dispatchEvent(new Event("change"));
    note("front", Chart.getChart("energy-front").data.datasets.map((set) => set.label).join("; "));
    page.choose(7);
    note("command", byId("point-command").querySelector("code").textContent);
    note("points", save(byId("point-table").parentElement.previousElementSibling.querySelector(".tool"))[1]);
  )js");
  EXPECT_EQ(noted(dom, "lines"), "noc.bandwidth = 8 GB/s: 0 1 2; noc.bandwidth = 16 GB/s: 0 1 2");
  EXPECT_EQ(noted(dom, "latency"), "true");
  EXPECT_EQ(noted(dom, "swapped"), "cim.macros = 0; cim.macros = 4; cim.macros = 8");
  EXPECT_EQ(noted(dom, "front"),
            "cim.macros = 0; cim.macros = 4; cim.macros = 8; front of resnet8; front of "
            "mobilenet_v1:0.25:96");
  const Json sweep = Json::parse(content(out + "/sweep.json"));
  const Json point = simulated(plain(noted(dom, "command")));
  EXPECT_EQ(point["totals"]["latency_s"], sweep["points"][7]["latency_s"]);
  EXPECT_EQ(point["totals"]["energy_j"], sweep["points"][7]["energy_j"]);
  expect_same_numbers(out + "/sweep.csv", plain(noted(dom, "points")),
                      {"cim.macros", "latency_s", "energy_j", "macs", "cim_share", "noc_bytes",
                       "energy_npu_j", "peak_activation_bytes"});
}

TEST_F(Page, OfASweepSavesItsIntervals) {
  const std::string out = file("out");
  ASSERT_EQ(h4h("sweep " + kPlatform +
                "--network resnet8 --vary cim.macros=0,8 --uncertainty --samples 4 --out " + out)
                .code,
            0);
  const std::string dom = after(folder_, out + "/index.html",
                                R"js(note("points", csvText(recordsOf(byId("point-table"))));)js");
  expect_same_numbers(out + "/sweep.csv", plain(noted(dom, "points")),
                      {"latency_s", "latency_s_low", "latency_s_p95", "energy_j", "energy_j_high"});
}

TEST_F(Page, OfNetworksInFoldersHasTheirFileNames) {
  const std::string net =
      folder_.write("a-long-name-of-a-network.yaml", h4h("network show resnet8 --format yaml").out)
          .string();
  ASSERT_EQ(
      h4h("sweep " + kPlatform + "--network " + net + " --vary cim.macros=0,8 --out " + file("out"))
          .code,
      0);
  const std::string dom = rendered(folder_, file("out/index.html"));
  const std::string table = between(dom, "id=\"point-table\"", "</table>");
  EXPECT_NE(table.find("a-long-name-of-a-network.yaml"), std::string::npos);
  EXPECT_EQ(table.find(folder_.path().string()), std::string::npos) << table;
}

TEST_F(Page, OfAComparisonSavesItsFiguresAsTheCsvOfTheProgram) {
  const std::string out = file("out"),
                    asked =
                        "compare platforms/h4h-7nm.yaml platforms/cim-analog.yaml "
                        "--network resnet8 --samples 4";
  ASSERT_EQ(h4h(asked + " --out " + out).code, 0);
  const std::string dom = after(folder_, out + "/index.html", kSave + R"js(
    note("csv", save(byId("figure-table").parentElement.previousElementSibling.querySelector(".tool"))[1]);
  )js");
  EXPECT_EQ(plain(between(dom, "<code id=\"command\">", "</code>")), "h4h " + asked);
  expect_same_numbers(out + "/compare.csv", plain(noted(dom, "csv")),
                      {"first", "first_low", "second", "second_high", "ratio", "ratio_p5",
                       "ratio_p95", "ratio_median", "second_less"});
}

TEST_F(Page, OfAComparisonShowsTheLayersThatTheProgramNames) {
  const std::string out = file("out");
  const Outcome o = h4h(
      "compare platforms/h4h-7nm.yaml platforms/h4h-7nm-4cu.yaml --network ds_cnn_kws --network "
      "resnet8 --samples 4 --out " +
      out);
  ASSERT_EQ(o.code, 0) << o.err;
  const std::string dom = after(folder_, out + "/index.html", R"js(
    const rows = comparisonPage.rows.findIndex((r) => r.network === "resnet8");
    comparisonPage.choose(rows);
    note("lead", byId("reasons-lead").textContent);
    note("first", document.querySelector("#layer-table tbody td").textContent);
    note("keys", [...document.querySelectorAll("#key-table tbody tr")].map((r) => r.firstChild.textContent).join(" "));
  )js");
  const std::regex named(R"(resnet8[^]*layers: (\d+) of (\d+) make up 80 % of[^]*most:\s+(\S+))");
  std::smatch found;
  ASSERT_TRUE(std::regex_search(o.out, found, named)) << o.out;
  const std::string lead = plain(noted(dom, "lead"));
  EXPECT_NE(lead.find(found[1].str() + " of " + found[2].str() + " layers make up"),
            std::string::npos)
      << lead;
  EXPECT_EQ(plain(noted(dom, "first")), found[3]);
  EXPECT_EQ(plain(noted(dom, "keys")), "cim.macros cim.compute_units");
}

TEST_F(Page, OfASearchHasItsConvergenceAndSimulatesANetwork) {
  const std::string out = file("out");
  const Outcome o = h4h("search --space nas/spaces/resnet.yaml --accuracy surrogate " + kPlatform +
                        "--set 'noc.bandwidth=16 GB/s' --max-latency 9ms --objective energy "
                        "--evaluations 48 --population 24 --random 24 --out " +
                        out);
  ASSERT_EQ(o.code, 0) << o.err;
  const std::string dom = after(folder_, out + "/index.html", kSave + R"js(
    note("command", byId("front-network").querySelectorAll("code")[1].textContent);
    document.querySelector("#front-table tbody tr").click();
    note("genotype", byId("front-network").querySelector("code").textContent);
    const front = Chart.getChart("scatter").data.datasets[0].data;
    note("bars", front.filter((p) => p.low < p.y && p.high > p.y).length);
    note("drawn", drawn("convergence-chart"));
    note("csv", save(byId("front-table").parentElement.previousElementSibling.querySelector(".tool"))[1]);
  )js");
  const Json search = Json::parse(content(out + "/search.json"));
  const Json convergence = data_of(content(out + "/index.html"))["convergence"];
  EXPECT_EQ(convergence["front"].back(), Json::array({48, search["hypervolume"]["front"]}));
  EXPECT_EQ(convergence["random"].back(), Json::array({24, search["hypervolume"]["random"]}));
  for (std::size_t i = 1; i < convergence["front"].size(); ++i) {
    EXPECT_GE(convergence["front"][i][1], convergence["front"][i - 1][1]) << i;
  }
  EXPECT_EQ(noted(dom, "drawn"), "72");
  EXPECT_EQ(noted(dom, "bars"), fmt::to_string(search["front"].size()));
  const CsvTable front(out + "/front.csv", {"genotype", "accuracy"});
  EXPECT_EQ(plain(noted(dom, "genotype")), front.rows.front().text("genotype"));
  expect_same_numbers(out + "/front.csv", plain(noted(dom, "csv")),
                      {"accuracy", "latency_s", "energy_j", "accuracy_low", "accuracy_high"});
  const Json network = simulated(plain(noted(dom, "command")));
  EXPECT_EQ(network["totals"]["latency_s"], search["front"].back()["latency_s"]);
  EXPECT_EQ(network["totals"]["energy_j"], search["front"].back()["energy_j"]);
}

TEST_F(Page, OfASingleFrontHasAColour) {
  const std::string out = file("out");
  h4h("search --space nas/spaces/resnet.yaml --accuracy surrogate " + kPlatform +
      "--evaluations 24 --population 24 --random off --out " + out);
  ASSERT_EQ(h4h("fronts " + out + " --html " + file("f.html")).code, 0);
  const std::string dom = after(
      folder_, file("f.html"),
      R"js(note("npu", Chart.getChart("scatter").data.datasets[0].borderColor === partColour("npu"));)js");
  EXPECT_EQ(noted(dom, "npu"), "true");
  EXPECT_EQ(plain(between(dom, "<code id=\"command\">", "</code>")), "h4h fronts " + out);
}

}  // namespace
}  // namespace h4h::tests
