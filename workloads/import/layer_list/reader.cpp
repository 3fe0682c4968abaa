#include "workloads/import/layer_list/reader.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <map>

#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

std::vector<std::string> fields(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::vector<std::string> values;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = line.find(',', begin);
    values.push_back(line.substr(begin, end - begin));
    if (end == std::string::npos) return values;
    begin = end + 1;
  }
}

// One line with access by column name.
class Row {
 public:
  Row(const std::map<std::string, std::size_t>& columns, std::vector<std::string> values)
      : columns_(columns), values_(std::move(values)) {
    if (values_.size() != columns_.size()) {
      throw NetworkError(fmt::format("{} values for {} columns", values_.size(), columns_.size()));
    }
  }

  const std::string& text(const std::string& column) const {
    return values_.at(columns_.at(column));
  }
  std::int64_t positive(const std::string& column) const {
    const std::string& value = text(column);
    std::int64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto result = std::from_chars(value.data(), end, number);
    if (result.ec != std::errc{} || result.ptr != end || number < 1 || number > 65536 * 65536ll) {
      throw NetworkError(fmt::format("{} must be a positive integer, not '{}'", column, value));
    }
    return number;
  }
  bool has(const std::string& column) const {
    return columns_.count(column) > 0 && !text(column).empty();
  }

 private:
  const std::map<std::string, std::size_t>& columns_;
  std::vector<std::string> values_;
};

void require(const Row& row, const std::string& op, const char* column, std::int64_t value) {
  if (row.positive(column) != value) {
    throw NetworkError(fmt::format("{} has {} = {}, not {}", op, column, value, row.text(column)));
  }
}

Op operator_of(const Row& row, const Shape& input) {
  const std::string& op = row.text("op");
  const std::int64_t out = row.positive("Cout");
  const auto window = [&](std::int64_t kernel) {
    require(row, op, "k", kernel);
    return same_window(input, kernel, row.positive("stride"));
  };
  if (op == "conv3x3") return Conv2d{out, window(3), Activation::relu};
  if (op == "pw1x1") return Conv2d{out, window(1), Activation::relu};
  if (op == "dw3x3") {
    if (out % input.channels != 0) {
      throw NetworkError(
          fmt::format("dw3x3: Cout {} is no multiple of Cin {}", out, input.channels));
    }
    return DepthwiseConv2d{out / input.channels, window(3), Activation::relu};
  }
  if (op == "fc") {
    for (const char* column : {"H", "W", "k", "stride"}) require(row, op, column, 1);
    return Linear{out, Activation::relu};
  }
  throw NetworkError(fmt::format("op '{}' is not conv3x3, dw3x3, pw1x1 or fc", op));
}

ListedLayer listed_layer(const Row& row, int line) {
  const std::string& id = row.text("layer_id");
  NetworkBuilder builder(id);
  const Shape input{row.positive("H"), row.positive("W"), row.positive("Cin")};
  const TensorId in = builder.input("input", input);
  builder.output(builder.add(id, operator_of(row, input), {in}));
  Network network = std::move(builder).build();
  if (row.has("weight_bytes_encoded")) {
    network.layers.front().encoded_weight_bytes = row.positive("weight_bytes_encoded");
  }
  return {id, line, std::move(network)};
}

std::map<std::string, std::size_t> header(const std::string& line) {
  std::map<std::string, std::size_t> columns;
  const std::vector<std::string> names = fields(line);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!columns.emplace(names[i], i).second) {
      throw NetworkError(fmt::format("column '{}' stands twice", names[i]));
    }
  }
  for (const char* name : {"layer_id", "op", "H", "W", "Cin", "Cout", "k", "stride"}) {
    if (columns.count(name) == 0) {
      throw NetworkError(
          fmt::format("column '{}' is missing; needed: layer_id,op,H,W,Cin,Cout,k,stride", name));
    }
  }
  return columns;
}

}  // namespace

std::vector<ListedLayer> read_layer_list(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) {
    throw NetworkError(fmt::format("{}: not a file", path.string()));
  }
  std::ifstream stream(path);
  std::map<std::string, std::size_t> columns;
  std::vector<ListedLayer> layers;
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    try {
      if (number == 1) {
        columns = header(line);
      } else if (!line.empty() && line != "\r") {
        layers.push_back(listed_layer(Row(columns, fields(line)), number));
      }
    } catch (const NetworkError& error) {
      throw NetworkError(fmt::format("{}:{}: {}", path.string(), number, error.what()));
    }
  }
  if (layers.empty()) throw NetworkError(fmt::format("{}: no layers", path.string()));
  return layers;
}

}  // namespace h4h::workloads
