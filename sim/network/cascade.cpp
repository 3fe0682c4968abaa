#include "sim/network/cascade.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/network/views.hpp"

namespace h4h::sim {
namespace {

using workloads::Layer;
using workloads::LayerShape;
using workloads::Network;
using workloads::Rows;
using workloads::TensorId;

// A reader behind all layers.
constexpr std::size_t kOutside = SIZE_MAX;

// Of each tensor, the last layer that reads it or a view of it, or the memory that it lies in.
std::vector<std::size_t> last_readers(const Network& network, const Views& views) {
  std::vector<std::size_t> last(network.tensors.size(), 0);
  const auto read = [&](TensorId id, std::size_t by) {
    for (const TensorId memory : {id, views.stored_in[id]}) {
      last[memory] = std::max(last[memory], by);
    }
  };
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    for (const TensorId id : network.layers[i].inputs) read(id, i);
  }
  for (const TensorId id : network.outputs) read(id, kOutside);
  for (const workloads::Unsupported& op : network.unsupported) {
    for (const TensorId id : op.reads) read(id, kOutside);
  }
  return last;
}

// What happens to the rows of one cascade, stripe by stripe.
class Schedule {
 public:
  Schedule(const Network& network, const Cascade& cascade) : cascade_(cascade) {
    for (std::size_t i = cascade.first; i <= cascade.last; ++i) {
      shapes_.push_back(workloads::layer_shape(network, network.layers[i]));
    }
    readers_.resize(shapes_.size());
    for (std::size_t r = 0; r < shapes_.size(); ++r) {
      const Layer& reader = network.layers[cascade.first + r];
      for (std::size_t k = 0; k < reader.inputs.size(); ++k) add_reader(network, r, k);
    }
    made_.resize(shapes_.size(), 0);
    most_.resize(shapes_.size() - 1, 0);
    const bool keep = cascade.halo == platforms::Halo::keep;
    while (made_.back() < shapes_.back().output.height) keep ? run_stripe() : run_stripe_anew();
  }

  const std::vector<Stripe>& stripes() const { return stripes_; }
  const std::vector<std::int64_t>& rolling_rows() const { return most_; }

 private:
  struct Reader {
    std::size_t layer, input;
  };

  void add_reader(const Network& network, std::size_t reader, std::size_t input) {
    const TensorId read = network.layers[cascade_.first + reader].inputs[input];
    for (std::size_t l = 0; l < reader; ++l) {
      if (network.layers[cascade_.first + l].output == read) readers_[l].push_back({reader, input});
    }
  }

  // Rows of each layer's output that are made when the stripe is through: what the readers need;
  // with the last stripe all, also those that nobody reads.
  std::vector<std::int64_t> targets() const {
    std::vector<std::int64_t> to = made_;
    const std::int64_t height = shapes_.back().output.height;
    to.back() = std::min(made_.back() + cascade_.rows, height);
    for (std::size_t l = shapes_.size() - 1; l-- > 0;) {
      for (const Reader& r : readers_[l]) {
        if (to[r.layer] == made_[r.layer]) continue;
        const Rows needed =
            workloads::input_rows(shapes_[r.layer], r.input, {made_[r.layer], to[r.layer]});
        to[l] = std::max(to[l], needed.end);
      }
      if (to.back() == height) to[l] = shapes_[l].output.height;
    }
    return to;
  }

  // The first row of a layer's output that somebody will still read.
  std::int64_t first_kept(std::size_t layer) const {
    std::int64_t first = made_[layer];
    for (const Reader& r : readers_[layer]) {
      if (made_[r.layer] == shapes_[r.layer].output.height) continue;
      const Rows next =
          workloads::input_rows(shapes_[r.layer], r.input, {made_[r.layer], made_[r.layer] + 1});
      first = std::min(first, next.begin);
    }
    return first;
  }

  void run_stripe() {
    const std::vector<std::int64_t> to = targets();
    for (std::size_t l = 0; l + 1 < shapes_.size(); ++l) {
      most_[l] = std::max(most_[l], to[l] - first_kept(l));
    }
    for (std::size_t l = 0; l < shapes_.size(); ++l) {
      if (to[l] > made_[l]) stripes_.push_back({cascade_.first + l, {made_[l], to[l]}});
    }
    made_ = to;
  }

  // All rows of a layer's output that the rows of its readers need. No row is left out: those that
  // nobody reads are made with the next ones, in the last stripe with the others.
  Rows needed(std::size_t layer, const std::vector<Rows>& of_readers, bool last) const {
    Rows rows{made_[layer], last ? shapes_[layer].output.height : made_[layer]};
    for (const Reader& r : readers_[layer]) {
      const Rows read = workloads::input_rows(shapes_[r.layer], r.input, of_readers[r.layer]);
      rows = {std::min(rows.begin, read.begin), std::max(rows.end, read.end)};
    }
    return rows;
  }

  void run_stripe_anew() {
    const std::int64_t height = shapes_.back().output.height;
    std::vector<Rows> rows(shapes_.size());
    rows.back() = {made_.back(), std::min(made_.back() + cascade_.rows, height)};
    for (std::size_t l = shapes_.size() - 1; l-- > 0;) {
      rows[l] = needed(l, rows, rows.back().end == height);
      most_[l] = std::max(most_[l], rows[l].size());
    }
    for (std::size_t l = 0; l < shapes_.size(); ++l) {
      stripes_.push_back({cascade_.first + l, rows[l]});
      made_[l] = std::max(made_[l], rows[l].end);
    }
  }

  const Cascade& cascade_;
  std::vector<LayerShape> shapes_;            // by position in the cascade, as all below
  std::vector<std::vector<Reader>> readers_;  // of the layer's output, in the cascade
  std::vector<std::int64_t> made_, most_;     // rows so far; the most kept
  std::vector<Stripe> stripes_;
};

void check(const Network& network, const CascadeRules& rules, const Cascade& cascade,
           std::size_t free_from) {
  const auto fail = [](const std::string& why) { throw std::invalid_argument(why); };
  if (cascade.last >= network.layers.size()) fail("a cascade of layers that are not there");
  if (cascade.first < free_from) fail("cascades overlap or are not in file order");
  const std::string refusal = rules.refusal(cascade.first, cascade.last);
  if (!refusal.empty()) fail(refusal);
  const Layer& last = network.layers[cascade.last];
  const std::int64_t height = network.tensors.at(last.output).shape.height;
  if (cascade.rows >= 1 && cascade.rows <= height) return;
  fail(fmt::format("{} rows of layer '{}', which has {}", cascade.rows, last.name, height));
}

}  // namespace

CascadeRules::CascadeRules(const Network& network) : host_before_(network.layers.size() + 1) {
  const Views views = views_of(network);
  const std::vector<std::size_t> last = last_readers(network, views);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    names_.push_back(layer.name);
    const bool view = views.layers[i] || workloads::is_view(layer.op);
    const LayerShape shape = workloads::layer_shape(network, layer);
    reasons_.push_back(view ? "it is a view and moves no data"
                       : !workloads::works_by_rows(shape)
                           ? fmt::format("{} does not work by rows", workloads::op_name(layer.op))
                           : "");
    const bool in_another = views.stored_in[layer.output] != layer.output;
    last_readers_.push_back(in_another ? kOutside : last[layer.output]);
  }
  for (const workloads::Unsupported& op : network.unsupported) {
    if (!op.reads.empty() || !op.makes.empty()) host_before_.at(op.before) = true;
  }
}

std::string CascadeRules::refusal(std::size_t first, std::size_t last) const {
  if (first > last) return "the first layer comes after the last";
  if (first == last) return "a cascade needs at least two layers";
  for (std::size_t i = first; i <= last; ++i) {
    if (!striped(i))
      return fmt::format("layer '{}' cannot run in stripes: {}", names_[i], reasons_[i]);
    if (i > first && host_before_[i]) {
      return fmt::format("an operator of the host runs before layer '{}'", names_[i]);
    }
    if (i == last) break;
    if (last_readers_[i] > last) {
      return fmt::format("the output of layer '{}' is used after layer '{}', the last one",
                         names_[i], names_[last]);
    }
    if (last_readers_[i] <= i) {
      return fmt::format("no layer reads the output of layer '{}'", names_[i]);
    }
  }
  return {};
}

std::size_t CascadeRules::longest(std::size_t first) const {
  std::size_t last = first;
  for (std::size_t i = first; i < names_.size() && striped(i); ++i) {
    if (i > first && host_before_[i]) break;
    if (refusal(first, i).empty()) last = i;
    if (last_readers_[i] == kOutside) break;
  }
  return last;
}

std::vector<Stripe> stripes_of(const Network& network, const std::vector<Cascade>& cascades) {
  std::vector<Stripe> all;
  const auto add_whole = [&](std::size_t end) {
    const std::size_t begin = all.empty() ? 0 : all.back().layer + 1;
    for (std::size_t i = begin; i < end; ++i) {
      all.push_back({i, {0, network.tensors.at(network.layers[i].output).shape.height}});
    }
  };
  if (!cascades.empty()) {
    const CascadeRules rules(network);
    for (const Cascade& cascade : cascades) {
      check(network, rules, cascade, all.empty() ? 0 : all.back().layer + 1);
      add_whole(cascade.first);
      const std::vector<Stripe> stripes = cascade_stripes(network, cascade);
      all.insert(all.end(), stripes.begin(), stripes.end());
    }
  }
  add_whole(network.layers.size());
  return all;
}

std::vector<Stripe> cascade_stripes(const Network& network, const Cascade& cascade) {
  return Schedule(network, cascade).stripes();
}

std::vector<std::int64_t> rolling_rows(const Network& network, const Cascade& cascade) {
  return Schedule(network, cascade).rolling_rows();
}

}  // namespace h4h::sim
