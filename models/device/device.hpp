#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/counts/counts.hpp"
#include "models/device/device_plan.hpp"
#include "models/device/work_bound.hpp"
#include "models/memory/layout.hpp"
#include "models/time/picoseconds.hpp"
#include "platforms/description/device.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::models {

// A device's part of a layer.
struct Share {
  std::int64_t channels = 0;  // of the layer's output; 0: nothing to do
  // Of a device of macros: those in use, the others are gated, and the units in use in each.
  std::int64_t macros = 0, units = 0;

  friend bool operator==(const Share& a, const Share& b) {
    return a.channels == b.channels && a.macros == b.macros && a.units == b.units;
  }
};

// The macros of a device, which keep weights in words.
struct MacroGroup {
  std::int64_t macros = 0, units = 0;  // that there are, and in each of them
  std::int64_t words_per_macro = 0, word_bits = 0, weight_bits = 8;
  bool limited = true;   // weights beyond their words are refused, not costed as if they fitted
  bool reloads = false;  // at every wake-up: they lose their weights without power

  std::int64_t bytes_of_words(std::int64_t words) const { return (words * word_bits + 7) / 8; }
  std::int64_t bytes_of_weights(std::int64_t weights) const {
    return (weights * weight_bits + 7) / 8;
  }
};

// A share of a layer as its device gets it, and all that the layer's neighbours decide about it.
// Bytes are of feature maps as stored.
struct DeviceTask {
  workloads::LayerShape layer;  // with the share's output channels, and the inputs that they need
  Share share;
  Layout input = Layout::nhwc, output = Layout::nhwc;
  std::int64_t input_bytes = 0;          // of all inputs of the whole layer, as stored
  std::int64_t spilled_input_bytes = 0;  // of those, in the external memory
  bool spills_output = false;            // to the external memory
  bool with_others = false;              // other devices have shares of the layer
  // Of a device that copies weights ahead: see sim::LayerContext.
  bool first_layer = true;
  Picoseconds slack;
};

// A device of a chip, as mapping and planning see it: compute resources that stream over the NoC as
// one. Its DeviceModule (models/device/device_module.hpp) runs the plans that it makes. A device
// type is a directory that implements both (docs/guides/add-a-device.md).
class Device {
 public:
  Device(std::string name, platforms::DeviceDescription description)
      : name_(std::move(name)), description_(std::move(description)) {}
  virtual ~Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const std::string& name() const { return name_; }  // no other device of its chip has it
  const platforms::DeviceDescription& description() const { return description_; }
  // platforms::keys_of(type()) are the keys of its type.
  platforms::DeviceType type() const { return platforms::type_of(description_); }

  virtual bool can_run(const workloads::LayerShape& layer) const = 0;
  // Why it cannot run the layer: "macros cannot run max_pool: it has no weights"; "" where it can.
  virtual std::string cannot_run(const workloads::LayerShape& layer) const = 0;
  // Output channels of which a share of the layer is a multiple, unless it is all of them.
  virtual std::int64_t share_unit(const workloads::LayerShape& layer) const = 0;
  // Throws std::invalid_argument for a share that the device cannot have.
  virtual DevicePlan plan(const DeviceTask& task) const = 0;
  // Another plan than `plan`, to be tried beside it; nullopt where there is none worth a try.
  virtual std::optional<DevicePlan> other_plan(const DeviceTask& /*task*/,
                                               const DevicePlan& /*plan*/) const {
    return std::nullopt;
  }

  // What it takes and counts for the task at the least, with whichever of these plans. Throws as
  // `plan`; costs no more than that.
  virtual WorkBound bound(const DeviceTask& task) const = 0;

  // Whether its weights come over a port of their own, beside the NoC. Such a device copies weights
  // during the layer before, so that what a layer takes depends on that one.
  virtual bool has_weight_port() const { return false; }
  // The longest idle time of that port before the layer that the device makes use of; zero where it
  // copies nothing ahead.
  virtual Picoseconds useful_slack(const DeviceTask& /*task*/) const { return {}; }

  // Whether what a layer takes depends on the device where it has no share of it, too: its links
  // are there all the same.
  virtual bool matters_without_share() const { return false; }

  // Its macros; nullopt for a device without.
  virtual std::optional<MacroGroup> macro_group() const { return std::nullopt; }
  // Words that a share of a layer takes of `macros` macros, as DeviceTask has it: what the fullest
  // one holds of it, on each. Whichever layers share the macros, the part of every layer then fits
  // each of them.
  virtual std::int64_t words_taken(const workloads::LayerShape& /*share*/,
                                   std::int64_t /*macros*/) const {
    return 0;
  }
  // Within these, words that hold weights: repeated ones again.
  virtual std::int64_t words_held(const workloads::LayerShape& /*share*/,
                                  std::int64_t /*macros*/) const {
    return 0;
  }

  // Multiply-accumulates a second at the most, with the macros and units of `share` where it is a
  // device of macros.
  virtual double peak_macs_per_s(const Share& share) const = 0;

  // Measured times of whole layers with this share: nullptr where there are none, or the share does
  // not use all of the device.
  virtual const platforms::MeasuredTable* measured(const Share& share) const = 0;

  // The events that its module counts. Bytes are counted by links and memories; those of weights
  // that came before the layer, by the device that copied them.
  virtual std::vector<Event> events() const = 0;

 private:
  std::string name_;
  platforms::DeviceDescription description_;
};

// The class of the devices with these values, as its member Type; every type says so beside its
// class. A `Type` is made from a name, its values and the platforms::Hardware around it, and has
// `static const DeviceLanes& lanes()`.
template <typename Values>
struct DeviceOf;

}  // namespace h4h::models
