#include "platforms/description/platform.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "base/text/hash.hpp"
#include "platforms/description/keys.hpp"
#include "platforms/description/layer_hardware.hpp"

namespace h4h::platforms {
namespace {

template <typename Wanted>
std::string text_of(const Platform& platform, Wanted wanted) {
  std::string text = devices_text(platform.hardware);
  for (const Key& key : KeyList(platform)) {
    if (!wanted(key)) continue;
    const std::string value = value_text(platform, key);
    if (!key.unset.empty() && value == key.unset) continue;
    text += fmt::format("{}={}\n", key.path, value);
  }
  return text;
}

template <typename Wanted>
std::string text_of(const Hardware& hardware, Wanted wanted) {
  Platform platform = empty_platform(hardware.more);
  platform.hardware = hardware;
  return text_of(platform, wanted);
}

}  // namespace

std::string_view to_string(NpuType type) {
  switch (type) {
    case NpuType::ethos_u55:
      return "ethos-u55";
    case NpuType::ethos_u65:
      return "ethos-u65";
    case NpuType::ethos_u85:
      return "ethos-u85";
  }
  std::abort();
}

std::string_view to_string(TraversalRule rule) {
  return rule == TraversalRule::hardware ? "hardware" : "estimator";
}

std::string_view to_string(WeightCopies copies) {
  return copies == WeightCopies::compiler ? "compiler" : "fastest";
}

std::string_view to_string(WeightsPort port) {
  switch (port) {
    case WeightsPort::noc:
      return "noc";
    case WeightsPort::private_port:
      return "private";
  }
  std::abort();
}

std::string_view to_string(MatmulRule rule) {
  switch (rule) {
    case MatmulRule::arm:
      return "arm";
    case MatmulRule::weights:
      return "weights";
    case MatmulRule::dense:
      return "dense";
  }
  std::abort();
}

std::string_view to_string(Duplex duplex) {
  switch (duplex) {
    case Duplex::half:
      return "half";
    case Duplex::full:
      return "full";
  }
  std::abort();
}

std::string_view to_string(Exclusivity exclusivity) {
  switch (exclusivity) {
    case Exclusivity::tenure:
      return "tenure";
    case Exclusivity::layer:
      return "layer";
    case Exclusivity::none:
      return "none";
  }
  std::abort();
}

std::string_view to_string(Capacity capacity) {
  switch (capacity) {
    case Capacity::enforce:
      return "enforce";
    case Capacity::ignore:
      return "ignore";
  }
  std::abort();
}

std::string_view to_string(Overflow overflow) {
  switch (overflow) {
    case Overflow::spill:
      return "spill";
    case Overflow::infeasible:
      return "infeasible";
  }
  std::abort();
}

std::string_view to_string(Schedule schedule) {
  switch (schedule) {
    case Schedule::layer:
      return "layer";
    case Schedule::cascade:
      return "cascade";
  }
  std::abort();
}

std::string_view to_string(Halo halo) {
  switch (halo) {
    case Halo::keep:
      return "keep";
    case Halo::recompute:
      return "recompute";
  }
  std::abort();
}

std::string_view to_string(Volatility volatility) {
  switch (volatility) {
    case Volatility::keeps:
      return "no";
    case Volatility::reloads:
      return "yes";
  }
  std::abort();
}

std::string_view to_string(Replication replication) {
  switch (replication) {
    case Replication::off:
      return "off";
    case Replication::on:
      return "on";
  }
  std::abort();
}

std::string_view to_string(WordHold hold) {
  switch (hold) {
    case WordHold::step:
      return "step";
    case WordHold::tile:
      return "tile";
  }
  std::abort();
}

std::string_view to_string(CommandFloor floor) {
  switch (floor) {
    case CommandFloor::on:
      return "on";
    case CommandFloor::off:
      return "off";
  }
  std::abort();
}

bool is_assumption(const Setting& setting) { return setting.source.rfind("assumption", 0) == 0; }

bool operator==(const Platform& a, const Platform& b) {
  return canonical_text(a) == canonical_text(b);
}

std::string canonical_text(const Platform& platform) {
  return text_of(platform, [](const Key&) { return true; });
}

std::string canonical_text(const Hardware& hardware) {
  return text_of(hardware, [](const Key& key) { return key.affects != Affects::energy_and_area; });
}

std::string platform_hash(const Platform& platform) {
  return fmt::format("{:016x}", fnv1a(canonical_text(platform)));
}

}  // namespace h4h::platforms
