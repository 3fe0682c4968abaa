#include "nas/train/checkpoint.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>

#include "nas/train/trained.hpp"
#include "tests/nas_torch/training.hpp"
#include "tests/support/mutations.hpp"

namespace h4h::tests {
namespace {

using nas::Trainer;

constexpr const char* kFile = "x/checkpoint.bin";

// After two steps of eight.
std::string trained_bytes() {
  const nas::Space space = small_space();
  Trainer trainer(space, recipe_of("vanilla", 8), seed());
  train(trainer, 2);
  return bytes_of(trainer);
}

std::string complaint(const std::string& bytes) {
  const std::string message =
      message_of<nas::TrainingFileError>([&] { nas::checkpoint_of(bytes, kFile); });
  const std::string begin = std::string(kFile) + ": ";
  return message.rfind(begin, 0) == 0 ? message.substr(begin.size()) : message;
}

template <typename Sum>
std::string with_checksum(std::string bytes, Sum sum_of) {
  bytes.resize(bytes.size() - sizeof(std::uint64_t));
  const std::uint64_t sum = sum_of(bytes);
  return bytes.append(reinterpret_cast<const char*>(&sum), sizeof sum);
}

// One place changed, with the checksum that belongs to it.
std::string edited(std::string bytes, const std::string& from, const std::string& to) {
  const std::size_t at = bytes.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return with_checksum(bytes.replace(at, from.size(), to), fnv1a);
}

TEST(TrainingCheckpoint, RefusesDamagedBytesByName) {
  const std::string good = trained_bytes();
  const std::string damaged = "not a checkpoint, or damaged: ";
  EXPECT_EQ(complaint(""), damaged + "cut off");
  EXPECT_EQ(complaint("{}\n12345678"), damaged + "another format");
  EXPECT_EQ(complaint(std::string(100'000, '[')), damaged + "another format");
  EXPECT_EQ(complaint(good.substr(0, good.size() - 100)), damaged + "the checksum does not match");
  std::string flipped = good;
  flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 1);
  EXPECT_EQ(complaint(flipped), damaged + "the checksum does not match");
}

// The signs of two weights, of which a sum by words of eight bytes would know nothing.
TEST(TrainingCheckpoint, TwoSignsThatChangeAreFound) {
  std::string bytes = trained_bytes();
  for (const std::size_t back : {9U, 17U}) {
    char& byte = bytes[bytes.size() / 8 * 8 - 64 - back];
    byte = static_cast<char>(byte ^ 0x80);
  }
  EXPECT_NE(complaint(bytes).find("the checksum does not match"), std::string::npos);
}

TEST(TrainingCheckpoint, TheChecksumIsComparedBeforeTheHeadIsParsed) {
  const std::string head = R"({"format":"h4h.checkpoint/3","arguments":)";
  EXPECT_EQ(complaint(head + std::string(100'000, '[') + "\n12345678"),
            "not a checkpoint, or damaged: the checksum does not match");
  const std::string deep = with_checksum(head + std::string(100'000, '[') + "\n12345678", fnv1a);
  EXPECT_EQ(complaint(deep).rfind("not a checkpoint, or damaged: ", 0), 0U);
}

// With the right checksum: what no training writes.
TEST(TrainingCheckpoint, ValuesThatNoTrainingHasAreRefused) {
  const std::string good = trained_bytes();
  const std::size_t sizes = good.find("\"sizes\":");
  const std::string first = good.substr(sizes, good.find(']', sizes) + 1 - sizes);
  const std::size_t names = good.find("\"name\":");
  const std::string name = good.substr(names, good.find(',', names) - names);
  const std::size_t other = good.find("\"name\":", names + 1);
  const std::string next = good.substr(other, good.find(',', other) - other);
  const std::vector<std::array<std::string, 3>> cases{
      {R"("step":2)", R"("step":9)", "step 9 of a training of 8 steps"},
      {R"("step":2)", R"("step":-1)", "step -1 of a training of 8 steps"},
      {R"("step":2)", R"("step":2.5)", "must be an integer below 2^63, not a number"},
      {R"("steps":8)", R"("steps":1)", "--steps must be 2..100000000, not 1"},
      {R"("batch":64)", R"("batch":0)", "--batch must be 2..65536, not 0"},
      {R"("networks":4)", R"("networks":1)", "--networks must be 2..1000, not 1"},
      {R"("learning_rate":0.006)", R"("learning_rate":-1)",
       "--lr must be above 0, at most 1000000"},
      {R"("learning_rate":0.006)", R"("learning_rate":null)", "must be a number, not null"},
      {R"("seed":0)", R"("seed":9223372036854775808)", "--seed must be 0..9223372036854775807"},
      {R"("seed":0)", R"("seed":-1)", "must be a whole number from 0"},
      {R"("recipe":"vanilla")", R"("recipe":"vanila")", "--recipe 'vanila' is not one of: "},
      {R"("distillation":"none")", R"("distillation":"k")", "--distillation 'k' is not one of: "},
      {R"("augmentation":"crop_flip")", R"("augmentation":"")",
       "--augmentation '' is not one of: "},
      {R"("bf16":false)", R"("bf16":0)", "must be true or false"},
      {R"("device":"cpu")", R"("device":"tpu")", "--device 'tpu' is not one of: cpu, cuda"},
      {R"("threads":1)", R"("threads":1000000)", "--threads must be 1..1024, not 1000000"},
      {R"("threads":1)", R"("threads":0)", "--threads must be 1..1024, not 0"},
      {R"("threads")", R"("thread")", "'threads' is missing"},
      {R"("metrics_bytes":0)", R"("metrics_bytes":-1)", "must be a whole number from 0"},
      {R"("metrics_checksum":"")", R"("metrics_checksum":1)", "must be a string"},
      {first, R"("sizes":[-1])", "a tensor of -1 values"},
      {first, R"("sizes":[0])", "a tensor of 0 values"},
      {first, R"("sizes":[4294967296,4294967296,4294967296])", "a tensor of 4294967296 x "},
      {first, R"("sizes":[1])", "more than its tensors"},
      {next, name, "is given twice"},
      {"first moment/conv0.weight", "first moment/conv9.weight", "has one of its two moments"},
      {"second moment/conv0.weight", "second moment/conv9.weight", "has one of its two moments"},
      {name, R"("name":"weights")", "'weights' is no tensor of a training"},
      {R"("tensors":[)", R"("tensors":[{"name":"parameter/x","sizes":[1]},)", "cut off"},
  };
  for (const auto& [from, to, message] : cases) {
    const std::string said = complaint(edited(good, from, to));
    const bool named = said.find(message) != std::string::npos ||
                       (message == "cut off" && said.find("a tensor of ") != std::string::npos);
    EXPECT_TRUE(named) << from << " -> " << to << ": " << said;
    EXPECT_EQ(said.find("frame #"), std::string::npos) << said;
  }
}

TEST(TrainingCheckpoint, WeightsThatAreNotFiniteAreRefused) {
  const std::string good = trained_bytes();
  for (const float value : {std::nanf(""), -INFINITY}) {
    std::string bytes = good;
    std::memcpy(bytes.data() + bytes.find('\n') + 1, &value, sizeof value);
    EXPECT_NE(complaint(with_checksum(bytes, fnv1a)).find("values that are not finite"),
              std::string::npos);
  }
}

TEST(TrainingCheckpoint, OfEarlierNetworksIsRefusedWithTheReason) {
  const std::string now = R"("format":"h4h.checkpoint/3","networks_version":2,)";
  const std::string good = trained_bytes();
  for (const std::string& bytes :
       {edited(good, now, R"("format":"h4h.checkpoint/1",)"),
        edited(good, now, R"("format":"h4h.checkpoint/3","networks_version":1,)")}) {
    const std::string said = complaint(bytes);
    EXPECT_EQ(said.rfind("is for networks of version 1, in which the first layer of a stage had a "
                         "shortcut wherever two widths happened to match",
                         0),
              0U)
        << said;
    EXPECT_NE(said.find("train again into another directory"), std::string::npos) << said;
  }
}

// FNV-1a of words of eight bytes.
std::uint64_t sum_of_format_2(const std::string& bytes) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, std::min<std::size_t>(8, bytes.size() - i));
    h = (h ^ word) * 0x100000001b3;
  }
  return h;
}

TEST(TrainingCheckpoint, OfFormat2IsReadAsLongAsItsChecksumMatches) {
  const std::string good = trained_bytes();
  std::string bytes = edited(good, "h4h.checkpoint/3", "h4h.checkpoint/2");
  bytes = with_checksum(edited(bytes, R"("metrics_checksum":"",)", ""), sum_of_format_2);
  const nas::TrainingCheckpoint read = nas::checkpoint_of(bytes, kFile);
  EXPECT_EQ(nas::to_bytes(read), good);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  EXPECT_NE(complaint(bytes).find("the checksum does not match"), std::string::npos);
}

TEST(TrainingCheckpoint, RandomChangesOfBytesAreRefusedOrChangeNothing) {
  const std::string good = trained_bytes();
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    // Half of them in the head.
    const std::size_t part = seed % 2 == 0 ? good.size() : good.find('\n');
    const std::string bytes = mutated(good.substr(0, part), seed) + good.substr(part);
    try {
      EXPECT_EQ(nas::to_bytes(nas::checkpoint_of(bytes, kFile)), good) << seed;
    } catch (const nas::TrainingFileError&) {
    }
  }
}

// By which accuracies are kept beside a supernet: as H4H 0.1 wrote it, which knew no recipe files.
TEST(TrainingIdentity, IsOfTheSpaceAndTheWeightsAlone) {
  nas::Parameters parameters;
  parameters["w"] = {torch::tensor({1.F, -2.F}), nas::ParameterGroup::conv,
                     nas::ParameterRole::weight};
  std::string bytes =
      R"({"format":"h4h.checkpoint/3","networks_version":2,"arguments":{"space":"",)"
      R"("data":"fashion-mnist","recipe":"","steps":800,"batch":64,"networks":4,)"
      R"("learning_rate":0.006,"seed":0,"distillation":"none","augmentation":"crop_flip",)"
      R"("bf16":false,"device":"cpu","threads":1,"space_text":"s"},"step":0,)"
      R"("metrics_bytes":0,"metrics_checksum":"",)"
      R"("tensors":[{"name":"parameter/w","sizes":[2]}]})"
      "\n";
  for (const float value : {1.F, -2.F}) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  bytes = with_checksum(bytes + "12345678", fnv1a);
  EXPECT_EQ(nas::identity_of("s", parameters), text_hash(bytes));
  EXPECT_NE(nas::identity_of("t", parameters), text_hash(bytes));
}

TEST(TrainingCheckpoint, KeepsTheContentsOfTheRecipe) {
  nas::TrainArguments arguments;
  nas::Recipe recipe = recipe_of("tpi-freeze", 8);
  recipe.phases[1].clip = nas::kNoClip;
  recipe.phases[1].regularised = {};
  nas::set_recipe(arguments, recipe);
  const nas::TrainingCheckpoint read =
      nas::checkpoint_of(nas::to_bytes({arguments, 0, {}, {}}), kFile);
  EXPECT_EQ(nas::format_recipe(nas::recipe_of(read.arguments)), nas::format_recipe(recipe));
  EXPECT_EQ(nas::difference(read.arguments, arguments), std::nullopt);
  recipe.phases[1].clip = 3;
  nas::TrainArguments other = arguments;
  nas::set_recipe(other, recipe);
  EXPECT_EQ(nas::difference(arguments, other), "the recipe's \"clip: none\" is \"clip: 3\" now");
}

TEST(TrainingCheckpoint, ASpaceIsTheSameWhereverItsFileIs) {
  nas::TrainArguments here;
  nas::set_recipe(here, recipe_of("vanilla", 8));
  here.space = "spaces/a.yaml";
  here.space_text = "name: a";
  nas::TrainArguments there = here;
  there.space = "/elsewhere/b.yaml";
  EXPECT_EQ(nas::difference(there, here), std::nullopt);
  there.space_text = "name: b";
  EXPECT_EQ(nas::difference(there, here),
            "space was \"/elsewhere/b.yaml\", is \"spaces/a.yaml\" now");
  there.space = here.space;
  EXPECT_EQ(nas::difference(there, here), "the space file spaces/a.yaml has changed since");
}

TEST(TrainingCheckpoint, ARecipeThatDoesNotFitIsRefused) {
  nas::TrainArguments arguments;
  nas::set_recipe(arguments, recipe_of("vanilla", 8));
  const std::string good = nas::to_bytes({arguments, 0, {}, {}});
  EXPECT_NE(complaint(edited(good, R"("steps":8)", R"("steps":9)"))
                .find("recipe of 8 steps in a training of 9"),
            std::string::npos);
  EXPECT_NE(complaint(edited(good, "clip: 1", "clip: 0"))
                .find("recipe vanilla:14: phase 'whole': "
                      "clip must be a number above 0"),
            std::string::npos);
}

TEST(TrainingCheckpoint, OfAnotherSpaceIsRefusedByTensor) {
  const nas::Space space = small_space();
  Trainer trainer(space, recipe_of("vanilla", 3), seed());
  nas::TrainerState state = nas::checkpoint_of(bytes_of(trainer), kFile).state;
  state.parameters.erase("conv0.weight");
  EXPECT_NE(message_of<std::invalid_argument>([&] {
              trainer.restore(state);
            }).find("'conv0.weight' is missing"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::tests
