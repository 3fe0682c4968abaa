#include "workloads/import/read_or_build.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/files.hpp"
#include "tests/support/tflite_writer.hpp"
#include "workloads/import/file_kind.hpp"
#include "workloads/import/operator_layers.hpp"

namespace h4h::workloads {
namespace {

using tests::TemporaryFolder;

std::string tflite_file() {
  tests::TfliteWriter w;
  const int in = w.tensor("in", {1, 8, 8, 4}, tests::TfliteWriter::kInt8);
  const int weights =
      w.tensor("w", {4, 1, 1, 4}, tests::TfliteWriter::kInt8, std::string(16, '\1'));
  const int out = w.tensor("out", {1, 8, 8, 4}, tests::TfliteWriter::kInt8);
  w.conv({in, weights}, out, 0, 1, 0);
  return w.finish({in}, {out});
}

const std::string kYaml = "inputs: [{name: x, shape: [8, 8, 4]}]\nlayers: [{name: a, op: relu}]\n";
const std::string kLfs =
    "version https://git-lfs.github.com/spec/v1\noid "
    "sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f\n"
    "size 12345\n";

std::string opening_problem(const std::string& name, const ImportOptions& options = {}) {
  return tests::message_of<NetworkError>([&] { read_or_build(name, options); });
}

TEST(NetworkFile, IsToldByItsContentWhateverItsName) {
  const TemporaryFolder folder;
  for (const char* name :
       {"plain.lite", "my model.TFLITE", "net", "net.bin", "net.yaml", "net.onnx", "x.tflite"}) {
    EXPECT_EQ(macs(read_or_build(folder.write(name, tflite_file()))), 8 * 8 * 4 * 4) << name;
  }
  for (const char* name : {"net.yml", "net.YAML", "net.txt", "net"}) {
    EXPECT_EQ(read_or_build(folder.write(name, kYaml)).layers.size(), 1u) << name;
  }
}

TEST(NetworkFile, APointerOfGitLfsIsNamedAsSuch) {
  const TemporaryFolder folder;
  for (const char* name : {"net.tflite", "net.onnx", "net"}) {
    const std::string file = folder.write(name, kLfs);
    EXPECT_EQ(opening_problem(file),
              file + ": a Git LFS pointer, not the network itself; `git lfs pull` fetches it");
  }
}

TEST(NetworkFile, IsReadByItsExtensionWhereItsContentDoesNotTell) {
  const TemporaryFolder folder;
  const std::string broken = std::string("\0\1\2", 3) + std::string(60, '\3');
  for (const char* name : {"a.tflite", "b.LITE"}) {
    const std::string file = folder.write(name, broken);
    EXPECT_EQ(opening_problem(file).rfind(file + ": ", 0), 0u) << opening_problem(file);
  }
  EXPECT_NE(opening_problem(folder.write("c.bin", broken))
                .find("neither a .tflite, .onnx or .yaml file nor"),
            std::string::npos);
  EXPECT_NE(opening_problem(folder.write("d.tflite", "")).find("d.tflite: "), std::string::npos);
  EXPECT_NE(opening_problem((folder.path() / "none.tflite").string()).find("no such file"),
            std::string::npos);
  EXPECT_NE(opening_problem(folder.path().string()).find("neither a .tflite"), std::string::npos);
}

TEST(NetworkFile, KindsAreToldByTheirFirstBytes) {
  EXPECT_EQ(kind_of_bytes(std::string("\x1c\0\0\0TFL3", 8)), FileKind::tflite);
  EXPECT_EQ(kind_of_bytes(std::string("\0\0\0\0TFL", 7)), std::nullopt);
  EXPECT_EQ(kind_of_bytes(kLfs), FileKind::git_lfs_pointer);
  EXPECT_EQ(kind_of_bytes("\x08\x07\x12\x07pytorch"), FileKind::onnx);
  EXPECT_EQ(kind_of_bytes("\x08\x08:\x93\xa4\x0c"), FileKind::onnx);
  EXPECT_EQ(kind_of_bytes("\x08\x07\x09\x07pytorch"), std::nullopt);
  EXPECT_EQ(kind_of_bytes("\x08"), std::nullopt);
  EXPECT_EQ(kind_of_bytes(""), std::nullopt);
  EXPECT_EQ(kind_of_bytes(kYaml), std::nullopt);
}

TEST(NetworkFile, NetworksThatStateTheirInputTakeNoOther) {
  const TemporaryFolder folder;
  const ImportOptions options{UnsupportedPolicy::refuse, {{1, 8, 8, 4}}};
  EXPECT_NE(opening_problem("resnet8", options).find("resnet8: states the shape of its input"),
            std::string::npos);
  EXPECT_NE(
      opening_problem(folder.write("n.yaml", kYaml), options).find("states the shape of its input"),
      std::string::npos);
}

TEST(NetworkFile, WhereNothingIsLeftToCostTheOperatorsOfTheHostAreNamed) {
  NetworkBuilder b("n");
  b.input("x", {1, 1, 4});
  b.unsupported({3, "TOPK_V2", "no layer does this", {}, 0, {}, {}});
  b.unsupported({4, "CUSTOM:Top", "nor this", {}, 0, {}, {}});
  EXPECT_EQ(tests::message_of<NetworkError>([&] { std::move(b).build(); }),
            "nothing is left to cost, as all operators go to the host:\n"
            "  operator 3 (TOPK_V2): no layer does this\n"
            "  operator 4 (CUSTOM:Top): nor this");
}

TEST(NetworkFile, WhatOnlyTheHostReadsNeedsNoOutput) {
  const auto build = [](bool reads) {
    NetworkBuilder b("n");
    const TensorId a = b.add("a", Softmax{}, {b.input("x", {1, 1, 4})});
    b.unsupported({3, "TOPK_V2", "why", {}, 1, {}, {}});
    if (reads) b.unsupported({4, "TOPK_V2", "why", {}, 1, {a}, {}});
    return std::move(b).build();
  };
  EXPECT_TRUE(build(true).outputs.empty());
  EXPECT_THROW(build(false), NetworkError);
}

TEST(HostMacs, SayWhereTheyAreNotKnown) {
  EXPECT_EQ(host_macs_text({{0, "a", "b", 100}, {1, "a", "b", 0}}, 200),
            "100 of 300 MACs, in 2 operators left to the host");
  EXPECT_EQ(host_macs_text({{0, "a", "b"}}, 200),
            "at least 0 of 200 MACs, in 1 operator left to the host");
}

TEST(OperatorsRead, BecomeLayersThatExist) {
  std::set<std::string> layers;
  for (const NamedOp& op : named_ops()) layers.insert(std::string(op.name));
  for (const ReadOperators& row : operators_read()) {
    EXPECT_GT(row.tflite.size() + row.onnx.size(), 0u);
    for (const std::string& layer : row.layers) EXPECT_EQ(layers.count(layer), 1u) << layer;
  }
}

}  // namespace
}  // namespace h4h::workloads
