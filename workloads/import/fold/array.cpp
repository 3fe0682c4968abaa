#include "workloads/import/fold/array.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "workloads/import/fold/strides.hpp"

namespace h4h::workloads::fold {

std::int64_t count(const Dims& dims) {
  if (dims.size() > kMaxAxes) {
    throw FoldError(fmt::format("{} axes; supported: {}", dims.size(), kMaxAxes));
  }
  std::int64_t product = 1;
  for (const std::int64_t size : dims) {
    if (size < 0) throw FoldError(fmt::format("an axis has size {}", size));
    if (size > 0 && product > kMaxValues / size) {
      throw FoldError(
          fmt::format("shape [{}] has more than {} values", fmt::join(dims, ", "), kMaxValues));
    }
    product *= size;
  }
  return product;
}

std::size_t axis_of(std::int64_t axis, std::size_t rank) {
  const std::int64_t axes = static_cast<std::int64_t>(rank);
  if (axis < -axes || axis >= axes) {
    throw FoldError(fmt::format("axis {} does not exist, of {}", axis, rank));
  }
  return static_cast<std::size_t>(axis < 0 ? axis + axes : axis);
}

Integers vector(std::vector<std::int64_t> values) {
  return {{static_cast<std::int64_t>(values.size())}, std::move(values)};
}

namespace {

void check_inside(const Span& span, std::int64_t size) {
  if (span.size == 0) return;
  std::int64_t last = 0;
  const bool fits = span.size > 0 && span.begin >= 0 && span.begin < size &&
                    !__builtin_mul_overflow(span.size - 1, span.stride, &last) &&
                    !__builtin_add_overflow(last, span.begin, &last) && last >= 0 && last < size;
  if (!fits) {
    throw FoldError(fmt::format("{} elements from {} on do not lie in an axis of {}", span.size,
                                span.begin, size));
  }
}

}  // namespace

template <typename T>
Array<T> filled(const Dims& dims, T value) {
  return {dims, std::vector<T>(static_cast<std::size_t>(count(dims)), value)};
}

template <typename T>
Array<T> reshape(const Array<T>& array, const Dims& dims) {
  if (static_cast<std::size_t>(count(dims)) != array.values.size()) {
    throw FoldError(fmt::format("shape [{}] does not hold {} values", fmt::join(dims, ", "),
                                array.values.size()));
  }
  return {dims, array.values};
}

Dims unsqueezed(const Dims& dims, const Dims& axes) {
  const std::size_t rank = dims.size() + axes.size();
  std::vector<bool> is_new(rank, false);
  for (const std::int64_t axis : axes) is_new.at(axis_of(axis, rank)) = true;
  if (static_cast<std::size_t>(std::count(is_new.begin(), is_new.end(), true)) != axes.size()) {
    throw FoldError("an axis is named twice");
  }
  Dims all;
  auto next = dims.begin();
  for (const bool one : is_new) all.push_back(one ? 1 : *next++);
  return all;
}

Dims squeezed(const Dims& dims, const Dims& axes) {
  std::vector<bool> goes(dims.size(), false);
  for (const std::int64_t axis : axes) goes.at(axis_of(axis, dims.size())) = true;
  Dims kept;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (goes[i] && dims[i] != 1) {
      throw FoldError(fmt::format("axis {} has size {}, not 1", i, dims[i]));
    }
    if (!(axes.empty() ? dims[i] == 1 : goes[i])) kept.push_back(dims[i]);
  }
  return kept;
}

Dims resolved(const Dims& dims, const Dims& wanted, bool allow_zero) {
  const auto fail = [&] {
    throw FoldError(fmt::format("shape [{}] does not become [{}]", fmt::join(dims, ", "),
                                fmt::join(wanted, ", ")));
  };
  Dims result = wanted;
  std::int64_t total = 1, known = 1;
  for (const std::int64_t size : dims) {
    if (__builtin_mul_overflow(total, size, &total)) fail();
  }
  std::int64_t* rest = nullptr;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i] == 0 && !allow_zero) result[i] = i < dims.size() ? dims[i] : -2;
    if (result[i] < -1 || (result[i] == -1 && rest != nullptr)) fail();
    if (result[i] == -1) {
      rest = &result[i];
    } else if (__builtin_mul_overflow(known, result[i], &known)) {
      fail();
    }
  }
  if (rest != nullptr) {
    if (known == 0 || total % known != 0) fail();
    *rest = total / known;
  } else if (known != total) {
    fail();
  }
  return result;
}

Span span(std::int64_t begin, std::int64_t end, std::int64_t stride, std::int64_t size) {
  if (stride == 0) throw FoldError("a slice has stride 0");
  const std::int64_t low = stride > 0 ? 0 : -1, high = stride > 0 ? size : size - 1;
  const auto inside = [&](std::int64_t at) {
    return std::clamp(at < 0 ? at + size : at, low, high);
  };
  const std::int64_t first = inside(begin), last = inside(end);
  const std::int64_t length = stride > 0 ? last - first : first - last;
  // Strides down to the least number of 64 bits: its negative does not exist.
  const std::uint64_t step = stride > 0 ? static_cast<std::uint64_t>(stride)
                                        : std::uint64_t{0} - static_cast<std::uint64_t>(stride);
  if (length <= 0) return {first, 0, stride};
  return {first, static_cast<std::int64_t>((static_cast<std::uint64_t>(length) - 1) / step) + 1,
          stride};
}

template <typename T>
Array<T> slice(const Array<T>& array, const std::vector<Span>& spans) {
  if (spans.size() != array.dims.size()) {
    throw FoldError(fmt::format("{} spans for {} axes", spans.size(), array.dims.size()));
  }
  Dims dims;
  Strided source{0, strides(array.dims)};
  for (std::size_t i = 0; i < spans.size(); ++i) {
    dims.push_back(spans[i].size);
    check_inside(spans[i], array.dims[i]);
    if (spans[i].size == 0) continue;
    // One element takes no step, whatever the stride is.
    source.begin += spans[i].begin * source.strides[i];
    source.strides[i] *= spans[i].size > 1 ? spans[i].stride : 0;
  }
  return pick(array, dims, source);
}

template <typename T>
Array<T> gather(const Array<T>& array, const Integers& indices, std::int64_t axis) {
  const std::size_t at = axis_of(axis, array.dims.size());
  const auto place = array.dims.begin() + static_cast<std::ptrdiff_t>(at);
  Dims dims(array.dims.begin(), place);
  dims.insert(dims.end(), indices.dims.begin(), indices.dims.end());
  dims.insert(dims.end(), place + 1, array.dims.end());
  count(dims);
  std::vector<Span> spans;
  for (const std::int64_t size : array.dims) spans.push_back({0, size, 1});
  std::vector<Array<T>> parts;
  for (const std::int64_t index : indices.values) {
    spans[at] = {static_cast<std::int64_t>(axis_of(index, static_cast<std::size_t>(*place))), 1, 1};
    parts.push_back(slice(array, spans));
  }
  if (parts.empty()) return {dims, {}};
  return reshape(concat(parts, static_cast<std::int64_t>(at)), dims);
}

template <typename T>
Array<T> concat(const std::vector<Array<T>>& parts, std::int64_t axis) {
  if (parts.empty()) throw FoldError("no arrays to concatenate");
  Dims dims = parts.front().dims;
  const std::size_t at = axis_of(axis, dims.size());
  dims[at] = 0;
  for (const Array<T>& part : parts) {
    Dims others = part.dims;
    if (others.size() == dims.size()) others[at] = dims[at];
    if (others != dims) throw FoldError("shapes to join differ not only along the axis");
    dims[at] += part.dims[at];
    count(dims);
  }
  Array<T> all{dims, {}};
  const std::int64_t outer = count({dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(at)});
  for (std::int64_t i = 0; i < outer; ++i) {
    for (const Array<T>& part : parts) {
      const std::int64_t run = static_cast<std::int64_t>(part.values.size()) / outer;
      const auto from = part.values.begin() + i * run;
      all.values.insert(all.values.end(), from, from + run);
    }
  }
  return all;
}

template <typename T>
Array<T> pack(const std::vector<Array<T>>& parts, std::int64_t axis) {
  std::vector<Array<T>> raised;
  raised.reserve(parts.size());
  for (const Array<T>& part : parts) {
    raised.push_back(reshape(part, unsqueezed(part.dims, {axis})));
  }
  return concat(raised, axis);
}

template <typename T>
Array<T> transpose(const Array<T>& array, const std::vector<std::size_t>& order) {
  const Dims all = strides(array.dims);
  std::vector<bool> seen(all.size(), false);
  Dims dims;
  Strided source;
  for (const std::size_t axis : order) {
    if (axis >= all.size() || seen[axis]) throw FoldError("an order must name every axis once");
    seen[axis] = true;
    dims.push_back(array.dims[axis]);
    source.strides.push_back(all[axis]);
  }
  if (dims.size() != all.size()) throw FoldError("an order must name every axis once");
  return pick(array, dims, source);
}

// NOLINTBEGIN(bugprone-macro-parentheses): T is a type
#define H4H_INSTANTIATE(T)                                                  \
  template Array<T> filled(const Dims&, T);                                 \
  template Array<T> reshape(const Array<T>&, const Dims&);                  \
  template Array<T> slice(const Array<T>&, const std::vector<Span>&);       \
  template Array<T> gather(const Array<T>&, const Integers&, std::int64_t); \
  template Array<T> concat(const std::vector<Array<T>>&, std::int64_t);     \
  template Array<T> pack(const std::vector<Array<T>>&, std::int64_t);       \
  template Array<T> transpose(const Array<T>&, const std::vector<std::size_t>&)
// NOLINTEND(bugprone-macro-parentheses)

H4H_INSTANTIATE(std::int64_t);
H4H_INSTANTIATE(double);
#undef H4H_INSTANTIATE

}  // namespace h4h::workloads::fold
