#include "workloads/ir/op.hpp"

#include <fmt/format.h>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "workloads/ir/op_fields.hpp"

namespace h4h::workloads {
namespace {

auto tie(const Padding& p) { return std::tie(p.top, p.bottom, p.left, p.right); }
auto tie(const Window& w) {
  return std::tie(w.kernel_height, w.kernel_width, w.stride_height, w.stride_width,
                  w.dilation_height, w.dilation_width);
}

struct NameOf : IgnoreFields {
  std::string_view found;

  void name(std::string_view text) { found = text; }
  template <typename Enum, typename Names>
  void name(const Enum& value, const Names& names) {
    for (const auto& one : names) {
      if (one.value == value) found = one.name;
    }
  }
};

struct WindowOf : IgnoreFields {
  Window found;

  void window(const Window& window, std::int64_t /*height*/ = 0, std::int64_t /*width*/ = 0) {
    found = window;
  }
};

struct ActivationOf : IgnoreFields {
  Activation found = Activation::none;

  void activation(const Activation& activation) { found = activation; }
  using IgnoreFields::name;
  template <typename Names>
  void name(const Activation& activation, const Names& /*names*/) {
    found = activation;
  }
};

template <typename Visitor>
Visitor visited(const Op& op) {
  Visitor visitor;
  visit_fields(visitor, op);
  return visitor;
}

// All scalars of an operator.
struct Values {
  std::array<std::int64_t, 32> all{};
  std::size_t count = 0;

  void number(const std::int64_t& value) { all.at(count++) = value; }
  void flag(const bool& value) { number(value ? 1 : 0); }
  template <typename Enum>
  void choice(const Enum& value, Enum /*last*/) {
    number(static_cast<std::int64_t>(value));
  }
};

Values values_of(const Op& op) {
  Values values;
  FlatFields<Values> fields(values);
  visit_fields(fields, op);
  return values;
}

// The fields one behind the other; what the name says is left out, but for an activation.
class CanonicalText {
 public:
  const std::string& text() const { return text_; }

  void name(std::string_view /*text*/) {}
  template <typename Enum, typename Names>
  void name(const Enum& value, const Names& /*names*/) {
    if constexpr (std::is_same_v<Enum, Activation>) activation(value);
  }
  void number(std::string_view /*key*/, std::int64_t value, Bounds /*bounds*/,
              std::int64_t /*otherwise*/ = 0) {
    add("{}", value);
  }
  void flag(std::string_view key, bool value) { add("{}", value ? key : ""); }
  void option(std::string_view key, std::int64_t value, Bounds /*bounds*/, std::int64_t otherwise) {
    if (value != otherwise) add("{}{}", key, value);
  }
  void option(std::string_view key, bool value) {
    if (value) add("{}", key);
  }
  void window(const Window& w, std::int64_t /*height*/ = 0, std::int64_t /*width*/ = 0) {
    add("k({},{})s({},{})d({},{}){}", w.kernel_height, w.kernel_width, w.stride_height,
        w.stride_width, w.dilation_height, w.dilation_width, sides(w.padding));
  }
  void padding(const Padding& p) { add("{}", sides(p)); }
  void activation(Activation a) { add("{}", to_string(a)); }
  void size(std::string_view /*key*/, std::int64_t height, std::int64_t width) {
    add("{}x{}", height, width);
  }
  void shape(std::string_view /*key*/, const Shape& s) { add("{}", to_string(s)); }
  void order(std::string_view /*key*/, const std::array<Axis, 3>& axes) {
    for (const Axis one : axes) add("{}", to_string(one));
  }
  void axis(std::string_view /*key*/, Axis a) { add("{}", to_string(a)); }
  void axes(std::string_view /*key*/, bool height, bool width, bool channels) {
    add("{}{}{}", height ? "h" : "", width ? "w" : "", channels ? "c" : "");
  }
  void margin(std::string_view /*key*/, std::int64_t before, std::int64_t after) {
    add("{},{}", before, after);
  }
  void place(std::string_view key, const Shape& s, Bounds /*bounds*/, std::int64_t /*otherwise*/) {
    shape(key, s);
  }

 private:
  static std::string sides(const Padding& p) {
    return fmt::format("pad({},{},{},{})", p.top, p.bottom, p.left, p.right);
  }

  template <typename... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (!is_first_) text_ += ',';
    is_first_ = false;
    text_ += fmt::format(format, std::forward<Arguments>(arguments)...);
  }

  std::string text_;
  bool is_first_ = true;
};

// One operator type by each of its names.
template <typename T>
class AllNames : public IgnoreFields {
 public:
  AllNames(std::vector<NamedOp>& all, T& op) : all_(all), op_(op) {}

  void name(std::string_view text) { all_.push_back({text, op_}); }
  template <typename Enum, typename Names>
  void name(Enum& value, const Names& names) {
    for (const auto& one : names) {
      value = one.value;
      all_.push_back({one.name, op_});
    }
  }

 private:
  std::vector<NamedOp>& all_;
  T& op_;
};

template <std::size_t... I>
Op op_number(std::size_t number, std::index_sequence<I...> /*all*/) {
  Op op;
  (void)((I == number ? (op.emplace<I>(), true) : false) || ...);
  return op;
}

std::vector<NamedOp> list_named_ops() {
  std::vector<NamedOp> all;
  for (std::size_t i = 0; i < std::variant_size_v<Op>; ++i) {
    Op op = default_op(i);
    std::visit(
        [&](auto& o) {
          using T = std::decay_t<decltype(o)>;
          AllNames<T> names(all, o);
          T::fields(names, o);
        },
        op);
  }
  return all;
}

}  // namespace

bool operator==(const Padding& a, const Padding& b) { return tie(a) == tie(b); }
bool operator==(const Window& a, const Window& b) {
  return tie(a) == tie(b) && a.padding == b.padding;
}
bool operator==(const Op& a, const Op& b) {
  return a.index() == b.index() && values_of(a).all == values_of(b).all;
}

std::string to_string(const Shape& shape) {
  return fmt::format("{}x{}x{}", shape.height, shape.width, shape.channels);
}

std::string_view to_string(DataType type) {
  switch (type) {
    case DataType::int8:
      return "int8";
    case DataType::uint8:
      return "uint8";
    case DataType::int16:
      return "int16";
    case DataType::int32:
      return "int32";
    case DataType::int64:
      return "int64";
    case DataType::float16:
      return "float16";
    case DataType::float32:
      return "float32";
  }
  return "unknown";
}

std::string_view to_string(Activation activation) {
  switch (activation) {
    case Activation::none:
      return "none";
    case Activation::relu:
      return "relu";
    case Activation::relu6:
      return "relu6";
    case Activation::relu_n1_to_1:
      return "relu_n1_to_1";
    case Activation::tanh:
      return "tanh";
    case Activation::logistic:
      return "logistic";
    case Activation::hard_swish:
      return "hard_swish";
    case Activation::prelu:
      return "prelu";
  }
  return "unknown";
}

std::string_view to_string(Axis axis) {
  switch (axis) {
    case Axis::height:
      return "height";
    case Axis::width:
      return "width";
    case Axis::channels:
      return "channels";
  }
  return "unknown";
}

bool is_lookup(Activation activation) {
  return activation == Activation::tanh || activation == Activation::logistic ||
         activation == Activation::hard_swish;
}

std::string_view op_name(const Op& op) { return visited<NameOf>(op).found; }

Window window_of(const Op& op) { return visited<WindowOf>(op).found; }

Activation activation_of(const Op& op) { return visited<ActivationOf>(op).found; }

Op default_op(std::size_t index) {
  return op_number(index, std::make_index_sequence<std::variant_size_v<Op>>());
}

const std::vector<NamedOp>& named_ops() {
  static const std::vector<NamedOp> all = list_named_ops();
  return all;
}

std::string canonical_text(const Op& op) {
  return fmt::format("{}[{}]", op_name(op), visited<CanonicalText>(op).text());
}

}  // namespace h4h::workloads
