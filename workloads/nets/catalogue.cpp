#include "workloads/nets/catalogue.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::workloads {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

template <typename T>
T parameter(const std::string& name, const std::string& text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) {
    throw NetworkError(fmt::format("{}: '{}' is not a number", name, text));
  }
  return value;
}

}  // namespace

std::vector<CatalogueEntry> catalogue() {
  return {{"mobilenet_v2", "MobileNetV2; mobilenet_v2[:WIDTH[:RESOLUTION]], default 1.0 and 224"}};
}

std::optional<Network> build_by_name(const std::string& name) {
  const std::vector<std::string> parts = split(name, ':');
  if (parts[0] != "mobilenet_v2") return std::nullopt;
  if (parts.size() > 3) {
    throw NetworkError(fmt::format("{}: mobilenet_v2 takes a width and a resolution", name));
  }
  const double width = parts.size() > 1 ? parameter<double>(name, parts[1]) : 1.0;
  const auto resolution = parts.size() > 2 ? parameter<std::int64_t>(name, parts[2]) : 224;
  return mobilenet_v2(width, resolution);
}

}  // namespace h4h::workloads
