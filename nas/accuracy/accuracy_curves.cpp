#include "nas/accuracy/accuracy_curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace h4h::nas {
namespace {

// MACs of table 2's networks in nas/spaces/h4h-imagenet.yaml: the smallest at 192 pixels, the
// largest at 288, which the paper does not say. A test holds them to the space.
constexpr double kSmallestMacs = 146'301'952, kLargestCnnMacs = 3'414'121'888,
                 kLargestMacs = 4'388'353'600;
constexpr double kLargestVitPerTen = 10.0 * 16 / 38;

constexpr double kResNet18 = 69.758, kResNet18Macs = 1.81e9;
constexpr double kResNet34 = 73.314, kResNet34Macs = 3.66e9;

const Table2Row& row_of(AccuracyCurve curve) {
  const auto* const row = std::find_if(kTable2.begin(), kTable2.end(),
                                       [&](const Table2Row& r) { return r.curve == curve; });
  if (row == kTable2.end()) throw std::logic_error("not a row of table 2");
  return *row;
}

// Doublings of MACs, each of which is worth less than the one before.
double worth(double macs, double saturation) {
  const double doublings = std::log2(macs / kSmallestMacs);
  return saturation == 0 ? doublings : -std::expm1(-saturation * doublings) / saturation;
}

// From `smallest` at kSmallestMacs to `largest` at `largest_macs`.
double between(double smallest, double largest, double largest_macs, double macs,
               double saturation) {
  return smallest +
         (largest - smallest) * worth(macs, saturation) / worth(largest_macs, saturation);
}

double hybrid(const Table2Row& row, const SizeOfNetwork& size, const SurrogateValues& values) {
  const double largest_without =
      row_of(AccuracyCurve::tpi_freeze).largest - values.transformers_worth;
  const double share = std::min(1.0, size.vit_per_ten / kLargestVitPerTen);
  return between(row.smallest, largest_without, kLargestMacs, size.macs, values.saturation) +
         share * (row.largest - largest_without);
}

double resnet(double macs, double better_recipe) {
  const double per_doubling = (kResNet34 - kResNet18) / std::log2(kResNet34Macs / kResNet18Macs);
  return kResNet18 + better_recipe + per_doubling * std::log2(macs / kResNet18Macs);
}

}  // namespace

std::string to_string(AccuracyCurve curve) {
  switch (curve) {
    case AccuracyCurve::cnn_only:
      return "cnn-only";
    case AccuracyCurve::vanilla:
      return "vanilla";
    case AccuracyCurve::tpi_unfreeze:
      return "tpi-unfreeze";
    case AccuracyCurve::tpi_freeze:
      return "tpi-freeze";
    case AccuracyCurve::resnet:
      return "resnet";
  }
  std::abort();
}

const std::vector<SurrogateParameter>& surrogate_parameters() {
  static const std::vector<SurrogateParameter> all{
      {"surrogate.saturation", &SurrogateValues::saturation, 0, 0.46},
      {"surrogate.transformers_worth", &SurrogateValues::transformers_worth, -0.05, 0.97},
      {"surrogate.resnet_recipe", &SurrogateValues::resnet_recipe, 0, 3.114},
      {"surrogate.scatter", &SurrogateValues::scatter, 0, 0.13},
      {"surrogate.draw", &SurrogateValues::draw, 0, 1}};
  return all;
}

double top1(AccuracyCurve curve, const SizeOfNetwork& size, const SurrogateValues& values) {
  if (curve == AccuracyCurve::resnet) return resnet(size.macs, values.resnet_recipe);
  const Table2Row& row = row_of(curve);
  if (curve != AccuracyCurve::cnn_only) return hybrid(row, size, values);
  return between(row.smallest, row.largest, kLargestCnnMacs, size.macs, values.saturation);
}

std::string curves_text() {
  std::string text =
      fmt::format("{} {} {} {} {} {} {} {}", kSmallestMacs, kLargestCnnMacs, kLargestMacs,
                  kLargestVitPerTen, kResNet18, kResNet18Macs, kResNet34, kResNet34Macs);
  for (const Table2Row& row : kTable2) {
    text += fmt::format(" {} {} {}", to_string(row.curve), row.smallest, row.largest);
  }
  const SurrogateValues values;
  for (const SurrogateParameter& u : surrogate_parameters()) {
    text += fmt::format(" {} {} {} {}", u.key, values.*u.field, u.low, u.high);
  }
  return text;
}

}  // namespace h4h::nas
