#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

#include "workloads/ir/op.hpp"

namespace h4h::workloads {

// Shows the fields of an operator to `f`, which has the functions that op.hpp lists.
template <typename F>
void visit_fields(F& f, const Op& op) {
  std::visit([&](const auto& o) { std::decay_t<decltype(o)>::fields(f, o); }, op);
}
// The same for an `f` that changes them.
template <typename F>
void visit_fields(F& f, Op& op) {
  std::visit([&](auto& o) { std::decay_t<decltype(o)>::fields(f, o); }, op);
}

// A visitor that ignores every field: the base of visitors that want one kind of field.
struct IgnoreFields {
  template <typename... Any>
  void name(const Any&... /*any*/) {}
  template <typename... Any>
  void number(const Any&... /*any*/) {}
  template <typename... Any>
  void flag(const Any&... /*any*/) {}
  template <typename... Any>
  void option(const Any&... /*any*/) {}
  template <typename... Any>
  void window(const Any&... /*any*/) {}
  template <typename... Any>
  void padding(const Any&... /*any*/) {}
  template <typename... Any>
  void activation(const Any&... /*any*/) {}
  template <typename... Any>
  void size(const Any&... /*any*/) {}
  template <typename... Any>
  void shape(const Any&... /*any*/) {}
  template <typename... Any>
  void order(const Any&... /*any*/) {}
  template <typename... Any>
  void axis(const Any&... /*any*/) {}
  template <typename... Any>
  void axes(const Any&... /*any*/) {}
  template <typename... Any>
  void margin(const Any&... /*any*/) {}
  template <typename... Any>
  void place(const Any&... /*any*/) {}
};

// The fields as a sequence of scalars, in an order that never changes: `s` has
//   number(value), flag(value), choice(value, last enumerator)
template <typename Scalars>
class FlatFields {
 public:
  explicit FlatFields(Scalars& s) : s_(s) {}

  void name(std::string_view /*text*/) {}
  template <typename Enum, typename Names>
  void name(Enum& value, const Names& names) {
    using Value = std::remove_const_t<Enum>;
    s_.choice(value, static_cast<Value>(names.size() - 1));
  }
  template <typename Number>
  void number(std::string_view /*key*/, Number& value, Bounds /*bounds*/,
              std::int64_t /*otherwise*/ = 0) {
    s_.number(value);
  }
  template <typename Flag>
  void flag(std::string_view /*key*/, Flag& value) {
    s_.flag(value);
  }
  template <typename Number>
  void option(std::string_view /*key*/, Number& value, Bounds /*bounds*/,
              std::int64_t /*otherwise*/) {
    s_.number(value);
  }
  template <typename Flag>
  void option(std::string_view /*key*/, Flag& value) {
    s_.flag(value);
  }
  template <typename W>
  void window(W& w, std::int64_t /*height*/ = 0, std::int64_t /*width*/ = 0) {
    numbers(w.kernel_height, w.kernel_width, w.stride_height, w.stride_width, w.dilation_height,
            w.dilation_width);
    padding(w.padding);
  }
  template <typename P>
  void padding(P& p) {
    numbers(p.top, p.bottom, p.left, p.right);
  }
  template <typename A>
  void activation(A& a) {
    s_.choice(a, kActivations.back());
  }
  template <typename Number>
  void size(std::string_view /*key*/, Number& height, Number& width) {
    numbers(height, width);
  }
  template <typename S>
  void shape(std::string_view /*key*/, S& s) {
    numbers(s.height, s.width, s.channels);
  }
  template <typename Axes>
  void order(std::string_view key, Axes& axes) {
    for (auto& one : axes) axis(key, one);
  }
  template <typename A>
  void axis(std::string_view /*key*/, A& a) {
    s_.choice(a, kAxes.back());
  }
  template <typename Flag>
  void axes(std::string_view key, Flag& height, Flag& width, Flag& channels) {
    flag(key, height);
    flag(key, width);
    flag(key, channels);
  }
  template <typename Number>
  void margin(std::string_view /*key*/, Number& before, Number& after) {
    numbers(before, after);
  }
  template <typename S>
  void place(std::string_view key, S& s, Bounds /*bounds*/, std::int64_t /*otherwise*/) {
    shape(key, s);
  }

 private:
  template <typename... Number>
  void numbers(Number&... values) {
    (s_.number(values), ...);
  }

  Scalars& s_;
};

// An operator whose type is number `index` of the variant, fields at their defaults.
// `index` is below std::variant_size_v<Op>.
Op default_op(std::size_t index);

}  // namespace h4h::workloads
