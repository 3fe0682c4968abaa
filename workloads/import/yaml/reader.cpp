#include "workloads/import/yaml/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/yaml/file.hpp"
#include "workloads/import/yaml/operators.hpp"

namespace h4h::workloads {
namespace {

using yaml::Fields;
using yaml::FileKind;
using yaml::Node;
using yaml::Range;
using yaml::words_of;

constexpr FileKind kKind{"network file", "a map with name, inputs, layers and outputs"};
constexpr Range kSide{1, 65536}, kBytes{0, std::int64_t{1} << 40};
constexpr Range kMacs{0, std::int64_t{1} << 53}, kIndex{0, std::int64_t{1} << 31};
const char kNameHint[] = "a name that no other tensor has";

// nullptr where no operator has the name.
const NamedOp* named_by(Fields& fields) {
  const Node* const op = fields.require("op", "conv, depthwise, linear, add, ...");
  if (op == nullptr) return nullptr;
  std::vector<std::string_view> names;
  names.reserve(named_ops().size());
  for (const NamedOp& named : named_ops()) names.push_back(named.name);
  const NamedOp& named = named_ops().at(fields.word(*op, "op", names));
  return named.name == op->text ? &named : nullptr;
}

class Reader {
 public:
  Reader(const std::string& name, Problems& problems) : net_(name), problems_(problems) {}

  void read(Fields& top) {
    const Node* const remarks = top.find("remarks");
    const Node* const inputs = top.require("inputs", "[{name: image, shape: [32, 32, 3]}]");
    const Node* const layers = top.require("layers", "a list of layers");
    const Node* const outputs = top.find("outputs");
    const Node* const states = top.find("states");
    const Node* const host = top.find("host");
    top.finish();
    if (remarks != nullptr) {
      for (std::string& remark : top.texts(*remarks, "remarks")) net_.remark(std::move(remark));
    }
    if (inputs != nullptr) each(top, "inputs", *inputs, &Reader::input);
    if (layers == nullptr) return;
    announce(*layers);
    each(top, "layers", *layers, &Reader::layer);
    if (states != nullptr) each(top, "states", *states, &Reader::state);
    if (host != nullptr) each(top, "host", *host, &Reader::host_operator);
    if (outputs != nullptr) return read_outputs(top, *outputs);
    if (!last_.empty() && tensors_[last_].id) net_.output(*tensors_[last_].id);
  }

  Network build() && { return std::move(net_).build(); }

 private:
  struct Known {
    std::optional<TensorId> id;  // none where what makes it is wrong
    int line;
  };

  void each(Fields& top, const std::string& key, const Node& list,
            void (Reader::*one)(const Node&)) {
    if (list.kind != Node::Kind::list || list.items.empty()) {
      return top.problem(list.line, key + " must be a list with at least one entry");
    }
    for (const Node& item : list.items) {
      if (item.kind == Node::Kind::map) {
        (this->*one)(item);
      } else {
        top.problem(item.line, fmt::format("{}: every entry is a map, {{name: ...}}", key));
      }
    }
  }

  void know(Fields& fields, const std::string& name, std::optional<TensorId> id) {
    if (name.empty()) return;
    const auto [found, is_new] = tensors_.insert({name, {id, fields.line()}});
    if (is_new) return;
    fields.problem(fields.line(),
                   fmt::format("'{}' is already the tensor of line {}", name, found->second.line));
  }

  void input(const Node& node) {
    const std::size_t before = problems_.count();
    Fields fields(node, "input", problems_);
    const std::string name = fields.text("name", kNameHint);
    const auto sides = fields.numbers("shape", 3, kSide, "[height, width, channels]");
    const DataType type = kDataTypes.at(fields.choice("type", words_of(kDataTypes), 0));
    fields.finish();
    const auto add = [&] { return net_.input(name, {sides[0], sides[1], sides[2]}, type); };
    know(fields, name, add_if_right(fields, before, add));
    if (first_input_.empty()) first_input_ = name;
    ++inputs_;
  }

  template <typename Add>
  std::optional<TensorId> add_if_right(Fields& fields, std::size_t problems_before, Add add) {
    if (problems_.count() != problems_before) return std::nullopt;
    try {
      return add();
    } catch (const NetworkError& error) {
      problems_.add(fields.line(), error.what());
      return std::nullopt;
    }
  }

  // Where each layer's output will be made, to tell a name that comes too early from a wrong one.
  void announce(const Node& layers) {
    Problems ignored;
    for (const Node& node : layers.items) {
      if (node.kind != Node::Kind::map) continue;
      Fields fields(node, "", ignored);
      const Node* tensor = fields.find("output");
      if (tensor == nullptr) tensor = fields.find("name");
      if (tensor != nullptr) later_.insert({tensor->text, node.line});
    }
  }

  void layer(const Node& node) {
    const std::size_t before = problems_.count();
    const Node* const named = Fields(node, "", problems_).find("name");
    const bool has_name = named != nullptr && !named->text.empty();
    Fields fields(node, has_name ? fmt::format("layer '{}'", named->text) : "layer", problems_);
    const std::string name = fields.text("name", "a name that no other layer has");
    const std::string tensor = fields.text_or("output", name);
    const bool again = !name.empty() && !layers_.insert({name, node.line}).second;
    if (again) fields.problem(node.line, fmt::format("line {} has this name", layers_[name]));
    const auto id = operation(fields, name, tensor, before);
    if (again) {
      tensors_.insert({tensor, {std::nullopt, node.line}});
    } else {
      know(fields, tensor, id);
    }
    last_ = tensor;
  }

  // What the layer makes, unless something is wrong with it or with what it reads.
  std::optional<TensorId> operation(Fields& fields, const std::string& name,
                                    const std::string& tensor, std::size_t before) {
    const NamedOp* const named = named_by(fields);
    if (named == nullptr) return std::nullopt;
    const std::optional<std::vector<TensorId>> inputs = from(fields, *named);
    const Op read = read_operator(fields, *named, inputs ? net_.shape(inputs->front()) : Shape{});
    const auto [encoded, coded] = weights(fields, read);
    const std::string shares = has_weights(read) ? fields.text_or("weights_of", "") : "";
    const bool is_linear = std::holds_alternative<Linear>(read);
    const bool is_clear = !is_linear || fields.find("per_token") != nullptr;
    fields.finish();
    if (!inputs) return std::nullopt;
    if (!is_clear) remark_on_pixels(name, net_.shape(inputs->front()));
    return add_if_right(fields, before, [&, e = encoded, c = coded] {
      const TensorId id = net_.add(name, read, *inputs, tensor);
      net_.last_layer().encoded_weight_bytes = e;
      net_.last_layer().coded_weight_bytes = c;
      if (!shares.empty()) share_weights(fields, shares);
      numbers_.insert({name, net_.layers() - 1});
      return id;
    });
  }

  void share_weights(Fields& fields, const std::string& with) {
    const auto found = numbers_.find(with);
    if (found == numbers_.end()) {
      const auto known = layers_.find(with);
      const bool above = known != layers_.end() && known->second < fields.line();
      if (above) return;  // what is wrong with it is said there
      return fields.problem(fields.line(),
                            fmt::format("weights_of: '{}' is not a layer above this one", with));
    }
    if (net_.share_weights(found->second)) return;
    fields.problem(fields.line(),
                   fmt::format("weights_of: '{}' has other weights: operator, kernel "
                               "and channels must be the same",
                               with));
  }

  void state(const Node& node) {
    Fields fields(node, "state", problems_);
    const std::string name = fields.text_or("name", "");  // in TFLite files it may be empty
    const std::int64_t bytes = fields.number("bytes", kBytes);
    fields.finish();
    net_.state({name, bytes});
  }

  void host_operator(const Node& node) {
    Fields fields(node, "host", problems_);
    Unsupported op;
    op.index = static_cast<std::size_t>(fields.number("index", kIndex, 0));
    op.op = fields.text("op", "the operator that the host runs");
    op.reason = fields.text_or("reason", "left to the host by the network file");
    if (fields.find("macs") != nullptr) op.macs = fields.number("macs", kMacs);
    op.before = layer_behind(fields);
    op.reads = host_tensors(fields, "reads");
    op.makes = host_tensors(fields, "makes");
    // Inputs come first among the tensors.
    if (std::any_of(op.makes.begin(), op.makes.end(), [&](TensorId id) { return id >= inputs_; })) {
      fields.problem(fields.line(), "makes: what the host makes must be among the inputs");
    }
    host_reads_ = host_reads_ || !op.reads.empty();
    fields.finish();
    net_.unsupported(std::move(op));
  }

  // The layer that `before` names; without it the number of layers.
  std::size_t layer_behind(Fields& fields) {
    const std::string name = fields.text_or("before", "");
    if (name.empty()) return net_.layers();
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    if (layers_.count(name) == 0) {
      fields.problem(fields.line(), fmt::format("before: '{}' is not a layer", name));
    }
    return net_.layers();
  }

  std::vector<TensorId> host_tensors(Fields& fields, std::string_view key) {
    const Node* const list = fields.find(key);
    if (list == nullptr) return {};
    return tensors(fields, *list, fields.texts(*list, key)).value_or(std::vector<TensorId>{});
  }

  // That of a linear layer on tokens is easily forgotten, and its weights then are many.
  void remark_on_pixels(const std::string& name, const Shape& input) {
    if (input.pixels() == 1) return;
    net_.remark(fmt::format(
        "layer '{}' has weights for each of its input's {} pixels; with per_token: true "
        "the pixels would share them",
        name, input.pixels()));
  }

  using Bytes = std::optional<std::int64_t>;

  static std::pair<Bytes, Bytes> weights(Fields& fields, const Op& op) {
    if (!has_weights(op)) return {};
    const auto bytes = [&](std::string_view key) -> Bytes {
      if (fields.find(key) == nullptr) return std::nullopt;
      return fields.number(key, kBytes);
    };
    return {bytes("encoded_weight_bytes"), bytes("coded_weight_bytes")};
  }

  std::optional<std::vector<TensorId>> from(Fields& fields, const NamedOp& named) {
    const Node* const node = fields.find("from");
    if (node != nullptr && node->kind == Node::Kind::text) {
      return tensors(fields, *node, {node->text});
    }
    if (node == nullptr && !takes_several_inputs(named.op)) return before(fields);
    if (node == nullptr || node->kind != Node::Kind::list || node->items.empty()) {
      fields.problem(
          node == nullptr ? fields.line() : node->line,
          fmt::format("{} needs from: the name of what it reads, or a list of names", named.name));
      return std::nullopt;
    }
    return tensors(fields, *node, fields.texts(*node, "from"));
  }

  // What a layer without `from` reads: the layer before it, or the only input.
  std::optional<std::vector<TensorId>> before(Fields& fields) {
    if (last_.empty() && inputs_ > 1) {
      fields.problem(fields.line(), "the first layer needs from: there are several inputs");
      return std::nullopt;
    }
    const auto found = tensors_.find(last_.empty() ? first_input_ : last_);
    if (found == tensors_.end() || !found->second.id) return std::nullopt;
    return std::vector<TensorId>{*found->second.id};
  }

  std::optional<std::vector<TensorId>> tensors(Fields& fields, const Node& at,
                                               const std::vector<std::string>& names) {
    std::vector<TensorId> ids;
    for (const std::string& name : names) {
      const auto found = tensors_.find(name);
      if (found == tensors_.end()) {
        fields.problem(at.line, fmt::format("'{}' {}", name, why_unknown(name)));
      } else if (found->second.id) {
        ids.push_back(*found->second.id);
      }
    }
    if (ids.empty() || ids.size() != names.size()) return std::nullopt;
    return ids;
  }

  std::string why_unknown(const std::string& name) const {
    const auto later = later_.find(name);
    if (later != later_.end()) {
      return fmt::format(
          "is made only by the layer of line {}; a layer reads inputs and layers "
          "before it",
          later->second);
    }
    return "is not the name of an input or of a layer's output";
  }

  void read_outputs(Fields& top, const Node& node) {
    const std::vector<std::string> names = top.texts(node, "outputs");
    if (node.kind == Node::Kind::list && node.items.empty() && !host_reads_) {
      top.problem(node.line, "outputs must name at least one tensor");
    }
    for (const std::string& name : names) {
      const auto found = tensors_.find(name);
      if (found == tensors_.end()) {
        top.problem(node.line, fmt::format("outputs: '{}' {}", name, why_unknown(name)));
      } else if (found->second.id) {
        net_.output(*found->second.id);
      }
    }
  }

  NetworkBuilder net_;
  Problems& problems_;
  std::map<std::string, Known> tensors_;
  std::map<std::string, int> layers_, later_;   // names and their lines
  std::map<std::string, std::size_t> numbers_;  // of layers that were added
  std::string first_input_, last_;
  std::size_t inputs_ = 0;
  bool host_reads_ = false;
};

}  // namespace

Network parse_yaml_network(const std::string& text, const std::filesystem::path& file) {
  Problems problems;
  const Node root = yaml::root_of<NetworkError>(text, file, kKind);
  Fields top(root, "", problems);
  Reader reader(top.text_or("name", file.stem().string()), problems);
  reader.read(top);
  if (problems.count() > 0) throw NetworkError(problems.text(file.string()));
  return std::move(reader).build();
}

Network read_yaml_network(const std::filesystem::path& path) {
  return parse_yaml_network(yaml::text_of<NetworkError>(path, kKind), path);
}

}  // namespace h4h::workloads
