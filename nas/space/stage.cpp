#include "nas/space/stage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workloads/blocks/activation_function.hpp"

namespace h4h::nas {

using workloads::ActivationFunction;
using workloads::kActivationFunctions;

std::string_view to_string(GeneKind kind) {
  switch (kind) {
    case GeneKind::resolution:
      return "resolution";
    case GeneKind::width:
      return "width";
    case GeneKind::depth:
      return "depth";
    case GeneKind::expansion:
      return "expansion";
    case GeneKind::kernel:
      return "kernel";
    case GeneKind::activation:
      return "activation";
    case GeneKind::se:
      return "se";
  }
  return "";
}

bool operator==(const Gene& a, const Gene& b) { return a.name == b.name && a.choices == b.choices; }

Document choice_document(GeneKind kind, double choice) {
  switch (kind) {
    case GeneKind::activation:
      return std::string(to_string(kActivationFunctions.at(static_cast<std::size_t>(choice))));
    case GeneKind::se:
      return choice != 0;
    case GeneKind::resolution:
    case GeneKind::width:
    case GeneKind::depth:
    case GeneKind::expansion:
    case GeneKind::kernel:
      break;
  }
  return Document::shortest(choice);
}

std::optional<std::uint16_t> find_value(const Gene& gene, double value) {
  const auto found = std::find(gene.choices.begin(), gene.choices.end(), value);
  if (found == gene.choices.end()) return std::nullopt;
  return static_cast<std::uint16_t>(found - gene.choices.begin());
}

std::optional<std::uint16_t> find_choice(const Gene& gene, const Document& value) {
  if (gene.kind == GeneKind::activation) {
    const auto function = value.is_text() ? enum_named<ActivationFunction>(value.text())
                                          : std::optional<ActivationFunction>();
    return function ? find_value(gene, static_cast<double>(*function)) : std::nullopt;
  }
  if (gene.kind == GeneKind::se) {
    return value.is_boolean() ? find_value(gene, value.boolean() ? 1.0 : 0.0) : std::nullopt;
  }
  return value.is_number() ? find_value(gene, value.number()) : std::nullopt;
}

std::string choices_text(GeneKind kind, const std::vector<double>& choices) {
  std::vector<std::string> words;
  for (const double choice : choices) {
    if (kind == GeneKind::activation) {
      words.push_back(choice_document(kind, choice).text());
    } else if (kind == GeneKind::se) {
      words.emplace_back(choice != 0 ? "true" : "false");
    } else {
      words.push_back(fmt::format("{}", choice));
    }
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string_view to_string(StageKind kind) {
  switch (kind) {
    case StageKind::conv:
      return "conv";
    case StageKind::mbconv:
      return "mbconv";
    case StageKind::vit:
      return "vit";
    case StageKind::basic:
      return "basic";
    case StageKind::mbpool:
      return "mbpool";
  }
  return "";
}

bool has_depth(StageKind kind) { return kind != StageKind::conv && kind != StageKind::mbpool; }
bool has_expansion(StageKind kind) { return kind != StageKind::conv && kind != StageKind::basic; }

const std::vector<GeneKind>& further_kinds(StageKind kind) {
  static const std::vector<GeneKind> none{}, activation{GeneKind::activation},
      convolution{GeneKind::kernel, GeneKind::activation},
      residual{GeneKind::kernel, GeneKind::activation, GeneKind::se};
  switch (kind) {
    case StageKind::conv:
      return convolution;
    case StageKind::mbconv:
      return residual;
    case StageKind::vit:
    case StageKind::mbpool:
      return activation;
    case StageKind::basic:
      break;
  }
  return none;
}

std::string_view to_string(StageShortcut shortcut) {
  switch (shortcut) {
    case StageShortcut::automatic:
      return "auto";
    case StageShortcut::none:
      return "none";
    case StageShortcut::projection:
      return "projection";
  }
  return "";
}

double default_choice(const Stage& stage, GeneKind kind) {
  if (kind == GeneKind::kernel) {
    return stage.stride > kLongestStrideOfDefaultKernel ? static_cast<double>(stage.stride) : 3;
  }
  if (kind == GeneKind::activation) {
    return static_cast<double>(stage.kind == StageKind::vit ? ActivationFunction::relu
                                                            : ActivationFunction::relu6);
  }
  return kind == GeneKind::se ? 0 : 1;
}

}  // namespace h4h::nas
