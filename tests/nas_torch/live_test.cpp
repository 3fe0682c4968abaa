#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "nas/data/open.hpp"
#include "nas/space/load.hpp"
#include "nas/supernet/residual.hpp"
#include "nas/supernet/supernet.hpp"
#include "nas/train/images.hpp"
#include "nas/train/trainer.hpp"
#include "tests/nas_torch/nets.hpp"
#include "tests/nas_torch/training.hpp"
#include "tests/support/files.hpp"

namespace h4h::tests {
namespace {

using nas::Genotype;
using nas::Space;

// A shipped space and the side that its images get here: what decides whether a network lives is
// how its layers are connected, which no resolution changes, so spaces of ImageNet stay quick.
// `networks` are drawn where the environment does not name a number (H4H_LIVE_NETWORKS).
struct Shipped {
  const char* name;
  int side;
  int networks;
};

std::ostream& operator<<(std::ostream& out, const Shipped& shipped) { return out << shipped.name; }

class LiveSpace : public testing::TestWithParam<Shipped> {
 protected:
  // With one resolution, all other choices as shipped.
  Space space() const {
    const TemporaryFolder folder;
    const std::string file = (source_dir() / "nas/spaces" / GetParam().name).string() + ".yaml";
    return nas::load_space(folder
                               .write("small.yaml", "extends: " + file + "\nresolution: " +
                                                        std::to_string(GetParam().side) + "\n")
                               .string());
  }
  static int count(int otherwise) {
    const char* const asked = std::getenv("H4H_LIVE_NETWORKS");
    return asked == nullptr ? otherwise : std::atoi(asked);
  }
};

TEST_P(LiveSpace, InitialLogitsOfEveryNetworkVaryOverImages) {
  const torch::NoGradGuard no_gradients;
  const Space shipped = space();
  const nas::Supernet supernet(shipped.network(shipped.max()), 1);
  const torch::Tensor images = random_images(4, GetParam().side, 1);
  nas::Random random(1);
  int dead = 0;
  for (int i = 0; i < count(GetParam().networks); ++i) {
    const Genotype genotype = shipped.sample(random);
    const torch::Tensor logits = supernet.forward(shipped.network(genotype), images, {});
    const bool varies = logits.std(0).max().item<float>() > 1e-3F;
    if (!varies && ++dead == 1) ADD_FAILURE() << "constant: " << shipped.text(genotype);
  }
  EXPECT_EQ(dead, 0);
}

TEST_P(LiveSpace, BatchNormsThatStartAtZeroEndABranchInEveryNetworkThatHasThem) {
  const Space shipped = space();
  const nas::Parameters parameters = nas::Supernet(shipped.network(shipped.max()), 1).parameters();
  std::set<std::string> silent;
  for (const auto& [name, parameter] : parameters) {
    const bool zero = parameter.value.abs().max().item<float>() == 0;
    if (parameter.role == nas::ParameterRole::scale && zero) silent.insert(name);
  }
  nas::Random random(2);
  for (int i = 0; i < count(200); ++i) {
    const Genotype genotype = shipped.sample(random);
    const workloads::Network network = shipped.network(genotype);
    std::set<std::string> here = silent;
    for (const auto& [sum, last] : nas::residual_branches(network)) {
      here.erase(nas::parameter_name(network.layers[last], nas::ParameterRole::scale));
    }
    for (const workloads::Layer& layer : network.layers) {
      ASSERT_EQ(here.count(nas::parameter_name(layer, nas::ParameterRole::scale)), 0U)
          << layer.name << " of " << shipped.text(genotype);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shipped, LiveSpace,
    testing::Values(Shipped{"toy", 24, 500}, Shipped{"h4h-32-tiny", 24, 500},
                    Shipped{"h4h-32-mini", 24, 500}, Shipped{"h4h-32", 24, 200},
                    Shipped{"h4h-imagenet", 64, 30}, Shipped{"h4h-imagenet-cnn", 64, 30},
                    Shipped{"h4h-imagenet-vit", 64, 30},
                    Shipped{"h4h-imagenet-cnn-then-vit", 64, 30}, Shipped{"resnet", 64, 30},
                    Shipped{"alphanet", 64, 20}, Shipped{"ofa-mobilenetv3", 64, 20}),
    [](const auto& tested) {
      std::string name = tested.param.name;
      for (char& c : name) c = c == '-' ? '_' : c;
      return name;
    });

// Shortcuts that come and go with widths made it 11 to 36.
TEST(LiveTraining, TheGradientOfTheSecondStepIsBelow3) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist")) {
    GTEST_SKIP() << "Debian's dataset-fashion-mnist is not installed";
  }
  const nas::Split split = nas::open_split("fashion-mnist");
  const nas::Normalization normalization(*split.train);
  for (const char* const name : {"h4h-32-mini", "h4h-32-tiny", "h4h-32"}) {
    const Space space = nas::load_space((source_dir() / "nas/spaces" / name).string() + ".yaml");
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      nas::Loader loader(*split.train, normalization, nas::Augmentation::none, 64, seed);
      nas::LoaderBatches batches(loader);
      nas::TrainerOptions options;
      options.seed = seed;
      nas::Trainer trainer(space, recipe_of("vanilla", 800), options);
      trainer.step(batches.batch(0));
      const double norm = trainer.step(batches.batch(1)).gradient_norm;
      EXPECT_LT(norm, 3) << name << ", seed " << seed;
      RecordProperty(name + std::to_string(seed), std::to_string(norm));
    }
  }
}

}  // namespace
}  // namespace h4h::tests
