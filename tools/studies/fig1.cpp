#include <algorithm>
#include <cmath>
#include <cstdint>

#include "nas/space/load.hpp"
#include "nas/space/network_macs.hpp"
#include "tools/studies/study.hpp"

// Figure 1 of the paper compares the accuracies of its networks with those of other authors. The
// paper's text has neither its axes nor its values, so the ends of table 2 stand beside what other
// authors have published of accuracy on ImageNet-1k and MACs. Nothing is simulated, and no claim is
// judged by it.

namespace h4h::studies {
namespace {

struct Published {
  const char* family;
  const char* network;
  double macs;      // of one image
  double accuracy;  // top-1, %
};

struct Source {
  const char* family;
  const char* source;
};

constexpr const char kH4h[] = "H4H (table 2)";

constexpr Source kSources[] = {
    {"AlphaNet", "README of facebookresearch/AlphaNet"},
    {"AttentiveNAS", "README of facebookresearch/AttentiveNAS"},
    {"EfficientFormerV2", "README of snap-research/EfficientFormer"},
    {"LeViT", "README of facebookresearch/LeViT"},
    {"MobileNetV2", "README of MobileNet in tensorflow/models"},
    {"MobileNetV3", "documentation of tf.keras.applications"},
    {"MobileNetV3 minimalistic", "documentation of tf.keras.applications"},
    {"NASViT", "Papers with Code, page of NASViT"},
    {"Once-for-all", "README of mit-han-lab/once-for-all"},
};

constexpr double kM = 1e6, kG = 1e9;

// By family and MACs.
constexpr Published kPublished[] = {
    {"AlphaNet", "A0", 203 * kM, 77.87},
    {"AlphaNet", "A1", 279 * kM, 78.94},
    {"AlphaNet", "A2", 317 * kM, 79.20},
    {"AlphaNet", "A3", 357 * kM, 79.41},
    {"AlphaNet", "A4", 444 * kM, 80.01},
    {"AlphaNet", "A5", 491 * kM, 80.29},
    {"AlphaNet", "A5-1", 596 * kM, 80.62},
    {"AlphaNet", "A6", 709 * kM, 80.78},
    {"AttentiveNAS", "A0", 203 * kM, 77.3},
    {"AttentiveNAS", "A1", 279 * kM, 78.4},
    {"AttentiveNAS", "A2", 317 * kM, 78.8},
    {"AttentiveNAS", "A3", 357 * kM, 79.1},
    {"AttentiveNAS", "A4", 444 * kM, 79.8},
    {"AttentiveNAS", "A5", 491 * kM, 80.1},
    {"AttentiveNAS", "A6", 709 * kM, 80.7},
    {"EfficientFormerV2", "S0", 0.40 * kG, 75.7},
    {"EfficientFormerV2", "S1", 0.65 * kG, 79.0},
    {"EfficientFormerV2", "S2", 1.25 * kG, 81.6},
    {"EfficientFormerV2", "L", 2.56 * kG, 83.3},
    {"LeViT", "128S", 305 * kM, 76.6},
    {"LeViT", "128", 406 * kM, 78.6},
    {"LeViT", "192", 658 * kM, 80.0},
    {"LeViT", "256", 1120 * kM, 81.6},
    {"LeViT", "384", 2353 * kM, 82.6},
    {"MobileNetV2", "1.0", 300 * kM, 72},
    {"MobileNetV3", "small 0.75", 44 * kM, 65.4},
    {"MobileNetV3", "small 1.0", 66 * kM, 68.1},
    {"MobileNetV3", "large 0.75", 155 * kM, 73.3},
    {"MobileNetV3", "large 1.0", 217 * kM, 75.6},
    {"MobileNetV3 minimalistic", "large", 209 * kM, 72.3},
    {"NASViT", "A0", 208 * kM, 78.2},
    {"NASViT", "A1", 309 * kM, 79.7},
    {"NASViT", "A2", 421 * kM, 80.5},
    {"Once-for-all", "389M", 389 * kM, 79.1},
    {"Once-for-all", "482M", 482 * kM, 79.6},
    {"Once-for-all", "595M", 595 * kM, 80.0},
};

// The row TPI-freeze of table 2. Its networks' resolutions are not given: the least and the
// greatest of table 1 are assumed.
std::vector<Published> of_paper() {
  constexpr double kLeast = 72.201, kGreatest = 79.782;
  const nas::Space space = nas::load_space("h4h-imagenet");
  nas::NetworkMacs macs(space);
  return {{kH4h, "min_net", static_cast<double>(macs.of(space.min())), kLeast},
          {kH4h, "max_net", static_cast<double>(macs.of(space.max())), kGreatest}};
}

// On the line between both ends, over the logarithm of MACs.
double on_line(const std::vector<Published>& ends, double macs) {
  const Published &least = ends.front(), &most = ends.back();
  const double share = std::log(macs / least.macs) / std::log(most.macs / least.macs);
  return least.accuracy + share * (most.accuracy - least.accuracy);
}

void add(Result& result, const Published& point, const char* source) {
  result.table.add_row({point.family, point.network, static_cast<std::int64_t>(point.macs),
                        point.accuracy / 100, source});
  std::vector<Series>& series = result.charts.front().series;
  if (series.empty() || series.back().name != point.family) series.push_back({point.family, {}});
  series.back().points.emplace_back(point.macs / kM, point.accuracy);
}

}  // namespace

Result fig1(const Setup&) {
  Result result;
  result.table.add_columns(Column::Type::text, {"family", "network"});
  result.table.add_columns(Column::Type::integer, {"macs"});
  result.table.add_columns(Column::Type::real, {"accuracy"});
  result.table.add_columns(Column::Type::text, {"source"});
  result.charts.push_back(
      {"Accuracy on ImageNet-1k as published", {"MMAC", true}, {"top-1 accuracy, %"}, {}});
  const std::vector<Published> ends = of_paper();
  for (const Published& end : ends) add(result, end, "H4H, table 2; MACs counted here");
  double within = 0, above = 0;
  for (const Published& point : kPublished) {
    const auto* const found =
        std::find_if(std::begin(kSources), std::end(kSources),
                     [&](const Source& s) { return std::string(s.family) == point.family; });
    add(result, point, found->source);
    if (point.macs < ends.front().macs || point.macs > ends.back().macs) continue;
    ++within;
    above += point.accuracy > on_line(ends, point.macs) ? 1 : 0;
  }
  result.measures["published_networks"] = within;
  result.measures["published_above_h4h_share"] = above / within;
  return result;
}

Measures fig1_again(const Setup&, const Result& base) { return base.measures; }

}  // namespace h4h::studies
