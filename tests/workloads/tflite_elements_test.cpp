#include <gtest/gtest.h>

#include <string>

#include "tests/support/files.hpp"
#include "tests/support/tflite_network.hpp"
#include "workloads/import/tflite/operator_names.hpp"

// Operators that map elements, one of a file at a time.
namespace h4h::workloads::tflite {
namespace {

using tests::first_output;
using tests::message_of;
using tests::TfliteNetwork;
using tests::work_of;

struct Named {
  int code;
  std::string_view layer;
};
std::string name_of(const ::testing::TestParamInfo<Named>& info) {
  return operator_name(static_cast<BuiltinOperator>(info.param.code), "");
}

class Functions : public ::testing::TestWithParam<Named> {};

TEST_P(Functions, AreOneLayerOfTheSameShape) {
  TfliteNetwork net;
  net.one(GetParam().code, {net.input({1, 6, 5, 4})}, {1, 6, 5, 4});
  const LayerShape layer = work_of(net.import());
  EXPECT_EQ(op_name(layer.op), GetParam().layer);
  EXPECT_EQ(layer.output, (Shape{6, 5, 4}));
}

INSTANTIATE_TEST_SUITE_P(
    Tflite, Functions,
    ::testing::Values(Named{19, "relu"}, Named{21, "relu6"}, Named{20, "relu_n1_to_1"},
                      Named{28, "tanh"}, Named{14, "logistic"}, Named{117, "hard_swish"},
                      Named{98, "leaky_relu"}, Named{150, "gelu"}, Named{111, "elu"},
                      Named{101, "abs"}, Named{59, "neg"}, Named{158, "sign"}, Named{8, "floor"},
                      Named{104, "ceil"}, Named{116, "round"}, Named{92, "square"},
                      Named{75, "sqrt"}, Named{76, "rsqrt"}, Named{47, "exp"}, Named{73, "log"},
                      Named{66, "sin"}, Named{108, "cos"}, Named{152, "lookup"},
                      Named{25, "softmax"}, Named{50, "log_softmax"}, Named{11, "l2_norm"},
                      Named{114, "requantize"}, Named{53, "requantize"}, Named{80, "requantize"}),
    name_of);

class Sums : public ::testing::TestWithParam<Named> {};

TEST_P(Sums, TakeTwoFeatureMapsOrAConstant) {
  TfliteNetwork two;
  two.one(GetParam().code, {two.input({1, 6, 5, 4}), two.input({1, 1, 5, 1})}, {1, 6, 5, 4});
  const LayerShape both = work_of(two.import());
  EXPECT_EQ(op_name(both.op), GetParam().layer);
  EXPECT_EQ(both.inputs, (std::vector<Shape>{{6, 5, 4}, {1, 5, 1}}));
  for (const bool is_first : {false, true}) {
    TfliteNetwork one;
    const int x = one.input({1, 6, 5, 4}), constant = one.weights({4});
    one.one(GetParam().code, is_first ? std::vector{constant, x} : std::vector{x, constant},
            {1, 6, 5, 4});
    const LayerShape layer = work_of(one.import());
    EXPECT_EQ(op_name(layer.op), GetParam().layer);
    EXPECT_EQ(layer.inputs.size(), 1u);
  }
}

INSTANTIATE_TEST_SUITE_P(Tflite, Sums,
                         ::testing::Values(Named{0, "add"}, Named{41, "sub"}, Named{18, "mul"},
                                           Named{42, "div"}, Named{55, "maximum"},
                                           Named{57, "minimum"}, Named{99, "squared_difference"}),
                         name_of);

TEST(TfliteElements, AConstantCanBeTheLargerOperand) {
  TfliteNetwork net;
  net.one(0, {net.input({1, 1, 1, 4}), net.weights({1, 6, 5, 4})}, {1, 6, 5, 4});
  EXPECT_EQ(first_output(net.import()), (Shape{6, 5, 4}));
}

TEST(TfliteElements, AddNIsAChainOfAdditions) {
  TfliteNetwork net;
  const int x = net.input({1, 4, 4, 8});
  net.one(106, {x, x, x}, {1, 4, 4, 8});
  EXPECT_EQ(net.import().layers.size(), 2u);
}

TEST(TfliteElements, AnExponentMustBeOneConstant) {
  TfliteNetwork net;
  net.one(78, {net.input({1, 8}), net.weights({})}, {1, 8});
  EXPECT_EQ(op_name(work_of(net.import()).op), "lookup");
  TfliteNetwork two;
  two.one(78, {two.input({1, 8}), two.input({1, 8})}, {1, 8});
  EXPECT_NE(message_of<NetworkError>([&] { two.import(); }).find("the exponent"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::workloads::tflite
