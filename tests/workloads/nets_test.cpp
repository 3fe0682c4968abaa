#include <gtest/gtest.h>

#include "tests/support/files.hpp"
#include "workloads/import/tflite/reader.hpp"
#include "workloads/nets/catalogue.hpp"
#include "workloads/nets/ds_cnn.hpp"
#include "workloads/nets/mobilenet_v1.hpp"
#include "workloads/nets/mobilenet_v2.hpp"
#include "workloads/nets/resnet.hpp"
#include "workloads/nets/vit_tiny.hpp"

namespace h4h::workloads {
namespace {

using tests::message_of;

Shape output(const Network& net) { return net.tensors.at(net.outputs.front()).shape; }

// What every layer that is no view computes, in order, without what was measured of its weights.
std::vector<std::string> work(const Network& net) {
  std::vector<std::string> all;
  for (const Layer& layer : net.layers) {
    LayerShape shape = layer_shape(net, layer);
    shape.encoded_weight_bytes.reset();
    shape.coded_weight_bytes.reset();
    if (!is_view(layer.op)) all.push_back(canonical_text(shape));
  }
  return all;
}

TEST(VitTiny, HasTheMacsOfItsTokens) {
  // Patches; an encoder: query, key, value, projection, scores and values of 196 tokens, the MLP.
  const std::int64_t tokens = 14 * 14, c = 192;
  const std::int64_t encoder = tokens * (4 * c * c + 2 * tokens * c + 2 * 4 * c * c);
  EXPECT_EQ(macs(vit_tiny()), tokens * 768 * c + 12 * encoder + c * 1000);
  EXPECT_THROW(vit_tiny(225), NetworkError);
}

TEST(Parameters, OfMobileNetV2AreThePublishedOnes) {
  EXPECT_EQ(parameters(mobilenet_v2()), 3'504'872);  // torchvision, batch norms included
}

TEST(MobileNetV1, HasThePublishedMacs) {
  // Table 1: a 3 x 3 stem; depthwise 3 x 3 and pointwise pairs, channels at sides; the classifier.
  const std::int64_t stem = 112 * 112 * 27 * 32;
  const std::int64_t depthwise =
      9 * (112 * 112 * 32 + 56 * 56 * (64 + 128) + 28 * 28 * (128 + 256) +
           14 * 14 * (256 + 5 * 512) + 7 * 7 * (512 + 1024));
  const std::int64_t pointwise =
      112 * 112 * 32 * 64 + 56 * 56 * (64 * 128 + 128 * 128) + 28 * 28 * (128 * 256 + 256 * 256) +
      14 * 14 * (256 * 512 + 5 * 512 * 512) + 7 * 7 * (512 * 1024 + 1024 * 1024);
  EXPECT_EQ(stem + depthwise + pointwise + 1024 * 1000, 568'740'352);
  EXPECT_EQ(macs(mobilenet_v1()), 568'740'352);  // the paper says 569 million
  EXPECT_EQ(output(mobilenet_v1()), (Shape{1, 1, 1000}));
}

TEST(MobileNetV1, ComputesWhatTheFileOfItsAuthorsComputes) {
  const auto file = tests::shared_file("nets/int8/mobilenet_v1_0.25_128_quant.tflite");
  if (file.empty()) GTEST_SKIP() << "needs nets/int8 of ../shared";
  const Network ours = mobilenet_v1(0.25, 128, 1001);
  EXPECT_EQ(macs(ours), 13'570'304);
  EXPECT_EQ(macs(tflite::read(file)), 13'570'304);
  std::vector<std::string> theirs = work(tflite::read(file)), blocks = work(ours);
  // The file's head is an average pool, a 1 x 1 convolution and a softmax.
  theirs.resize(27);
  blocks.resize(27);
  EXPECT_EQ(blocks, theirs);
}

TEST(ResNet18, HasTheMacsOfTorchvision) {
  // The stem; four 3 x 3 convolutions in the first stage; then three and one of half the depth and
  // a shortcut in each of three stages, all of which have the same number; the classifier.
  const std::int64_t stem = 112 * 112 * 147 * 64;
  const std::int64_t full = 56 * 56 * 9 * 64 * 64;
  const std::int64_t shortcut = 28 * 28 * 64 * 128;
  EXPECT_EQ(stem + 4 * full + 3 * (3 * full + full / 2 + shortcut) + 512 * 1000, 1'814'073'344);
  EXPECT_EQ(macs(resnet18()), 1'814'073'344);
  // 11,689,512 parameters less 9,600 of batch norms and 1,000 biases.
  EXPECT_EQ(weight_bytes(resnet18()), 11'678'912);
  EXPECT_LT(macs(resnet18(160)), macs(resnet18()) * 6 / 10);
}

TEST(MlperfTiny, BuildersComputeWhatTheReferenceFilesCompute) {
  const auto resnet = tests::shared_file("nets/mlperf-tiny/pretrainedResnet.tflite");
  const auto kws = tests::shared_file("nets/mlperf-tiny/kws_ref_model.tflite");
  if (resnet.empty() || kws.empty()) GTEST_SKIP() << "needs nets/mlperf-tiny of ../shared";
  EXPECT_EQ(work(resnet8()), work(tflite::read(resnet)));
  EXPECT_EQ(work(ds_cnn_kws()), work(tflite::read(kws)));
}

TEST(MlperfTiny, BuildersHaveTheMacsOfTheReferenceFiles) {
  EXPECT_EQ(macs(resnet8()), 12'501'632);
  EXPECT_EQ(macs(ds_cnn_kws()), 25 * 5 * (40 * 64 + 4 * (9 * 64 + 64 * 64)) + 64 * 12);
  EXPECT_EQ(macs(ds_cnn_kws()), 2'656'768);
}

TEST(Catalogue, BuildsByNameWithParameters) {
  EXPECT_TRUE(*build_by_name("mobilenet_v2:0.5:160") == mobilenet_v2(0.5, 160));
  EXPECT_TRUE(*build_by_name("mobilenet_v1:0.25") == mobilenet_v1(0.25));
  EXPECT_TRUE(*build_by_name("resnet18:160") == resnet18(160));
  EXPECT_FALSE(build_by_name("mobilenet_v9"));
}

TEST(Catalogue, RefusesWrongParametersByName) {
  const auto problem = [](const char* name) {
    return message_of<NetworkError>([&] { build_by_name(name); });
  };
  EXPECT_EQ(problem("mobilenet_v2:half"), "mobilenet_v2:half: 'half' is not a number");
  EXPECT_EQ(problem("mobilenet_v2:0.5:160:7"),
            "mobilenet_v2:0.5:160:7: mobilenet_v2 takes at most 2 parameters");
  EXPECT_EQ(problem("resnet8:32"), "resnet8:32: resnet8 takes no parameters");
  EXPECT_EQ(problem("resnet18:1e30"), "resnet18:1e30: '1e30' is not a number");
  EXPECT_EQ(problem("resnet18:31"), "resnet18: resolution must be 32..1024, not 31");
  EXPECT_EQ(problem("mobilenet_v1:nan"), "mobilenet_v1: width must be 0.1..4, not nan");
  EXPECT_EQ(problem("mobilenet_v1:"), "mobilenet_v1:: '' is not a number");
}

TEST(Catalogue, EveryEntryBuilds) {
  for (const CatalogueEntry& entry : catalogue())
    EXPECT_TRUE(build_by_name(entry.name)) << entry.name;
}

}  // namespace
}  // namespace h4h::workloads
