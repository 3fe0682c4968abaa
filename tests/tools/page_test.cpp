#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/chromium.hpp"
#include "tests/support/tflite_writer.hpp"

namespace h4h::tests {
namespace {

const std::string kSimulate = H4H_BINARY " simulate --platform platforms/h4h-7nm.yaml ";

std::size_t occurrences(const std::string& text, const std::string& of) {
  std::size_t n = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++n;
  return n;
}

// Between the first `open` and the next `close`.
std::string between(const std::string& text, const std::string& open, const std::string& close) {
  const std::size_t begin = text.find(open);
  if (begin == std::string::npos) return {};
  return text.substr(begin + open.size(), text.find(close, begin) - begin - open.size());
}

TEST(HtmlPage, HoldsTheReportAndFetchesNothing) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "r.html").string();
  const Outcome o = run(kSimulate + "--network mobilenet_v2 --format json --html " + file);
  ASSERT_EQ(o.code, 0) << o.err;
  const std::string page = content(file);
  const auto data = nlohmann::json::parse(
      between(page, "<script type=\"application/json\" id=\"data\">", "</script>"));
  EXPECT_EQ(data["report"], nlohmann::json::parse(o.out));
  for (const char* fetches : {"src=", "href=", "@import", "url(", "<link", "<iframe", "<object"}) {
    EXPECT_EQ(page.find(fetches), std::string::npos) << fetches;
  }
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
}

TEST(HtmlPage, IsTheSameBytesEveryTime) {
  const TemporaryFolder folder;
  for (const std::string name : {"a.html", "b.html"}) {
    run(kSimulate + "--network mobilenet_v2 --html " + (folder.path() / name).string());
  }
  EXPECT_EQ(content(folder.path() / "a.html"), content(folder.path() / "b.html"));
}

TEST(HtmlPage, FailuresExitAndPrintNothing) {
  const Outcome none = run(kSimulate + "--network mobilenet_v2 --html /none/r.html");
  EXPECT_EQ(none.code, 1);
  EXPECT_EQ(none.out, "");
  EXPECT_NE(none.err.find("/none/r.html: cannot write"), std::string::npos) << none.err;
  const Outcome same = run(kSimulate + "--network mobilenet_v2 --html x --trace x");
  EXPECT_EQ(same.code, 2);
  EXPECT_NE(same.err.find("name the same file"), std::string::npos) << same.err;
}

void expect_drawn(const std::string& dom, std::size_t layers) {
  expect_ready(dom);
  const std::string table = between(dom, "id=\"layer-table\"", "</table>");
  EXPECT_EQ(occurrences(table, "<tr"), layers + 1);
  EXPECT_EQ(occurrences(between(dom, "id=\"mapping-bars\"", "</ol>"), "<li"), layers);
  EXPECT_EQ(occurrences(between(dom, "id=\"layer-select\"", "</select>"), "<option"), layers + 1);
  EXPECT_GT(occurrences(between(dom, "id=\"timeline\"", "</svg>"), "<path"), 3u);
  const std::string graph = between(dom, "id=\"network-graph\"", "</svg>");
  EXPECT_EQ(occurrences(graph, "class=\"node layer\""), layers);
  EXPECT_GE(occurrences(graph, "class=\"edge\""), layers);
  EXPECT_NE(between(dom, "id=\"memory-note\"", "</p>").find("activations peak in layer "),
            std::string::npos);
}

bool no_chromium() { return !has_chromium(); }

TEST(HtmlPage, NamesPinnedLayersAndThePeakOfActivations) {
  if (no_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const TemporaryFolder folder;
  const std::filesystem::path page = folder.path() / "r.html";
  const std::string pins =
      folder.write("m.yaml", "layers:\n  - {layer: stage2.1/depthwise, npu: 80, cim: 16}\n");
  run(kSimulate + "--network mobilenet_v2 --set 'sram.size=1 MiB' --mapping " + pins + " --html " +
      page.string());
  const std::string dom = rendered(folder, page);
  expect_ready(dom);
  const std::string lead = between(dom, "id=\"mapping-lead\"", "</p>");
  EXPECT_NE(
      lead.find(pins + " pins 1 of 64 layers (stage2.1/depthwise); unpinned auto would take "),
      std::string::npos)
      << lead;
  const std::string tiles = between(dom, "id=\"tiles\"", "</dl>");
  EXPECT_NE(tiles.find("Peak activation memory"), std::string::npos) << tiles;
  EXPECT_NE(tiles.find("SRAM of 1 MiB; "), std::string::npos) << tiles;
  EXPECT_NE(tiles.find(" spilled to external memory"), std::string::npos) << tiles;
}

TEST(HtmlPage, DrawsEverythingInChromium) {
  if (no_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const TemporaryFolder folder;
  const std::filesystem::path page = folder.path() / "r.html";
  for (const std::string more : {"", "--set cim.macros=0", "--mapping cim"}) {
    const std::string options = " --network mobilenet_v2 --html " + page.string();
    run(std::string(kSimulate).append(more).append(options));
    expect_drawn(rendered(folder, page), 64);
  }
}

// What a reader does: looks into every layer, hovers, zooms, sorts by every column.
const std::string kUse = R"js(<script>
  for (let i = 0; i < page.layers.length; ++i) {
    byId("layer-select").value = i;
    byId("layer-select").dispatchEvent(new Event("change"));
    const picture = document.querySelector("#timeline svg");
    const box = picture.getBoundingClientRect();
    let hits = 0;
    for (let y = 10; y < box.height; y += 20) {
      for (let x = 150; x < box.width; x += 100) {
        const at = { clientX: box.left + x, clientY: box.top + y };
        picture.dispatchEvent(new PointerEvent("pointermove", at));
        if (!byId("tooltip").hidden) ++hits;
      }
    }
    if (byId("timeline-note").textContent !== "") document.body.dataset.thinned = "1";
    if (hits === 0) throw new Error("nothing under the pointer in layer " + (i + 1));
  }
  page.timeline.zoom(0, 1e6);
  byId("zoom-reset").click();
  document.querySelectorAll("#network-graph .node").forEach((n) => {
    n.dispatchEvent(new PointerEvent("pointermove", { clientX: 9, clientY: 9 }));
    if (byId("tooltip").hidden) throw new Error("a node says nothing");
    n.dispatchEvent(new PointerEvent("pointerleave"));
    n.dispatchEvent(new MouseEvent("click"));
  });
  const pieces = document.querySelectorAll("#macro-bars .fill i");
  if (pieces.length < 10) throw new Error("the macros are empty");
  pieces[3].click();
  document.querySelectorAll("#layer-table th button").forEach((b) => { b.click(); b.click(); });
  document.querySelector("#layer-table tbody tr").click();
  document.body.dataset.used = "1";
</script>
)js";

TEST(HtmlPage, SurvivesUseInChromium) {
  if (no_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const TemporaryFolder folder;
  const std::filesystem::path page = folder.path() / "r.html";
  // So fine that lanes are thinned, and the page says so.
  run(kSimulate +
      "--network mobilenet_v2 --mapping cim --set 'cim.stream_buffer=64 B' "
      "--html " +
      page.string());
  std::string text = content(page);
  text.insert(text.rfind("</body>"), kUse);
  const std::string dom = rendered(folder, folder.write("used.html", text));
  expect_drawn(dom, 64);
  const std::string body = between(dom, "<body", ">");
  EXPECT_NE(body.find("data-used=\"1\""), std::string::npos);
  EXPECT_NE(body.find("data-thinned=\"1\""), std::string::npos);
}

TEST(HtmlPage, NamesFromAFileStayTextInChromium) {
  if (no_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  TfliteWriter w;
  const int in = w.tensor("image", {1, 8, 8, 3}, TfliteWriter::kInt8);
  const int weights = w.tensor("w", {16, 3, 3, 3}, TfliteWriter::kInt8, std::string(432, '\0'));
  const int out =
      w.tensor("</script><img src=x onerror=alert(1)>", {1, 8, 8, 16}, TfliteWriter::kInt8);
  w.conv({in, weights}, out, 0, 1, 0);
  const TemporaryFolder folder;
  const std::string net = folder.write("a<b>&c.tflite", w.finish({in}, {out})).string();
  const std::filesystem::path page = folder.path() / "r.html";
  ASSERT_EQ(run(kSimulate + "--network '" + net + "' --html " + page.string()).code, 0);
  const std::string dom = rendered(folder, page);
  expect_drawn(dom, 1);
  EXPECT_EQ(dom.find("<img"), std::string::npos);
  EXPECT_EQ(between(dom, "<h1>", "</h1>"), "a&lt;b&gt;&amp;c on h4h-7nm");
}

}  // namespace
}  // namespace h4h::tests
