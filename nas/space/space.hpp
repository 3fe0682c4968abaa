#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/json/document.hpp"
#include "nas/random/random.hpp"
#include "nas/space/stage.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::nas {

// A candidate: for each gene of its space the index of a choice.
using Genotype = std::vector<std::uint16_t>;

// One layer of a stage, or what follows the last stage: all that decides it but its input.
struct BlockChoice {
  std::size_t stage = 0;  // the number of stages stands for the mean and classifier behind them
  bool is_first = true;   // of its stage: it alone changes resolution and channels
  std::uint16_t width = 0, expansion = 0;  // choices of the stage's genes
  // Those of Stage::further as one number, the last gene fastest: below Space::further_choices().
  std::uint32_t further = 0;
};

// A space file or a genotype that is wrong: "file:line: message" where a file is.
class SpaceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A search space as in Table 1 of the paper: stages in order, each with choices.
class Space {
 public:
  // `genes[0]` is the resolution; every other gene belongs to one stage. Throws SpaceError.
  Space(std::string name, std::int64_t input_channels, std::int64_t classes,
        std::vector<Gene> genes, std::vector<Stage> stages);

  const std::string& name() const { return name_; }
  std::int64_t input_channels() const { return input_channels_; }
  std::int64_t classes() const { return classes_; }
  const std::vector<Gene>& genes() const { return genes_; }
  const std::vector<Stage>& stages() const { return stages_; }

  // The smallest, middle (lower of two) and largest choice of every gene.
  Genotype min() const;
  Genotype mid() const;
  Genotype max() const;

  // Networks that differ: a stage of depth 0 counts once, whatever its other genes say.
  double log10_size() const;

  // Genes that decide nothing (of stages of depth 0) at their first choice: genotypes of the same
  // network have the same canonical form. Everything below returns canonical genotypes.
  Genotype canonical(Genotype genotype) const;
  Genotype sample(Random& random) const;  // every gene uniform
  // Each gene drawn anew with this probability; at least one changes where any can. A stage that
  // had depth 0 and gets layers has its other genes drawn too.
  Genotype mutate(const Genotype& genotype, double probability, Random& random) const;
  // Each gene from either parent; those of a stage that one parent lacks from the other.
  Genotype crossover(const Genotype& a, const Genotype& b, Random& random) const;
  // Every canonical genotype, in lexicographic order. Throws SpaceError above `limit`.
  std::vector<Genotype> enumerate(std::size_t limit = 1'000'000) const;

  // Combinations of choices of a stage's further genes, and which of them a genotype has.
  std::uint32_t further_choices(const Stage& stage) const;
  std::uint32_t further(const Stage& stage, const Genotype& genotype) const;

  std::int64_t resolution(const Genotype& genotype) const;  // pixels a side
  double value(const Genotype& genotype, std::size_t gene) const;
  std::int64_t whole(const Genotype& genotype, std::size_t gene) const;  // the same, rounded

  // A genotype as {"resolution":192,"conv0":{"width":16},...}; stages of depth 0 have {"depth":0}
  // alone. `read` reads it back, keys in any order, and throws SpaceError that names what is wrong.
  // Conv stages have no depth and expansion, basic ones no expansion, mbpool no depth; of further
  // genes stages have what they list.
  Document document(const Genotype& genotype) const;
  Genotype read(const Document& document) const;
  // The same as one line of JSON. `parse` throws SpaceError.
  std::string text(const Genotype& genotype) const;
  Genotype parse(const std::string& text) const;

  // The network of a genotype; throws workloads::NetworkError where a layer does not fit. Layer
  // names do not depend on other genes: "mb2.1/expand" is the same layer, of another size, in every
  // network that has it.
  workloads::Network network(const Genotype& genotype) const;

  // A part of such a network by itself. `network` is nothing but these, one behind the other.
  workloads::Network block(const BlockChoice& choice, const workloads::Shape& input) const;
  // Whether the first layer of an MBConv stage adds its input. All networks of a space do so, or
  // none: where the stage's width, or the channels that may come in, are a choice, none does. Else
  // a layer would have its shortcut where two widths happen to match, and its weights would be
  // trained for a branch in one network and for the only path in another. None either where the
  // stage says so (`shortcut: none`), or has a projection instead.
  bool first_adds_input(std::size_t stage) const { return first_adds_input_.at(stage); }
  // Whether the last stage classifies; where it does not, a mean and a classifier follow.
  bool ends_in_pool() const;

 private:
  bool absent(const Stage& stage, const Genotype& genotype) const;  // has depth 0
  std::uint16_t draw(std::size_t gene, Random& random) const;
  // `after`, where stages that `before` lacks have all genes but their depth drawn.
  Genotype awakened(const Genotype& before, Genotype after, Random& random) const;
  Genotype change_one(const Genotype& genotype, Random& random) const;

  std::string name_;
  std::int64_t input_channels_, classes_;
  std::vector<Gene> genes_;
  std::vector<Stage> stages_;
  std::vector<bool> first_adds_input_;  // of each stage
};

// Raised whenever the same genotype comes to mean another network, or its supernet other weights:
// what was trained, measured or searched under an earlier number is refused. 2: shortcuts by
// Space::first_adds_input; before, wherever stride and channels of a network allowed.
inline constexpr int kNetworksVersion = 2;
// Why what is of version `theirs` cannot be used: "networks of version 1 (...), now 2 (...)".
std::string other_networks(int theirs);

}  // namespace h4h::nas
