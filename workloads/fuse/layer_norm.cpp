#include <optional>

#include "workloads/fuse/patterns.hpp"

// Layer norms that are spelled with means and squares.
namespace h4h::workloads {
namespace {

// One attempt: what is normalised, and how it is told.
class Attempt {
 public:
  explicit Attempt(const NetworkEdit& edit) : edit_(&edit), parts_(edit) {}

  // The norm that layer `end` makes but for constant factors and summands behind it.
  std::optional<NormKind> of_quotient(std::size_t end) {
    const Layer& layer = edit_->layer(end);
    const bool is_div = is_elementwise(*edit_, end, ElementwiseKind::div, 2);
    if (!is_div && !is_elementwise(*edit_, end, ElementwiseKind::mul, 2)) return std::nullopt;
    for (const std::size_t place : {std::size_t{1}, std::size_t{0}}) {
      if (is_div && place == 0) continue;  // the deviation divides
      Attempt attempt(*edit_);
      const auto kind = is_div ? attempt.of_root(layer.inputs[place])
                               : attempt.of_reciprocal_root(layer.inputs[place]);
      if (!kind || !attempt.is_numerator(layer.inputs[1 - place], *kind)) continue;
      *this = attempt;
      return kind;
    }
    return std::nullopt;
  }

  // x * g + (b - mean * g), where g is 1 / deviation times a constant.
  std::optional<NormKind> of_sum(std::size_t end) {
    if (!is_elementwise(*edit_, end, ElementwiseKind::add, 2)) return std::nullopt;
    for (const std::size_t place : {std::size_t{0}, std::size_t{1}}) {
      Attempt attempt(*edit_);
      if (!attempt.of_terms(edit_->layer(end).inputs[place], edit_->layer(end).inputs[1 - place])) {
        continue;
      }
      *this = attempt;
      return NormKind::layer_norm;
    }
    return std::nullopt;
  }

  TensorId input() const { return x_; }
  std::int64_t size() const { return size_; }
  bool is_closed(std::size_t end) const { return parts_.are_closed(end); }

 private:
  TensorId behind(TensorId tensor) const { return edit_->behind_views(tensor); }

  // A mean over the channels of `of`, which is told apart by it.
  std::optional<TensorId> mean_of(TensorId tensor) {
    const auto made_by = parts_.take(tensor);
    if (!made_by) return std::nullopt;
    const auto* mean = std::get_if<Mean>(&edit_->op(*made_by));
    if (mean == nullptr || !mean->channels || mean->height || mean->width) return std::nullopt;
    const TensorId in = edit_->layer(*made_by).inputs.front();
    const std::int64_t size = edit_->shape(in).channels;
    if (size_ != 0 && size_ != size) return std::nullopt;
    size_ = size;
    return behind(in);
  }

  // x where the tensor is x - mean(x).
  std::optional<TensorId> centred(TensorId tensor) {
    const auto made_by = parts_.take(tensor);
    if (!made_by || !is_elementwise(*edit_, *made_by, ElementwiseKind::sub, 2)) return std::nullopt;
    const std::vector<TensorId>& operands = edit_->layer(*made_by).inputs;
    for (const std::size_t place : {std::size_t{0}, std::size_t{1}}) {
      const Parts before = parts_;
      const TensorId x = behind(operands[place]);
      if (mean_of(operands[1 - place]) == x) return x;
      parts_ = before;
    }
    return std::nullopt;
  }

  // The tensor whose square this is, or, of a squared difference from its mean, x itself.
  std::optional<NormKind> square(TensorId tensor) {
    const auto made_by = parts_.take(tensor);
    if (!made_by) return std::nullopt;
    const std::vector<TensorId>& in = edit_->layer(*made_by).inputs;
    if (is_elementwise(*edit_, *made_by, ElementwiseKind::squared_difference, 2)) {
      x_ = behind(in[0]);
      if (mean_of(in[1]) != x_) return std::nullopt;
      return NormKind::layer_norm;
    }
    const bool is_product =
        is_elementwise(*edit_, *made_by, ElementwiseKind::mul, 2) && behind(in[0]) == behind(in[1]);
    if (!is_product && !is_unary(*edit_, *made_by, UnaryKind::square)) return std::nullopt;
    const Parts before = parts_;
    if (const auto x = centred(in[0])) {
      x_ = *x;
      return NormKind::layer_norm;
    }
    parts_ = before;
    x_ = behind(in[0]);
    return NormKind::rms_norm;
  }

  // Variance or mean square, with or without the constant that keeps it from 0.
  std::optional<NormKind> variance(TensorId tensor) {
    auto made_by = parts_.take(tensor);
    if (!made_by) return std::nullopt;
    if (is_elementwise(*edit_, *made_by, ElementwiseKind::add, 1) ||
        is_elementwise(*edit_, *made_by, ElementwiseKind::maximum, 1)) {
      tensor = edit_->layer(*made_by).inputs.front();
    }
    const auto squares = mean_of(tensor);
    return squares ? square(*squares) : std::nullopt;
  }

  std::optional<NormKind> of_root(TensorId tensor) {
    const auto made_by = parts_.take(tensor);
    if (!made_by || !is_unary(*edit_, *made_by, UnaryKind::sqrt)) return std::nullopt;
    return variance(edit_->layer(*made_by).inputs.front());
  }

  std::optional<NormKind> of_reciprocal_root(TensorId tensor) {
    const auto made_by = parts_.take(tensor);
    if (!made_by) return std::nullopt;
    const TensorId in = edit_->layer(*made_by).inputs.front();
    if (is_unary(*edit_, *made_by, UnaryKind::rsqrt)) return variance(in);
    const bool is_reciprocal = is_unary(*edit_, *made_by, UnaryKind::reciprocal) ||
                               is_elementwise(*edit_, *made_by, ElementwiseKind::div, 1);
    return is_reciprocal ? of_root(in) : std::nullopt;
  }

  bool is_numerator(TensorId tensor, NormKind kind) {
    if (kind == NormKind::rms_norm) return behind(tensor) == x_;
    return centred(tensor) == x_;
  }

  bool of_terms(TensorId first, TensorId second) {
    const auto product = parts_.take(first), difference = parts_.take(second);
    if (!product || !difference || !is_elementwise(*edit_, *product, ElementwiseKind::mul, 2) ||
        !is_elementwise(*edit_, *difference, ElementwiseKind::sub, 1)) {
      return false;
    }
    const auto mean_product = parts_.take(edit_->layer(*difference).inputs.front());
    if (!mean_product || !is_elementwise(*edit_, *mean_product, ElementwiseKind::mul, 2)) {
      return false;
    }
    for (const TensorId gain : edit_->layer(*mean_product).inputs) {
      TensorId root = gain;
      const auto scaled = parts_.take(gain);
      if (scaled && is_elementwise(*edit_, *scaled, ElementwiseKind::mul, 1)) {
        root = behind_tile(edit_->layer(*scaled).inputs.front());
      }
      if (of_reciprocal_root(root) != NormKind::layer_norm) continue;
      return is_product_of(*product, x_, gain) && has_mean(*mean_product);
    }
    return false;
  }

  // Behind the copies for a constant factor of more channels.
  TensorId behind_tile(TensorId tensor) {
    const Parts before = parts_;
    const auto made_by = parts_.take(tensor);
    if (made_by && std::holds_alternative<Tile>(edit_->op(*made_by))) {
      return edit_->layer(*made_by).inputs.front();
    }
    parts_ = before;
    return tensor;
  }

  bool is_product_of(std::size_t product, TensorId a, TensorId b) const {
    const std::vector<TensorId>& in = edit_->layer(product).inputs;
    const TensorId first = behind(in[0]), second = behind(in[1]);
    return (first == a && second == behind(b)) || (first == behind(b) && second == a);
  }

  bool has_mean(std::size_t product) {
    for (const TensorId operand : edit_->layer(product).inputs) {
      const Parts before = parts_;
      if (mean_of(operand) == x_) return true;
      parts_ = before;
    }
    return false;
  }

  const NetworkEdit* edit_;
  Parts parts_;
  TensorId x_ = 0;
  std::int64_t size_ = 0;  // of what is normalised together
};

// A constant factor or summand behind layer `end` that belongs to the norm.
std::size_t with_constant(const NetworkEdit& edit, std::size_t end, ElementwiseKind kind) {
  const auto reader = edit.sole_reader(end);
  return reader && is_elementwise(edit, *reader, kind, 1) ? *reader : end;
}

void fuse_at(NetworkEdit& edit, std::size_t i) {
  Attempt attempt(edit);
  std::size_t end = i;
  std::optional<NormKind> kind = attempt.of_sum(i);
  if (!kind) {
    kind = attempt.of_quotient(i);
    if (!kind || !attempt.is_closed(i)) return;
    end = with_constant(edit, end, ElementwiseKind::mul);
    if (kind == NormKind::layer_norm) end = with_constant(edit, end, ElementwiseKind::add);
  } else if (!attempt.is_closed(i)) {
    return;
  }
  const Shape made = edit.shape(edit.layer(end).output);
  TensorId in = attempt.input();
  if (made.channels != attempt.size() || made.elements() != edit.shape(in).elements()) return;
  if (edit.shape(in) != made) in = edit.insert(end, Reshape{made}, {in});
  edit.replace(end, LayerNorm{*kind}, {in}, edit.layer(end).name);
}

}  // namespace

void fuse_layer_norms(NetworkEdit& edit) {
  for (std::size_t i = 0; i < edit.layers(); ++i) {
    if (!edit.is_gone(i)) fuse_at(edit, i);
  }
}

}  // namespace h4h::workloads
