#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/files.hpp"
#include "tests/support/paths.hpp"
#include "workloads/import/tflite/reader.hpp"

// The files of ../shared/cases, each of one kind that networks of the field are of.
namespace h4h::workloads::tflite {
namespace {

struct Case {
  const char* path;
  std::int64_t macs, weight_bytes;
  std::size_t unsupported;  // with --unsupported host; 0: all are layers
};

class Cases : public ::testing::TestWithParam<Case> {};

TEST_P(Cases, AreCosted) {
  const Case& c = GetParam();
  const auto path = tests::shared_file(std::string("cases/") + c.path);
  if (path.empty()) GTEST_SKIP() << "needs cases/" << c.path << " of ../shared";
  if (c.unsupported > 0) {
    EXPECT_THROW(read(path), NetworkError);
  }
  const auto policy = c.unsupported > 0 ? UnsupportedPolicy::host : UnsupportedPolicy::refuse;
  const Network net = read(path, {policy});
  EXPECT_EQ(macs(net), c.macs);
  EXPECT_EQ(weight_bytes(net), c.weight_bytes);
  EXPECT_EQ(net.unsupported.size(), c.unsupported);
}

std::string case_name(const ::testing::TestParamInfo<Case>& info) {
  std::string name = std::filesystem::path(info.param.path).string();
  name.resize(name.find('.'));
  for (char& c : name) c = c == '-' || c == '/' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Shared, Cases,
    ::testing::Values(Case{"batch-matmul/vit_attention.tflite", 8195200, 16384, 0},
                      Case{"channel-shuffle/shuffle.tflite", 1806336, 2304, 0},
                      Case{"channel-shuffle/transpose3.tflite", 0, 0, 0},
                      Case{"constant-concat/cls_token.tflite", 0, 0, 0},
                      Case{"densify/densify.tflite", 1769472, 6912, 0},
                      Case{"elementwise-gap/gelu.tflite", 0, 0, 0},
                      Case{"elementwise-gap/leaky.tflite", 1179648, 4608, 0},
                      Case{"elementwise-gap/padv2.tflite", 0, 0, 0},
                      Case{"elementwise-gap/squeeze_logsoftmax.tflite", 0, 0, 0},
                      Case{"elementwise-gap/tconv.tflite", 1179648, 4608, 0},
                      Case{"grouped-conv/groupconv.tflite", 2359296, 9216, 0},
                      Case{"host-lifetime/slice_chain.tflite", 113246208, 27648, 0},
                      Case{"host-tail/argmax_tail.tflite", 774144, 3024, 0},
                      Case{"int-inputs/token_ids.tflite", 262144, 8192, 1},
                      Case{"int4-weights/int4w.tflite", 1179648, 4608, 0},
                      Case{"linear-per-token/fc_tokens.tflite", 21786624, 110592, 0},
                      Case{"shape-arithmetic/flatten_dyn.tflite", 2560, 2560, 0},
                      Case{"shared-weights/sharedhead.tflite", 78667776, 36864, 0},
                      Case{"slice-split-pack/c2f_split.tflite", 3686400, 9216, 0},
                      Case{"slice-split-pack/slice_late.tflite", 51904512, 12672, 0},
                      Case{"streaming-state/esphome__vad.tflite", 13760, 13760, 0},
                      Case{"streaming-state/stream_state.tflite", 3840, 3840, 0},
                      Case{"two-signatures/google__test_two_signature_keys_model.tflite", 0, 0, 0}),
    case_name);

TEST(TfliteCases, ThatCannotBeCostedSayWhy) {
  for (const auto& [file, reason] : std::vector<std::pair<const char*, const char*>>{
           {"cases/dynamic-shape/dynhw.tflite", "--input 1x224x224x16"},
           {"cases/vela-compiled/tensorflow__person_detect_vela.tflite", "Arm's Vela"}}) {
    const auto path = tests::shared_file(file);
    if (path.empty()) GTEST_SKIP() << "needs " << file << " of ../shared";
    const std::string message = tests::message_of<NetworkError>([&path = path] { read(path); });
    EXPECT_NE(message.find(reason), std::string::npos) << message;
  }
}

TEST(TfliteCases, ADynamicShapeCanBeGiven) {
  const auto path = tests::shared_file("cases/dynamic-shape/dynhw.tflite");
  if (path.empty()) GTEST_SKIP() << "needs cases/dynamic-shape of ../shared";
  ImportOptions options;
  options.input = std::vector<std::int64_t>{1, 32, 48, 16};
  EXPECT_EQ(macs(read(path, options)), 32 * 48 * 9 * 16 * 32);
}

}  // namespace
}  // namespace h4h::workloads::tflite
