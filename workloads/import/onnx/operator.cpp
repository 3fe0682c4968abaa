#include "workloads/import/onnx/operator.hpp"

#include <fmt/format.h>

namespace h4h::workloads::onnx {

const std::string& Operator::name(std::size_t i) const {
  if (!has(i)) throw NotMapped(fmt::format("input {} is missing", i));
  return node_.inputs[i];
}

bool Operator::all_constant() const {
  for (std::size_t i = 0; i < inputs(); ++i) {
    if (has(i) && !is_constant(i)) return false;
  }
  return true;
}

const Constant& Operator::constant(std::size_t i) const {
  const Constant* constant = graph_.constant(name(i));
  if (constant == nullptr)
    throw NotMapped(fmt::format("input {} ('{}') is not constant", i, name(i)));
  return *constant;
}

NdTensor Operator::feature(std::size_t i) const {
  if (const NdTensor* feature = graph_.feature(name(i))) return *feature;
  if (is_constant(i)) throw NotMapped(fmt::format("input {} ('{}') is constant", i, name(i)));
  throw NotMapped(
      fmt::format("reads '{}', which no supported operator before it produces", name(i)));
}

Dims Operator::dims(std::size_t i) const {
  const Constant* constant = graph_.constant(name(i));
  return constant != nullptr ? constant->dims : feature(i).dims;
}

std::vector<std::int64_t> Operator::integers(std::size_t i) const {
  const Constant& values = constant(i);
  if (!values.integers) {
    throw NotMapped(fmt::format("the values of input {} ('{}') are not known", i, name(i)));
  }
  return values.integers->values;
}

std::vector<double> Operator::reals(std::size_t i) const {
  const Constant& values = constant(i);
  if (!values.reals) {
    throw NotMapped(fmt::format("the values of input {} ('{}') are not known", i, name(i)));
  }
  return values.reals->values;
}

std::optional<double> Operator::scalar(std::size_t i) const {
  if (!is_constant(i)) return std::nullopt;
  const Constant& values = constant(i);
  if (values.reals && values.reals->values.size() == 1) return values.reals->values.front();
  if (values.integers && values.integers->values.size() == 1) {
    return static_cast<double>(values.integers->values.front());
  }
  return std::nullopt;
}

const Attribute* Operator::attribute(std::string_view key) const {
  const auto found = node_.attributes.find(key);
  return found == node_.attributes.end() ? nullptr : &found->second;
}

std::int64_t Operator::integer(std::string_view key, std::int64_t otherwise) const {
  const Attribute* one = attribute(key);
  return one != nullptr ? one->i : otherwise;
}

double Operator::real(std::string_view key, double otherwise) const {
  const Attribute* one = attribute(key);
  return one != nullptr ? static_cast<double>(one->f) : otherwise;
}

std::string Operator::text(std::string_view key, const std::string& otherwise) const {
  const Attribute* one = attribute(key);
  return one != nullptr ? one->s : otherwise;
}

std::optional<std::vector<std::int64_t>> Operator::list(std::string_view key) const {
  const Attribute* one = attribute(key);
  if (one == nullptr) return std::nullopt;
  return one->ints;
}

std::optional<std::vector<std::int64_t>> Operator::list(std::string_view key, std::size_t i) const {
  if (auto values = list(key)) return values;
  if (!has(i)) return std::nullopt;
  return integers(i);
}

void Operator::make(const NdTensor& output) { make(std::vector<NdTensor>{output}); }

void Operator::make(const std::vector<NdTensor>& outputs) {
  std::vector<NdGraph::Result> results;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < node_.outputs.size() && i < outputs.size(); ++i) {
    if (node_.outputs[i].empty()) continue;
    names.push_back(node_.outputs[i]);
    const bool is_named = !node_.name.empty() && outputs.size() == 1;
    results.push_back({outputs[i], is_named ? node_.name : names.back()});
  }
  if (!nd().adds_layers()) nd().net().folded({index_, node_.op, "the order of axes"});
  const std::vector<NdTensor> made = nd().finish(index_, node_.op, results);
  for (std::size_t i = 0; i < made.size(); ++i) graph_.set(names[i], made[i]);
}

void Operator::set(Constant output) const { set(0, std::move(output)); }

void Operator::set(std::size_t output, Constant constant) const {
  if (output >= node_.outputs.size()) return;
  if (output == 0) nd().net().folded({index_, node_.op, "constants"});
  graph_.set(node_.outputs[output], std::move(constant));
}

void Operator::fold(const NdTensor& in, const std::string& into) const {
  nd().net().folded({index_, node_.op, into});
  if (!node_.outputs.empty()) graph_.set(node_.outputs.front(), in);
}

}  // namespace h4h::workloads::onnx
