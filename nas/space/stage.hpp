#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_values.hpp"
#include "base/json/document.hpp"

namespace h4h::nas {

// What a gene decides: the input's resolution, or something of a stage.
enum class GeneKind { resolution, width, depth, expansion, kernel, activation, se };
std::string_view to_string(GeneKind kind);

// One decision.
struct Gene {
  std::string name;  // "resolution", "mb2.width", "vit3.depth", ...
  // Ascending. Of an activation places in workloads::kActivationFunctions, of se 0 and 1.
  std::vector<double> choices;
  GeneKind kind = GeneKind::width;  // Space sets it for the genes that all spaces and stages have
};

bool operator==(const Gene& a, const Gene& b);

// A choice as genotypes spell it: a number, the word of an activation, or whether there is se.
Document choice_document(GeneKind kind, double choice);
// The place of what `choice_document` has made; nullopt where it is none of the choices.
std::optional<std::uint16_t> find_choice(const Gene& gene, const Document& value);
// The place of a choice of this value; nullopt where there is none.
std::optional<std::uint16_t> find_value(const Gene& gene, double value);
// "3, 5, 7"; "relu6, silu"; "false, true".
std::string choices_text(GeneKind kind, const std::vector<double>& choices);

enum class StageKind { conv, mbconv, vit, basic, mbpool };
inline constexpr auto& kStageKinds = kEnumValues<StageKind>;
std::string_view to_string(StageKind kind);

// What a stage of this kind may choose; its other genes have the one choice 1.
bool has_depth(StageKind kind);
bool has_expansion(StageKind kind);
// Kinds of genes that it may have besides.
const std::vector<GeneKind>& further_kinds(StageKind kind);

// What the first layer of an MBConv stage adds to its result: its input where all networks of a
// space allow it (Space::first_adds_input); nothing; or always a projection of its input.
enum class StageShortcut { automatic, none, projection };
inline constexpr auto& kStageShortcuts = kEnumValues<StageShortcut>;
std::string_view to_string(StageShortcut shortcut);  // as space files spell it: "auto", ...

// A part of a network. Its genes are indices of genes of the space.
struct Stage {
  std::string name;
  StageKind kind = StageKind::conv;
  // Every stage has these, though with one choice.
  std::size_t width = 0;      // channels; of vit: of query, key and value; of mbpool: features
  std::size_t depth = 0;      // layers in the stage
  std::size_t expansion = 0;  // of mbconv and mbpool the channels inside, of vit those of the MLP
  std::int64_t stride = 1;    // of its first layer
  StageShortcut shortcut = StageShortcut::automatic;
  // Genes of further_kinds() that its file names, in the order of their kinds. A stage without one
  // of them has its default_choice(), and genotypes say nothing of it.
  std::vector<std::size_t> further{};
};

// A convolution with a longer stride and without a kernel of its own is one of patches: its kernel
// is its stride.
inline constexpr std::int64_t kLongestStrideOfDefaultKernel = 8;

double default_choice(const Stage& stage, GeneKind kind);

}  // namespace h4h::nas
