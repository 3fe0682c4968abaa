#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/support/run_network.hpp"
#include "workloads/import/fold/arithmetic.hpp"
#include "workloads/import/nd/nd_graph.hpp"

// Networks of random tensors compute the same numbers as array arithmetic that knows no layers.
namespace h4h::workloads {
namespace {

using fold::Integers;

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}

  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint32_t>(n));
  }
  Dims dims(std::size_t rank) {
    Dims dims;
    for (std::size_t i = 0; i < rank; ++i) dims.push_back(1 + below(3));
    return dims;
  }
  std::vector<int> order(std::size_t rank) {
    std::vector<int> order = file_order(rank);
    for (std::size_t i = rank; i > 1; --i) {
      std::swap(order[i - 1], order[static_cast<std::size_t>(below(static_cast<std::int64_t>(i)))]);
    }
    return order;
  }
  Integers values(const Dims& dims) {
    Integers array{dims, {}};
    for (std::int64_t i = 0; i < elements(dims); ++i) array.values.push_back(below(100) + 1);
    return array;
  }

 private:
  std::mt19937 engine_;
};

std::vector<std::size_t> indices(const std::vector<int>& order) {
  return {order.begin(), order.end()};
}

// As it lies in memory.
std::vector<std::int64_t> memory(const Integers& array, const std::vector<int>& order) {
  return fold::transpose(array, indices(order)).values;
}

// A network whose inputs are random tensors in random orders of memory, each with its values.
class Values {
 public:
  explicit Values(std::uint32_t seed) : random(seed), graph("net") {}

  NdTensor input(const Dims& dims) {
    const std::vector<int> order = random.order(dims.size());
    arrays.push_back(random.values(dims));
    data_.push_back(memory(arrays.back(), order));
    return graph.input("x", dims, DataType::int8, order);
  }

  void expect(const NdTensor& result, const Integers& wanted) {
    ASSERT_EQ(result.dims, wanted.dims);
    // A layer that changes nothing, for results that are a view of an input.
    const NdTensor done = graph.finish(0, "OP", {graph.reshape(result, result.dims), "y"});
    graph.net().output(done.id);
    const Network net = std::move(graph.net()).build();
    EXPECT_EQ(tests::NetworkRun(net).run(data_).at(0), memory(wanted, done.order))
        << canonical_text(net);
  }

  Random random;
  NdGraph graph;
  std::vector<Integers> arrays;

 private:
  std::vector<std::vector<std::int64_t>> data_;
};

constexpr std::uint32_t kCases = 400;

TEST(NdValues, TransposesOfAnyRank) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    const std::size_t rank = seed % 7;
    const NdTensor in = v.input(v.random.dims(rank));
    const std::vector<int> permutation = v.random.order(rank);
    const TransposeAs as = seed % 2 == 0 ? TransposeAs::copy : TransposeAs::view;
    v.expect(v.graph.transpose(in, permutation, as),
             fold::transpose(v.arrays[0], indices(permutation)));
  }
}

// Other dimensions over the same elements: neighbours merged, axes split, ones put in.
Dims refolded(Random& random, const Dims& dims) {
  Dims out;
  std::int64_t open = 1;
  for (const std::int64_t side : dims) {
    open *= side;
    if (out.size() > 4 || random.below(2) == 0) continue;
    if (open % 2 == 0 && random.below(2) == 0) {
      out.push_back(2);
      open /= 2;
    }
    out.push_back(open);
    if (random.below(4) == 0) out.push_back(1);
    open = 1;
  }
  out.push_back(open);
  return out;
}

TEST(NdValues, ReshapesOfTensorsInAnyOrderOfMemory) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    const NdTensor in = v.input(v.random.dims(seed % 7));
    const Dims dims = refolded(v.random, in.dims);
    v.expect(v.graph.reshape(in, dims), fold::reshape(v.arrays[0], dims));
  }
}

TEST(NdValues, SlicesOfAnyAxes) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    Dims dims;
    for (std::size_t i = 0; i < seed % 6; ++i) dims.push_back(1 + v.random.below(5));
    const NdTensor in = v.input(dims);
    std::vector<AxisSlice> parts;
    std::vector<fold::Span> spans;
    for (const std::int64_t side : dims) {
      const std::int64_t begin = v.random.below(side), stride = 1 + v.random.below(2);
      const std::int64_t most = (side - 1 - begin) / stride + 1;
      parts.push_back({begin, 1 + v.random.below(most), stride});
      if (v.random.below(2) == 0) parts.back() = {0, side, 1};
      spans.push_back({parts.back().begin, parts.back().size, parts.back().stride});
    }
    v.expect(v.graph.slice(in, parts), fold::slice(v.arrays[0], spans));
  }
}

TEST(NdValues, GathersAlongAnyAxis) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    const NdTensor in = v.input(v.random.dims(1 + seed % 5));
    const auto axis = static_cast<int>(v.random.below(in.rank()));
    const std::int64_t side = in.dims[static_cast<std::size_t>(axis)];
    const std::int64_t first = v.random.below(side);
    Integers index{{1, side - first}, {}};  // to the end
    for (std::int64_t i = first; i < side; ++i) index.values.push_back(i);
    v.expect(v.graph.gather(in, axis, index.values, index.dims),
             fold::gather(v.arrays[0], index, axis));
  }
}

TEST(NdValues, ConcatenationsAlongAnyAxis) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    const NdTensor first = v.input(v.random.dims(1 + seed % 5));
    const auto axis = static_cast<int>(v.random.below(first.rank()));
    Dims other = first.dims;
    other[static_cast<std::size_t>(axis)] = 1 + v.random.below(3);
    const NdTensor second = v.input(other);
    const Integers zeros = fold::filled<std::int64_t>(other, 0);
    const bool is_ahead = v.random.below(2) == 0;
    std::vector<ConcatPart> parts{ConcatPart::of(first), ConcatPart::of(second)};
    std::vector<Integers> arrays{v.arrays[0], v.arrays[1]};
    parts.insert(is_ahead ? parts.begin() : parts.end(), ConcatPart::constant(other));
    arrays.insert(is_ahead ? arrays.begin() : arrays.end(), zeros);
    v.expect(v.graph.concat(parts, axis), fold::concat(arrays, axis));
  }
}

TEST(NdValues, StacksAlongANewAxis) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    const NdTensor first = v.input(v.random.dims(seed % 5)), second = v.input(first.dims);
    const auto axis = static_cast<int>(v.random.below(first.rank() + 1));
    v.expect(v.graph.stack({ConcatPart::of(first), ConcatPart::of(second)}, axis),
             fold::pack(v.arrays, axis));
  }
}

TEST(NdValues, PaddingOfAnyAxes) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    const NdTensor in = v.input(v.random.dims(1 + seed % 5));
    std::vector<AxisPadding> margins;
    Integers wanted = v.arrays[0];
    for (std::size_t axis = 0; axis < in.dims.size(); ++axis) {
      margins.emplace_back(v.random.below(2) * v.random.below(3), v.random.below(2));
      const auto zeros = [&](std::int64_t count) {
        Dims dims = wanted.dims;
        dims[axis] = count;
        return Integers{dims, std::vector<std::int64_t>(
                                  static_cast<std::size_t>(count == 0 ? 0 : elements(dims)), 0)};
      };
      const auto a = static_cast<std::int64_t>(axis);
      if (margins.back().first > 0)
        wanted = fold::concat<std::int64_t>({zeros(margins.back().first), wanted}, a);
      if (margins.back().second > 0)
        wanted = fold::concat<std::int64_t>({wanted, zeros(margins.back().second)}, a);
    }
    v.expect(v.graph.pad(in, margins), wanted);
  }
}

TEST(NdValues, SumsOfOperandsThatBroadcast) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    const Dims all = v.random.dims(seed % 6);
    const auto with_ones = [&] {
      Dims dims = all;
      for (std::int64_t& side : dims) side = v.random.below(2) == 0 ? side : 1;
      const std::int64_t left_out = v.random.below(static_cast<std::int64_t>(dims.size()) + 1);
      return Dims(dims.begin() + left_out * v.random.below(2), dims.end());
    };
    const NdTensor a = v.input(with_ones()), b = v.input(with_ones());
    v.expect(v.graph.elementwise(ElementwiseKind::add, a, b, Activation::none),
             fold::apply(fold::Binary::add, v.arrays[0], v.arrays[1]));
  }
}

TEST(NdValues, ReductionsOverAnyAxes) {
  const auto sum = [](bool height, bool width, bool channels) {
    return Op(Reduce{ReduceKind::sum, height, width, channels});
  };
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    const NdTensor in = v.input(v.random.dims(1 + seed % 6));
    std::vector<int> axes;
    for (int axis = 0; axis < in.rank(); ++axis) {
      if (v.random.below(2) == 0 || (axes.empty() && axis + 1 == in.rank())) axes.push_back(axis);
    }
    const bool keep = v.random.below(2) == 0;
    v.expect(v.graph.reduce(in, axes, keep, sum),
             fold::reduce(fold::Reduction::sum, v.arrays[0], Dims(axes.begin(), axes.end()), keep));
  }
}

TEST(NdValues, OperatorsOverTheChannelsOfAnyAxis) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    const NdTensor in = v.input(v.random.dims(1 + seed % 5));
    const auto axis = static_cast<int>(v.random.below(in.rank()));
    const bool is_rest = v.random.below(2) == 0;  // the axis and all behind it
    Dims axes{axis};
    for (int a = axis + 1; is_rest && a < in.rank(); ++a) axes.push_back(a);
    const Integers sums = fold::reduce(fold::Reduction::sum, v.arrays[0], axes, true);
    v.expect(is_rest ? v.graph.along_from(in, axis, Softmax{}) : v.graph.along(in, axis, Softmax{}),
             fold::expand(sums, in.dims));
  }
}

// By its definition, one product at a time.
Integers product_of(const Integers& a, const Integers& b) {
  const auto batch = [](const Integers& t) { return Dims(t.dims.begin(), t.dims.end() - 2); };
  const std::int64_t rows = *(a.dims.end() - 2), depth = a.dims.back(), columns = b.dims.back();
  Integers out{fold::broadcast(batch(a), batch(b)), {}};
  const auto whole = [&](const Integers& t) {
    Dims dims = out.dims;
    dims.insert(dims.end(), t.dims.end() - 2, t.dims.end());
    return fold::expand(t, dims).values;
  };
  const std::vector<std::int64_t> left = whole(a), right = whole(b);
  for (std::int64_t n = 0; n < elements(out.dims); ++n) {
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) {
        std::int64_t sum = 0;
        for (std::int64_t k = 0; k < depth; ++k) {
          sum += left[static_cast<std::size_t>((n * rows + i) * depth + k)] *
                 right[static_cast<std::size_t>((n * depth + k) * columns + j)];
        }
        out.values.push_back(sum);
      }
    }
  }
  out.dims.insert(out.dims.end(), {rows, columns});
  return out;
}

TEST(NdValues, MatrixProductsOfBatchesThatBroadcast) {
  for (std::uint32_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Values v(seed);
    const Dims batch = v.random.dims(seed % 4);
    const bool transpose_a = v.random.below(2) == 0, transpose_b = v.random.below(2) == 0;
    const std::int64_t depth = 1 + v.random.below(3);
    const auto operand = [&](bool is_swapped, std::int64_t rows, std::int64_t columns) {
      Dims dims = batch;
      for (std::int64_t& side : dims) side = v.random.below(3) == 0 ? 1 : side;
      if (is_swapped) std::swap(rows, columns);
      dims.insert(dims.end(), {rows, columns});
      return v.input(dims);
    };
    const NdTensor a = operand(transpose_a, 1 + v.random.below(3), depth);
    const NdTensor b = operand(transpose_b, depth, 1 + v.random.below(3));
    const auto upright = [](const Integers& t, bool is_swapped) {
      std::vector<std::size_t> order(t.dims.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      if (is_swapped) std::swap(order[order.size() - 1], order[order.size() - 2]);
      return fold::transpose(t, order);
    };
    v.expect(v.graph.matmul(a, b, transpose_a, transpose_b),
             product_of(upright(v.arrays[0], transpose_a), upright(v.arrays[1], transpose_b)));
  }
}

}  // namespace
}  // namespace h4h::workloads
