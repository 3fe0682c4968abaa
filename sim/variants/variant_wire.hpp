#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/store/cost_store.hpp"
#include "sim/variants/variant_point.hpp"

namespace h4h::sim {

// What all variants have in common that a process on its own works on.
struct VariantTask {
  VariantNetworks networks;
  // Where `store` is: a process of another machine cannot read it.
  std::string machine;
  std::optional<std::filesystem::path> store;
  bool keep = false;  // results of layers are wanted
};

// A network on a variant.
struct VariantAsk {
  std::string platform;     // encoded
  std::size_t network = 0;  // of the task's
};

// What a process found out so far: results of layers that are new, and at the end the point.
struct VariantNews {
  std::vector<StoredResult> results;
  std::optional<VariantPoint> point;
};

// As bytes, the same on every machine. Of a platform, its name and what its keys are set to,
// without the texts and ranges of its files. The way back throws WireError, and for values that no
// platform has OverrideError or PlatformError.
std::string encode(const VariantTask& task);
std::string encode(const platforms::Platform& platform);
std::string encode(const VariantAsk& ask);
std::string encode(const VariantNews& news);
VariantTask decode_task(std::string_view bytes);
platforms::Platform decode_platform(std::string_view bytes);
VariantAsk decode_variant(std::string_view bytes);
VariantNews decode_news(std::string_view bytes);

}  // namespace h4h::sim
