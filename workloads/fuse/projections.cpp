#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>

#include "workloads/fuse/patterns.hpp"

// Query, key and value of an attention in one tensor, which one pass over their input makes. An NPU
// and macros scale each channel by itself, so the three may have scales of their own.
namespace h4h::workloads {
namespace {

using Three = std::array<std::size_t, 3>;  // layers, of query, key and value

bool is_same(const NetworkEdit& edit, std::size_t a, std::size_t b) {
  return edit.op(a) == edit.op(b) && edit.layer(a).inputs.front() == edit.layer(b).inputs.front() &&
         edit.shape(edit.layer(a).output) == edit.shape(edit.layer(b).output);
}

// The layers that make what an attention reads, behind views, for nobody else.
std::optional<Three> made_for(const NetworkEdit& edit, std::size_t attention) {
  Parts parts(edit);
  Three three{};
  for (std::size_t i = 0; i < three.size(); ++i) {
    const auto made_by = parts.take(edit.layer(attention).inputs[i]);
    if (!made_by) return std::nullopt;
    three.at(i) = *made_by;
  }
  if (!parts.are_closed(attention)) return std::nullopt;
  return three;
}

// The operator with three times the output channels.
std::optional<Op> thrice(const Op& op) {
  constexpr std::int64_t kMost = kSideBounds.high / 3;
  if (const auto* conv = std::get_if<Conv2d>(&op)) {
    if (conv->groups != 1 || conv->out_channels > kMost) return std::nullopt;
    Conv2d joined = *conv;
    joined.out_channels *= 3;
    return joined;
  }
  if (const auto* linear = std::get_if<Linear>(&op)) {
    if (!linear->per_token || linear->out_features > kMost) return std::nullopt;
    Linear joined = *linear;
    joined.out_features *= 3;
    return joined;
  }
  return std::nullopt;
}

// "block/query+key+value" of "block/query", "block/key" and "block/value".
std::string joined_name(const NetworkEdit& edit, const Three& three) {
  const std::string& first = edit.layer(three[0]).name;
  const std::string directory = first.substr(0, first.rfind('/') + 1);
  std::string name = first;
  for (const std::size_t i : {three[1], three[2]}) {
    const std::string& other = edit.layer(i).name;
    const bool is_beside = other.rfind(directory, 0) == 0;
    name += "+" + other.substr(is_beside ? directory.size() : 0);
  }
  return name;
}

// One pass for three projections of one tensor.
std::optional<TensorId> join(NetworkEdit& edit, const Three& three, std::int64_t channels) {
  for (const std::size_t i : three) {
    const bool keeps_pixels = edit.shape(edit.layer(i).output).channels == channels;
    if (!is_same(edit, i, three[0]) || !keeps_pixels || edit.shares_weights(i)) return std::nullopt;
  }
  const std::optional<Op> op = thrice(edit.op(three[0]));
  if (!op) return std::nullopt;
  return edit.insert_joined({three.begin(), three.end()}, *op, joined_name(edit, three));
}

// How many elements stand together in each part that slices take of one tensor; nothing where they
// are not thirds of every row or every pixel, in this order.
std::optional<std::int64_t> piece_of(const NetworkEdit& edit, const Three& three) {
  const auto* first = std::get_if<Slice>(&edit.op(three[0]));
  if (first == nullptr) return std::nullopt;
  const Shape whole = edit.shape(edit.layer(three[0]).inputs.front()), part = first->shape;
  const bool by_channel = part.channels != whole.channels;
  for (std::size_t i = 0; i < three.size(); ++i) {
    const auto* slice = std::get_if<Slice>(&edit.op(three.at(i)));
    const auto at = static_cast<std::int64_t>(i);
    const Shape begin = by_channel ? Shape{0, 0, at * part.channels} : Shape{0, at * part.width, 0};
    if (slice == nullptr || !(slice->shape == part) || !(slice->begin == begin)) {
      return std::nullopt;
    }
    if (!(slice->stride == Shape{1, 1, 1})) return std::nullopt;
  }
  const Shape thirds = by_channel ? Shape{part.height, part.width, 3 * part.channels}
                                  : Shape{part.height, 3 * part.width, part.channels};
  if (!(thirds == whole)) return std::nullopt;
  return by_channel ? part.channels : part.width * part.channels;
}

// The tensor that three slices take in whole heads from, for every token.
std::optional<TensorId> unsliced(const NetworkEdit& edit, const Three& three, std::int64_t channels,
                                 std::int64_t heads) {
  const auto piece = piece_of(edit, three);
  if (!piece || channels % *piece != 0 || *piece % (channels / heads) != 0) return std::nullopt;
  const auto base = [&](std::size_t i) {
    return edit.behind_views(edit.layer(three.at(i)).inputs.front());
  };
  if (base(1) != base(0) || base(2) != base(0)) return std::nullopt;
  return base(0);
}

// Of so many heads.
void fuse_at(NetworkEdit& edit, std::size_t i, std::int64_t heads) {
  const std::optional<Three> three = made_for(edit, i);
  if (!three) return;
  Shape shape = edit.shape(edit.layer(i).inputs.front());
  std::optional<TensorId> packed = unsliced(edit, *three, shape.channels, heads);
  if (!packed) packed = join(edit, *three, shape.channels);
  if (!packed) return;
  shape.channels *= 3;
  if (!(edit.shape(*packed) == shape)) packed = edit.insert(i, Reshape{shape}, {*packed});
  edit.replace(i, Attention{heads, true}, {*packed}, edit.layer(i).name);
}

}  // namespace

void fuse_projections(NetworkEdit& edit) {
  const std::size_t count = edit.layers();
  for (std::size_t i = 0; i < count; ++i) {
    if (edit.is_gone(i)) continue;
    const auto* attention = std::get_if<Attention>(&edit.op(i));
    if (attention != nullptr && !attention->packed) fuse_at(edit, i, attention->heads);
  }
}

}  // namespace h4h::workloads
