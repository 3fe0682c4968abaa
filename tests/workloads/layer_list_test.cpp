#include "workloads/import/layer_list/reader.hpp"

#include <gtest/gtest.h>

#include "tests/support/files.hpp"
#include "workloads/import/layer_list/listed_shape.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

constexpr char kHeader[] = "layer_id,op,H,W,Cin,Cout,k,stride\n";

std::vector<ListedLayer> read(const std::string& text) {
  const tests::TemporaryFolder folder;
  return read_layer_list(folder.write("layers.csv", text));
}

std::string error(const std::string& rows) {
  return tests::message_of<NetworkError>([&] { read(kHeader + rows); });
}

TEST(LayerList, ReadsTheFourOperators) {
  const auto layers = read(std::string(kHeader) +
                           "a,conv3x3,8,8,16,32,3,2\nb,dw3x3,8,8,16,16,3,1\n"
                           "c,pw1x1,8,8,16,32,1,1\nd,fc,1,1,64,10,1,1\n");
  ASSERT_EQ(layers.size(), 4u);
  EXPECT_EQ(macs(layers[0].network), 4 * 4 * 9 * 16 * 32);
  EXPECT_EQ(macs(layers[1].network), 8 * 8 * 9 * 16);
  EXPECT_EQ(macs(layers[2].network), 8 * 8 * 16 * 32);
  EXPECT_EQ(macs(layers[3].network), 640);
  EXPECT_EQ(activation_of(layers[3].network.layers[0].op), Activation::relu);
}

TEST(LayerList, TakesColumnsInAnyOrderAndIgnoresOthers) {
  const auto layers = read("note,stride,k,Cout,Cin,W,H,op,layer_id\nx,1,1,32,16,8,8,pw1x1,a\n");
  EXPECT_EQ(layers.front().id, "a");
  EXPECT_EQ(macs(layers.front().network), 8 * 8 * 16 * 32);
}

TEST(LayerList, UsesMeasuredWeightSizesWhereTheyAre) {
  const auto layers = read(
      "layer_id,op,H,W,Cin,Cout,k,stride,weight_bytes_encoded\n"
      "a,pw1x1,8,8,16,32,1,1,640\nb,pw1x1,8,8,16,32,1,1,\n");
  EXPECT_EQ(layers[0].network.layers[0].encoded_weight_bytes, 640);
  EXPECT_FALSE(layers[1].network.layers[0].encoded_weight_bytes);
}

TEST(LayerList, NamesFileAndLineOfEveryMistake) {
  EXPECT_NE(error("a,conv5x5,8,8,16,32,5,1\n").find(":2: op 'conv5x5' is not"), std::string::npos);
  EXPECT_NE(error("a,conv3x3,8,8,16,32,5,1\n").find("conv3x3 has k = 3, not 5"), std::string::npos);
  EXPECT_NE(error("a,fc,2,1,16,32,1,1\n").find("fc has H = 1, not 2"), std::string::npos);
  EXPECT_NE(error("a,pw1x1,8,8,0,32,1,1\n").find("Cin must be a positive integer"),
            std::string::npos);
  EXPECT_NE(error("a,pw1x1,8,8,16,12abc,1,1\n").find("not '12abc'"), std::string::npos);
  EXPECT_NE(error("a,pw1x1,8,8\n").find("4 values for 8 columns"), std::string::npos);
  EXPECT_NE(error("").find("no layers"), std::string::npos);
}

TEST(LayerList, NamesEveryBadRowAtOnce) {
  const std::string message =
      error("a,pw1x1,8,8,0,32,1,1\nb,pw1x1,8,8,16,32,1,1\nc,conv5x5,8,8,16,32,5,1\nd,fc\n");
  for (const char* const part :
       {":2: Cin must be", ":4: op 'conv5x5' is not", ":5: 2 values for"}) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }
  EXPECT_EQ(tests::lines(message).size(), 3u) << message;
}

TEST(ListedShape, OfARowsLayerIsTheRow) {
  const auto layers = read(std::string(kHeader) +
                           "a,conv3x3,8,9,16,32,3,2\nb,dw3x3,8,9,16,32,3,2\n"
                           "c,pw1x1,8,9,16,32,1,2\nd,fc,1,1,64,10,1,1\n");
  const ListedShape expected[]{{ListedOp::conv3x3, 8, 9, 16, 32, 2},
                               {ListedOp::dw3x3, 8, 9, 16, 32, 2},
                               {ListedOp::pw1x1, 8, 9, 16, 32, 2},
                               {ListedOp::fc, 1, 1, 64, 10, 1}};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Network& network = layers[i].network;
    EXPECT_EQ(listed_shape(layer_shape(network, network.layers.front())), expected[i]);
  }
}

TEST(ListedShape, IsOfNoLayerThatARowSaysTooLittleOf) {
  const Shape in{8, 8, 16};
  const auto listed = [&](const Op& op) {
    return listed_shape(LayerShape{op, {in}, output_shape(op, {in}), {}, {}}).has_value();
  };
  const Window same = same_window(in, 3, 1);
  EXPECT_TRUE(listed(Conv2d{32, same, Activation::none}));
  EXPECT_FALSE(listed(Conv2d{32, same, Activation::hard_swish}));
  Window window = same;
  window.padding = {};
  EXPECT_FALSE(listed(Conv2d{32, window, Activation::relu}));
  window = same_window(in, 3, 2);
  std::swap(window.padding.top, window.padding.bottom);
  EXPECT_FALSE(listed(DepthwiseConv2d{1, window, Activation::relu}));
  window = {3, 1, 1, 1, 1, 1, {}};
  window.padding = same_padding(in, window);
  EXPECT_FALSE(listed(Conv2d{32, window, Activation::relu}));
  EXPECT_FALSE(listed(Conv2d{32, same_window(in, 5, 1), Activation::relu}));
  EXPECT_FALSE(listed(Linear{32, Activation::relu}));  // a map as one vector
  EXPECT_FALSE(listed(Softmax{}));
}

TEST(LayerList, NamesAMissingColumn) {
  const std::string message =
      tests::message_of<NetworkError>([] { read("layer_id,op,H,W,Cin,Cout,k\n"); });
  EXPECT_NE(message.find(":1: column 'stride' is missing"), std::string::npos) << message;
}

}  // namespace
}  // namespace h4h::workloads
