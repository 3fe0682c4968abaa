#include "workloads/import/onnx/order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <string>

namespace h4h::workloads::onnx {
namespace {

constexpr std::size_t kFile = static_cast<std::size_t>(-1);  // an input or a constant

using Makers = std::map<std::string, std::size_t, std::less<>>;

std::string text(const Model& model, std::size_t i) {
  const Node& node = model.nodes[i];
  return fmt::format("node {} ({}{}{})", i, node.op, node.name.empty() ? "" : " ", node.name);
}

// Which node makes each tensor.
Makers makers(const Model& model) {
  Makers all;
  for (const ValueInfo& input : model.inputs) all.emplace(input.name, kFile);
  for (const FileConstant& constant : model.constants) all.emplace(constant.name, kFile);
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    for (const std::string& output : model.nodes[i].outputs) {
      if (output.empty() || all.emplace(output, i).second) continue;
      throw FormatError(
          fmt::format("{} makes '{}', which is made before it", text(model, i), output));
    }
  }
  return all;
}

// The nodes that each node reads.
std::vector<std::vector<std::size_t>> sources(const Model& model, const Makers& made_by) {
  std::vector<std::vector<std::size_t>> all(model.nodes.size());
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    for (const std::string& input : model.nodes[i].inputs) {
      if (input.empty()) continue;
      const auto maker = made_by.find(input);
      if (maker == made_by.end()) {
        throw FormatError(
            fmt::format("{} reads '{}', which no node produces", text(model, i), input));
      }
      if (maker->second != kFile) all[i].push_back(maker->second);
    }
  }
  return all;
}

std::vector<bool> needed(const Model& model, const Makers& made_by,
                         const std::vector<std::vector<std::size_t>>& read) {
  std::vector<bool> is_needed(model.nodes.size(), false);
  std::vector<std::size_t> open;
  for (const ValueInfo& output : model.outputs) {
    const auto maker = made_by.find(output.name);
    if (maker == made_by.end()) {
      throw FormatError(fmt::format("no node produces the output '{}'", output.name));
    }
    if (maker->second != kFile) open.push_back(maker->second);
  }
  while (!open.empty()) {
    const std::size_t node = open.back();
    open.pop_back();
    if (is_needed[node]) continue;
    is_needed[node] = true;
    open.insert(open.end(), read[node].begin(), read[node].end());
  }
  return is_needed;
}

// Every node that waits reads one that waits, so that a walk along them ends up in a cycle.
std::size_t in_cycle(const std::vector<std::size_t>& waits,
                     const std::vector<std::vector<std::size_t>>& read) {
  const auto waiting = [&](std::size_t node) { return waits[node] > 0; };
  std::size_t at = 0;
  while (!waiting(at)) ++at;
  for (std::size_t steps = 0; steps < waits.size(); ++steps) {
    at = *std::find_if(read[at].begin(), read[at].end(), waiting);
  }
  return at;
}

}  // namespace

std::vector<std::size_t> node_order(const Model& model) {
  const Makers made_by = makers(model);
  const auto read = sources(model, made_by);
  const std::vector<bool> is_needed = needed(model, made_by, read);
  std::vector<std::vector<std::size_t>> readers(model.nodes.size());
  std::vector<std::size_t> waits(model.nodes.size(), 0), order;
  // The first in the file of those that wait for nothing.
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  std::size_t count = 0;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    if (!is_needed[i]) continue;
    ++count;
    waits[i] = read[i].size();
    for (const std::size_t source : read[i]) readers[source].push_back(i);
    if (waits[i] == 0) ready.push(i);
  }
  while (!ready.empty()) {
    const std::size_t node = ready.top();
    ready.pop();
    order.push_back(node);
    for (const std::size_t reader : readers[node]) {
      if (--waits[reader] == 0) ready.push(reader);
    }
  }
  if (order.size() < count) {
    throw FormatError(fmt::format("{} reads, through others, what it makes itself",
                                  text(model, in_cycle(waits, read))));
  }
  return order;
}

}  // namespace h4h::workloads::onnx
