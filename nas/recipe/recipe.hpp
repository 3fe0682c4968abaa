#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_values.hpp"
#include "nas/data/augment.hpp"
#include "nas/recipe/enum_set.hpp"
#include "nas/supernet/parameter_specs.hpp"

namespace h4h::nas {

// How a supernet is trained, as files say it (docs/reference/recipe-files.md).

// What a phase starts from: random weights of the seed, those that the phase before it left, or
// those of another run.
enum class Start { random, previous, run };
enum class SubspaceKind { whole, cnn_only };  // cnn_only: every transformer stage at depth 0
// Of the learning rate behind its warm-up.
enum class Decay { cosine, linear, constant };
// What all networks of a step but the largest learn from: labels, or the largest one's
// probabilities by the Kullback-Leibler or the adaptive alpha-divergence.
enum class Distillation { none, kl, alpha_divergence };
// How the gradients of a step's networks become one: their mean, their sum, or the mean in which
// the largest network's gradient of each tensor is projected where it is opposed to the others'.
enum class Combination { mean, sum, projection };
enum class SubnetKind { largest, random, smallest };  // of the networks of a step

using GroupSet = EnumSet<ParameterGroup>;
using SubnetKinds = EnumSet<SubnetKind>;
inline constexpr GroupSet kAllGroups{ParameterGroup::conv, ParameterGroup::batch_norm,
                                     ParameterGroup::head, ParameterGroup::vit};

std::string_view to_string(Start start);
std::string_view to_string(SubspaceKind kind);
std::string_view to_string(Decay decay);
std::string_view to_string(Distillation distillation);
std::string_view to_string(Combination combination);
std::string_view to_string(SubnetKind kind);
std::string_view to_string(ParameterGroup group);
std::string_view to_string(Augmentation augmentation);

// What one group of parameters has of its own.
struct GroupOptions {
  double learning_rate_factor = 1;
  std::optional<double> weight_decay;  // default: the phase's
};

struct Recipe;

inline constexpr double kNoClip = std::numeric_limits<double>::infinity();

// Everything that decides the steps of a phase. Learning rate, weight decay and clip are our
// choice; networks, dropout and drop-connect: H4H paper, section 4.1; label smoothing: Szegedy et
// al. 2016.
struct Phase {
  std::string name;
  Start start = Start::random;
  SubspaceKind subspace = SubspaceKind::whole;  // where networks are drawn from
  GroupSet trained = kAllGroups;                // all other parameters stay as they are, to the bit
  std::int64_t networks = 4;  // a step: the largest, the smallest and the rest at random
  double learning_rate = 6e-3;
  double warm_up = 0.05;  // share of the steps in which the learning rate rises; at least one step
  Decay decay = Decay::cosine;
  double final_rate = 0;       // share of the learning rate that the decay leads to
  double weight_decay = 0.05;  // of weights; norms and biases have none
  double clip = 1;             // largest norm of all gradients together
  double label_smoothing = 0.1;
  Distillation distillation = Distillation::none;
  double dropout = 0.2, drop_connect = 0.2;
  SubnetKinds regularised{SubnetKind::largest};  // those with dropout and drop-connect
  Augmentation augmentation = Augmentation::crop_flip;
  Combination gradients = Combination::mean;
  double projection_from = 0;  // share of the steps before the first projection
  std::array<GroupOptions, kEnumCount<ParameterGroup>> groups{};

  // As the file says; one of the three. Where lengths are known, it is `steps`.
  std::optional<std::int64_t> steps, epochs;
  std::shared_ptr<const Recipe> compute_of{};  // as many as cost what that recipe costs

  const GroupOptions& of(ParameterGroup group) const {
    return groups[static_cast<std::size_t>(group)];
  }
};

// Phases, one behind the other. Each starts the optimiser and the schedule anew.
struct Recipe {
  std::string name, summary;
  // Of all phases together, where the user gives no length; dealt to them by their own.
  std::optional<std::int64_t> steps, epochs;
  std::vector<Phase> phases;
};

// A recipe file that is wrong ("file:line: message") or does not fit what it is used for.
class RecipeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Of a recipe with lengths.
std::int64_t total_steps(const Recipe& recipe);

}  // namespace h4h::nas
