#include "nas/accuracy/surrogate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/hash.hpp"

namespace h4h::nas {
namespace {

bool has(const Space& space, StageKind kind) {
  return std::any_of(space.stages().begin(), space.stages().end(),
                     [&](const Stage& stage) { return stage.kind == kind; });
}

bool has_transformers(const Space& space) { return block_counts(space, space.max()).vit > 0; }

// That the space has the blocks that the curve is of.
AccuracyCurve checked(const Space& space, AccuracyCurve curve) {
  const AccuracyCurve own = curve_of(space);
  if ((own == AccuracyCurve::resnet) != (curve == AccuracyCurve::resnet)) {
    throw SpaceError(fmt::format("{}: its accuracy curve is {}, not {}", space.name(),
                                 to_string(own), to_string(curve)));
  }
  if (curve == AccuracyCurve::cnn_only && has_transformers(space)) {
    throw SpaceError(fmt::format(
        "the cnn-only curve applies to spaces without transformers; {} has transformers",
        space.name()));
  }
  return curve;
}

// -1 .. 1
double lot(const Genotype& genotype, double draw) {
  std::string bytes;
  for (const std::uint16_t choice : genotype) bytes += fmt::format("{} ", choice);
  if (draw != 0) bytes += fmt::format("draw {}", draw);
  return 2 * Random(fnv1a(bytes)).uniform() - 1;
}

double fraction(double percent) { return std::clamp(percent / 100, 0.0, 1.0); }

// Every combination of the low and the high end of what is not known, but for the scatter.
std::vector<SurrogateValues> corners() {
  std::vector<SurrogateValues> all{{}};
  for (const SurrogateParameter& uncertain : surrogate_parameters()) {
    if (uncertain.field == &SurrogateValues::scatter || uncertain.field == &SurrogateValues::draw) {
      continue;
    }
    const std::vector<SurrogateValues> before = std::move(all);
    all.clear();
    for (SurrogateValues values : before) {
      for (const double end : {uncertain.low, uncertain.high}) {
        values.*uncertain.field = end;
        all.push_back(values);
      }
    }
  }
  return all;
}

double most_scatter() {
  const auto& all = surrogate_parameters();
  return std::find_if(all.begin(), all.end(),
                      [](const SurrogateParameter& uncertain) {
                        return uncertain.field == &SurrogateValues::scatter;
                      })
      ->high;
}

}  // namespace

AccuracyCurve curve_of(const Space& space) {
  if (space.classes() != 1000) {
    throw SpaceError(
        fmt::format("the accuracy surrogate covers ImageNet only, with 1000 classes; {} has {}",
                    space.name(), space.classes()));
  }
  if (has(space, StageKind::mbconv)) {
    return has_transformers(space) ? AccuracyCurve::tpi_freeze : AccuracyCurve::cnn_only;
  }
  if (has(space, StageKind::basic)) return AccuracyCurve::resnet;
  throw SpaceError(fmt::format(
      "the accuracy surrogate covers networks of MBConv or ResNet blocks only; {} has neither",
      space.name()));
}

Surrogate::Surrogate(const Space& space, const SurrogateValues& values,
                     std::optional<AccuracyCurve> curve)
    : space_(space),
      values_(values),
      curve_(checked(space, curve.value_or(curve_of(space)))),
      macs_(space) {}

SizeOfNetwork Surrogate::size_of(const Genotype& canonical) {
  return {static_cast<double>(macs_.of(canonical)), block_counts(space_, canonical).vit_per_ten()};
}

std::vector<double> Surrogate::evaluate(const std::vector<Genotype>& candidates) {
  std::vector<double> accuracies;
  accuracies.reserve(candidates.size());
  for (const Genotype& candidate : candidates) {
    const Genotype canonical = space_.canonical(candidate);
    accuracies.push_back(fraction(top1(curve_, size_of(canonical), values_) +
                                  values_.scatter * lot(canonical, values_.draw)));
  }
  return accuracies;
}

std::optional<AccuracyInterval> Surrogate::interval(const Genotype& candidate) {
  const double value = 100 * evaluate({candidate}).front();
  const SizeOfNetwork size = size_of(space_.canonical(candidate));
  AccuracyInterval interval{value, value};
  for (const SurrogateValues& corner : corners()) {
    const double there = top1(curve_, size, corner);
    interval.low = std::min(interval.low, there - most_scatter());
    interval.high = std::max(interval.high, there + most_scatter());
  }
  return {{fraction(interval.low), fraction(interval.high)}};
}

std::string surrogate_identity(std::optional<AccuracyCurve> curve) {
  const std::string identity = "surrogate " + text_hash(curves_text());
  return curve ? identity + " " + to_string(*curve) : identity;
}

}  // namespace h4h::nas
