#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "platforms/description/loader.hpp"
#include "tests/support/command.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/provenance.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;

// As editors see YAML: plain numbers are numbers, whatever is quoted is a text.
Json scalar(const YAML::Node& node) {
  if (node.Tag() == "!") return node.Scalar();
  long long integer = 0;
  double real = 0;
  if (YAML::convert<long long>::decode(node, integer)) return integer;
  if (YAML::convert<double>::decode(node, real)) return real;
  return node.Scalar();
}

Json as_json(const YAML::Node& node) {
  if (node.IsScalar()) return scalar(node);
  if (node.IsNull()) return {};
  Json json = node.IsMap() ? Json::object() : Json::array();
  if (node.IsMap()) {
    for (const auto& entry : node) json[entry.first.Scalar()] = as_json(entry.second);
  } else {
    for (const YAML::Node& item : node) json.push_back(as_json(item));
  }
  return json;
}

const JsonSchema& schema() {
  static const JsonSchema kSchema(Json::parse(run(H4H_BINARY " platform schema").out));
  return kSchema;
}

std::string problem(const std::string& yaml) { return schema().problem(as_json(YAML::Load(yaml))); }

TEST(Schema, AcceptsEveryShippedFileAndPart) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(source_dir() / "platforms")) {
    if (entry.path().extension() != ".yaml") continue;
    EXPECT_EQ(schema().problem(as_json(YAML::LoadFile(entry.path().string()))), "") << entry.path();
    ++files;
  }
  EXPECT_GE(files, 13);
}

TEST(Schema, AcceptsKeysNestedOrDottedAtAnyLevel) {
  for (const std::string yaml :
       {"npu: {weights: {port: noc}}", "npu: {weights.port: noc}", "npu.weights: {port: noc}",
        "npu.weights.port: {value: noc, source: ours}", "extends: a.yaml", "extends: [a.yaml]",
        "cim.step: 9ns", "cim.step: {value: +.9e1 ns, range: [6 ns, 0.016 us]}",
        "sram.latency: 32 cycles", "sram.bandwidth: 6.1 B/cycle",
        "noc.bandwidth: {value: 8B/cycle, range: [4 B/cycle, 8 B/cycle]}", "area.npu: unknown",
        "area.cim_controller: 0.001"}) {
    EXPECT_EQ(problem(yaml), "") << yaml;
  }
}

TEST(Schema, KnowsTheKeysOfListedDevices) {
  EXPECT_EQ(problem("devices: {fast: {type: cim, like: cim, step: 2 ns, energy: {mac: 1 pJ}, "
                    "leakage.macro: 1 mW}}"),
            "");
  EXPECT_EQ(problem("devices: {cim: {type: cim, step: 2 ns}, npu: {clock: 1 GHz}}"), "");
  for (const std::string yaml :
       {"devices: [fast]", "devices: {fast: {type: cmi}}", "devices: {fast: {stepp: 2 ns}}",
        "devices: {fast: {step: 2 kg}}", "devices: {cim: {like: npu}}"}) {
    EXPECT_NE(problem(yaml), "") << yaml;
  }
}

TEST(Schema, RefusesWhatTheLoaderRefuses) {
  const TemporaryFolder folder;
  const std::string base = (source_dir() / "platforms/h4h-7nm.yaml").string();
  for (const std::string yaml : {"npu: {clok: 1 GHz}",
                                 "nup: {clock: 1 GHz}",
                                 "npu: 3",
                                 "npu.macs_per_cycle: 100",
                                 "cim.macros: -1",
                                 "cim.macros: 1025",
                                 "cim.macros: 2.5",
                                 "cim.macros: many",
                                 "cim.step: 9 GB",
                                 "cim.step: 9",
                                 "cim.step: -9 ns",
                                 "cim.step: 9e ns",
                                 "sram.bandwidth: 8 B/cycles",
                                 "sram.bandwidth: 8 cycles",
                                 "sram.latency: 8 B/cycle",
                                 "noc.duplex: quad",
                                 "cim.step: {range: [6 ns, 16 ns]}",
                                 "cim.step: {value: 9 ns, range: [6 ns]}",
                                 "cim.step: {value: 9 ns, rnge: [6 ns, 16 ns]}",
                                 "noc.duplex: {value: half, range: [a, b]}",
                                 "area.npu: none",
                                 "area.cim_controller: 2",
                                 "extends: {a: b}"}) {
    EXPECT_NE(problem(yaml), "") << yaml;
    const std::string text =
        (yaml.rfind("extends", 0) == 0 ? "" : "extends: " + base + "\n") + yaml + "\n";
    const auto file = folder.write("p.yaml", text);
    EXPECT_THROW(platforms::load_platform(file), platforms::PlatformError) << yaml;
  }
}

TEST(Schema, TellsWhatEveryKeyMeans) {
  const Json json = Json::parse(run(H4H_BINARY " platform schema").out);
  EXPECT_EQ(json["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(json["$defs"]["noc.duplex"]["description"],
            "whether reads and writes share the link's bandwidth; allowed: half, full");
}

// What scripts read of `simulate --format json`; further keys may come.
const char kReportSchema[] = R"json({
  "$defs": {
    "number or null": {"anyOf": [{"type": "number"}, {"type": "null"}]},
    "count or null": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    "costs": {"type": "object", "required": ["latency_s", "energy_j"], "properties": {
      "latency_s": {"type": "number", "minimum": 0}, "energy_j": {"type": "number", "minimum": 0}}}
  },
  "type": "object",
  "required": ["schema", "program", "model_version", "platform", "network", "mapping",
               "unsupported", "totals", "energy_j", "area_mm2", "layers", "remarks"],
  "properties": {
    "schema": {"enum": ["h4h.report/1"]},
    "mapping": {
      "type": "object",
      "required": ["kind", "macros_in_use", "units_in_use", "gap", "effort", "file",
                   "pinned_layers", "pinned_macros_in_use", "pinned_units_in_use",
                   "gap_of_other_layers", "unpinned"],
      "properties": {
        "kind": {"enum": ["npu", "cim", "auto", "file"]},
        "gap": {"$ref": "#/$defs/number or null"},
        "effort": {"anyOf": [{"enum": ["quick", "full"]}, {"type": "null"}]},
        "file": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "pinned_layers": {"type": "array", "items": {"type": "string"}},
        "pinned_macros_in_use": {"$ref": "#/$defs/count or null"},
        "pinned_units_in_use": {"$ref": "#/$defs/count or null"},
        "gap_of_other_layers": {"$ref": "#/$defs/number or null"},
        "unpinned": {"anyOf": [{"$ref": "#/$defs/costs"}, {"type": "null"}]}
      }
    },
    "totals": {
      "type": "object",
      "required": ["cycles", "latency_s", "energy_j", "area_mm2", "noc_bytes", "spilled_bytes",
                   "peak_activation_bytes"],
      "properties": {
        "cycles": {"type": "integer", "minimum": 1},
        "area_mm2": {"$ref": "#/$defs/number or null"},
        "spilled_bytes": {"type": "integer", "minimum": 0},
        "peak_activation_bytes": {"type": "integer", "minimum": 1}
      }
    },
    "layers": {"type": "array", "minItems": 1, "items": {"type": "object", "properties": {
      "bound_by": {"enum": ["npu", "cim", "noc", "weights", "memory", "none"]}}}}
  }
})json";

TEST(ReportSchema, HoldsForEveryKindOfMapping) {
  const TemporaryFolder folder;
  const std::string pins =
      folder.write("m.yaml", "layers:\n  - {layer: stem, npu: 64, cim: 0}\n").string();
  const JsonSchema report(Json::parse(kReportSchema));
  for (const std::string how : {"auto", "npu", "cim", pins.c_str()}) {
    const Outcome o = run(H4H_BINARY
                          " simulate --platform platforms/h4h-7nm.yaml --network ds_cnn_kws "
                          "--format json --mapping " +
                          how);
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(report.problem(Json::parse(o.out)), "") << how;
  }
}

TEST(ReportSchema, RefusesAReportWithoutWhatItPromises) {
  const JsonSchema report(Json::parse(kReportSchema));
  EXPECT_NE(report.problem(Json{{"schema", "h4h.report/1"}}), "");
  EXPECT_EQ(JsonSchema(Json{{"type", "null"}}).problem(Json()), "");
  EXPECT_NE(JsonSchema(Json{{"type", "null"}}).problem(Json(0)), "");
}

TEST(Provenance, IsInEveryDocumentThatACommandPrints) {
  const std::string json = " --format json";
  for (const auto& [command, schema] : std::map<std::string, std::string>{
           {"simulate --platform platforms/h4h-7nm.yaml --network ds_cnn_kws", "h4h.report/1"},
           {"simulate --platform platforms/h4h-7nm.yaml --network ds_cnn_kws --uncertainty "
            "--samples 2",
            "h4h.report/1"},
           {"layers --platform platforms/h4h-7nm.yaml --csv tests/data/layers.csv", "h4h.layers/1"},
           {"network list", "h4h.networks/1"},
           {"network show ds_cnn_kws", "h4h.network/1"},
           {"platform show platforms/h4h-7nm.yaml", "h4h.platform/1"},
           {"space show nas/spaces/toy.yaml", "h4h.space/1"}}) {
    const Outcome o = run(std::string(H4H_BINARY " ") + command + json);
    ASSERT_EQ(o.code, 0) << command << o.err;
    expect_provenance(Json::parse(o.out), schema);
  }
}

TEST(Provenance, EndsEveryRowOfATableThatACommandPrints) {
  for (const auto& [command, schema] : std::map<std::string, std::string>{
           {"simulate --platform platforms/h4h-7nm.yaml --network ds_cnn_kws", "h4h.report/1"},
           {"layers --platform platforms/h4h-7nm.yaml --csv tests/data/layers.csv", "h4h.layers/1"},
           {"network show ds_cnn_kws", "h4h.network/1"}}) {
    const Outcome o = run(std::string(H4H_BINARY " ") + command + " --format csv");
    ASSERT_EQ(o.code, 0) << command << o.err;
    expect_provenance_columns(o.out, schema);
  }
}

TEST(Provenance, IsTheVersionThatTheProgramGives) {
  const std::string version = run(H4H_BINARY " --version").out;
  const Json list = Json::parse(run(H4H_BINARY " network list --format json").out);
  EXPECT_EQ(version, "h4h " + list["program"]["version"].get<std::string>() + "\n");
}

}  // namespace
}  // namespace h4h::tests
