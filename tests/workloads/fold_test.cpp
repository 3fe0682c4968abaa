#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "workloads/import/fold/arithmetic.hpp"
#include "workloads/import/fold/array.hpp"

namespace h4h::workloads::fold {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

// 0, 1, 2, ... in this shape.
Integers counted(const Dims& dims) {
  Integers array = filled<std::int64_t>(dims, 0);
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    array.values[i] = static_cast<std::int64_t>(i);
  }
  return array;
}

TEST(Fold, SliceTakesElementsOfEveryAxis) {
  const Integers part = slice(counted({3, 4}), {span(1, 3, 1, 3), span(3, -5, -2, 4)});
  EXPECT_EQ(part.dims, (Dims{2, 2}));
  EXPECT_EQ(part.values, (std::vector<std::int64_t>{7, 5, 11, 9}));
}

TEST(Fold, SpansAreThoseOfPython) {
  const auto size = [](std::int64_t begin, std::int64_t end, std::int64_t stride) {
    return span(begin, end, stride, 10).size;
  };
  EXPECT_EQ(size(2, 8, 1), 6);
  EXPECT_EQ(size(-3, kMax, 1), 3);
  EXPECT_EQ(size(0, 10, 3), 4);
  EXPECT_EQ(size(8, 2, 1), 0);
  EXPECT_EQ(size(kMax, kMin, -1), 10);
  EXPECT_EQ(size(-1, 0, -3), 3);
  EXPECT_EQ(size(0, 10, kMax), 1);
  EXPECT_EQ(size(9, kMin, kMin), 1);
  EXPECT_EQ(span(kMax, kMin, -1, 10).begin, 9);
}

TEST(Fold, GatherPutsTheIndicesAxesInPlaceOfItsOwn) {
  const Integers rows = gather(counted({3, 2}), {{2, 1}, {2, -3}}, 0);
  EXPECT_EQ(rows.dims, (Dims{2, 1, 2}));
  EXPECT_EQ(rows.values, (std::vector<std::int64_t>{4, 5, 0, 1}));
  const Integers scalar = gather(vector({7, 8, 9}), {{}, {1}}, 0);
  EXPECT_TRUE(scalar.dims.empty());
  EXPECT_EQ(scalar.values, (std::vector<std::int64_t>{8}));
}

TEST(Fold, ConcatAndPackJoinAlongAnAxis) {
  const Integers joined = concat<std::int64_t>({counted({2, 1}), counted({2, 2})}, -1);
  EXPECT_EQ(joined.dims, (Dims{2, 3}));
  EXPECT_EQ(joined.values, (std::vector<std::int64_t>{0, 0, 1, 1, 2, 3}));
  const Integers packed = pack<std::int64_t>({vector({1, 2}), vector({3, 4})}, 1);
  EXPECT_EQ(packed.dims, (Dims{2, 2}));
  EXPECT_EQ(packed.values, (std::vector<std::int64_t>{1, 3, 2, 4}));
}

TEST(Fold, TransposeMovesElements) {
  const Integers moved = transpose(counted({2, 3}), {1, 0});
  EXPECT_EQ(moved.dims, (Dims{3, 2}));
  EXPECT_EQ(moved.values, (std::vector<std::int64_t>{0, 3, 1, 4, 2, 5}));
}

TEST(Fold, AxesOfSizeOneComeAndGo) {
  EXPECT_EQ(unsqueezed({2, 3}, {0, -1}), (Dims{1, 2, 3, 1}));
  EXPECT_EQ(squeezed({1, 2, 1, 3}, {0}), (Dims{2, 1, 3}));
  EXPECT_EQ(squeezed({1, 2, 1, 3}, {}), (Dims{2, 3}));
}

TEST(Fold, ReshapeResolvesTheOpenAxis) {
  EXPECT_EQ(resolved({2, 3, 4}, {0, -1}), (Dims{2, 12}));
  EXPECT_EQ(resolved({2, 3, 4}, {4, -1, 2}), (Dims{4, 3, 2}));
  EXPECT_EQ(resolved({0, 3}, {0, 3}, true), (Dims{0, 3}));
}

TEST(Fold, ArithmeticBroadcasts) {
  const Integers sums = apply(Binary::add, counted({2, 1}), vector({10, 20, 30}));
  EXPECT_EQ(sums.dims, (Dims{2, 3}));
  EXPECT_EQ(sums.values, (std::vector<std::int64_t>{10, 20, 30, 11, 21, 31}));
  EXPECT_EQ(expand(vector({5}), {2, 2}).values, (std::vector<std::int64_t>{5, 5, 5, 5}));
}

TEST(Fold, IntegersDivideAsTheOperatorSays) {
  const auto one = [](Binary function, std::int64_t a, std::int64_t b) {
    return apply(function, vector({a}), vector({b})).values.front();
  };
  EXPECT_EQ(one(Binary::div, -7, 2), -3);
  EXPECT_EQ(one(Binary::floor_div, -7, 2), -4);
  EXPECT_EQ(one(Binary::mod, -7, 2), 1);
  EXPECT_EQ(one(Binary::mod, kMin, -1), 0);
  EXPECT_EQ(one(Binary::power, -1, kMax), -1);
  EXPECT_EQ(one(Binary::power, 3, 4), 81);
}

TEST(Fold, RealsComputeSizesToo) {
  const Reals scaled = apply(Binary::mul, to_reals(vector({7, 9})), Reals{{}, {0.5}});
  EXPECT_EQ(to_integers(apply(Unary::ceil, scaled)).values, (std::vector<std::int64_t>{4, 5}));
  EXPECT_EQ(to_integers(Reals{{1}, {-2.9}}).values, (std::vector<std::int64_t>{-2}));
}

TEST(Fold, ComparisonsSelect) {
  const Integers is_open = compare(Comparison::equal, vector({-1, 4}), vector({-1}));
  EXPECT_EQ(is_open.values, (std::vector<std::int64_t>{1, 0}));
  EXPECT_EQ(where(is_open, vector({8}), vector({3, 4})).values, (std::vector<std::int64_t>{8, 4}));
}

TEST(Fold, RangesEndBeforeTheirLimit) {
  EXPECT_EQ(range(0, 5, 2).values, (std::vector<std::int64_t>{0, 2, 4}));
  EXPECT_EQ(range(3, 0, -1).values, (std::vector<std::int64_t>{3, 2, 1}));
  EXPECT_EQ(range(kMax - 1, kMax, 2).values.size(), 1U);
}

TEST(Fold, ReductionsKeepOrDropTheirAxes) {
  const Integers sums = reduce(Reduction::sum, counted({2, 3}), {0}, false);
  EXPECT_EQ(sums.dims, (Dims{3}));
  EXPECT_EQ(sums.values, (std::vector<std::int64_t>{3, 5, 7}));
  const Integers product = reduce(Reduction::prod, vector({2, 3, 4}), {}, true);
  EXPECT_EQ(product.dims, (Dims{1}));
  EXPECT_EQ(product.values, (std::vector<std::int64_t>{24}));
  EXPECT_EQ(reduce(Reduction::prod, vector({}), {0}, false).values, (std::vector<std::int64_t>{1}));
}

TEST(BadFold, IsRefused) {
  const Integers pair = vector({1, 2});
  EXPECT_THROW(count({1000, 1000}), FoldError);
  EXPECT_THROW(count({kMax, kMax, 0}), FoldError);
  EXPECT_THROW(count({-1}), FoldError);
  EXPECT_THROW(count(Dims(9, 1)), FoldError);
  EXPECT_THROW(filled<std::int64_t>({1 << 20}, 0), FoldError);
  EXPECT_THROW(reshape(pair, {3}), FoldError);
  EXPECT_THROW(resolved({2, 3}, {-1, -1}), FoldError);
  EXPECT_THROW(resolved({2, 3}, {4, -1}), FoldError);
  EXPECT_THROW(resolved({2}, {2, 0}), FoldError);
  EXPECT_THROW(resolved({kMax, kMax}, {-1}), FoldError);
  EXPECT_THROW(squeezed({2}, {0}), FoldError);
  EXPECT_THROW(unsqueezed({2}, {0, 0}), FoldError);
  EXPECT_THROW(span(0, 1, 0, 4), FoldError);
  EXPECT_THROW(slice(pair, {Span{1, 2, 1}}), FoldError);
  EXPECT_THROW(slice(pair, {Span{0, kMax, kMax}}), FoldError);
  EXPECT_THROW(slice(pair, {}), FoldError);
  EXPECT_THROW(gather(pair, vector({2}), 0), FoldError);
  EXPECT_THROW(gather(pair, vector({0}), 1), FoldError);
  EXPECT_THROW(gather(filled<std::int64_t>({1, 4096}, 0), filled<std::int64_t>({4096}, 0), 0),
               FoldError);
  EXPECT_THROW(concat<std::int64_t>({}, 0), FoldError);
  EXPECT_THROW(concat<std::int64_t>({pair, counted({1, 1})}, 0), FoldError);
  EXPECT_THROW(transpose(pair, {0, 0}), FoldError);
  EXPECT_THROW(expand(pair, {3}), FoldError);
  EXPECT_THROW(apply(Binary::add, pair, vector({1, 2, 3})), FoldError);
  EXPECT_THROW(range(0, kMax, 1), FoldError);
  EXPECT_THROW(range(0, 1, 0), FoldError);
  EXPECT_THROW(reduce(Reduction::max, vector({}), {}, false), FoldError);
}

TEST(BadFold, NumbersWithoutAResultAreRefused) {
  const auto one = [](Binary function, std::int64_t a, std::int64_t b) {
    return apply(function, vector({a}), vector({b}));
  };
  EXPECT_THROW(one(Binary::add, kMax, 1), FoldError);
  EXPECT_THROW(one(Binary::mul, kMin, -1), FoldError);
  EXPECT_THROW(one(Binary::div, 1, 0), FoldError);
  EXPECT_THROW(one(Binary::div, kMin, -1), FoldError);
  EXPECT_THROW(one(Binary::power, 10, 30), FoldError);
  EXPECT_THROW(one(Binary::power, 2, -1), FoldError);
  EXPECT_THROW(apply(Unary::neg, vector({kMin})), FoldError);
  EXPECT_THROW(to_integers(Reals{{1}, {1e300}}), FoldError);
  EXPECT_THROW(to_integers(Reals{{1}, {std::nan("")}}), FoldError);
}

}  // namespace
}  // namespace h4h::workloads::fold
