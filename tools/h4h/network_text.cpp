#include "tools/h4h/network_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "base/text/printable.hpp"
#include "base/text/utf8.hpp"
#include "base/text/wrap.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::tools {
namespace {

using workloads::Layer;
using workloads::LayerShape;
using workloads::Network;
using workloads::TensorId;
constexpr const char kSchema[] = "h4h.network/1";

// A layer, or an operator of the file that is none: then `layer` is nullptr.
struct Row {
  std::optional<std::size_t> index;  // of the operator in the file
  std::string op;
  std::string went;  // "layer", "folded" or "host"
  std::string detail;
  const Layer* layer = nullptr;
};

std::vector<Row> other_operators(const Network& network) {
  std::vector<Row> rows;
  for (const auto& f : network.folded) rows.push_back({f.index, f.op, "folded", f.into});
  for (const auto& u : network.unsupported) rows.push_back({u.index, u.op, "host", u.reason});
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.index < b.index; });
  return rows;
}

std::vector<Row> rows_of(const Network& network) {
  const std::vector<Row> others = other_operators(network);
  auto next = others.begin();
  std::vector<Row> rows;
  for (const Layer& layer : network.layers) {
    while (layer.file_index && next != others.end() && next->index < layer.file_index) {
      rows.push_back(*next++);
    }
    rows.push_back({layer.file_index, std::string(op_name(layer.op)), "layer", layer.name, &layer});
  }
  rows.insert(rows.end(), next, others.end());
  return rows;
}

std::string index_text(const Row& row) { return row.index ? fmt::format("{}", *row.index) : ""; }

constexpr std::size_t kName = 22;  // characters of a layer's name in a table of 80

std::string table_row(const Network& network, const Row& row, bool wide) {
  if (row.layer == nullptr) {
    const char* const where = row.went == "folded" ? "folded into" : "left to the host:";
    const std::string text = fmt::format("{:>4} - {} {} {}\n", index_text(row), printable(row.op),
                                         where, printable(row.detail));
    return wide ? text : wrapped(text, 7);
  }
  const LayerShape shape = layer_shape(network, *row.layer);
  if (!wide) {
    return fmt::format("{:>4} {:<{}} {:<15} {:>12} {:>12} {:>10}\n", index_text(row),
                       shortened(printable(row.detail), kName), kName, row.op,
                       to_string(shape.output), macs(shape), weight_bytes(shape));
  }
  return fmt::format("{:>4} {:<40} {:<15} {:>12} {:>12} {:>12} {:>10}\n", index_text(row),
                     beginning_of(printable(row.detail), 40), row.op, to_string(shape.input()),
                     to_string(shape.output), macs(shape), weight_bytes(shape));
}

std::string input_shapes(const LayerShape& shape) {
  std::string text;
  for (const auto& input : shape.inputs) text += (text.empty() ? "" : "+") + to_string(input);
  return text;
}

std::vector<Cell> csv_row(const Network& network, const Row& row) {
  std::vector<Cell> cells{row.index, row.op, row.went, row.detail};
  if (row.layer == nullptr) {
    cells.resize(cells.size() + 4);
    return cells;
  }
  const LayerShape shape = layer_shape(network, *row.layer);
  cells.insert(cells.end(),
               {input_shapes(shape), to_string(shape.output), macs(shape), weight_bytes(shape)});
  return cells;
}

Document layer_document(const Network& network, const Layer& layer) {
  const LayerShape shape = layer_shape(network, layer);
  Document inputs = Document::array();
  for (const TensorId id : layer.inputs) inputs.push_back(network.tensors.at(id).name);
  return {{"name", layer.name},
          {"op", op_name(layer.op)},
          {"index", layer.file_index},
          {"inputs", inputs},
          {"input", to_string(shape.input())},
          {"output", to_string(shape.output)},
          {"macs", macs(shape)},
          {"weight_bytes", weight_bytes(shape)},
          {"encoded_weight_bytes", shape.encoded_weight_bytes},
          {"coded_weight_bytes", shape.coded_weight_bytes}};
}

// Of a quoted Graphviz text, in which a backslash begins an escape.
std::string dot_text(std::string_view text) {
  std::string escaped;
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string dot_layer(const Network& network, const Layer& layer) {
  const LayerShape shape = layer_shape(network, layer);
  std::string text = fmt::format("  t{} [label=\"{}\\n{} {}\"];\n", layer.output,
                                 dot_text(layer.name), op_name(layer.op), to_string(shape.output));
  for (const TensorId id : layer.inputs) text += fmt::format("  t{} -> t{};\n", id, layer.output);
  return text;
}

}  // namespace

std::string catalogue_table(const std::vector<workloads::CatalogueEntry>& entries) {
  std::string text;
  for (const workloads::CatalogueEntry& e : entries) {
    std::string name = e.name, ends;
    for (const std::string& parameter : e.parameters) {
      name += "[:" + parameter;
      ends += "]";
    }
    text += fmt::format("{:<34} {}\n", name + ends, e.description);
  }
  return wrapped(text, 35);
}

std::string catalogue_json(const std::vector<workloads::CatalogueEntry>& entries) {
  Document all = Document::array();
  for (const workloads::CatalogueEntry& e : entries) {
    all.push_back({{"name", e.name}, {"parameters", e.parameters}, {"description", e.description}});
  }
  Document json = sim::provenance("h4h.networks/1");
  json["networks"] = all;
  return write_json(json);
}

std::string operators_table(const std::vector<workloads::ReadOperators>& operators) {
  constexpr int kLayers = 26, kMacros = 7;
  std::string text = fmt::format("{:<{}} {:<{}} {}\n", "layers", kLayers, "macros", kMacros,
                                 "operators of TFLite and ONNX files");
  for (const workloads::ReadOperators& row : operators) {
    std::string files;
    if (!row.tflite.empty()) files += fmt::format("TFLite {}", fmt::join(row.tflite, ", "));
    if (!row.tflite.empty() && !row.onnx.empty()) files += "; ";
    if (!row.onnx.empty()) files += fmt::format("ONNX {}", fmt::join(row.onnx, ", "));
    const std::string layers = fmt::format("{}", fmt::join(row.layers, ", "));
    text += fmt::format("{:<{}} {:<{}} {}\n", layers.empty() ? "none" : layers, kLayers,
                        row.on_macros ? "yes" : "no", kMacros, files);
  }
  return wrapped(text, kLayers + kMacros + 2);
}

std::string operators_json(const std::vector<workloads::ReadOperators>& operators) {
  Document all = Document::array();
  for (const workloads::ReadOperators& row : operators) {
    all.push_back({{"layers", row.layers},
                   {"npu", !row.layers.empty()},
                   {"macros", row.on_macros},
                   {"tflite", row.tflite},
                   {"onnx", row.onnx}});
  }
  Document json = sim::provenance("h4h.operators/1");
  json["operators"] = all;
  return write_json(json);
}

std::string network_table(const Network& network, bool wide) {
  std::string text = fmt::format("{}: {} layers, {} MACs, {} B of weights as int8\n\n",
                                 printable(network.name), network.layers.size(),
                                 workloads::macs(network), workloads::weight_bytes(network));
  if (!network.unsupported.empty()) {
    text += fmt::format("not costed: {}\n\n",
                        host_macs_text(network.unsupported, workloads::macs(network)));
  }
  text += wide ? fmt::format("{:>4} {:<40} {:<15} {:>12} {:>12} {:>12} {:>10}\n", "file", "layer",
                             "op", "input", "output", "MACs", "weights")
               : fmt::format("{:>4} {:<{}} {:<15} {:>12} {:>12} {:>10}\n", "file", "layer", kName,
                             "op", "output", "MACs", "weights");
  for (const Row& row : rows_of(network)) text += table_row(network, row, wide);
  for (const std::string& remark : network.remarks) {
    const std::string note = "note: " + printable(remark);
    text += wide ? note + "\n" : wrapped(note, 6);
  }
  return text;
}

std::string network_csv(const Network& network) {
  Table table({integer_column("index"), text_column("op"), text_column("went"), text_column("name"),
               text_column("inputs"), text_column("output"), integer_column("macs"),
               integer_column("weight_bytes")});
  for (const Row& row : rows_of(network)) table.add_row(csv_row(network, row));
  return write_csv(sim::with_provenance(std::move(table), kSchema));
}

std::string network_json(const Network& network) {
  Document layers = Document::array(), folded = Document::array(), unsupported = Document::array();
  for (const Layer& layer : network.layers) layers.push_back(layer_document(network, layer));
  for (const auto& f : network.folded) {
    folded.push_back({{"index", f.index}, {"op", f.op}, {"into", f.into}});
  }
  for (const auto& u : network.unsupported) {
    unsupported.push_back(
        {{"index", u.index}, {"op", u.op}, {"reason", u.reason}, {"macs", u.macs}});
  }
  Document json = sim::provenance(kSchema);
  json.update({{"name", network.name},
               {"macs", workloads::macs(network)},
               {"weight_bytes", workloads::weight_bytes(network)},
               {"host_macs", workloads::host_macs(network)},
               {"layers", layers},
               {"folded", folded},
               {"unsupported", unsupported},
               {"remarks", network.remarks}});
  return write_json(json);
}

std::string network_dot(const Network& network) {
  std::string text =
      fmt::format("digraph \"{}\" {{\n  node [shape=box];\n", dot_text(network.name));
  for (const TensorId id : network.inputs) {
    const workloads::Tensor& tensor = network.tensors.at(id);
    text += fmt::format("  t{} [shape=ellipse, label=\"{}\\n{}\"];\n", id, dot_text(tensor.name),
                        to_string(tensor.shape));
  }
  for (const Layer& layer : network.layers) text += dot_layer(network, layer);
  for (std::size_t i = 0; i < network.outputs.size(); ++i) {
    text += fmt::format("  out{} [shape=ellipse, label=\"output\"];\n  t{} -> out{};\n", i,
                        network.outputs[i], i);
  }
  return text + "}\n";
}

}  // namespace h4h::tools
