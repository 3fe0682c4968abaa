#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "workloads/import/onnx/operators.hpp"

// Einsum of two operands: a product of matrices with its axes in any order.
namespace h4h::workloads::onnx {
namespace {

struct Equation {
  std::string a, b, out;  // a letter for each axis
};

bool has(const std::string& letters, char letter) {
  return letters.find(letter) != std::string::npos;
}

Equation parse(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  const std::size_t comma = text.find(','), arrow = text.find("->");
  if (comma == std::string::npos || arrow == std::string::npos || comma > arrow) {
    throw NotMapped(
        fmt::format("equation '{}'; supported: two operands, as in 'bhid,bhjd->bhij'", text));
  }
  Equation e{text.substr(0, comma), text.substr(comma + 1, arrow - comma - 1),
             text.substr(arrow + 2)};
  for (const std::string& letters : {e.a, e.b, e.out}) {
    std::string sorted = letters;
    std::sort(sorted.begin(), sorted.end());
    const bool is_plain =
        std::all_of(sorted.begin(), sorted.end(), [](char c) { return c >= 'A' && c <= 'z'; }) &&
        std::unique(sorted.begin(), sorted.end()) == sorted.end();
    if (!is_plain) throw NotMapped(fmt::format("equation '{}' is no product of matrices", text));
  }
  return e;
}

// The letters of `from`, in its order, that are or are not in the others.
std::string letters(const std::string& from, const std::string& other, bool in_other,
                    const std::string& out, bool in_out) {
  std::string found;
  for (const char letter : from) {
    if (has(other, letter) == in_other && has(out, letter) == in_out) found += letter;
  }
  return found;
}

std::vector<int> places(const std::string& of, const std::string& in) {
  std::vector<int> all;
  for (const char letter : of) {
    const std::size_t place = in.find(letter);
    if (place == std::string::npos) throw NotMapped("the equation sums over an axis alone");
    all.push_back(static_cast<int>(place));
  }
  return all;
}

Dims sizes(const std::string& of, const std::string& in, const Dims& dims) {
  Dims all;
  for (const int place : places(of, in)) all.push_back(dims.at(static_cast<std::size_t>(place)));
  return all;
}

Dims joined(Dims first, const Dims& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

void import_einsum(Operator& op) {
  if (op.inputs() != 2) throw NotMapped("only two operands are supported");
  const Equation e = parse(op.text("equation", ""));
  const Dims a_dims = op.dims(0), b_dims = op.dims(1);
  if (a_dims.size() != e.a.size() || b_dims.size() != e.b.size()) {
    throw NotMapped("the equation does not fit the operands");
  }
  const std::string batch = letters(e.a, e.b, true, e.out, true),
                    summed = letters(e.a, e.b, true, e.out, false),
                    rows = letters(e.a, e.b, false, e.out, true),
                    columns = letters(e.b, e.a, false, e.out, true);
  if (batch.size() + summed.size() + rows.size() != e.a.size() ||
      batch.size() + summed.size() + columns.size() != e.b.size()) {
    throw NotMapped("the equation sums over an axis alone");
  }
  const Dims batches = sizes(batch, e.a, a_dims);
  const std::int64_t depth = elements(sizes(summed, e.a, a_dims));
  const std::int64_t height = elements(sizes(rows, e.a, a_dims));
  const std::int64_t width = elements(sizes(columns, e.b, b_dims));
  NdGraph& nd = op.nd();
  const auto arranged = [&](std::size_t input, const std::string& from, const std::string& order,
                            const Dims& matrix) {
    const NdTensor turned = nd.transpose(op.feature(input), places(order, from), TransposeAs::view);
    return nd.renamed(turned, joined(batches, matrix));
  };
  const NdTensor a = arranged(0, e.a, batch + rows + summed, {height, depth});
  NdTensor made;
  if (op.is_constant(1)) {
    if (!batch.empty()) throw NotMapped("constant matrices in a batch");
    made = nd.linear(a, width, Activation::none);
  } else {
    made = nd.matmul(a, arranged(1, e.b, batch + summed + columns, {depth, width}), false, false);
  }
  const std::string order = batch + rows + columns;
  const Dims dims = joined(joined(batches, sizes(rows, e.a, a_dims)), sizes(columns, e.b, b_dims));
  op.make(nd.transpose(nd.renamed(made, dims), places(e.out, order), TransposeAs::view));
}

}  // namespace h4h::workloads::onnx
